"""What refers to a port is found, however its text has the words by which it is found."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from krm_fn import codes
from krm_fn.function import process
from tests.manifests import load

DEPLOYMENT = """\
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec:
    selector: {matchLabels: {app: LABEL}}
    template:
      metadata: {labels: {app: LABEL}}
      spec: {containers: [{name: web, image: web, ports: [{containerPort: PORT}]}]}
- apiVersion: v1
  kind: Service
  metadata: {name: NAME, labels: {app: LABEL}}
  spec: {selector: {app: LABEL}, ports: [{port: 80, targetPort: PORT}]}
"""
HEAD = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
CONFIG = """\
functionConfig:
  apiVersion: krm-fn.dev/v1alpha1
  kind: ProxySidecar
  metadata: {name: proxy}
  spec: {target: {kind: Deployment, name: web}, cutover: service, listeners: [{service: {port: 8999}}]}
"""


def run(beside: str, name: str = "web", label: str = "web", port: int = 80) -> tuple[list[str], list[Any]]:
    """Return the codes of the results about what is beside a workload, and the items as they are then."""
    items = DEPLOYMENT.replace("LABEL", label).replace("NAME", name).replace("PORT", str(port))
    outcome = process(f"{HEAD}{items}{beside}{CONFIG}".encode())
    assert outcome.exit_code == 0, outcome.lines
    kind = load(beside)[0]["kind"]
    told = [result.code.number for result in outcome.results if result.ref and result.ref.kind == kind]
    return told, load(outcome.stdout.decode())["items"]


def secret(value: str) -> str:
    return f"- apiVersion: v1\n  kind: Secret\n  metadata: {{name: other}}\n  data:\n    url: {value}\n"


URL = base64.b64encode(b"http://a-long-name-of-a-service-that-is-broken:80/").decode()
FORMS = {
    "on one line": URL,
    "in quotes": f'"{URL}"',
    "literal": "|\n      " + "\n      ".join(URL[at : at + 5] for at in range(0, len(URL), 5)),
    "over lines": "\n      ".join(("", *(URL[at : at + 5] for at in range(0, len(URL), 5)))),
    "escaped": '"' + "".join(f"\\x{ord(char):02x}" for char in URL) + '"',
}


@pytest.mark.parametrize("form", FORMS)
def test_an_address_in_a_secret(form: str) -> None:
    told, _ = run(secret(FORMS[form]), name="a-long-name-of-a-service-that-is-broken")
    assert told == [codes.ADDRESS_IN_TEXT.number]


@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_an_address_of_the_shortest_name_in_a_secret(before: str) -> None:
    value = base64.b64encode(f"{before} w:80".encode()).decode()
    assert run(secret(value), name="w")[0] == [codes.ADDRESS_IN_TEXT.number]
    other = base64.b64encode(f"{before} v:80".encode()).decode()
    assert run(secret(other), name="w")[0] == []


MONITOR = """\
- apiVersion: monitoring.coreos.com/v1
  kind: PodMonitor
  metadata: {name: web}
  spec:
    selector: {matchLabels: {app: LABEL}}
    podMetricsEndpoints: [{portNumber: 80}]
"""


@pytest.mark.parametrize(("label", "written"), [('""', '""'), ("web", "web"), ("web", r'"\x77eb"'), ('""', "''")])
def test_a_selector_by_labels(label: str, written: str) -> None:
    told, items = run(MONITOR.replace("LABEL", written), label=label)
    assert told == [codes.REFERENCE_FOLLOWED.number]
    assert items[2]["spec"]["podMetricsEndpoints"] == [{"portNumber": 8080}]


def test_a_selector_by_other_labels() -> None:
    told, items = run(MONITOR.replace("LABEL", "other"), label='""')
    assert told == []
    assert items[2]["spec"]["podMetricsEndpoints"] == [{"portNumber": 80}]


POLICY = """\
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: web}
  spec:
    podSelector: {matchLabels: {app: web}}
    ingress: [{ports: [{port: PORT}]}]
"""
NUMBERS = ["80", "0x50", "0X50", "0120", "0o120", "0b1010000", "8_0", "+80"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_in_a_policy(number: str) -> None:
    _, items = run(POLICY.replace("PORT", number))
    ports = items[2]["spec"]["ingress"][0]["ports"]
    assert {"port": 8080, "protocol": "TCP"} in ports


@pytest.mark.parametrize("number", ["81", "0121", "8_1"])
def test_another_number_in_a_policy(number: str) -> None:
    told, items = run(POLICY.replace("PORT", number))
    assert told == []
    assert len(items[2]["spec"]["ingress"][0]["ports"]) == 1
