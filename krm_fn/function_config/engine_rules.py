"""What one of the engines cannot do: it is refused, by field and engine, and never passed over."""

from __future__ import annotations

from krm_fn.function_config.problem import Problem, entries, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

CADDY_LACKS = {
    "spec.cache": "it has no cache",
    "spec.listeners[].routes[].cache": "it has no cache",
    "spec.listeners[].routes[].rateLimit": "its stock build has no rate limit",
}
"""What is refused with Caddy, and why."""
_NOT_RE2 = ("(?=", "(?!", "(?<=", "(?<!", "(?>", "(?|", "(?#", "(?R", "(?&", "(*", "\\K", "\\G", "\\R", "\\X", "\\Z")
"""What PCRE reads, and Go's RE2 does not."""
_POSSESSIVE = ("++", "*+", "?+", "}+")


def engine_problems(spec: dict[Any, Any]) -> Iterator[Problem]:
    """Yield the fields that Caddy has nothing for."""
    if spec.get("engine") != "caddy":
        return
    if "cache" in spec:
        yield _lacking(("spec", "cache"), "spec.cache")
    for number, listener in enumerate(entries(spec, "listeners")):
        for index, route in enumerate(entries(listener, "routes")):
            steps: Steps = ("spec", "listeners", number, "routes", index)
            for field in ("cache", "rateLimit"):
                if field in (route if isinstance(route, dict) else ()) and route[field] is not None:
                    yield _lacking((*steps, field), f"spec.listeners[].routes[].{field}")
            path = text(route, "path")
            odd = next((each for each in (*_NOT_RE2, *_POSSESSIVE) if each in path), "") or _back_reference(path)
            if text(route, "match") == "regex" and odd:
                must = f"must do without {odd} with engine caddy: it reads Go's regular expressions (RE2)"
                yield Problem(steps=(*steps, "path"), must=must, value=path)


def _lacking(steps: Steps, field: str) -> Problem:
    must = f"must be left out with engine caddy: {CADDY_LACKS[field]}"
    return Problem(steps=steps, must=must, remedy="Set engine: nginx, or leave the field out.")


def _back_reference(path: str) -> str:
    """Return a reference to a group, empty where there is none."""
    return next((f"\\{digit}" for digit in "123456789" if f"\\{digit}" in path.replace("\\\\", "")), "")
