"""Caddy's handlers that send a request to PHP-FPM, and that serve the files beside its scripts."""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import literal, path_matcher, sets_response
from krm_fn.engines.fastcgi.scripts import asset_expressions, scripts_of, settings_of
from krm_fn.engines.media_types import MEDIA_TYPES, charset_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import ProxyListener, ReadyCheck
    from krm_fn.function_config.generated.values import FastCGI, Route

_SCRIPT, _BELOW, _HOST, _PORT = "{script}", "{script_below}", "{script_host}", "{script_port}"
_TYPE = "{asset_type}"
_NOT_SENT = ("Https", "Connection", "Upgrade", "Keep-Alive", "Te", "Transfer-Encoding", "Expect")
_BUFFERED = 16384
"""The bytes that are read of a body to find out its length, where the request does not say it."""


def through_fastcgi(
    proxy_listener: ProxyListener, route: Route, before: list[dict[str, Any]], handler: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the routes of a request to PHP-FPM, of the handlers before it and the one that would send it by HTTP."""
    settings = settings_of(proxy_listener, route.upstream)
    request = handler["headers"]["request"]
    handler["headers"]["request"] = {**request, "delete": [*request["delete"], *_NOT_SENT]}
    handler["headers"]["response"] = {"delete": ["Status"]}  # by which PHP-FPM says it
    handler["request_buffers"] = _BUFFERED
    by_tls = proxy_listener.listener.tls is not None
    usual = {"HTTPS": "off"} if by_tls else {}  # Caddy says on, of its own connection
    secure = [{"protocol": "https", "not": [_said("http")]}, _said("https")]
    ways = [
        {"match": secure, "handle": [_to(handler, settings, {"HTTPS": "on", "REQUEST_SCHEME": "https"})]},
        {"handle": [_to(handler, settings, {**usual, "REQUEST_SCHEME": "http"})]},
    ]
    return [
        *(_assets(settings) if settings.assets else []),
        {"handle": [*before, *_maps(settings)]},
        {"handle": [{"handler": "subroute", "routes": [{**each, "group": "scheme"} for each in ways]}]},
    ]


def _said(scheme: str) -> dict[str, Any]:
    """Return the matcher of what a trusted peer says: of others nothing is left."""
    return {"header_regexp": {"X-Forwarded-Proto": {"pattern": f"(?i)^{scheme}$"}}}


def _maps(settings: FastCGI) -> list[dict[str, Any]]:
    """Return the handlers by which a path leads to a script, and a host to its name and port."""
    scripts = [
        {
            "input_regexp": each.expression,
            "outputs": [literal(each.script) or "${1}", "${2}" if each.below else ""],
        }
        for each in scripts_of(settings)
    ]
    below = "{http.request.uri.path}" if settings.path_info else ""
    return [
        {
            "handler": "map",
            "source": "{http.request.uri.path}",
            "destinations": [_SCRIPT, _BELOW],
            "mappings": scripts,
            "defaults": [f"/{settings.index}", below],
        },
        {
            "handler": "map",
            "source": "{http.request.hostport}",
            "destinations": [_HOST],
            "mappings": [{"input_regexp": "^(.*?)(:[0-9]{1,5})?$", "outputs": ["${1}"]}],
        },
    ]


def _to(handler: dict[str, Any], settings: FastCGI, more: dict[str, str]) -> dict[str, Any]:
    """Return the handler that sends a request to PHP-FPM, whose parameters are all ours.

    Its times for reading and writing would be those of the whole response and body, so that none is set.
    """
    port = "443" if more["REQUEST_SCHEME"] == "https" else "80"
    ports = {
        "handler": "map",
        "source": "{http.request.header.X-Forwarded-Port};{http.request.hostport}",
        "destinations": [_PORT],
        "mappings": [
            {"input_regexp": "^([0-9]{1,5});", "outputs": ["${1}"]},
            {"input_regexp": ":([0-9]{1,5})$", "outputs": ["${1}"]},
        ],
        "defaults": [port],
    }
    env = {
        **_script(settings.root, _SCRIPT),
        "PATH_INFO": _BELOW,
        "DOCUMENT_URI": "{http.request.uri.path}",
        "SERVER_NAME": _HOST,
        "SERVER_PORT": _PORT,
        "REMOTE_ADDR": "{http.vars.client_ip}",
        "REMOTE_HOST": "{http.vars.client_ip}",
        **more,
    }
    sent = {**handler, "transport": _transport(env, handler["transport"]["dial_timeout"])}
    return {"handler": "subroute", "routes": [{"handle": [ports, sent]}]}


def _script(root: str, path: str) -> dict[str, str]:
    return {
        "SCRIPT_FILENAME": f"{root}{path}",
        "SCRIPT_NAME": path,
        "DOCUMENT_ROOT": root,
        "PATH_TRANSLATED": "",
        "REDIRECT_STATUS": "200",
        "SERVER_SOFTWARE": "Caddy",
    }


def _transport(env: dict[str, str], dial_timeout: int) -> dict[str, Any]:
    return {"protocol": "fastcgi", "root": env["DOCUMENT_ROOT"], "env": env, "dial_timeout": dial_timeout}


def ready_transport(check: ReadyCheck, target: str, dial_timeout: int) -> dict[str, Any]:
    """Return how PHP-FPM is asked whether it is ready."""
    path, _, query = target.partition("?")
    env = {
        **_script(check.script_root, literal(check.script)),
        "PATH_INFO": "",
        "DOCUMENT_URI": literal(path),
        "REQUEST_URI": literal(target),
        "QUERY_STRING": literal(query),
        "REQUEST_METHOD": "GET",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_HOST": "127.0.0.1",
    }
    return {**_transport(env, dial_timeout), "read_timeout": check.timeout * 10**9}


def _assets(settings: FastCGI) -> list[dict[str, Any]]:
    """Return the routes that serve files beside the scripts."""
    paths = map(path_matcher, asset_expressions(settings))
    there = {"file": {"root": settings.root, "try_files": ["{http.request.uri.path}"]}}
    types = {
        "handler": "map",
        "source": "{http.request.uri.path}",
        "destinations": [_TYPE],
        "mappings": [
            {"input_regexp": f"(?i)\\.({'|'.join(endings)})$", "outputs": [each + charset_of(each)]}
            for each, endings in MEDIA_TYPES.items()
        ],
    }
    headers = sets_response({"Content-Type": [_TYPE], "Cache-Control": ["no-cache"]})
    server = {"handler": "file_server", "root": settings.root, "canonical_uris": False, "index_names": []}
    return [{"match": [{**path, **there} for path in paths], "handle": [types, headers, server], "terminal": True}]
