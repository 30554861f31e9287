"""Many places in one object: the work grows as they do, and the record does not."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from krm_fn.function import process
from krm_fn.ledger.annotations import RECORD_PREFIX
from tests.manifests import load

if TYPE_CHECKING:
    from collections.abc import Callable

FEW, MANY = 25, 100
LIST = """\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: web
  spec:
    selector: {{matchLabels: {{app: web}}}}
    template:
      metadata:
        labels: {{app: web}}
      spec:
        containers:
        - name: web
          image: web:1
          ports:
          - {{name: http, containerPort: 3000}}
- apiVersion: v1
  kind: Service
  metadata:
    name: web
  spec:
    selector: {{app: web}}
    ports:
    - {{name: http, port: 80, targetPort: http}}
- {item}
functionConfig:
  apiVersion: krm-fn.dev/v1alpha1
  kind: ProxySidecar
  metadata:
    name: px
  spec:
    target: {{name: web}}
    listeners: [{{service: {{port: 8080}}}}]
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata:
    name: web
  spec:
    rules:
"""
RULE = """\
    - host: h{}.example.com
      http:
        paths:
        - path: /
          pathType: Prefix
          backend:
            service:
              name: web
              port:
                number: 80
"""
NAMED = """\
apiVersion: gateway.networking.k8s.io/v1
  kind: HTTPRoute
  metadata:
    name: web
  spec:
    rules:
"""
NAMED_RULE = """\
    - name: r{}
      backendRefs:
      - name: web
        port: 80
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    name: web
  spec:
    podSelector: {matchLabels: {app: web}}
    ingress:
"""
POLICY_RULE = """\
    - from:
      - podSelector: {{matchLabels: {{to: h{}}}}}
      ports:
      - port: 3000
"""


FLOW_RULE = """\
    - from: [{{podSelector: {{matchLabels: {{to: h{}}}}}}}]
      ports: [{{port: 3000}}]
"""


def _rules(head: str, rule: str) -> Callable[[int], str]:
    return lambda count: head + "".join(map(rule.format, range(count)))


def _flow(count: int) -> str:
    rules = [json.dumps(rule) for rule in _ingress(count)["spec"]["rules"]]
    return INGRESS + "".join(f"    - {rule}\n" for rule in rules)


def _ingress(count: int) -> dict[str, Any]:
    (item,) = load("- " + _rules(INGRESS, RULE)(count))
    return dict(item)


SHAPES: dict[str, tuple[Callable[[int], str], str]] = {
    "block style": (
        _rules(INGRESS, RULE),
        "changed spec.rules[0-{}].http.paths[0].backend.service.port.number from 80 to 8080",
    ),
    "flow style": (_flow, "changed spec.rules[0-{}].http.paths[0].backend.service.port.number from 80 to 8080"),
    "JSON over several lines": (
        lambda count: json.dumps(_ingress(count), indent=2).replace("\n", "\n  ") + "\n",
        "changed spec.rules[0-{}].http.paths[0].backend.service.port.number from 80 to 8080",
    ),
    "entries beside others, in flow style": (
        _rules(POLICY, FLOW_RULE),
        "added spec.ingress[0-{}].ports[1] as ",
    ),
    "rules with names": (_rules(NAMED, NAMED_RULE), "].backendRefs[name=web].port from 80 to 8080"),
    "entries beside others": (_rules(POLICY, POLICY_RULE), "added spec.ingress[0-{}].ports[1] as "),
}


def _calls(stdin: bytes) -> tuple[int, bytes]:
    """Return how many functions a run calls, and its output."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    earlier = sys.getprofile()
    sys.setprofile(counted)
    try:
        outcome = process(stdin)
    finally:
        sys.setprofile(earlier)
    assert outcome.exit_code == 0, outcome.lines
    return count, outcome.stdout


@pytest.mark.parametrize(("item", "line"), SHAPES.values(), ids=SHAPES)
def test_the_work_grows_as_the_places_do(item: Callable[[int], str], line: str) -> None:
    work = []
    for count in (FEW, MANY):
        before = LIST.format(item=item(count))
        injected, first = _calls(before.encode())
        again, second = _calls(first)
        assert second == first
        removed, last = _calls(first.replace(b"    listeners: [", b"    remove: true\n    # ["))
        assert last.decode().partition("functionConfig:")[0] == before.partition("functionConfig:")[0]
        work.append((injected, again, removed))
        (record,) = _records(first)
        assert line.format(count - 1) in record
        assert len(record.splitlines()) == 2 + (" at " in record), "one line, that of the annotations, and the format"
    growth = [many / few for few, many in zip(*work, strict=True)]
    assert max(growth) < 1.1 * MANY / FEW, growth


def _records(output: bytes) -> list[str]:
    """Return the record on the last of the three items."""
    annotations = load(output.decode())["items"][2]["metadata"]["annotations"]
    return [value for key, value in annotations.items() if key.startswith(RECORD_PREFIX)]
