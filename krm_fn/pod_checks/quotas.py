"""ResourceQuotas of the workload's namespace: with one on a resource, each container must name it."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.container.quantities import BOUNDED, parts_of, resources_of, text_of, total
from krm_fn.pod_checks.addition import in_namespace
from krm_fn.pod_checks.limit_ranges import with_defaults
from krm_fn.result import Result
from krm_fn.yaml_text.paths import list_at, mapping_at, mappings_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.pod_checks.addition import Addition
    from krm_fn.result import ResourceRef

_USUAL = {
    "requests": {"cpu": "10m", "memory": "16Mi", "ephemeral-storage": "64Mi"},
    "limits": {"cpu": "500m", "memory": "64Mi", "ephemeral-storage": "320Mi"},
}
"""Values that work where a container names none."""


def problems(added: Addition) -> Iterator[Result]:
    """Yield a warning for each quota that one Pod exceeds with ours, and for each value that one requires of ours."""
    found: dict[str, tuple[str, ResourceRef, str]] = {}
    for quota, ref in in_namespace(added, "ResourceQuota"):
        hard = mapping_at(quota, ("spec", "hard")) if _is_for(quota, added.workload.pod_spec) else {}
        for key, most in hard.items():
            prefix, _, resource = str(key).rpartition(".")
            field = prefix or "requests"
            if field not in ("requests", "limits") or resource not in BOUNDED:
                continue
            if resources_of(added.workload.pod_spec, field).get(resource) and not added.workload.kind.operated:
                continue  # the Pod's own resources count in place of the containers'
            yield from _exceeded(added, field, resource, parts_of(most), f"{key} of {ref}")
            for each in added.every:
                if not resources_of(with_defaults(each, added), field).get(resource):
                    path, value = f"{each.field}.resources.{field}.{resource}", _usual(field, resource, most)
                    if path not in found or (parts_of(value) or 0) < (parts_of(found[path][0]) or 0):
                        found[path] = value, ref, str(key)
    for path, (value, ref, key) in found.items():
        message = (
            f"must be set, got none: {ref} has a quota on {key}, so that each container must have it, or the API "
            f"server refuses the Pods of {added.workload.ref}. Set it, for example to {value}."
        )
        yield Result(code=codes.QUOTA_UNMET, ref=added.ref, path=path, message=message, proposed_value=value)


def _exceeded(added: Addition, field: str, resource: str, most: int | None, where: str) -> Iterator[Result]:
    """Yield a warning where one Pod has more than the quota, and ours is a part of that."""
    whole = total(added.running, field).get(resource, 0)
    own = total((each.container for each in added.containers), field).get(resource, 0)
    if most is not None and whole - own <= most < whole:
        message = (
            f"must leave the Pod at most {text_of(most, resource)}, by {where}, got {text_of(whole, resource)} "
            f"with the {text_of(own, resource)} that is added: the API server refuses the Pods of "
            f"{added.workload.ref}. Raise the quota to {text_of(whole, resource)} for each Pod, or set less."
        )
        path = f"{added.containers[0].field}.resources.{field}.{resource}"
        value = text_of(own, resource)
        yield Result(code=codes.QUOTA_UNMET, ref=added.ref, path=path, message=message, current_value=value)


def _usual(field: str, resource: str, most: object) -> str:
    """Return a value that a container may have, which is no more than the quota."""
    text = _USUAL[field][resource]
    usual, limit = parts_of(text), parts_of(most)
    return text_of(limit, resource) if limit and usual and limit < usual else text


def _is_for(quota: dict[str, Any], pod: dict[str, Any]) -> bool:
    """Return whether all scopes of a quota are those of a Pod, whose containers of ours request something."""
    scopes = [{"scopeName": name, "operator": "Exists"} for name in list_at(quota, ("spec", "scopes"))]
    return all(
        _is_in(scope, pod) for scope in (*scopes, *mappings_at(quota, ("spec", "scopeSelector", "matchExpressions")))
    )


def _is_in(scope: dict[str, Any], pod: dict[str, Any]) -> bool:
    """Return whether a Pod is certainly in a scope."""
    name = scope.get("scopeName")
    if name == "PriorityClass":
        priority = pod.get("priorityClassName")
        is_listed = priority in list_at(scope, ("values",))
        found = {
            "In": bool(priority) and is_listed,
            "NotIn": bool(priority) and not is_listed,
            "Exists": bool(priority),
            "DoesNotExist": not priority,
        }
        return found.get(str(scope.get("operator")), False)
    ends = isinstance(pod.get("activeDeadlineSeconds"), int)
    return {"NotBestEffort": True, "Terminating": ends, "NotTerminating": not ends}.get(str(name), False)
