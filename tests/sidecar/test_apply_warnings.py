"""Ports of one number in a container, which kubectl apply does not tell apart; tests/cluster shows that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from krm_fn.result import Result
from krm_fn.sidecar.warnings import apply_warnings
from krm_fn.workload.kinds import KINDS
from krm_fn.workload.workload import Workload
from tests.items import item_of

TCP = {"name": "http", "containerPort": 53}
UDP = {"name": "dns", "containerPort": 53, "protocol": "UDP"}
RENAMED = {**TCP, "name": "app"}
OTHER = {"name": "metrics", "containerPort": 53, "protocol": "TCP"}


def deployment(ports: Any) -> dict[str, Any]:
    container = {"name": "web", "image": "web:1", "ports": ports}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "first"}, container]}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": template}}


def twin_warnings(before: Any, after: Any) -> list[Result]:
    """Return the warnings for a Deployment whose container had ports that have become others."""
    kind = next(kind for kind in KINDS if kind.kind == "Deployment")
    workload = Workload(item_of(json.dumps(deployment(before))), kind)
    return list(apply_warnings(workload, deployment(after)))


def reported(before: Any, after: Any) -> list[tuple[str, str]]:
    """Return places and remedies."""
    return [(result.path, result.message.rpartition(" Use ")[2]) for result in twin_warnings(before, after)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([UDP, TCP], [UDP, TCP]),
        ([TCP, UDP], [RENAMED, UDP]),
        ([{**UDP, "containerPort": 5353}, TCP], [{**UDP, "containerPort": 5353}, RENAMED]),
        ([TCP], [RENAMED]),
        (["odd", {}, {}], ["odd", {"name": "a"}, {"name": "b"}]),
        (None, None),
    ],
)
def test_ports_that_kubectl_finds(before: Any, after: Any) -> None:
    assert reported(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "remedy"),
    [
        ([UDP, TCP], [UDP, RENAMED], "kubectl apply --server-side --force-conflicts."),
        ([UDP], [UDP, TCP], "kubectl apply --server-side --force-conflicts."),
        ([OTHER, TCP], [OTHER, RENAMED], "kubectl replace."),
    ],
)
def test_ports_that_kubectl_takes_for_others(before: Any, after: Any, remedy: str) -> None:
    assert reported(before, after) == [("spec.template.spec.containers[1].ports[1]", remedy)]
