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


def policy(api: str, kind: str, spec: dict[str, Any], name: str = "other") -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name}, "spec": spec}


def reported_with(*policies: dict[str, Any]) -> list[str]:
    """Return which of the two are reported with some policies."""
    data = yaml.safe_load(EXAMPLE.read_text())
    data["items"][-1:] = policies
    outcome = process(as_json(data).encode())
    assert outcome.exit_code == 0
    messages = [each.message for each in outcome.results if each.code.number == "PS613"]
    return ["DNS" if "DNS" in message else "Service" for message in messages]


CLOSED = policy("networking.k8s.io/v1", "NetworkPolicy", {"podSelector": {}, "policyTypes": ["Egress"]}, "closed")


def cilium(egress: list[Any], kind: str = "CiliumNetworkPolicy", **spec: Any) -> dict[str, Any]:
    return policy("cilium.io/v2", kind, {"endpointSelector": {"matchLabels": {"app": "web"}}, "egress": egress, **spec})


def to_port(port: str, **peers: Any) -> dict[str, Any]:
    return {**peers, "toPorts": [{"ports": [{"port": port, "protocol": "ANY"}]}]}


TO_AUTH = {"toEndpoints": [{"matchLabels": {"k8s:app": "auth"}}]}
CILIUM_DNS = to_port("53", toEndpoints=[{"matchLabels": {"k8s:k8s-app": "kube-dns"}}])


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([cilium([{}])], ["Service", "DNS"]),
        ([cilium([CILIUM_DNS])], ["Service"]),
        ([cilium([CILIUM_DNS, TO_AUTH])], []),
        ([cilium([CILIUM_DNS, to_port("4180", **TO_AUTH)])], []),
        ([cilium([CILIUM_DNS, to_port("80", **TO_AUTH)])], ["Service"]),
        ([cilium([CILIUM_DNS, to_port("4180")])], []),
        ([cilium([CILIUM_DNS, {"toEntities": ["cluster"]}])], []),
        ([cilium([CILIUM_DNS, {"toEntities": ["world"]}])], ["Service"]),
        ([cilium([CILIUM_DNS, {"toServices": [{"k8sService": {"serviceName": "auth"}}]}])], []),
        ([cilium([])], []),
        ([cilium([{}], enableDefaultDeny={"egress": False})], []),
        ([cilium([{}], endpointSelector={"matchLabels": {"app": "other"}})], []),
        ([cilium([{"toEntities": ["all"]}], egressDeny=[to_port("4180")])], ["Service"]),
        ([cilium([{"toEntities": ["all"]}], egressDeny=[to_port("4181")])], []),
        ([cilium([{}], "CiliumClusterwideNetworkPolicy")], ["Service", "DNS"]),
        ([cilium([{"toEntities": ["all"]}]), CLOSED], []),
        ([cilium([CILIUM_DNS]), CLOSED], ["Service"]),
    ],
)
def test_policies_of_cilium(policies: list[Any], expected: list[str]) -> None:
    assert reported_with(*policies) == expected


def calico(rules: list[Any], kind: str = "NetworkPolicy", **spec: Any) -> dict[str, Any]:
    return policy("projectcalico.org/v3", kind, {"selector": "app == 'web'", "egress": rules, **spec})


def rule(action: str, protocol: str = "TCP", **destination: Any) -> dict[str, Any]:
    return {"action": action, "protocol": protocol, "destination": destination}


CALICO_DNS = rule("Allow", "UDP", ports=[53])


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([calico([], types=["Egress"])], ["Service", "DNS"]),
        ([calico([])], []),
        ([calico([CALICO_DNS])], ["Service"]),
        ([calico([CALICO_DNS, rule("Allow", selector="app == 'auth'", ports=[4180])])], []),
        ([calico([CALICO_DNS, rule("Allow", selector="app == 'auth'", ports=["4000:4200"])])], []),
        ([calico([CALICO_DNS, rule("Allow", selector="app == 'auth'", ports=[80])])], ["Service"]),
        ([calico([CALICO_DNS, rule("Allow", selector="app == 'db'")])], ["Service"]),
        ([calico([CALICO_DNS, rule("Allow", nets=["10.0.0.0/8"])])], []),
        ([calico([CALICO_DNS, rule("Deny", selector="app == 'auth'")])], ["Service"]),
        ([calico([CALICO_DNS, rule("Pass")])], []),
        ([calico([CALICO_DNS], "GlobalNetworkPolicy")], ["Service"]),
        ([calico([CALICO_DNS], "StagedNetworkPolicy")], []),
        ([calico([CALICO_DNS], tier="security")], []),
        ([calico([CALICO_DNS], selector="app == 'other'")], []),
        ([calico([rule("Allow")]), CLOSED], []),
    ],
)
def test_policies_of_calico(policies: list[Any], expected: list[str]) -> None:
    assert reported_with(*policies) == expected


def admin(rules: list[Any], kind: str = "AdminNetworkPolicy", **spec: Any) -> dict[str, Any]:
    version = "v1alpha2" if kind.startswith("Cluster") else "v1alpha1"
    data = {"subject": {"namespaces": {}}, "egress": rules, **spec}
    return policy(f"policy.networking.k8s.io/{version}", kind, data)


def admin_rule(action: str, port: int = 0, app: str = "") -> dict[str, Any]:
    pods = {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": app}}}
    ports = {"ports": [{"portNumber": {"protocol": "TCP", "port": port}}]} if port else {}
    return {"action": action, "to": [{"pods": pods} if app else {"namespaces": {}}], **ports}


OTHER_PORT = {"tcp": {"destinationPort": {"number": 81}}}
ANY_POD: dict[str, Any] = {"to": [{"namespaces": {}}]}


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([admin([admin_rule("Deny", 4180)])], ["Service"]),
        ([admin([admin_rule("Deny", 4180, "auth")])], ["Service"]),
        ([admin([admin_rule("Deny", 4180, "db")])], []),
        ([admin([admin_rule("Deny", 81)])], []),
        ([admin([admin_rule("Allow", 4180), admin_rule("Deny")])], []),
        ([admin([admin_rule("Pass", 0, "auth"), admin_rule("Deny")])], []),
        ([admin([{"action": "Deny", "to": [{"networks": ["0.0.0.0/0"]}]}])], []),
        ([admin([admin_rule("Deny", 4180)], subject={"pods": {"podSelector": {"matchLabels": {"app": "x"}}}})], []),
        ([admin([admin_rule("Allow")]), CLOSED], []),
        ([admin([admin_rule("Deny", 81)]), CLOSED], ["Service", "DNS"]),
        ([admin([admin_rule("Deny", 4180)], "BaselineAdminNetworkPolicy")], ["Service"]),
        ([admin([admin_rule("Allow", 4180), admin_rule("Deny")], "BaselineAdminNetworkPolicy")], []),
        ([admin([{"action": "Deny", **ANY_POD}], "ClusterNetworkPolicy", tier="Admin")], ["Service"]),
        ([admin([{"action": "Deny", **ANY_POD, "protocols": [OTHER_PORT]}], "ClusterNetworkPolicy")], []),
        ([policy("crd.antrea.io/v1beta1", "ClusterNetworkPolicy", {"egress": []}), CLOSED], []),
    ],
)
def test_policies_of_the_cluster(policies: list[Any], expected: list[str]) -> None:
    assert reported_with(*policies) == expected
