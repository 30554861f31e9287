"""The law of what the server takes fails where it is broken."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.cluster.judgement import check

if TYPE_CHECKING:
    from tests.cluster.api import Api

pytestmark = pytest.mark.cluster

SERVICE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "judged"},
    "spec": {"ports": [{"port": 80}], "selector": {"app": "web"}},
}
INGRESS: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    "metadata": {"name": "judged"},
    "spec": {"defaultBackend": {"service": {"name": "judged", "port": {"number": 80}}}},
}


def test_what_is_taken_passes(api: Api) -> None:
    check(api, [SERVICE], [with_port(8080), {**SERVICE, "metadata": {"name": "new"}}])


def test_what_was_refused_before_may_be_refused(api: Api) -> None:
    check(api, [with_port(70000)], [with_port(70001)])


def test_what_is_refused_fails(api: Api) -> None:
    with pytest.raises(AssertionError, match="port: Invalid value: 70000"):
        check(api, [SERVICE], [with_port(70000)])


def test_what_is_new_and_refused_fails(api: Api) -> None:
    with pytest.raises(AssertionError, match="port: Invalid value: 70000"):
        check(api, [], [with_port(70000)])


def test_what_is_not_kept_fails(api: Api) -> None:
    with pytest.raises(AssertionError, match=r"lost \['\.spec\.ports\[\]\.prot'\]"):
        check(api, [SERVICE], [with_port(80, prot="TCP")])


def test_a_new_warning_fails(api: Api) -> None:
    backend = {"backend": {"serviceName": "judged", "servicePort": 80}}
    with pytest.raises(AssertionError, match="deprecated"):
        check(api, [INGRESS], [{**INGRESS, "apiVersion": "networking.k8s.io/v1beta1", "spec": backend}])


def with_port(number: int, **more: str) -> dict[str, Any]:
    new = copy.deepcopy(SERVICE)
    new["spec"]["ports"] = [{"port": number, **more}]
    return new
