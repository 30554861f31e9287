"""A companion is one module: what it returns gets into the Pod, is checked, recorded and removed."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import pytest

from krm_fn.companions import Companion, PodPort
from krm_fn.function import transform
from krm_fn.function_config.generated.values import Companions, Metadata, ProxySidecar, Spec, Target
from krm_fn.record import Record
from krm_fn.removal import remove
from krm_fn.resource_list.items import Source
from krm_fn.resource_list.resource_list import Resources
from krm_fn.result import FunctionError

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: web:1
          ports:
            - {name: http, containerPort: 3000}
"""


class MoreCompanions(Record):
    """The companions, and one more."""

    metrics: None = None
    shipper: dict[str, Any] | None = None


def companion(settings: dict[str, Any], _config: object, sidecar: str, _engine: object) -> Companion:
    port = PodPort(number=settings["port"], name="ship", number_field="spec.companions.shipper.port", name_field="")
    return Companion(
        containers=({"name": f"{sidecar}-shipper", "image": "shipper:1"},),
        name_fields=("spec.companions.shipper.name",),
        volumes=({"name": "logs", "emptyDir": {}},),
        mounts=({"name": "logs", "mountPath": "/var/log/proxy"},),
        ports=(port,),
        summary="Logs are shipped.",
    )


@pytest.fixture
def shipper(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("krm_fn.companions.shipper")
    module.companion = companion  # type: ignore[attr-defined] # which is all that a companion's module has
    monkeypatch.setitem(sys.modules, module.__name__, module)


def config(port: int) -> ProxySidecar:
    companions: Any = MoreCompanions(shipper={"port": port})
    spec = Spec(target=Target(kind="Deployment"), companions=companions)
    return ProxySidecar(metadata=Metadata(name="proxy"), spec=spec)


def resources() -> Resources:
    text = DEPLOYMENT.encode()
    return Resources([Source(text, [(0, len(text))])])


def test_every_field_has_its_module() -> None:
    assert all(find_spec(f"krm_fn.companions.{field}") for field in Companions._fields)


@pytest.mark.usefixtures("shipper")
def test_what_a_companion_returns_gets_into_the_pod_and_out_again() -> None:
    given = resources()
    results = transform(given, config(port=9000))
    (deployment,) = given.items
    pod = deployment.data["spec"]["template"]["spec"]
    assert [container["name"] for container in pod["containers"]] == ["web", "proxy", "proxy-shipper"]
    assert {"name": "logs", "mountPath": "/var/log/proxy"} in pod["containers"][1]["volumeMounts"]
    assert {"name": "logs", "emptyDir": {}} in pod["volumes"]
    assert any(result.message.endswith("Logs are shipped.") for result in results)
    remove(given, ["proxy"])
    assert deployment.text == DEPLOYMENT


@pytest.mark.usefixtures("shipper")
def test_the_ports_of_a_companion_are_checked() -> None:
    with pytest.raises(FunctionError) as caught:
        transform(resources(), config(port=3000))
    assert [result.path for result in caught.value.results] == ["spec.companions.shipper.port"]
