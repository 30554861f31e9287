"""LimitRanges of the workload's namespace: what they require of a container and of a Pod, and what they fill in."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.container.quantities import BOUNDED, ONE, parts_of, resources_of, text_of, total
from krm_fn.pod_checks.addition import in_namespace
from krm_fn.result import Result
from krm_fn.yaml_text.paths import mapping_at, mappings_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.pod_checks.addition import AddedContainer, Addition
    from krm_fn.result import ResourceRef

    Resources = dict[str, dict[str, int]]

_ANY = ONE << 63
"""More than any container has."""


def problems(added: Addition) -> Iterator[Result]:
    """Yield a warning for each bound that a container of ours, or the Pod with ours, is outside of."""
    for limit, ref in _limits(added):
        if limit.get("type") == "Container":
            for each in added.every:
                container = with_defaults(each, added)
                found = {field: resources_of(container, field) for field in ("requests", "limits")}
                yield from _outside(limit, found, each.field, added, ref)
        elif limit.get("type") == "Pod":
            found = {field: total(added.running, field) for field in ("requests", "limits")}
            yield from _pod_above(limit, found, added, ref)


def with_defaults(each: AddedContainer, added: Addition) -> dict[str, Any]:
    """Return a container with what the LimitRanges fill in: a limit, and a request where neither is set."""
    resources = {field: dict(mapping_at(each.container, ("resources", field))) for field in ("requests", "limits")}
    for name, value in resources["limits"].items():
        resources["requests"].setdefault(name, value)
    for limit, _ in _limits(added):
        if limit.get("type") == "Container":
            default = {**mapping_at(limit, ("max",)), **mapping_at(limit, ("default",))}
            requested = {**mapping_at(limit, ("min",)), **default, **mapping_at(limit, ("defaultRequest",))}
            resources["limits"] = {**default, **resources["limits"]}
            resources["requests"] = {**requested, **resources["requests"]}
    return {**each.container, "resources": resources}


def _limits(added: Addition) -> Iterator[tuple[dict[str, Any], ResourceRef]]:
    for data, ref in in_namespace(added, "LimitRange"):
        for limit in mappings_at(data, ("spec", "limits")):
            yield limit, ref


def _outside(
    limit: dict[str, Any], found: Resources, field: str, added: Addition, ref: ResourceRef
) -> Iterator[Result]:
    """Yield a warning for each request and limit of a container that is too small, too large, or too far apart."""
    for resource in BOUNDED:
        least, most = (parts_of(mapping_at(limit, (bound,)).get(resource)) for bound in ("min", "max"))
        least, most = least or 0, most or _ANY
        request, own_limit = (found[kind].get(resource) for kind in ("requests", "limits"))
        allowed = None if own_limit is None else min(max(own_limit, least), most)
        ratio = parts_of(mapping_at(limit, ("maxLimitRequestRatio",)).get(resource))
        apart = -(-allowed * ONE // ratio) if allowed and ratio else 0
        if ratio and request and not own_limit:
            value = text_of(request * ratio // ONE, resource)
            message = (
                f"must be set, got none: {ref} bounds how many times the request it is, so that the API server would "
                f"refuse the Pods of {added.workload.ref}. Set at most {value}."
            )
            yield _result(added, f"{field}.resources.limits.{resource}", message, None, value)
        bounds = {
            "requests": (request, max(least, apart), min(most, allowed or most)),
            "limits": (own_limit, least, most),
        }
        for kind, (own, low, high) in bounds.items():
            if own is None or low <= own <= high:
                continue
            value = text_of(low if own < low else high, resource)
            message = (
                f"must be at {'least' if own < low else 'most'} {value}, as {ref} requires of each container, got "
                f"{text_of(own, resource)}: the API server would refuse the Pods of {added.workload.ref}. Set {value}."
            )
            yield _result(added, f"{field}.resources.{kind}.{resource}", message, text_of(own, resource), value)


def _pod_above(limit: dict[str, Any], found: Resources, added: Addition, ref: ResourceRef) -> Iterator[Result]:
    """Yield a warning for each `max` that all containers together exceed."""
    field = added.containers[0].field
    for resource in BOUNDED:
        most = parts_of(mapping_at(limit, ("max",)).get(resource))
        for kind in ("requests", "limits"):
            whole = found[kind].get(resource, 0)
            own = total((each.container for each in added.containers), kind).get(resource, 0)
            if most is not None and whole - own <= most < whole:
                message = (
                    f"must leave the {kind} of all containers together at most {text_of(most, resource)}, by {ref}, "
                    f"got {text_of(whole, resource)} with the {text_of(own, resource)} that is added: the API server "
                    f"would refuse the Pods of {added.workload.ref}. Raise that limit, or set less."
                )
                yield _result(added, f"{field}.resources.{kind}.{resource}", message, text_of(own, resource), None)


def _result(added: Addition, path: str, message: str, current: str | None, proposed: str | None) -> Result:
    code = codes.LIMIT_RANGE_UNMET
    return Result(code=code, ref=added.ref, path=path, message=message, current_value=current, proposed_value=proposed)
