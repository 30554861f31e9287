"""Answers for pages of other origins with Caddy."""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.function_config.generated.values import Cors

_ORIGIN = "Access-Control-Allow-Origin"
_CREDENTIALS = "Access-Control-Allow-Credentials"
_METHODS = "Access-Control-Allow-Methods"
_HEADERS = "Access-Control-Allow-Headers"
_MAX_AGE = "Access-Control-Max-Age"
_EXPOSE = "Access-Control-Expose-Headers"


def cors_routes(cors: Cors) -> list[dict[str, Any]]:
    """Return the routes that allow these origins, and answer their preflights."""
    origin = {"header_regexp": {"Origin": {"pattern": f"^({'|'.join(map(_origin, cors.origins))})$"}}}
    preflight = {**origin, "method": ["OPTIONS"], "header": {"Access-Control-Request-Method": ["*"]}}
    allowed = {_ORIGIN: "{http.request.header.Origin}", **({_CREDENTIALS: "true"} if cors.credentials else {})}
    preflight_only = {_METHODS: ", ".join(cors.methods), _HEADERS: ", ".join(cors.headers), _MAX_AGE: str(cors.max_age)}
    sent = {**allowed, **({_EXPOSE: ", ".join(cors.expose)} if cors.expose else {})}
    answer = {"handler": "static_response", "status_code": 204}
    names = [_ORIGIN, _CREDENTIALS, _METHODS, _HEADERS, _MAX_AGE, _EXPOSE]
    set_ours, delete_app_headers = {"set": _lists(sent)}, {"delete": names}
    return [
        {"handle": [_changes({"add": {"Vary": ["Origin"]}})]},
        {
            "match": [preflight],
            "handle": [_changes({"set": _lists(allowed | preflight_only)}), answer],
            "terminal": True,
        },
        # Deferred changes run last to first: the app's are deleted, then ours are set. Errors get those not deferred.
        {"match": [origin], "handle": [_changes(set_ours), _changes({**set_ours, "deferred": True})]},
        {"handle": [_changes({**delete_app_headers, "deferred": True})]},
    ]


def _changes(operations: dict[str, Any]) -> dict[str, Any]:
    return {"handler": "headers", "response": operations}


def _lists(values: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in values.items() if value}


def _origin(origin: str) -> str:
    """Return the regular expression of an origin, or of the hosts of a domain."""
    scheme, _, host = origin.partition("://*.")
    return f"{scheme}://[a-z0-9.-]+\\.{pattern(host)}" if host else pattern(origin)
