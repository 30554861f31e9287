"""Routes behind authentication, and what the app received, for the tests of both kinds."""

from __future__ import annotations

from krm_fn.function_config.generated.values import Redirect, Route, StaticFiles
from tests.servers.http import Response

ROUTES = (
    Route(path="/open/", match="prefix", anonymous=True),
    Route(path="/file.txt", files=StaticFiles(config_map="files")),
    Route(path="/open.txt", files=StaticFiles(config_map="files"), anonymous=True),
    Route(path="/old", redirect=Redirect(to="/new")),
)
FILES = {"/file.txt": b"file", "/open.txt": b"open"}


def received(response: Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.json()["headers"]}
