r"""In a listener, no two routes have the same `match` and `path`.

`path` starts with / unless `match` is regex, and contains none of `? # % \ "`, no //, /./ or /../. A regular expression
is one that PCRE and the engine's dialect support: see [Engines](#engines). What begins with /.proxy-sidecar/ is the
proxy's own.

No path or regular expression is longer than the engine can match.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.formats.text import is_line
from krm_fn.function_config.generated.engine_facts import LONGEST_PATH, LONGEST_REGEX, REGEX_DIALECT
from krm_fn.function_config.problem import Problem, engine_of, listeners_of, mapping, routes_of, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.listeners[].routes", "spec.probes.appPath")
_OWN = "/.proxy-sidecar"
"""What `krm_fn.engines.paths.OWN` is: its pages and what it requests itself lie below."""
_NOT_IN_A_PATH = '?#%\\"'


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check the paths of all listeners' routes, and of the probes."""
    engine = engine_of(document)
    for place, listener in listeners_of(document):
        seen: dict[tuple[str, str], str | int] = {}
        for steps, route in routes_of(listener, place):
            path, match = text(route, "path"), route.get("match", "exact")
            if not is_line(path) or match not in ("exact", "prefix", "regex"):
                continue
            twin = seen.setdefault((match, path), steps[-1])
            if twin != steps[-1]:
                must = f"must differ from the path of routes[{twin}], which has the same match"
                yield Problem(code=codes.ROUTES_ALIKE, steps=(*steps, "path"), must=must, value=path)
            yield from _path(path, match, engine, (*steps, "path"))
            if match == "regex":
                yield from _of_dialect(path, engine, (*steps, "path"))
    app_path = text(mapping(mapping(document, "spec"), "probes"), "appPath")
    yield from _app_path(app_path, LONGEST_PATH.get(engine), ("spec", "probes", "appPath"))


def _path(path: str, match: str, engine: str, steps: Steps) -> Iterator[Problem]:
    """Yield why no request's cleaned path can equal the path, or why the proxy does not support the expression."""
    code, must, remedy = codes.PATH_NEVER_REQUESTED, "", ""
    segments = path.split("/")
    longest = (LONGEST_REGEX if match == "regex" else LONGEST_PATH).get(engine)
    if longest and len(path.encode()) > longest:
        code, must = codes.PATH_TOO_LONG, f"must be at most {longest} bytes"
    elif match == "regex":
        code, must = codes.REGEX_REFUSED, _regex_must(path)
    elif not path.startswith("/"):
        code, must, remedy = codes.PATH_NOT_ABSOLUTE, "must start with /", f"Use /{path}."
    elif any(char in path for char in _NOT_IN_A_PATH):
        must, remedy = 'must contain none of ? # % \\ "', "Routes match the decoded path without the query."
    elif "//" in path or "." in segments or ".." in segments:
        must, remedy = "must contain no //, /./ or /../", "Paths are cleaned before a route is looked for."
    elif path == _OWN or path.startswith(f"{_OWN}/"):
        code, must, remedy = (
            codes.PATH_OF_THE_PROXY,
            f"must not lie below {_OWN}",
            "Use another: the proxy itself uses these.",
        )
    if must:
        yield Problem(code=code, steps=steps, must=must, value=path, remedy=remedy)


def _regex_must(pattern: str) -> str:
    """Return what is wrong with a regular expression, or an empty string."""
    from krm_fn.function_config.formats.regexes import why_not_pcre  # noqa: PLC0415 # not needed by most inputs

    reason = why_not_pcre(pattern)
    return f"must be a regular expression (PCRE): {reason}" if reason else ""


def _of_dialect(pattern: str, engine: str, steps: Steps) -> Iterator[Problem]:
    if REGEX_DIALECT.get(engine) != "RE2":
        return
    from krm_fn.function_config.formats.regexes import foreign_to_re2  # noqa: PLC0415 # not needed by most inputs

    foreign = foreign_to_re2(pattern)
    if foreign:
        must = f"must not use {foreign} with engine {engine}: it uses Go's regular expressions (RE2)"
        yield Problem(code=codes.REGEX_NOT_OF_ENGINE, steps=steps, must=must, value=pattern)


def _app_path(path: str, longest: int | None, steps: Steps) -> Iterator[Problem]:
    if is_line(path) and not path.startswith("/"):
        yield Problem(code=codes.PATH_NOT_ABSOLUTE, steps=steps, must="must start with /", value=path)
    elif is_line(path) and longest and len(path.encode()) > longest:
        must = f"must be at most {longest} bytes"
        yield Problem(code=codes.PATH_TOO_LONG, steps=steps, must=must, value=path)
