"""Every row: an object in its form follows, its twins stay, a second run changes nothing, removal restores."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codegen.referrer_kinds import declarations
from krm_fn.function import process
from krm_fn.yaml_text.paths import get
from tests.manifests import load_quickly as load
from tests.referrers.rows import Case, cases
from tests.test_lessons import Object, service, workload

ALL = list(cases())


def whole(*objects: Object, **spec: Any) -> bytes:
    """Return a ResourceList in which the app's port, and its Service's port, get another number and name."""
    listener = {"upstream": {"port": 3000}, "service": {"port": 8999, "name": "proxied"}}
    spec = {"target": {"kind": "Deployment", "name": "web"}, "cutover": "service", "listeners": [listener], **spec}
    config = {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": {"name": "proxy"}, "spec": spec}
    data = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": objects, "functionConfig": config}
    return json.dumps(data, indent=1).encode()


def app(case: Case) -> list[Object]:
    port = {"name": "http", "port": case.service_port, "targetPort": "http"}
    other = {"name": "other", "port": 81, "targetPort": 9000}
    services = [service(port, other, name=name, selector={"app": name}) for name in ("web", "api")]
    for each in services:
        each["metadata"]["labels"] = each["spec"]["selector"]
    services[0]["metadata"]["annotations"] = {"cloud.google.com/backend-config": '{"default": "here"}'}
    return [workload(), *services]


def routes() -> list[Object]:
    """Return routes to the Services: to a port that stays."""
    return [
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": {"name": name},
            "spec": {"rules": [{"backendRefs": [{"name": name, "port": 81}]}]},
        }
        for name in ("web", "api")
    ]


def run(text: bytes) -> Any:
    outcome = process(text)
    assert outcome.exit_code == 0, outcome.lines
    return load(outcome.stdout.decode())


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_an_object_in_the_form_of_a_row_follows_and_its_twins_stay(case: Case) -> None:
    beside = [twin for twin in case.twins if not is_same(twin, case.object)]
    text = whole(*app(case), case.object, *beside, *routes())
    first = run(text)
    there = first["items"][3]
    here = {each["tags"]["code"] for each in results_of(first, case.object)}
    if case.stays_with:
        assert here == {case.stays_with}
        assert there == case.object
    else:
        assert get(there, case.path) == case.after
        assert here <= {"PS368", "PS620", "PS622", "PS654"}
    for twin, after in zip(beside, first["items"][4:], strict=False):
        assert after == twin
        assert {each["tags"]["code"] for each in results_of(first, twin)} <= {"PS607", "PS608", "PS612"}
    assert run(json.dumps({**json.loads(text), "items": first["items"]}).encode())["items"] == first["items"]
    removing = json.loads(whole(target={"kind": "Deployment", "name": "web"}, remove=True))
    removed = run(json.dumps({**removing, "items": first["items"]}).encode())
    assert removed["items"] == json.loads(text)["items"]
    for twin in case.twins:
        if twin not in beside:
            assert run(whole(*app(case), twin))["items"][3] == twin


def test_each_row_says_what_was_read() -> None:
    assert not [(name, row.kinds) for name, declared in declarations() for row in declared if not row.read]


def is_same(one: Object, other: Object) -> bool:
    return identity(one) == identity(other)


def results_of(found: Any, data: Object) -> list[Any]:
    refs = [(each, each.get("resourceRef", {})) for each in found["results"]]
    return [each for each, ref in refs if (ref.get("apiVersion"), ref.get("kind"), ref.get("name")) == identity(data)]


def identity(data: Object) -> tuple[str, str, str]:
    return data["apiVersion"], data["kind"], data["metadata"]["name"]
