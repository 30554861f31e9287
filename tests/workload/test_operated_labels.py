"""Labels of Pods that the Prometheus operator makes: those that it adds, by which Services and policies select them."""

from __future__ import annotations

from typing import Any

import pytest

from krm_fn.workload.kinds import KINDS, kind_of
from krm_fn.workload.workload import Workload
from tests.items import item_of

SHARD, VERSION = "operator.prometheus.io/shard", "app.kubernetes.io/version"


def workload(kind: str, spec: str) -> Workload:
    text = f"apiVersion: monitoring.coreos.com/v1\nkind: {kind}\nmetadata: {{name: main}}\nspec: {spec}\n"
    item = item_of(text)
    row = kind_of(item.data, KINDS)
    assert row
    return Workload(item, row)


@pytest.mark.parametrize(
    ("kind", "spec", "others"),
    [
        ("Alertmanager", "{}", {}),
        ("Alertmanager", "{shards: 2, version: v0.28.1}", {VERSION: "0.28.1"}),
        ("ThanosRuler", "{version: 0.39.0}", {VERSION: "0.39.0"}),
        ("Prometheus", "{}", {SHARD: "0"}),
        ("Prometheus", "{shards: 1}", {SHARD: "0"}),
        ("Prometheus", "{shards: 2, version: v3.5.0}", {VERSION: "3.5.0"}),
        ("PrometheusAgent", "{version: v3.5.0}", {SHARD: "0", VERSION: "3.5.0"}),
    ],
)
def test_the_labels_of_a_version_or_shard_select_and_are_not_written(kind: str, spec: str, others: Any) -> None:
    found = workload(kind, spec)
    same = {key: value for key, value in found.labels.items() if key not in (SHARD, VERSION)}
    assert {key: found.labels[key] for key in (SHARD, VERSION) if key in found.labels} == others
    assert found.selector_labels == same
    assert same["app.kubernetes.io/managed-by"] == "prometheus-operator"
    assert same["app.kubernetes.io/instance"] == "main"
