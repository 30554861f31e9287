"""What kubectl apply makes of a changed Service; tests/cluster shows that it does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from krm_fn.services.apply_traps import apply_traps
from krm_fn.workload.services import may_have_apply_traps
from tests.cli.manifests import DEPLOYMENT, SERVICE, config, run, write_tree
from tests.items import item_of

UDP = {"name": "udp", "port": 443, "targetPort": "dns", "protocol": "UDP"}
TCP = {"name": "tcp", "port": 443, "targetPort": "http", "protocol": "TCP"}
OTHER = {**TCP, "port": 80}
TO_PROXY = {**TCP, "targetPort": "proxy-http"}
HTTP = {"name": "http", "port": 80, "targetPort": "http"}


def service(*ports: object, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {**spec, "ports": [*ports]}}


def reported(before: dict[str, Any], after: dict[str, Any], kubernetes: str = "") -> list[tuple[str, str]]:
    """Return codes and places of the warnings, either way."""
    item = item_of(json.dumps(before))
    found = [(trap.code.number, trap.path) for trap in apply_traps(item, before, after, kubernetes)]
    back = [(trap.code.number, trap.path) for trap in apply_traps(item, after, before, kubernetes)]
    assert found == back
    assert may_have_apply_traps(item) or not found
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([UDP, TCP], [UDP, TCP]),
        ([TCP, UDP], [TO_PROXY, UDP]),
        ([UDP, OTHER], [UDP, {**OTHER, "targetPort": "proxy-http"}]),
        ([UDP, OTHER], [UDP, {**TCP, "port": 8443}]),
        ([OTHER, TCP], [OTHER, TO_PROXY]),
        (["odd", TCP], ["odd", TO_PROXY]),
    ],
)
def test_a_port_that_kubectl_finds(before: list[Any], after: list[Any]) -> None:
    assert reported(service(*before), service(*after)) == []


@pytest.mark.parametrize(
    ("before", "after", "index"),
    [
        ([UDP, TCP], [UDP, TO_PROXY], 1),
        ([{**UDP, "protocol": "SCTP"}, TCP], [{**UDP, "protocol": "SCTP"}, TO_PROXY], 1),
        ([UDP, TCP], [UDP, {**TO_PROXY, "port": 8443}], 1),
        ([TCP, UDP], [{**TO_PROXY, "port": 8443}, UDP], 0),
        ([UDP, OTHER], [UDP, TO_PROXY], 1),
        ([OTHER, UDP], [TO_PROXY, UDP], 0),
        ([{"port": 443}, UDP], [{"port": 8443}, UDP], 0),
    ],
)
def test_a_port_that_kubectl_takes_for_another(before: list[Any], after: list[Any], index: int) -> None:
    assert reported(service(*before), service(*after)) == [("PS510", f"spec.ports[{index}]")]


@pytest.mark.parametrize(
    ("kind", "changed", "kubernetes"),
    [
        ("ClusterIP", {"port": 8080}, ""),
        ("NodePort", {"targetPort": "proxy-http"}, ""),
        ("NodePort", {"name": "web"}, ""),
        ("NodePort", {"port": 8080}, "1.22"),
        ("LoadBalancer", {"port": 8080}, "1.30"),
    ],
)
def test_a_node_port_that_stays(kind: str, changed: dict[str, Any], kubernetes: str) -> None:
    assert reported(service(HTTP, type=kind), service({**HTTP, **changed}, type=kind), kubernetes) == []


@pytest.mark.parametrize(
    ("kind", "changed", "kubernetes"),
    [
        ("NodePort", {"port": 8080}, ""),
        ("NodePort", {"port": 8080}, "1.21"),
        ("LoadBalancer", {"port": 8080}, ""),
        ("NodePort", {"port": 8080, "name": "web"}, "1.30"),
    ],
)
def test_a_node_port_that_is_allocated_anew(kind: str, changed: dict[str, Any], kubernetes: str) -> None:
    after = service({**HTTP, **changed}, type=kind)
    assert reported(service(HTTP, type=kind), after, kubernetes) == [("PS511", "spec.ports[0].nodePort")]
    written = service({**HTTP, "nodePort": 30080}, type=kind)
    assert reported(written, service({**HTTP, **changed, "nodePort": 30080}, type=kind), kubernetes) == []


@pytest.mark.parametrize(("kind", "codes"), [("NodePort", ["PS511"]), ("ClusterIP", [])])
def test_a_removal_reports_it_too(kind: str, codes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    manifests = f"{DEPLOYMENT}---\n{SERVICE.replace('spec:', f'spec:{chr(10)}  type: {kind}')}"
    spec = "  listeners: [{service: {port: 8080}}]\n"
    write_tree(tmp_path, {"fn.yaml": config(spec=spec), "deploy/web.yaml": manifests})
    for command in (("render", "--config", "fn.yaml"), ("remove",)):
        outcome = run(*command, "deploy")
        assert [result.code.number for result in outcome.results if result.severity == "warning"] == codes
    assert Path("deploy/web.yaml").read_text() == manifests
