"""Rows: which references they find, where nothing else of the function has a say."""

from __future__ import annotations

from typing import Any

import pytest

from krm_fn.references.kinds import known_kinds
from krm_fn.references.reference import Reference
from tests.items import items_of

BOTH = {"port": "http", "portNumber": 3000, "targetPort": 9000}


def references(kind: str, spec: Any) -> list[Reference]:
    data = {"kind": kind, "metadata": {"namespace": "shop"}, "spec": spec}
    places = [place for row in known_kinds(kind) for place in row.places_among(items_of())(data)]
    return [place for place in places if isinstance(place, Reference)]


def found(kind: str, spec: Any) -> list[tuple[Any, ...]]:
    return [(place.path[1:], place.port, place.of, place.app_field) for place in references(kind, spec)]


@pytest.mark.parametrize("endpoint", [None, "http", {}, {"path": "/"}, {"port": ""}, {"port": None}, {"port": [80]}])
def test_an_endpoint_without_a_port_is_no_reference(endpoint: Any) -> None:
    assert found("ServiceMonitor", {"selector": {}, "endpoints": [endpoint]}) == []
    assert found("PodMonitor", {"selector": {}, "podMetricsEndpoints": [endpoint]}) == []


@pytest.mark.parametrize("spec", [None, [], {}, {"port": 3000}, {"port": 3000, "podSelector": None}])
def test_a_server_without_a_selector_is_for_no_pods(spec: Any) -> None:
    taken = [place.selects_pods for place in references("Server", spec)]
    assert not any(selects({"app": "web"}, "shop") for selects in taken if selects)


@pytest.mark.parametrize(
    ("endpoint", "place"),
    [
        ({"port": "http"}, (("endpoints", 0, "port"), "http", "service", "targetPort")),
        ({"targetPort": 9000}, (("endpoints", 0, "targetPort"), 9000, "pods", "")),
        ({"port": "", "targetPort": "app"}, (("endpoints", 0, "targetPort"), "app", "pods", "")),
        (BOTH, (("endpoints", 0, "port"), "http", "service", "targetPort")),
    ],
)
def test_a_service_monitors_port_is_the_services_and_its_target_port_the_pods(endpoint: Any, place: Any) -> None:
    assert found("ServiceMonitor", {"selector": {}, "endpoints": [endpoint]}) == [place]


@pytest.mark.parametrize(
    ("endpoint", "field", "port"),
    [
        (BOTH, "port", "http"),
        ({"targetPort": 9000, "portNumber": 3000}, "portNumber", 3000),
        ({"targetPort": 9000, "port": ""}, "targetPort", 9000),
    ],
)
def test_of_a_pod_monitors_fields_the_first_counts(endpoint: Any, field: str, port: Any) -> None:
    spec = {"selector": {}, "podMetricsEndpoints": [endpoint]}
    assert found("PodMonitor", spec) == [(("podMetricsEndpoints", 0, field), port, "pods", "")]


@pytest.mark.parametrize(
    ("spec", "spaces"),
    [
        ({}, {"shop"}),
        ({"namespaceSelector": None}, {"shop"}),
        ({"namespaceSelector": {"matchNames": []}}, {"shop"}),
        ({"namespaceSelector": {"any": False, "matchNames": ["edge"]}}, {"edge"}),
        ({"namespaceSelector": {"any": True, "matchNames": ["edge"]}}, {"shop", "edge", "lab"}),
    ],
)
def test_a_monitor_selects_in_its_own_namespace_or_in_those_that_it_names(spec: Any, spaces: set[str]) -> None:
    selector = {"matchLabels": {"app": "web"}}
    (place,) = references("PodMonitor", {"selector": selector, "podMetricsEndpoints": [BOTH], **spec})
    selects = place.selects_pods
    assert selects
    assert {space for space in ("shop", "edge", "lab") if selects({"app": "web"}, space)} == spaces
    assert not any(selects({"app": "api"}, space) for space in ("shop", "edge", "lab"))
