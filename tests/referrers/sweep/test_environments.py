"""A Service's name and its port in variables of one container that are written in several objects."""

from __future__ import annotations

from typing import Any

import pytest

from krm_fn.function import process
from tests.laws.items import as_json
from tests.referrers.sweep.test_spellings import APP, OTHERS, SERVICE, SETTINGS

HOST, PORT = {"BACKEND_HOST": "web"}, {"BACKEND_PORT": "80"}
OF_HOST, OF_PORT = ({"configMapRef": {"name": name}} for name in ("host", "port"))
BY_KEY = {"name": "BACKEND_PORT", "valueFrom": {"configMapKeyRef": {"name": "keyed", "key": "number"}}}


def config_map(name: str, data: dict[str, str], namespace: str = "shop") -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data}


def pod(**container: Any) -> dict[str, Any]:
    metadata = {"name": "client", "namespace": "shop"}
    spec = {"containers": [{"name": "client", "image": "client", **container}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def variables(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


CASES = {
    "two ConfigMaps": (pod(envFrom=[OF_HOST, OF_PORT]), "port data.BACKEND_PORT"),
    "with prefixes": (
        pod(envFrom=[{**OF_HOST, "prefix": "A_"}, {**OF_PORT, "prefix": "A_"}]),
        "port data.BACKEND_PORT",
    ),
    "the host in a ConfigMap": (
        pod(envFrom=[OF_HOST], env=variables(PORT)),
        "client spec.containers[0].env[0].value",
    ),
    "the port in a ConfigMap": (pod(envFrom=[OF_PORT], env=variables(HOST)), "port data.BACKEND_PORT"),
    "the port by its key": (pod(env=[*variables(HOST), BY_KEY]), "keyed data.number"),
}
NONE = {
    "no container takes both": pod(envFrom=[OF_HOST]),
    "a later variable counts": pod(envFrom=[OF_HOST, OF_PORT], env=variables({"BACKEND_PORT": "81"})),
    "another prefix": pod(envFrom=[{**OF_HOST, "prefix": "A_"}, {**OF_PORT, "prefix": "B_"}]),
}


def reported(client: dict[str, Any], namespace: str = "shop") -> list[str]:
    """Return where something is reported, for ConfigMaps with a host and a port in a namespace."""
    settings = {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": {"name": "p"}}
    given = [
        client,
        config_map("host", HOST, namespace),
        config_map("port", PORT, namespace),
        config_map("keyed", {"number": "80"}, namespace),
    ]
    whole = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": [APP, SERVICE, *OTHERS, *given],
        "functionConfig": {**settings, "spec": SETTINGS["the port moved"]},
    }
    outcome = process(as_json(whole).encode())
    assert outcome.exit_code == 0
    found = [each for each in outcome.results if each.ref and each.ref.name in ("client", "host", "port", "keyed")]
    assert all(each.code.number == "PS608" for each in found)
    return [f"{each.ref.name} {each.path}" for each in found if each.ref]


@pytest.mark.parametrize("case", CASES)
def test_a_port_is_reported_where_it_is_written(case: str) -> None:
    client, place = CASES[case]
    assert reported(client) == [place]


@pytest.mark.parametrize("case", NONE)
def test_what_no_container_has_beside_each_other_is_not(case: str) -> None:
    assert reported(NONE[case]) == []


def test_a_config_map_of_another_namespace_is_not_taken() -> None:
    assert reported(pod(envFrom=[OF_HOST, OF_PORT]), "other") == []
