"""Snippets are whole directives known to be safe, which stay in their block, and `spec.snippets.allow` is true."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.problem import Problem, entries, listeners_of, mapping, routes_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.codes import Code
    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.snippets", "spec.listeners[].snippet", "spec.listeners[].routes[].snippet")
_OPERATIONS = ("add", "replace", "remove", "test")
_PATCHABLE = ("/apps/http/", "/logging/logs/")


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check that snippets and patches are allowed, stay in their place, and use no files."""
    snippets = mapping(mapping(document, "spec"), "snippets")
    found = list(_snippets(document, snippets))
    patch = entries(snippets, "patch")
    if (found or patch) and snippets.get("allow") is not True:
        must = "must be true where there are snippets"
        steps: Steps = ("spec", "snippets", "allow")
        yield Problem(code=codes.SNIPPETS_NOT_ALLOWED, steps=steps, must=must, remedy="Read them, then set it.")
    if found:
        yield from _problems(found)
    for index, operation in enumerate(patch):
        code, reason = _why_not_applied(operation)
        if reason:
            yield Problem(code=code, steps=("spec", "snippets", "patch", index), must=f"must {reason}")


def _snippets(document: dict[Any, Any], snippets: dict[Any, Any]) -> Iterator[tuple[Steps, str, str]]:
    """Yield the snippets of nginx: their path, their block, and their text."""
    for field in ("main", "http"):
        if isinstance(snippets.get(field), str):
            yield ("spec", "snippets", field), field, snippets[field]
    for place, listener in listeners_of(document):
        if isinstance(listener.get("snippet"), str):
            yield (*place, "snippet"), "server", listener["snippet"]
        for steps, route in routes_of(listener, place):
            if isinstance(route.get("snippet"), str):
                yield (*steps, "snippet"), "location", route["snippet"]


def _problems(found: list[tuple[Steps, str, str]]) -> Iterator[Problem]:
    from krm_fn.function_config.snippets.check import problem_of  # noqa: PLC0415 # few documents have snippets

    for steps, where, text in found:
        problem = problem_of(text, where)
        if problem:
            must, _, remedy = f"must {problem[1]}".partition(". ")
            yield Problem(code=problem[0], steps=steps, must=must, remedy=remedy and f"{remedy}.")


def _why_not_applied(operation: Any) -> tuple[Code, str]:
    """Return the same for an operation on Caddy's configuration."""
    if not isinstance(operation, dict):
        return codes.PATCH_MALFORMED, ""  # its type reports it
    if operation.get("op") not in _OPERATIONS:
        return codes.PATCH_MALFORMED, f"have an op: {', '.join(_OPERATIONS)}"
    path = operation.get("path")
    if not isinstance(path, str) or not path.startswith(_PATCHABLE):
        return codes.PATCH_DENIED, f"have a path that begins with {' or '.join(_PATCHABLE)}"
    if set(operation) - {"op", "path", "value"} or (operation["op"] != "remove") != ("value" in operation):
        return codes.PATCH_MALFORMED, "have op, path and value, and a remove no value"
    return codes.PATCH_DENIED, ""  # the configuration is checked when it is rendered
