"""What Caddy serves itself: static files, each with our own type, and pages in place of errors."""

from __future__ import annotations

from krm_fn.engines.caddy.access import MAINTENANCE
from krm_fn.engines.caddy.json_parts import deletes_request, literal, path_matcher, pattern, sets_response
from krm_fn.engines.media_types import DEFAULT_TYPE, MEDIA_TYPES, charset_of, type_of
from krm_fn.engines.paths import page_path, request_target
from krm_fn.engines.routes import maintenance_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import ProxyListener
    from krm_fn.function_config.generated.values import Route, StaticFiles

_FILE_SERVER = {"handler": "file_server", "canonical_uris": False, "index_names": ["index.html"]}
_TYPE, _CHARSET = "{media_type}", "{media_charset}"
"""The type of the file at a request's path, and the charset behind it, of text."""
_VARIABLE = "browser_cache"
_CONDITIONS = ("If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since")
_WITHOUT_TIMES = {
    "handle": [
        {
            "handler": "headers",
            "request": {"delete": [*_CONDITIONS]},
            "response": {"deferred": True, "delete": ["ETag", "Last-Modified"]},
        }
    ]
}
"""Sends whole files: those of another image may have the same time and size."""
_TWINS = ("br", "zstd", "gzip")
"""The kinds of compressed twins; the first that a client takes is sent."""


def file_routes(route: Route, proxy_listener: ProxyListener) -> list[dict[str, Any]]:
    """Return the routes that serve the files of a route below the listener's root."""
    files, root = route.files, proxy_listener.root_of(route)
    assert files  # noqa: S101 # the caller has checked
    routes: list[dict[str, Any]] = [
        {"handle": [{"handler": "vars", "root": root}, sets_response({"Cache-Control": ["no-cache"]})]}
    ]
    if not proxy_listener.has_times(route):
        routes.append(_WITHOUT_TIMES)
    server = _server(files, gzip=proxy_listener.has_twins(route))
    if route.match == "exact":
        media_type = type_of(files.key or route.path)
        media_type += "" if files.charset == "off" else charset_of(media_type)
        served = {"handle": [sets_response({"Content-Type": [media_type]}), server]}
        return [*routes, *_cached(route, files, proxy_listener), served]
    missing = {"handler": "error", "status_code": 404}
    tried = [f"{{http.request.uri.path}}/{name}" for name in files.index]
    index: dict[str, Any] = {"file": {"root": root, "try_files": tried}}
    routes.append({"match": _hidden(route, files), "handle": [missing]})
    if files.fallback:
        there = {"file": {"root": root, "try_files": ["{http.request.uri.path}", *tried]}}
        rewrite = {"handler": "rewrite", "uri": literal(request_target(route.path + files.fallback))}
        no_index, no_file = {"not": [index]}, {"not": [path_matcher("/$"), there]}
        absent = [{**path_matcher("/$"), **no_index}, no_file]
        if files.fallback_except or files.image:
            excepted = [path_matcher(each) for each in _excepted(route, files)]
            absent = [{**path_matcher("/$"), "not": [index, *excepted]}, {"not": [*no_file["not"], *excepted]}]
        routes.append({"match": absent, "handle": [rewrite]})
    routes.append({"match": [{**path_matcher("/$"), "not": [index]}], "handle": [missing]})
    if files.browser_cache or files.index != ("index.html",):
        found = {**path_matcher("/$"), **index}
        routes.append({"match": [found], "handle": [{"handler": "rewrite", "uri": "{http.matchers.file.relative}"}]})
    media_type = _TYPE if files.charset == "off" else f"{_TYPE}{_CHARSET}"
    routes.append({"handle": [sets_response({"Content-Type": [media_type]})]})
    return [*routes, *_cached(route, files, proxy_listener), {"handle": [server]}]


