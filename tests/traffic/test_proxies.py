"""What is the sidecar of another ProxySidecar, and so not the app: no record alone says it."""

from __future__ import annotations

import json

import pytest

from krm_fn.function import process
from krm_fn.ledger.digest import entry_digest

CONTAINER: dict[str, object] = {"name": "web", "image": "app:1", "ports": [{"name": "http", "containerPort": 3000}]}
SIDECAR: dict[str, object] = {
    "name": "other",
    "image": "nginx",
    "command": ["nginx", "-c", "/etc/proxy/nginx.conf"],
    "ports": [{"name": "other-http", "containerPort": 8080}],
    "volumeMounts": [{"name": "conf", "mountPath": "/etc/proxy"}],
}
VOLUME: dict[str, object] = {"name": "conf", "configMap": {"name": "its"}}


def changed_workload(containers: list[dict[str, object]], record: str) -> str:
    """Return what a run makes of a workload with the record of another ProxySidecar."""
    config = {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": {"name": "proxy"}}
    workload = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "annotations": {"undo.krm-fn.dev/other": f"{record}\n"}},
        "spec": {"template": {"spec": {"containers": containers, "volumes": [VOLUME]}}},
    }
    whole = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": [workload],
        "functionConfig": {**config, "spec": {"target": {"kind": "Deployment", "name": "web"}}},
    }
    outcome = process(json.dumps(whole).encode())
    assert outcome.exit_code == 0, outcome.lines
    return outcome.stdout.decode()


def test_a_record_does_not_make_the_app_a_proxy() -> None:
    record = "added spec.template.spec.containers[name=web] as bbbbbbbb"
    assert "server 127.0.0.1:3000;" in changed_workload([CONTAINER], record)


@pytest.mark.parametrize(
    "sidecar",
    [
        pytest.param(SIDECAR, id="as it was added"),
        pytest.param({**SIDECAR, "image": "nginx:1"}, id="edited, and runs with its ConfigMap"),
    ],
)
def test_what_another_added_is_no_app(sidecar: dict[str, object]) -> None:
    record = f"added spec.template.spec.containers[name=other] as {entry_digest(SIDECAR, '')}"
    assert "server 127.0.0.1:3000;" in changed_workload([sidecar, CONTAINER], record)


def test_what_was_added_by_nobody_is_an_app() -> None:
    assert "server 127.0.0.1:8080;" in changed_workload([SIDECAR], "created spec.template.metadata.annotations")
