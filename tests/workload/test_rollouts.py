"""Pods that run are replaced, or a warning says why not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from krm_fn.workload.kinds import KINDS, kind_of
from krm_fn.workload.rollouts import missing_rollout
from krm_fn.workload.workload import Workload
from tests.items import item_of


def missing(api_version: str, kind: str, spec: dict[str, Any], name: str = "name") -> str | None:
    """Return the field that says that Pods stay, empty where the kind does; None where they are replaced."""
    item = item_of(json.dumps({"apiVersion": api_version, "kind": kind, "metadata": {name: "web"}, "spec": spec}))
    row = kind_of(item.data, KINDS)
    assert row
    found = missing_rollout(Workload(item, row))
    return None if found is None else ".".join(map(str, found.path))


STRATEGY = "spec.updateStrategy"


@pytest.mark.parametrize(
    ("api_version", "kind", "spec", "path"),
    [
        ("apps/v1", "Deployment", {}, None),
        ("apps/v1", "Deployment", {"paused": False}, None),
        ("apps/v1", "Deployment", {"paused": True}, "spec.paused"),
        ("apps/v1", "StatefulSet", {}, None),
        ("apps/v1", "StatefulSet", {"updateStrategy": {"rollingUpdate": {"partition": 0}}}, None),
        (
            "apps/v1",
            "StatefulSet",
            {"updateStrategy": {"rollingUpdate": {"partition": 2}}},
            f"{STRATEGY}.rollingUpdate.partition",
        ),
        ("apps/v1", "StatefulSet", {"updateStrategy": {"type": "OnDelete"}}, f"{STRATEGY}.type"),
        ("apps/v1", "DaemonSet", {"updateStrategy": {"type": "RollingUpdate"}}, None),
        ("apps/v1", "DaemonSet", {"updateStrategy": {"type": "OnDelete"}}, f"{STRATEGY}.type"),
        ("extensions/v1beta1", "DaemonSet", {}, f"{STRATEGY}.type"),
        ("apps/v1", "ReplicaSet", {}, ""),
        ("v1", "ReplicationController", {}, ""),
        ("v1", "Pod", {}, ""),
        ("batch/v1", "Job", {}, ""),
        ("batch/v1", "CronJob", {}, None),
        ("argoproj.io/v1alpha1", "Rollout", {"paused": True}, "spec.paused"),
        ("argoproj.io/v1alpha1", "Rollout", {}, None),
        ("apps.openshift.io/v1", "DeploymentConfig", {}, None),
        ("apps.openshift.io/v1", "DeploymentConfig", {"triggers": [{"type": "ConfigChange"}]}, None),
        ("apps.openshift.io/v1", "DeploymentConfig", {"triggers": []}, "spec.triggers"),
        ("apps.kruise.io/v1alpha1", "CloneSet", {}, None),
        ("apps.kruise.io/v1alpha1", "CloneSet", {"updateStrategy": {"partition": "50%"}}, f"{STRATEGY}.partition"),
        ("apps.kruise.io/v1alpha1", "CloneSet", {"updateStrategy": {"paused": True}}, f"{STRATEGY}.paused"),
        (
            "apps.kruise.io/v1beta1",
            "StatefulSet",
            {"updateStrategy": {"rollingUpdate": {"paused": True}}},
            f"{STRATEGY}.rollingUpdate.paused",
        ),
        ("apps.kruise.io/v1alpha1", "BroadcastJob", {}, ""),
        ("monitoring.coreos.com/v1", "Prometheus", {"paused": True}, "spec.paused"),
        ("monitoring.coreos.com/v1", "Prometheus", {}, None),
    ],
)
def test_what_replaces_no_pods_is_known(api_version: str, kind: str, spec: dict[str, Any], path: str | None) -> None:
    assert missing(api_version, kind, spec) == path


def test_a_job_with_a_generated_name_is_another_each_time() -> None:
    assert missing("batch/v1", "Job", {}, "generateName") is None
