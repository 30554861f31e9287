"""Text from the functionConfig stays in its place under Caddy: the server loads it, and takes it literally."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from krm_fn.engines.caddy.json_parts import pattern
from krm_fn.function_config.generated.values import Route, StaticFiles
from tests.engines.both.conftest import backend, loopback  # noqa: F401 # the fixtures
from tests.engines.caddy.plans import running_caddy
from tests.engines.nginx.plans import PORT, plan_of
from tests.engines.nginx.test_hostile_text import BEYOND_PATHS, ESCAPES
from tests.servers.backend import Backend
from tests.servers.http import request

pytestmark = pytest.mark.server

PLACEHOLDERS = [
    "{env.HOME}",
    "{http.request.host}",
    "{file./etc/passwd}",
    "{$HOME}",
    "\\{x}",
    "{{env.HOME}}",
    "{>Host}",
]
PATHS = [f"/p/{text}" for text in (*ESCAPES, *PLACEHOLDERS) if "\\" not in text]
PREFIXES = [f"/s/{text}/" for text in (*ESCAPES, *PLACEHOLDERS) if "\\" not in text]
SERVED = [f"/f/{text}/" for text in (*ESCAPES, *PLACEHOLDERS) if len(text) < 80 and "\\" not in text]
LITERALS = [f"/r/{text}" for text in (*ESCAPES, *BEYOND_PATHS, *PLACEHOLDERS)]


def all_routes() -> list[Route]:
    return [
        *(Route(path=path, max_body_size="1") for path in PATHS),
        *(Route(path=path, match="prefix", max_body_size="1") for path in PREFIXES),
        *(Route(path=path, match="prefix", files=StaticFiles(config_map="files")) for path in SERVED),
        *(Route(path=f"^{pattern(text)}$", match="regex", max_body_size="1") for text in LITERALS),
    ]


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend) -> Iterator[None]:  # noqa: F811
    content = {f"{path}file.txt": b"served" for path in SERVED}
    with running_caddy(plan_of(*all_routes()), content):
        yield


def is_limited(path: str) -> bool:
    """Whether the request for a decoded path comes to a route that takes no body of two bytes."""
    status = request(PORT, quote(path), "POST", body=b"xx").status
    assert status in (200, 413)
    return status == 413


@pytest.mark.parametrize("path", [*PATHS, *LITERALS])
def test_literal_paths(path: str) -> None:
    assert is_limited(path)
    for other in (f"{path}x", f"{path[:-1]}x", f"/x{path}"):
        assert other == path or not is_limited(other)


@pytest.mark.parametrize("path", PREFIXES)
def test_prefixes(path: str) -> None:
    assert is_limited(path)
    assert is_limited(f"{path}below")
    assert not is_limited(path[:-1])
    assert not is_limited(f"{path[:-2]}y/")


@pytest.mark.parametrize("path", SERVED)
def test_prefixes_of_files(path: str) -> None:
    assert request(PORT, quote(f"{path}file.txt")).body == b"served"
    assert request(PORT, quote(f"{path}..data/file.txt")).status == 404
