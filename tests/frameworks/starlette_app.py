"""An app of Starlette: mounts, files at the root, and one page for all that is not found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles


def view(name: str) -> Any:
    """Return the view that says this name, and what the server received as the target."""

    def answer(request: Request, exception: Exception | None = None) -> Response:
        query = request.scope["query_string"]
        target = request.scope["raw_path"] + (b"?" + query if query else b"")
        return PlainTextResponse(b"VIEW=" + name.encode() + b" TARGET=" + target + b"\n")

    return answer


def area(path: str, name: str) -> list[BaseRoute]:
    """Return the routes of a view for a path and all below it."""
    return [Route(path, view(name)), Mount(path, routes=[Route("/{rest:path}", view(name))])]


app = Starlette(
    routes=[
        *area("/admin", "admin"),
        *area("/pub/admin", "pub-admin"),
        *area("/api/v1/admin", "api-admin"),
        *area("/api", "api"),
        Route("/pub/", view("pub")),
        Route("/pub/{name}", view("pub")),
        Route("/login", view("login")),
        Mount("/", StaticFiles(directory=Path(__file__).parent / "site")),
    ],
    exception_handlers={404: view("any")},
)
