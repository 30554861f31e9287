"""What the proxy newly sends requests to, and whether the policies among the items let it: by rule, peer and port."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from krm_fn.function import process
from tests.laws.items import as_json

EXAMPLE = Path(__file__).parents[1] / "examples" / "egress-to-the-auth-service-is-denied" / "input.yaml"
DNS: dict[str, Any] = {"ports": [{"port": 53, "protocol": "UDP"}]}
AUTH: dict[str, Any] = {"podSelector": {"matchLabels": {"app": "auth"}}}
HERE: dict[str, Any] = {"namespaceSelector": {"matchLabels": {"team": "shop"}}}


def reported(
    policy: dict[str, Any], service: dict[str, Any] | None = None, upstream: dict[str, Any] | None = None
) -> list[str]:
    """Return which of the two are reported: the Service, and DNS."""
    data = yaml.safe_load(EXAMPLE.read_text())
    listener = data["functionConfig"]["spec"]["listeners"][0]
    if upstream:
        del listener["auth"]
        listener.update(routes=[{"path": "/x/", "upstream": upstream}])
    if service:
        listener["auth"]["external"]["upstream"]["service"] = service
    data["items"][-1]["spec"] = policy
    outcome = process(as_json(data).encode())
    assert outcome.exit_code == 0
    messages = [each.message for each in outcome.results if each.code.number == "PS613"]
    return ["DNS" if "DNS" in message else "Service" for message in messages]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], ["Service", "DNS"]),
        ([{}], []),
        ([DNS], ["Service"]),
        ([DNS, {"to": [AUTH]}], []),
        ([{"to": [AUTH]}], []),
        ([DNS, {"to": [AUTH], "ports": [{"port": 4180}]}], []),
        ([DNS, {"to": [AUTH], "ports": [{"port": "http"}]}], []),
        ([DNS, {"to": [AUTH], "ports": [{"port": 4000, "endPort": 5000}]}], []),
        ([DNS, {"to": [AUTH], "ports": [{"port": 80}]}], ["Service"]),
        ([DNS, {"to": [{"podSelector": {}}]}], []),
        ([DNS, {"to": [HERE]}], []),
        ([DNS, {"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"port": 4180}]}], []),
        ([DNS, {"to": [{"podSelector": {"matchLabels": {"app": "db"}}}]}], ["Service"]),
        ([DNS, {"ports": [{"port": 4180}]}], []),
    ],
)
def test_rules(rules: list[Any], expected: list[str]) -> None:
    assert (
        reported({"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Egress"], "egress": rules})
        == expected
    )


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"podSelector": {}, "egress": [DNS]}, ["Service"]),
        ({"podSelector": {}, "policyTypes": ["Ingress"], "egress": [DNS]}, []),
        ({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}, ["Service", "DNS"]),
        ({"podSelector": {"matchLabels": {"app": "other"}}, "policyTypes": ["Egress"]}, []),
        ({"podSelector": {}}, []),
    ],
)
def test_policies(policy: dict[str, Any], expected: list[str]) -> None:
    assert reported(policy) == expected


def test_a_service_that_is_not_among_the_items_may_be_admitted_by_any_rule() -> None:
    policy = {"podSelector": {}, "policyTypes": ["Egress"], "egress": [DNS]}
    assert reported(policy, {"name": "elsewhere", "port": 80}) == []
    assert reported({**policy, "egress": []}, {"name": "elsewhere", "port": 80}) == ["Service", "DNS"]


def test_routes_send_requests_too() -> None:
    policy = {"podSelector": {}, "policyTypes": ["Egress"], "egress": [DNS]}
    assert reported(policy, upstream={"service": {"name": "auth", "port": 80}}) == ["Service"]
    assert reported(policy, upstream={"port": 4180}) == []
