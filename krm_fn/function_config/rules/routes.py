"""What must hold within a route, between routes, and between routes and the files they serve."""

from __future__ import annotations

from krm_fn.function_config.formats.kubernetes import is_config_map_key
from krm_fn.function_config.formats.text import is_line
from krm_fn.function_config.problem import Problem, entries, mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

ASKS_THE_APP = (
    *("cache", "timeouts", "websocket", "maxBodySize", "upstream", "split", "rewrite", "grpc", "substitution"),
    "buffering",
)
"""The fields of a route that are about asking the app."""
_NOT_IN_A_PATH = '?#%\\"'
_LONGEST_PATH = 255
"""Bytes. nginx before 1.23 keeps the length of a path in one byte, and takes a longer one for its beginning."""
_LONGEST_REGEX = 1024
"""Bytes. With each of them escaped it still fits nginx's buffer."""


def route_problems(spec: dict[Any, Any]) -> Iterator[Problem]:
    """Yield the problems of all listeners' routes, and of the probes' path."""
    generated = {text(files, "name"): files for files in entries(spec, "files")}
    for number, listener in enumerate(entries(spec, "listeners")):
        seen: dict[tuple[str, str], int] = {}
        for index, route in enumerate(entries(listener, "routes")):
            steps: Steps = ("spec", "listeners", number, "routes", index)
            path, match = text(route, "path"), route.get("match", "exact") if isinstance(route, dict) else ""
            if not is_line(path) or match not in ("exact", "prefix", "regex"):
                continue
            twin = seen.setdefault((match, path), index)
            if twin != index:
                must = f"must be unlike the path of routes[{twin}], which has the same match"
                yield Problem(steps=(*steps, "path"), must=must, value=path)
            yield from _path(path, match, steps)
            if isinstance(route.get("files"), dict):
                yield from _served(route, path, match, steps)
                yield from _key(route["files"], path, match, generated, (*steps, "files"))
    path, steps = text(mapping(spec, "probes"), "appPath"), ("spec", "probes", "appPath")
    if is_line(path) and not path.startswith("/"):
        yield Problem(steps=steps, must="must start with /", value=path)
    elif is_line(path) and len(path.encode()) > _LONGEST_PATH:
        yield Problem(steps=steps, must=f"must be at most {_LONGEST_PATH} bytes", value=path)


def _path(path: str, match: str, steps: Steps) -> Iterator[Problem]:
    """Yield why no request's cleaned path can equal the path, or why the proxy cannot read the expression."""
    must, remedy = "", ""
    segments = path.split("/")
    longest = _LONGEST_REGEX if match == "regex" else _LONGEST_PATH
    if len(path.encode()) > longest:
        must = f"must be at most {longest} bytes"
    elif match == "regex":
        must = _regex_must(path)
    elif not path.startswith("/"):
        must, remedy = "must start with /", f"Use /{path}."
    elif any(char in path for char in _NOT_IN_A_PATH):
        must, remedy = 'must hold none of ? # % \\ "', "Routes match the decoded path without the query."
    elif "//" in path or "." in segments or ".." in segments:
        must, remedy = "must hold no //, /./ or /../", "Such paths are cleaned before a route is looked for."
    if must:
        yield Problem(steps=(*steps, "path"), must=must, value=path, remedy=remedy)


def _regex_must(pattern: str) -> str:
    """Return what is wrong with a regular expression, or an empty string."""
    from krm_fn.function_config.formats.pcre import why_not_pcre  # noqa: PLC0415 # not needed by most inputs

    reason = why_not_pcre(pattern)
    return f"must be a regular expression (PCRE): {reason}" if reason else ""


def _served(route: dict[Any, Any], path: str, match: str, steps: Steps) -> Iterator[Problem]:
    """Check a route that serves files.

    match    path ends with /    key       what is about asking the app
    exact    no                  may       no
    prefix   yes                 no        no
    regex    (not with files)
    """
    for field in ASKS_THE_APP:
        if route.get(field) not in (None, False):
            must = "must be left out where files are served: the app is not asked"
            yield Problem(steps=(*steps, field), must=must)
    if match == "regex":
        yield Problem(steps=(*steps, "match"), must="must be exact or prefix where files are served", value=match)
    elif match == "exact" and path.endswith("/"):
        remedy = "Use match: prefix to serve all files of the ConfigMap."
        yield Problem(steps=(*steps, "path"), must="must name a file", value=path, remedy=remedy)
    elif match == "prefix" and not path.endswith("/"):
        remedy = f"Use /{path.lstrip('/')}/, or match: exact."
        yield Problem(
            steps=(*steps, "path"), must="must end with / where a prefix serves files", value=path, remedy=remedy
        )
    if match == "exact" and route["files"].get("fallback") is not None:
        yield Problem(
            steps=(*steps, "files", "fallback"), must="must be left out for an exact route, which is one file"
        )
    if match == "prefix" and isinstance(route["files"].get("key"), str):
        yield Problem(steps=(*steps, "files", "key"), must="must be left out for a prefix, which serves every key")


def _key(files: dict[Any, Any], path: str, match: str, generated: dict[str, Any], steps: Steps) -> Iterator[Problem]:
    """Check the one key that an exact route serves: the one given, or the path's last segment."""
    name, given = text(files, "configMap"), text(files, "fallback" if match == "prefix" else "key")
    if match == "prefix" and given:
        yield from _generated(given, name, generated, (*steps, "fallback"))
    key = given or path.rpartition("/")[2]
    if match != "exact" or key == "" or (given and not is_config_map_key(given)):
        return
    place = (*steps, "key")
    if not is_config_map_key(key):
        must = "must be set, because the path's last segment is not a ConfigMap key"
        yield Problem(steps=place, must=must, value=key)
    else:
        yield from _generated(key, name, generated, place)


def _generated(key: str, name: str, generated: dict[str, Any], steps: Steps) -> Iterator[Problem]:
    """Check that a ConfigMap that is generated has a key."""
    keys = [*mapping(generated.get(name), "data"), *mapping(generated.get(name), "binaryData")]
    if name in generated and key not in keys:
        remedy = f"It has: {', '.join(map(str, sorted(keys, key=str)))}." if keys else "It has none."
        must = f"must be a key of the ConfigMap {name} under spec.files"
        yield Problem(steps=steps, must=must, value=key, remedy=remedy)
