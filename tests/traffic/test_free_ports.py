"""Ports that are left out are free, and ports that are given are refused where they are not."""

from __future__ import annotations

from typing import Any

import pytest

from krm_fn.summary import Outcome
from tests.traffic.judged import Object, container, deployment, items, run, service


def listened(outcome: Outcome) -> int:
    """Return the number of the listener's port."""
    pod = items(outcome)[0]["spec"]["template"]["spec"]
    (proxy,) = (each for each in pod["containers"] if each["image"].startswith("nginx"))
    return int(proxy["ports"][0]["containerPort"])


@pytest.mark.parametrize(
    ("app", "number"),
    [
        ({}, 8080),
        ({"env": [{"name": "PORT", "value": "18080"}]}, 8080),
        ({"env": [{"name": "API", "value": "http://api:8080/"}, {"name": "V", "value": "v1.8080"}]}, 8080),
        ({"env": [{"name": "PORT", "value": "8080"}]}, 8082),
        ({"args": ["--listen", "0.0.0.0:8080"]}, 8082),
        ({"args": ["--upstream=http://127.0.0.1:8080/"]}, 8082),
        ({"lifecycle": {"preStop": {"httpGet": {"port": 8080}}}}, 8082),
        ({"livenessProbe": {"tcpSocket": {"port": 8080}}}, 8082),
        ({"ports": [{"containerPort": 3000}, {"containerPort": 8080}]}, 8082),
    ],
)
def test_a_number_that_the_pod_names_is_left_alone(app: dict[str, Any], number: int) -> None:
    declared = [] if "ports" in app else [3000]
    to_it = service({"name": "main", "port": 80, "targetPort": 3000})
    objects: list[Object] = [deployment(container(*declared, **app)), to_it]
    assert listened(run(*objects)) == number


def test_the_proxy_is_never_in_front_of_itself() -> None:
    outcome = run(deployment(container(env=[{"name": "PORT", "value": "8080"}])))
    assert listened(outcome) == 8082


@pytest.mark.parametrize(
    ("app", "listener"),
    [
        ({"livenessProbe": {"httpGet": {"port": 8085}}}, {"port": 8085, "upstream": {"port": 3000}}),
        ({}, {"port": 8085, "upstream": {"port": 8085}}),
    ],
)
def test_a_given_number_that_is_taken_is_an_error(app: dict[str, Any], listener: dict[str, Any]) -> None:
    outcome = run(deployment(container(*([] if "ports" in app else [3000]), **app)), listeners=[listener])
    assert [result.code.number for result in outcome.results if result.severity == "error"] == ["PS301"]
