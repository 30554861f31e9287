"""Static files under Caddy: each with our own type, and never one with a dot before it."""

from __future__ import annotations

from krm_fn.engines.caddy.values import literal, path_matcher, pattern, sets_response
from krm_fn.engines.media_types import DEFAULT_TYPE, MEDIA_TYPES, WITH_CHARSET
from krm_fn.engines.request_target import request_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.proxy import Front
    from krm_fn.function_config.values import Route

_FILE_SERVER = {"handler": "file_server", "canonical_uris": False, "index_names": ["index.html"]}


def file_routes(route: Route, front: Front) -> list[dict[str, Any]]:
    """Return the routes that serve the files of a route below the front's root."""
    assert route.files  # noqa: S101 # the caller asked
    charset = "" if route.files.charset == "off" else f"; charset={route.files.charset}"
    types = {each: each + (charset if each in WITH_CHARSET else "") for each in MEDIA_TYPES}
    routes: list[dict[str, Any]] = [
        {"handle": [{"handler": "vars", "root": front.root}, sets_response({"Cache-Control": ["no-cache"]})]}
    ]
    if route.match == "exact":
        return [*routes, {"handle": [sets_response({"Content-Type": [_type(route.path, types)]}), _server(front)]}]
    missing = {"handler": "error", "status_code": 404}
    index: dict[str, Any] = {"file": {"root": front.root, "try_files": ["{http.request.uri.path}/index.html"]}}
    routes.append({"match": [path_matcher(f"^{pattern(route.path)}(.*/)?\\.")], "handle": [missing]})
    if route.files.fallback:
        there = {"file": {"root": front.root, "try_files": ["{http.request.uri.path}", *index["file"]["try_files"]]}}
        rewrite = {"handler": "rewrite", "uri": literal(request_target(route.path + route.files.fallback))}
        absent = [{**path_matcher("/$"), "not": [index]}, {"not": [path_matcher("/$"), there]}]
        routes.append({"match": absent, "handle": [rewrite]})
    routes += [
        {"match": [{**path_matcher("/$"), "not": [index]}], "handle": [missing]},
        {"handle": [sets_response({"Content-Type": [DEFAULT_TYPE]})]},
    ]
    for media_type, endings in MEDIA_TYPES.items():
        ends = f"\\.({'|'.join(endings)})$" + ("|/$" if media_type == "text/html" else "")
        routes.append({"match": [path_matcher(ends)], "handle": [sets_response({"Content-Type": [types[media_type]]})]})
    return [*routes, {"handle": [_server(front)]}]


def _server(front: Front) -> dict[str, Any]:
    return {**_FILE_SERVER, **({"precompressed": {"gzip": {}}} if front.precompressed else {})}


def page_handlers(path: str, front: Front) -> list[dict[str, Any]]:
    """Return what serves one file in place of what was asked for, with the status of the error that led there."""
    types = {each: each + ("; charset=utf-8" if each in WITH_CHARSET else "") for each in MEDIA_TYPES}
    return [
        {"handler": "vars", "root": front.root},
        {"handler": "rewrite", "method": "GET", "uri": literal(path)},
        sets_response({"Content-Type": [_type(path, types)], "Cache-Control": ["no-cache"]}),
        _FILE_SERVER,
    ]


def _type(path: str, types: dict[str, str]) -> str:
    ending = path.rpartition(".")[2]
    return next((types[each] for each, endings in MEDIA_TYPES.items() if ending in endings), DEFAULT_TYPE)
