"""What one of the engines cannot do: it is refused, by field and engine, and never passed over."""

from __future__ import annotations

from krm_fn.function_config.problem import Problem, entries, mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_NOT_RE2 = ("(?=", "(?!", "(?<=", "(?<!", "(?>", "(?|", "(?#", "(?R", "(?&", "(*", "\\K", "\\G", "\\R", "\\X", "\\Z")
"""What PCRE reads, and Go's RE2 does not."""
_POSSESSIVE = ("++", "*+", "?+", "}+")


def engine_problems(spec: dict[Any, Any]) -> Iterator[Problem]:
    """Yield the fields that Caddy has nothing for."""
    if spec.get("engine") != "caddy":
        return
    remedy = "Set engine: nginx, or leave the field out."
    if "cache" in spec:
        yield Problem(
            steps=("spec", "cache"), must="must be left out with engine caddy: it has no cache", remedy=remedy
        )
    for number, listener in enumerate(entries(spec, "listeners")):
        for index, route in enumerate(entries(listener, "routes")):
            steps = ("spec", "listeners", number, "routes", index)
            if mapping(route, "cache"):
                must = "must be left out with engine caddy: it has no cache"
                yield Problem(steps=(*steps, "cache"), must=must, remedy=remedy)
            path = text(route, "path")
            odd = next((each for each in (*_NOT_RE2, *_POSSESSIVE) if each in path), "") or _back_reference(path)
            if text(route, "match") == "regex" and odd:
                must = f"must do without {odd} with engine caddy: it reads Go's regular expressions (RE2)"
                yield Problem(steps=(*steps, "path"), must=must, value=path)


def _back_reference(path: str) -> str:
    """Return a reference to a group, empty where there is none."""
    return next((f"\\{digit}" for digit in "123456789" if f"\\{digit}" in path.replace("\\\\", "")), "")
