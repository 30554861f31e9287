"""Objects as version 1.20 of the API knows them, and custom kinds, so that the server can judge what is newer."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tests.servers.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.cluster.api import Api

_OLDER = {
    ("autoscaling/v2", "HorizontalPodAutoscaler"): "autoscaling/v2beta2",
    ("batch/v1", "CronJob"): "batch/v1beta1",
    ("discovery.k8s.io/v1", "EndpointSlice"): "discovery.k8s.io/v1beta1",
    ("policy/v1", "PodDisruptionBudget"): "policy/v1beta1",
}
"""API versions that came after 1.20, each with the one before it that has the same fields."""


def known(data: Any) -> Any:
    """Return an object as 1.20 has it: image volumes are empty, native sidecars are plain, and a pause is a command."""
    older = _OLDER.get((_text(data, "apiVersion"), _text(data, "kind")))
    plain = _with_known_fields(data)
    return {**plain, "apiVersion": older} if older else plain


def _with_known_fields(data: Any) -> Any:
    if isinstance(data, list):
        return [_with_known_fields(each) for each in data]
    if not isinstance(data, dict):
        return data
    new = {key: _with_known_fields(value) for key, value in data.items()}
    match new:
        case {"initContainers": [*first], "containers": [*containers]}:
            native = [each for each in first if isinstance(each, dict) and each.get("restartPolicy") == "Always"]
            plain = [{key: value for key, value in each.items() if key != "restartPolicy"} for each in native]
            new["initContainers"] = [each for each in first if each not in native]
            new["containers"] = [*containers, *plain]
        case {"name": _, "image": {"reference": str()}}:
            del new["image"]
            new["emptyDir"] = {}
        case {"preStop": {"sleep": {"seconds": seconds}}}:
            new["preStop"] = {"exec": {"command": ["sleep", str(seconds)]}}
    return new


def add_custom_kinds(api: Api, objects: Iterable[Any]) -> None:
    """Make the server take the kinds of these objects that it has not, with any fields."""
    missing: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    served = {version.partition("/")[0] for version, _ in api.kinds}
    for data in objects:
        group, separator, version = _text(data, "apiVersion").partition("/")
        if separator and group not in served:
            missing[group, _text(data, "kind")][version] = None
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    for (group, kind), versions in missing.items():
        api.call("POST", path, _definition(group, kind, list(versions)))
    wait_until(
        lambda: all(map(_is_established, api.call("GET", path).body["items"])), 60, "the custom kinds to be served"
    )
    api.discover()


def _definition(group: str, kind: str, versions: list[str]) -> dict[str, Any]:
    plural = f"{kind.lower()}s"
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{plural}.{group}",
            "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"},  # for groups of Kubernetes' own
        },
        "spec": {
            "group": group,
            "names": {"kind": kind, "plural": plural},
            "scope": "Namespaced",
            "versions": [
                {"name": version, "served": True, "storage": version == versions[0], "schema": schema}
                for version in versions
            ],
        },
    }


def _is_established(definition: dict[str, Any]) -> bool:
    conditions = definition.get("status", {}).get("conditions") or ()
    return any((each["type"], each["status"]) == ("Established", "True") for each in conditions)


def _text(data: Any, key: str) -> str:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""