def media_types(proxy_listener: ProxyListener) -> list[dict[str, Any]]:
    """Return the route by which the routes to many files know the type of each; none where there are no such routes.

    The path counts as it is when the type is asked for.
    """
    if not any(route.files and route.match == "prefix" for route in proxy_listener.listener.routes):
        return []
    mappings = []
    for media_type, endings in MEDIA_TYPES.items():
        ends = f"(?i)\\.({'|'.join(endings)})$" + ("|/$" if media_type == "text/html" else "")
        mappings.append({"input_regexp": ends, "outputs": [media_type, charset_of(media_type)]})
    handler = {
        "handler": "map",
        "source": "{http.request.uri.path}",
        "destinations": [_TYPE, _CHARSET],
        "mappings": mappings,
        "defaults": [DEFAULT_TYPE, ""],
    }
    return [{"handle": [handler]}]


def _server(files: StaticFiles, *, gzip: bool) -> dict[str, Any]:
    twins = {*files.twins, *(["gzip"] if gzip else [])}
    order = [each for each in _TWINS if each in twins]
    return {
        "handler": "file_server",
        "canonical_uris": files.image is not None,
        "index_names": [*files.index],
        **({"precompressed": {each: {} for each in order}} if order else {}),
        **({"precompressed_order": order} if len(order) > 1 else {}),
    }


def _hidden(route: Route, files: StaticFiles) -> list[dict[str, Any]]:
    """Return the matchers of the paths with a segment that begins with a dot."""
    below = f"^{pattern(route.path)}"
    if not files.image:
        return [path_matcher(rf"{below}(.*/)?\.")]
    from krm_fn.engines.files.patterns import WELL_KNOWN, expression_of  # noqa: PLC0415 # few routes need it

    known = path_matcher(below + expression_of(WELL_KNOWN))
    return [path_matcher(rf"{below}.*/\."), {**path_matcher(rf"{below}\."), "not": [known]}]


def _excepted(route: Route, files: StaticFiles) -> list[str]:
    """Return the expressions of the paths that have no fallback."""
    from krm_fn.engines.files.patterns import expression_of, without_fallback  # noqa: PLC0415 # likewise

    return [f"^{pattern(route.path)}{expression_of(each)}$" for each in without_fallback(files)]


def _cached(route: Route, files: StaticFiles, proxy_listener: ProxyListener) -> list[dict[str, Any]]:
    """Return the routes that set Cache-Control once the file is found: what fails before keeps its no-cache.

    The last route that matches sets the variable, so the rules stand in reverse.
    """
    if not files.browser_cache:
        return []
    from krm_fn.engines.files.browser_cache import REVALIDATE, cache_rules, value_for  # noqa: PLC0415 # likewise

    listener = proxy_listener.listener
    if route.match == "exact":
        name = files.key or route.path.rpartition("/")[2]
        return [{"handle": [_when_sent(value_for(name, files.browser_cache, route, listener))]}]
    rules = []
    for rule in reversed(cache_rules(files.browser_cache, route, listener)):
        expression = f"^{pattern(route.path)}{rule.expression}$"
        rules.append({"match": [path_matcher(expression)], "handle": [{"handler": "vars", _VARIABLE: rule.value}]})
    first = {"handle": [{"handler": "vars", _VARIABLE: REVALIDATE}]}
    return [first, *rules, {"handle": [_when_sent(f"{{http.vars.{_VARIABLE}}}")]}]


def _when_sent(value: str) -> dict[str, Any]:
    """Return the handler that sets Cache-Control where a file is sent, or known not to have changed."""
    from krm_fn.engines.files.browser_cache import SENT  # noqa: PLC0415 # likewise

    required = {"require": {"status_code": [*SENT]}}
    return {"handler": "headers", "response": {"set": {"Cache-Control": [value]}, **required}}


def page_handlers(path: str, proxy_listener: ProxyListener) -> list[dict[str, Any]]:
    """Return the handlers that serve one file in place of what was requested, with the status of the error.

    All of it, whatever was requested: conditions and ranges are about the other file.
    """
    media_type = type_of(path)
    return [
        {"handler": "vars", "root": proxy_listener.root},
        {"handler": "rewrite", "method": "GET", "uri": literal(path)},
        deletes_request(*_CONDITIONS, "Range"),
        sets_response({"Content-Type": [media_type + charset_of(media_type)], "Cache-Control": ["no-cache"]}),
        _FILE_SERVER,
    ]


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
