"""Environment: the names of variables, and that each has one source.

From 1.32 on a name may have any printable ASCII but '='; before, letters, digits, '-', '_' and '.'.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.container.fields import ALTERNATIVES
from krm_fn.function_config.container.quantities import ONE, SUFFIXES, parts_of
from krm_fn.function_config.formats.kubernetes import is_label_key
from krm_fn.function_config.formats.text import DIGITS, WORD, only
from krm_fn.function_config.problem import Problem, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.container import Circumstances
    from krm_fn.function_config.problem import Steps

_RELAXED = "1.32"
_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_RESOURCES = ("cpu", "memory", "ephemeral-storage")


def variable_name(variable: dict[str, Any], steps: Steps, given: Circumstances) -> Iterator[Problem]:
    """Require a name that Kubernetes accepts for a variable."""
    yield from _named(text(variable, "name"), (*steps, "name"), given)


def prefix(source: dict[str, Any], steps: Steps, given: Circumstances) -> Iterator[Problem]:
    """Require a prefix of variables that may be the name of one."""
    yield from _named(text(source, "prefix"), (*steps, "prefix"), given)


def _named(name: str, steps: Steps, given: Circumstances) -> Iterator[Problem]:
    if not name:
        return
    if given.version and given.version < _RELAXED:
        is_right = only(name, WORD + "-._") and name[0] not in DIGITS and name != "." and not name.startswith("..")
        must = f"must be letters, digits, '-', '_' and '.', not beginning with a digit, with Kubernetes {given.version}"
    else:
        is_right = all(" " <= char <= "~" and char != "=" for char in name)
        must = "must be printable ASCII without '='"
    if not is_right:
        yield Problem(
            code=codes.CONTAINER_VALUE_REFUSED,
            steps=steps,
            must=must,
            value=name,
            remedy="Use letters and '_'.",
        )


def origin(source: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require the name of the object that all variables of an entry are from."""
    for field in ALTERNATIVES["EnvFromSource"]:
        if field in source and not text(source[field], "name"):
            yield _nameless((*steps, field, "name"))


def named_object(selector: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require the name of the object that has the key."""
    if not text(selector, "name"):
        yield _nameless((*steps, "name"))


def field_of_pod(selector: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require one of the Pod's fields that a variable may have."""
    path = text(selector, "fieldPath")
    if path and path not in _FIELDS and not _is_of_map(path):
        yield Problem(
            code=codes.CONTAINER_VALUE_REFUSED,
            steps=(*steps, "fieldPath"),
            must=f"must be {', '.join(_FIELDS)}, or a label or annotation",
            value=path,
            remedy="For a label, metadata.labels['app'].",
        )


def _is_of_map(path: str) -> bool:
    """Return whether a path is that of one label or annotation, such as metadata.labels['app']."""
    for start in ("metadata.labels['", "metadata.annotations['"):
        if path.startswith(start) and path.endswith("']"):
            return is_label_key(path.removeprefix(start).removesuffix("']").lower())
    return False


def resource_of_container(selector: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require a request or a limit, divided by a unit."""
    resource = text(selector, "resource")
    kind, _dot, name = resource.partition(".")
    if resource and not (kind in ("requests", "limits") and (name in _RESOURCES or name.startswith("hugepages-"))):
        listed = ", ".join(f"{field}.{each}" for field in ("limits", "requests") for each in _RESOURCES)
        yield Problem(
            code=codes.CONTAINER_VALUE_REFUSED,
            steps=(*steps, "resource"),
            must=f"must be {listed}, or such a one of hugepages-*",
            value=resource,
            remedy="For example limits.memory.",
        )
        return
    divisor = parts_of(selector.get("divisor", 0))
    allowed = (ONE, ONE // 1000) if name == "cpu" else [parts for unit, parts in SUFFIXES.items() if parts >= ONE]
    if divisor and divisor not in allowed:
        yield Problem(
            code=codes.CONTAINER_VALUE_REFUSED,
            steps=(*steps, "divisor"),
            must="must be 1 or 1m for CPUs, and 1 of a unit such as 1Mi for bytes",
            value=selector["divisor"],
            remedy="Use 1." if name == "cpu" else "Use 1Mi.",
        )


def _nameless(steps: Steps) -> Problem:
    return Problem(
        code=codes.CONTAINER_FIELD_INCOMPLETE, steps=steps, must="must be set", remedy="Name the object that has it."
    )


RULES = {
    "EnvVar": (variable_name,),
    "EnvFromSource": (prefix,),
    "ObjectFieldSelector": (field_of_pod,),
    "ResourceFieldSelector": (resource_of_container,),
}
WHOLE_RULES = {
    "EnvFromSource": (origin,),
    "ConfigMapKeySelector": (named_object,),
    "SecretKeySelector": (named_object,),
}
