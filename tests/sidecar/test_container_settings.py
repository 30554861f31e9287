"""Each odd setting of a container is accepted or refused as Kubernetes does, at the field, wherever it stands."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from krm_fn.yaml_text.paths import parse
from tests.sidecar.container_places import PLACES, container_of, deployment_in, is_of_schema, merged, run
from tests.sidecar.container_settings import NEWER, OLDEST, SETTINGS, Setting

if TYPE_CHECKING:
    from krm_fn.yaml_text.paths import Pattern

ROWS = [(setting, OLDEST) for setting in SETTINGS] + [(setting, "") for setting in NEWER]
each_row = pytest.mark.parametrize(
    ("setting", "version"), ROWS, ids=lambda value: getattr(value, "text", value or "newest")
)
ELSEWHERE = ("image", "name", "ports[0].name")
"""Fields by which a container of our name is known for ours, and those of its ports, are refused as such."""
PRE_STOP = "lifecycle.preStop.sleep.seconds"
NULL_LIMIT = "memory: null"
"""Removes a default in a functionConfig; in a manifest it is a limit of nothing."""


def test_there_are_many() -> None:
    assert len(ROWS) > 400
    assert len({setting.text for setting, _ in ROWS}) > 400


@each_row
def test_verdict_in_the_function_config(setting: Setting, version: str) -> None:
    refused, stdout = run(setting.fields, "sidecar", version)
    assert refused == expected(setting, "sidecar")
    if not refused:
        desired = container_of(merged(setting.fields), "sidecar")
        assert container_of(deployment_in(stdout), "sidecar") == as_written(desired)
        return
    proposed = proposed_in(stdout)
    if proposed is not None:
        fields = setting.fields  # a value that is proposed works
        put(fields, parse(setting.refused_at), proposed)
        assert run(fields, "sidecar", version)[0] == []


@each_row
def test_verdict_on_a_container_that_the_user_wrote(setting: Setting, version: str) -> None:
    refused, _ = run(setting.fields, "written", version)
    if setting.refused_at not in ELSEWHERE and NULL_LIMIT not in setting.text:
        assert refused == expected(setting, "written")


def test_a_limit_of_null_in_a_manifest_is_refused() -> None:
    refused, _ = run({"resources": {"limits": {"memory": None}}}, "written")
    assert refused == ["spec.template.spec.containers[1].resources.limits.memory"]


@each_row
def test_verdict_on_the_exporter(setting: Setting, version: str) -> None:
    if setting.text.startswith("resources"):
        refused, _ = run(setting.fields, "exporter", version)
        assert refused == expected(setting, "exporter")


@each_row
def test_what_the_schemas_refuse_is_refused(setting: Setting, version: str) -> None:
    del version
    assert setting.refused_at or is_of_schema(merged(setting.fields))


APP = {"name": "web", "image": "web:1", "ports": [{"containerPort": 3000}]}
ON_HOST = {"hostNetwork": True, "containers": [APP]}


@pytest.mark.parametrize(
    ("text", "pod", "refused_at"),
    [
        ("ports: [{containerPort: 9000}]", ON_HOST, ""),
        ("ports: [{containerPort: 9000, hostPort: 9000}]", ON_HOST, ""),
        ("ports: [{containerPort: 9000, hostPort: 9001}]", ON_HOST, "ports[0].hostPort"),
        ("ports: [{containerPort: 3000}]", ON_HOST, "ports[0].hostPort"),
        ("ports: [{containerPort: 3000, protocol: UDP}]", ON_HOST, ""),
        ("lifecycle: {preStop: {sleep: {seconds: 31}}}", {"terminationGracePeriodSeconds": 60}, ""),
        ("lifecycle: {preStop: {sleep: {seconds: 61}}}", {"terminationGracePeriodSeconds": 60}, PRE_STOP),
        ("lifecycle: {stopSignal: SIGQUIT}", {"os": {"name": "linux"}}, ""),
        ("lifecycle: {stopSignal: SIGNONE}", {"os": {"name": "linux"}}, "lifecycle.stopSignal"),
        ("resources: {claims: [{name: gpu}]}", {"resourceClaims": [{"name": "gpu"}]}, ""),
        ("resources: {claims: [{name: gpus}]}", {"resourceClaims": [{"name": "gpu"}]}, "resources.claims[0].name"),
    ],
)
def test_verdict_beside_the_rest_of_the_pod(text: str, pod: dict[str, Any], refused_at: str) -> None:
    setting = Setting(text=text, refused_at=refused_at)
    assert run(setting.fields, **pod)[0] == expected(setting, "sidecar")


def test_a_native_sidecar_has_a_startup_probe_to_complete() -> None:
    probe = {"failureThreshold": 30}
    assert run({"startupProbe": probe})[0] == ["spec.sidecar.container.startupProbe"]
    assert run({"startupProbe": probe}, mode="native")[0] == []


@pytest.mark.parametrize(("policy", "refused"), [("Always", False), ("Never", True), ("always", True)])
def test_a_native_sidecar_of_the_user_is_always_started_again(policy: str, refused: bool) -> None:
    own = {"name": "px", "restartPolicy": policy}
    found, _ = run({}, mode="native", initContainers=[own])
    assert found == ["spec.template.spec.initContainers[0].restartPolicy"] * refused


def proposed_in(stdout: bytes) -> Any:
    """Return the value that the first result proposes, None where it proposes none."""
    (result, *_) = yaml.load(stdout, Loader=yaml.CSafeLoader)["results"]
    return result["field"].get("proposedValue")


def put(data: Any, steps: Pattern, value: Any) -> None:
    """Set a value in plain data, in mappings that are made where they are not there."""
    for step, following in pairwise(steps):
        if isinstance(data, dict) and data.get(step) is None:
            data[step] = [] if isinstance(following, int) else {}
        data = data[step]
    data[steps[-1]] = value


def expected(setting: Setting, place: str) -> list[str]:
    return [f"{PLACES[place]}.{setting.refused_at}"] if setting.refused_at else []


def as_written(value: Any) -> Any:
    """Return data as the function writes it: numbers with a fraction as text, which every reader reads alike."""
    if isinstance(value, dict):
        return {key: as_written(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_written(each) for each in value]
    return str(value) if isinstance(value, float) else value
