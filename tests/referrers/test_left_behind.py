"""What names a port that is there only with the proxy is reported when that port goes, and nothing else is."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from krm_fn.function import process
from krm_fn.function_config.load import load
from krm_fn.references.kinds.generated import MODULES
from krm_fn.referrers.left_behind.warnings import left_behind
from krm_fn.removal import remove
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.result import Result
from krm_fn.yaml_text.paths import get, shown_path, walk

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").iterdir())
WRITTEN_BEFORE = {
    "referrer-istio-peerauthentication-of-the-proxys-port-alone": 2,
    "cutover-service-networkpolicy": 1,
    "cutover-service-networkpolicy-closes-the-apps-port": 1,
    "linkerd-server-for-the-apps-own-port": 1,
    "metrics-by-an-exporter": 2,
    "policies-that-admit-all-to-the-apps-port-too": 4,
    "policies-that-admit-others-to-the-proxys-port": 7,
    "referrer-networkpolicy": 1,
    "referrer-networkpolicy-closes-the-apps-port": 1,
}
"""In how many places of an example the user names what the proxy, or the app, has only with it, before there is one."""
ALSO_OURS = ("protocol", "scheme", "app", "alertmanager", "mode", "kubernetes.io/metadata.name")
"""Keys under which the function writes what is no port."""
examples = pytest.mark.parametrize("directory", EXAMPLES, ids=lambda directory: directory.name)


UNREADABLE = ("record-of-another-object-that-cannot-be-read",)
"""Examples with a record with which no removal is possible."""


@cache
def injected(directory: Path) -> bytes:
    return process((directory / "input.yaml").read_bytes()).stdout


@examples
def test_what_the_function_wrote_leaves_nothing_behind(directory: Path) -> None:
    if b"undo.krm-fn.dev/" in (directory / "input.yaml").read_bytes() or b"undo.krm-fn.dev/" not in injected(directory):
        return  # it shows what was edited between two runs, or leaves no record
    _, warnings = removed(injected(directory))
    assert len(warnings) == WRITTEN_BEFORE.get(directory.name, 0), [warning.line() for warning in warnings]


@examples
def test_each_copied_reference_is_reported(directory: Path) -> None:
    """A copy by hand of what the function wrote, in a further object, has no record, and so stays as it is."""
    stdout = injected(directory)
    came = data_of(ResourceList(stdout))
    if not any(map(is_referrer, came)) or directory.name in UNREADABLE:
        return
    restored, _ = removed(stdout)
    left = {identity(data): data for data in data_of(restored)}
    there = ports_in(left.values())
    copies, expected = [], {}
    for data in came:
        if not is_referrer(data):
            continue
        copied = copy.deepcopy(data)
        copied["metadata"].update(name=f"copied-{data['metadata']['name']}", annotations={})
        copies.append(copied)
        for path, value in walk(data):
            is_new = isinstance(value, int | str) and get(left[identity(data)], path) != value
            if is_new and path[0] != "metadata" and not is_ours(path[-1]) and str(value) not in there:
                expected[data["kind"], copied["metadata"]["name"], shown_path(path)] = value
    config = yaml.safe_load(yaml.safe_dump(ResourceList(stdout).function_config()))
    whole = {**HEAD, "items": [*came, *copies], "functionConfig": config}
    _, warnings = removed(yaml.safe_dump(whole, sort_keys=False).encode())
    reported = {(each.ref.kind, each.ref.name, each.path): each.current_value for each in warnings if each.ref}
    assert {place: reported.get(place) for place in expected} == expected


def test_most_kinds_of_references_are_copied() -> None:
    kinds = {data["kind"] for each in EXAMPLES for data in data_of(ResourceList(injected(each))) if is_referrer(data)}
    assert len(kinds & MODULES.keys()) > 25, MODULES.keys() - kinds


HEAD = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList"}


def removed(stdout: bytes) -> tuple[ResourceList, list[Result]]:
    """Return a list without what its ProxySidecar added, and the warnings of what is left behind."""
    resource_list = ResourceList(stdout)
    config = load(resource_list.function_config())
    remove(resource_list, [config.metadata.name, *config.spec.former_names])
    return resource_list, left_behind(resource_list.items, config.spec)


def data_of(resource_list: ResourceList) -> list[dict[str, Any]]:
    return [item.readable_data for item in resource_list.items if not item.removed]


def is_ours(key: str | int) -> bool:
    return key in ALSO_OURS or str(key).startswith("app.kubernetes.io/")


def identity(data: dict[str, Any]) -> tuple[object, ...]:
    metadata = data.get("metadata") or {}
    return data.get("apiVersion"), data.get("kind"), metadata.get("namespace"), metadata.get("name")


def is_referrer(data: dict[str, Any]) -> bool:
    """Return whether an object was changed only because it refers to others."""
    annotations = (data.get("metadata") or {}).get("annotations") or {}
    has_record = any(str(key).startswith("undo.krm-fn.dev/") for key in annotations)
    is_named = data.get("kind") not in ("Service", "ApisixUpstream", "BackendConfig")  # a copy is for no Service here
    return has_record and is_named and all(path[-1:] != ("containers",) for path, _ in walk(data))


def ports_in(items: Any) -> set[str]:
    """Return all numbers and names of the ports of Services and Pods, as text."""
    return {
        str(port.get(field))
        for data in items
        for path, ports in walk(data)
        if path[-1:] == ("ports",) and data.get("kind") != "NetworkPolicy" and isinstance(ports, list)
        for port in ports
        if isinstance(port, dict)
        for field in ("name", "port", "containerPort")
    }
