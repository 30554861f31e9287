"""Resources: their names, whole numbers of what cannot be divided, and requests within limits."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.container.quantities import ONE, parts_of
from krm_fn.function_config.formats.kubernetes import is_label_key
from krm_fn.function_config.problem import Problem, mapping
from krm_fn.function_config.value_problems import nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.container import Circumstances
    from krm_fn.function_config.problem import Steps

_STANDARD = ("cpu", "memory", "ephemeral-storage")
_HUGE = "hugepages-"
_FIELDS = ("limits", "requests")


def names(resources: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require one of Kubernetes' own resources, or an extended one, which has a domain."""
    for field in _FIELDS:
        for name in mapping(resources, field):
            if _is_known(name):
                continue
            near = nearest(name, _STANDARD)
            yield Problem(
                code=codes.CONTAINER_VALUE_REFUSED,
                steps=(*steps, field, name),
                must=f"must be {', '.join(_STANDARD)}, {_HUGE}SIZE, or a name with a domain such as example.com/gpu",
                remedy=f"Did you mean {near}?" if near else "Correct the name.",
            )


def _is_known(name: object) -> bool:
    if not isinstance(name, str) or not is_label_key(name):
        return False
    if "/" not in name:
        return name in _STANDARD or name.startswith(_HUGE)
    return _is_shared(name) or (not name.startswith("requests.") and is_label_key(f"requests.{name}"))


def _is_shared(name: str) -> bool:
    """Return whether Pods may request less of a resource than they are limited to."""
    return ("/" not in name or "kubernetes.io/" in name) and not name.startswith(_HUGE)


def whole_numbers(resources: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require whole numbers of an extended resource."""
    for field in _FIELDS:
        for name, value in mapping(resources, field).items():
            parts = parts_of(value)
            if "/" in str(name) and not _is_shared(str(name)) and parts is not None and parts % ONE:
                yield Problem(
                    code=codes.CONTAINER_VALUE_REFUSED,
                    steps=(*steps, field, name),
                    must="must be a whole number",
                    value=value,
                    remedy=f"Use {parts // ONE + 1}.",
                    proposed=parts // ONE + 1,
                )


def whole_pages(resources: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require a multiple of the size of huge pages."""
    for field in _FIELDS:
        for name, value in mapping(resources, field).items():
            if not str(name).startswith(_HUGE):
                continue
            size, parts = parts_of(str(name).removeprefix(_HUGE)), parts_of(value)
            if not size or (parts is not None and parts % size):
                yield Problem(
                    code=codes.CONTAINER_VALUE_REFUSED,
                    steps=(*steps, field, name),
                    must="must be a multiple of the size in its name",
                    value=value,
                    remedy="For example hugepages-2Mi: 4Mi.",
                )


def within_limits(resources: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require a request of at most its limit, and of just that where Pods may not share the resource."""
    limits = mapping(resources, "limits")
    for name, value in mapping(resources, "requests").items():
        request, limit = parts_of(value), parts_of(limits.get(name))
        if not isinstance(name, str) or request is None or limit is None:
            continue
        if request > limit if _is_shared(name) else request != limit:
            be = "be at most" if _is_shared(name) else "equal"
            yield Problem(
                code=codes.CONTAINER_FIELDS_CONFLICT,
                steps=(*steps, "requests", name),
                must=f"must {be} the limit, {limits[name]}",
                value=value,
                remedy=f"Set {limits[name]}, or another limit.",
                proposed=limits[name],
            )


def limited(resources: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require a limit for what Pods may not share, where it is requested."""
    limits = mapping(resources, "limits")
    for name, value in mapping(resources, "requests").items():
        if _is_known(name) and not _is_shared(name) and limits.get(name) is None:
            yield Problem(
                code=codes.CONTAINER_FIELD_INCOMPLETE,
                steps=(*steps, "limits", name),
                must="must be set where it is requested: it is not shared",
                remedy=f"Set {value}, as it is requested.",
                proposed=value,
            )


def pages_beside_others(resources: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require CPU or memory beside huge pages."""
    named = {name for field in _FIELDS for name in mapping(resources, field)}
    pages = sorted(str(name) for name in named if str(name).startswith(_HUGE))
    if pages and named.isdisjoint(("cpu", "memory")):
        yield Problem(
            code=codes.CONTAINER_FIELD_INCOMPLETE,
            steps=(*steps, "requests"),
            must=f"must hold cpu or memory where {pages[0]} is set",
            remedy="Set cpu: 10m.",
        )


RULES = {"ResourceRequirements": (names, whole_numbers, whole_pages, within_limits)}
WHOLE_RULES = {"ResourceRequirements": (limited, pages_beside_others)}
