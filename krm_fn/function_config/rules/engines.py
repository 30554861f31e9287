"""With engine caddy a regular expression is one that RE2 reads as well.

What an engine cannot do is refused, by field: see [Engines](#engines).
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated import values
from krm_fn.function_config.problem import Problem, listeners_of, mapping, routes_of, text
from krm_fn.yaml_text.paths import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


_NO_DIRECTIVES = "it has no directives: patch its JSON"
UNSUPPORTED = {
    "caddy": {
        "spec.cache": "it has no cache",
        "spec.accessLog.percent": "its log cannot keep the errors among what it leaves out",
        "spec.listeners[].auth.basic.key": "it reads each user's hash from the Secret's key of that name",
        "spec.listeners[].routes[].cache": "it has no cache",
        "spec.listeners[].routes[].rateLimit": "its stock build has no rate limit",
        "spec.listeners[].routes[].buffering": "it hands answers on as they come",
        "spec.listeners[].routes[].connectionLimit": "it has no limit of connections",
        "spec.companions.metrics.exporter": "it shows its metrics itself",
        "spec.snippets.main": _NO_DIRECTIVES,
        "spec.snippets.http": _NO_DIRECTIVES,
        "spec.listeners[].snippet": _NO_DIRECTIVES,
        "spec.listeners[].routes[].snippet": _NO_DIRECTIVES,
        "spec.listeners[].routes[].substitution": "its stock build cannot change what the app answers",
    },
    "nginx": {
        "spec.snippets.patch": "its configuration is no JSON",
        "spec.listeners[].auth.basic.users": "the file in the Secret's key names them",
    },
}
"""What is refused under an engine, and why."""
FIELDS = (
    *UNSUPPORTED[values.Spec.engine],
    *(f"spec.engine: {engine}" for engine in UNSUPPORTED if engine != values.Spec.engine),
)
_NOT_RE2 = ("(?=", "(?!", "(?<=", "(?<!", "(?>", "(?|", "(?#", "(?R", "(?&", "(*", "\\K", "\\G", "\\R", "\\X", "\\Z")
"""What PCRE reads, and Go's RE2 does not."""
_POSSESSIVE = ("++", "*+", "?+", "}+")


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Yield the fields that the engine has nothing for, and the expressions that it cannot read."""
    engine = mapping(document, "spec").get("engine", values.Spec.engine)
    unsupported = UNSUPPORTED.get(engine, {}) if isinstance(engine, str) else {}
    for field, why in unsupported.items():
        for steps, value in find(document, field):
            if value is None:
                continue
            must = f"must be left out with engine {engine}: {why}"
            others = [other for other in UNSUPPORTED if other != engine]
            remedy = f"Set engine: {others[0]}, or leave the field out."
            yield Problem(code=codes.FIELD_UNSUPPORTED, steps=steps, must=must, remedy=remedy)
    if engine == "caddy":
        yield from _expressions(document)


def _expressions(document: dict[Any, Any]) -> Iterator[Problem]:
    for place, listener in listeners_of(document):
        for steps, route in routes_of(listener, place):
            path = text(route, "path")
            odd = next((each for each in (*_NOT_RE2, *_POSSESSIVE) if each in path), "") or _back_reference(path)
            if text(route, "match") == "regex" and odd:
                must = f"must do without {odd} with engine caddy: it reads Go's regular expressions (RE2)"
                yield Problem(code=codes.REGEX_NOT_OF_ENGINE, steps=(*steps, "path"), must=must, value=path)


def _back_reference(path: str) -> str:
    """Return a reference to a group, empty where there is none."""
    return next((f"\\{digit}" for digit in "123456789" if f"\\{digit}" in path.replace("\\\\", "")), "")
