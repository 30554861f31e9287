"""What Caddy serves itself: static files, each with our own type, and pages in place of errors."""

from __future__ import annotations

from krm_fn.engines.caddy.access import MAINTENANCE
from krm_fn.engines.caddy.json_parts import literal, path_matcher, pattern, sets_response
from krm_fn.engines.media_types import DEFAULT_TYPE, MEDIA_TYPES, WITH_CHARSET
from krm_fn.engines.paths import page_path, request_target
from krm_fn.engines.routes import maintenance_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import ProxyListener
    from krm_fn.function_config.generated.values import Route

_FILE_SERVER = {"handler": "file_server", "canonical_uris": False, "index_names": ["index.html"]}


def file_routes(route: Route, proxy_listener: ProxyListener) -> list[dict[str, Any]]:
    """Return the routes that serve the files of a route below the listener's root."""
    assert route.files  # noqa: S101 # the caller has checked
    charset = "" if route.files.charset == "off" else f"; charset={route.files.charset}"
    types = {each: each + (charset if each in WITH_CHARSET else "") for each in MEDIA_TYPES}
    routes: list[dict[str, Any]] = [
        {"handle": [{"handler": "vars", "root": proxy_listener.root}, sets_response({"Cache-Control": ["no-cache"]})]}
    ]
    if route.match == "exact":
        return [
            *routes,
            {"handle": [sets_response({"Content-Type": [_type(route.path, types)]}), _server(proxy_listener)]},
        ]
    missing = {"handler": "error", "status_code": 404}
    index: dict[str, Any] = {"file": {"root": proxy_listener.root, "try_files": ["{http.request.uri.path}/index.html"]}}
    routes.append({"match": [path_matcher(f"^{pattern(route.path)}(.*/)?\\.")], "handle": [missing]})
    if route.files.fallback:
        there = {
            "file": {"root": proxy_listener.root, "try_files": ["{http.request.uri.path}", *index["file"]["try_files"]]}
        }
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
    return [*routes, {"handle": [_server(proxy_listener)]}]


def _server(proxy_listener: ProxyListener) -> dict[str, Any]:
    return {**_FILE_SERVER, **({"precompressed": {"gzip": {}}} if proxy_listener.precompressed else {})}


def page_handlers(path: str, proxy_listener: ProxyListener) -> list[dict[str, Any]]:
    """Return the handlers that serve one file in place of what was requested, with the status of the error."""
    types = {each: each + ("; charset=utf-8" if each in WITH_CHARSET else "") for each in MEDIA_TYPES}
    return [
        {"handler": "vars", "root": proxy_listener.root},
        {"handler": "rewrite", "method": "GET", "uri": literal(path)},
        sets_response({"Content-Type": [_type(path, types)], "Cache-Control": ["no-cache"]}),
        _FILE_SERVER,
    ]


def _type(path: str, types: dict[str, str]) -> str:
    ending = path.rpartition(".")[2]
    return next((types[each] for each, endings in MEDIA_TYPES.items() if ending in endings), DEFAULT_TYPE)


_UNDER_MAINTENANCE = {"vars": {MAINTENANCE: ["on"]}}


def error_routes(
    proxy_listener: ProxyListener, defaults: dict[str, str], plain: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the routes for errors; the last one answers one line of text."""
    pages = proxy_listener.listener.error_pages.pages
    sent = [sets_response({name: [value] for name, value in defaults.items()})] if defaults else []
    routes = _maintenance(proxy_listener, sent, plain)
    for each in pages:
        statuses = {"vars": {"{http.error.status_code}": [str(status) for status in each.statuses]}}
        handle = [*sent, *page_handlers(page_path(each.page), proxy_listener)]
        routes.append({"match": [statuses], "handle": handle, "terminal": True})
    return [*routes, plain]


def _maintenance(
    proxy_listener: ProxyListener, sent: list[dict[str, Any]], plain: dict[str, Any]
) -> list[dict[str, Any]]:
    settings = maintenance_of(proxy_listener.listener)
    if settings is None:
        return []
    again = [sets_response({"Retry-After": [str(settings.retry_after)]})] if settings.retry_after is not None else []
    handle = [*sent, *page_handlers(page_path(settings.page), proxy_listener)] if settings.page else plain["handle"]
    return [{"match": [_UNDER_MAINTENANCE], "handle": [*again, *handle], "terminal": True}]
