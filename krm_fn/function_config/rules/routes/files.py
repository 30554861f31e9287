"""A route that serves `files` is exact or prefix, and sets nothing about requests to the app, such as `cache`.

An exact route to `files` names one: by its path's last segment, or by `key`. A prefix route ends with / and has no
`key`. `fallbackExcept` goes with a `fallback`.

A `key` of a ConfigMap under `spec.files` is one that it has.

ConfigMaps under `spec.files` differ in `name`, also from `spec.configMap.name`; `data` and `binaryData` of one share no
key.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.formats.kubernetes import is_config_map_key
from krm_fn.function_config.formats.text import is_line
from krm_fn.function_config.problem import Problem, entries, listeners_of, mapping, routes_of, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.files", "spec.listeners[].routes[].files")
_BESIDE = frozenset(
    (
        *("path", "match", "redirect", "files", "allow", "deny", "anonymous", "cors", "rateLimit", "connectionLimit"),
        *("snippet", "accessLog", "methods", "headers", "auth", "satisfy", "bandwidth"),
    )
)
"""The fields that a route to files may have. All others are about requests to the app, or about another answer."""


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check the ConfigMaps of files to generate, and the routes that serve files."""
    spec = mapping(document, "spec")
    generated = {text(files, "name"): files for files in entries(spec, "files")}
    for place, listener in listeners_of(document):
        for steps, route in routes_of(listener, place):
            path, match = text(route, "path"), route.get("match", "exact")
            if is_line(path) and match in ("exact", "prefix", "regex") and isinstance(route.get("files"), dict):
                yield from _route(route, path, match, steps)
                yield from _key(route["files"], path, match, generated, (*steps, "files"))
    yield from _config_maps(spec)


def _route(route: dict[Any, Any], path: str, match: str, steps: Steps) -> Iterator[Problem]:
    """Check a route that serves files.

    match    path ends with /    key       fields about requests to the app
    exact    no                  may       no
    prefix   yes                 no        no
    regex    (not with files)
    """
    for field, value in route.items():
        if field not in _BESIDE and value not in (None, False):
            must = "must be removed where files are served: no request goes to the app"
            yield Problem(code=codes.ROUTE_FIELDS_CONFLICT, steps=(*steps, field), must=must)
    if match == "regex":
        yield Problem(
            code=codes.FILES_BY_REGEX,
            steps=(*steps, "match"),
            must="must be exact or prefix where files are served",
            value=match,
        )
    elif match == "exact" and path.endswith("/"):
        remedy = "Use match: prefix to serve all files of the ConfigMap."
        yield Problem(
            code=codes.FILE_NOT_NAMED, steps=(*steps, "path"), must="must name a file", value=path, remedy=remedy
        )
    elif match == "prefix" and not path.endswith("/"):
        remedy = f"Use /{path.lstrip('/')}/, or match: exact."
        yield Problem(
            code=codes.PREFIX_WITHOUT_SLASH,
            steps=(*steps, "path"),
            must="must end with / where a prefix serves files",
            value=path,
            remedy=remedy,
        )
    if match == "exact" and route["files"].get("fallback") is not None:
        yield Problem(
            code=codes.FILE_OF_OTHER_MATCH,
            steps=(*steps, "files", "fallback"),
            must="must be removed for an exact route, which is one file",
        )
    yield from _of_prefix(route["files"], match, (*steps, "files"))
    if match == "prefix" and isinstance(route["files"].get("key"), str):
        yield Problem(
            code=codes.FILE_OF_OTHER_MATCH,
            steps=(*steps, "files", "key"),
            must="must be removed for a prefix, which serves every key",
        )


def _of_prefix(files: dict[Any, Any], match: str, steps: Steps) -> Iterator[Problem]:
    """Check the fields about the several files of a prefix."""
    if match == "exact":
        for field in ("index", "fallbackExcept", "moreConfigMaps"):
            if files.get(field) is not None:
                must = "must be removed for an exact route, which is one file"
                yield Problem(code=codes.FILE_OF_OTHER_MATCH, steps=(*steps, field), must=must)
    elif files.get("fallbackExcept") and files.get("fallback") is None:
        yield Problem(
            code=codes.NO_FALLBACK,
            steps=(*steps, "fallbackExcept"),
            must="must be removed where there is no fallback: every path without a file is answered 404",
            remedy="Remove it, or set fallback.",
        )


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
        yield Problem(code=codes.FILE_NOT_NAMED, steps=place, must=must, value=key)
    else:
        yield from _generated(key, name, generated, place)


def _generated(key: str, name: str, generated: dict[str, Any], steps: Steps) -> Iterator[Problem]:
    """Check that a ConfigMap that is generated has a key."""
    keys = [*mapping(generated.get(name), "data"), *mapping(generated.get(name), "binaryData")]
    if name in generated and key not in keys:
        remedy = f"It has: {', '.join(map(str, sorted(keys, key=str)))}." if keys else "It has none."
        must = f"must be a key of the ConfigMap {name} under spec.files"
        yield Problem(code=codes.FILE_NOT_GENERATED, steps=steps, must=must, value=key, remedy=remedy)


def _config_maps(spec: dict[Any, Any]) -> Iterator[Problem]:
    """Check that each generated ConfigMap has a name of its own, and each of its files is there once."""
    own = text(mapping(spec, "configMap"), "name")
    seen: set[str] = set()
    for index, files in enumerate(entries(spec, "files")):
        name = text(files, "name")
        steps: Steps = ("spec", "files", index)
        if name and name in seen:
            yield Problem(
                code=codes.FILES_ALIKE,
                steps=(*steps, "name"),
                must="must differ from the names of the ConfigMaps before it",
                value=name,
            )
        if name and name == own:
            must = "must differ from spec.configMap.name: that ConfigMap holds the proxy's configuration"
            yield Problem(code=codes.FILES_ALIKE, steps=(*steps, "name"), must=must, value=name)
        seen.add(name)
        for key in mapping(files, "binaryData"):
            if key in mapping(files, "data"):
                must = "must be removed: data has the same key"
                yield Problem(
                    code=codes.FILE_TWICE, steps=(*steps, "binaryData", key), must=must, remedy="Keep one of the two."
                )
