"""What Caddy answers where a handler gives up: a page of the user's, or one line."""

from __future__ import annotations

from krm_fn.engines.caddy.access import MAINTENANCE
from krm_fn.engines.caddy.files import page_handlers
from krm_fn.engines.caddy.values import sets_response
from krm_fn.engines.effective_routes import maintenance_of
from krm_fn.engines.paths import page_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.proxy import Front

_UNDER_MAINTENANCE = {"vars": {MAINTENANCE: ["on"]}}


def error_routes(front: Front, defaults: dict[str, str], plain: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the routes for errors; the last one is of one line."""
    pages = front.listener.error_pages.pages
    sent = [sets_response({name: [value] for name, value in defaults.items()})] if defaults else []
    routes = _maintenance(front, sent, plain)
    for each in pages:
        statuses = {"vars": {"{http.error.status_code}": [str(status) for status in each.statuses]}}
        handle = [*sent, *page_handlers(page_path(each.page), front)]
        routes.append({"match": [statuses], "handle": handle, "terminal": True})
    return [*routes, plain]


def _maintenance(front: Front, sent: list[dict[str, Any]], plain: dict[str, Any]) -> list[dict[str, Any]]:
    settings = maintenance_of(front.listener)
    if settings is None:
        return []
    again = [sets_response({"Retry-After": [str(settings.retry_after)]})] if settings.retry_after is not None else []
    handle = [*sent, *page_handlers(page_path(settings.page), front)] if settings.page else plain["handle"]
    return [{"match": [_UNDER_MAINTENANCE], "handle": [*again, *handle], "terminal": True}]
