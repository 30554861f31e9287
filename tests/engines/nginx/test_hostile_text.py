"""Text from the functionConfig stays in its place: the server loads it, and takes it literally."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from krm_fn.engines.nginx.quoting import regex_of
from krm_fn.function_config.generated.values import Route, RouteCache, StaticFiles
from tests.engines.nginx.plans import PORT, other_ports, plan_of, running_nginx
from tests.servers.backend import Backend
from tests.servers.http import request

pytestmark = pytest.mark.server

KEPT = RouteCache(policy="immutable-for-pod")
ESCAPES = [
    "; return 500; #",
    "} location / { return 500; }",
    "{",
    "}",
    "$host",
    "${host}",
    "$",
    "${",
    "$1$&",
    "${dollar}",
    "'; #'",
    "' '",
    "# comment",
    "~ x",
    "= x",
    "^~",
    "@named",
    "*.x",
    "(.*)",
    "[a-z]+",
    "é€😀",
    "\u202e",
    "<script>",
    "&amp;",
    "{{ 7 }}{% raw %}",
    "unix:/x:",
    "default",
    "include x;",
    " leading",
    "trailing ",
    "a  b",
    "x" * 200,
    "€" * 80,
]
BEYOND_PATHS = ['"', '";}', "\\", '\\"', "\\\\", "\\n", "\\t", "?", "#?", "%", "%41", "a\\", "\\$", "\\E.*\\Q"]

# nginx 1.22 keeps the length of an exact path or prefix in one byte.
PATHS = [f"/p/{text}" for text in ESCAPES]
PREFIXES = [f"/s/{text}/" for text in ESCAPES]
SERVED = [f"/f/{text}/" for text in ESCAPES if len(text) < 80]
LITERALS = [f"/r/{text}" for text in (*ESCAPES, *BEYOND_PATHS) if len(text) < 80]


PATTERNS = [
    (r"^/x/\d{2}$", "/x/12", "/x/123"),
    (r"^/x/a\.b$", "/x/a.b", "/x/axb"),
    (r"^/x/\\$", "/x/%5C", "/x/%5C%5C"),
    (r'^/x/"(a|b)"$', "/x/%22b%22", "/x/b"),
    (r"^/x/[\"\\]q$", "/x/%22q", "/x/q"),
    (r"^/x/\tt$", "/x/%09t", "/x/tt"),
    (r"^/x/\$host$", "/x/$host", "/x/127.0.0.1"),
    (r"^/x/e(?=;)\x3b", "/x/e;", "/x/e"),
    (r"^/x/(y)\1$", "/x/yy", "/x/y"),
    (r"^/x/€+$", "/x/%E2%82%AC", "/x/%E2"),
    ("^/x/ z # {$|^/x/};{$", "/x/%20z%20%23%20%7B", "/x/z"),
]


def all_routes() -> list[Route]:
    return [
        *(Route(path=path, cache=KEPT) for path in PATHS),
        *(Route(path=path, match="prefix", cache=KEPT) for path in PREFIXES),
        *(Route(path=path, match="prefix", files=StaticFiles(config_map="files")) for path in SERVED),
        *(Route(path=f"^{regex_of(text)}$", match="regex", cache=KEPT) for text in LITERALS),
        *(Route(path=pattern, match="regex", cache=KEPT) for pattern, _, _ in PATTERNS),
    ]


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend) -> Iterator[None]:
    content = {f"{path}file.txt": b"served" for path in SERVED}
    with running_nginx(plan_of(*all_routes()), content) as server:
        yield
        assert "[warn]" not in server.stderr()


def is_cached(path: str) -> bool:
    """Whether the request for a decoded path comes to a cached route."""
    response = request(PORT, quote(path))
    assert response.json()["target"] == quote(path)
    return response.one("X-Cache-Status") is not None


@pytest.mark.parametrize("path", [*PATHS, *LITERALS])
def test_literal_paths(path: str) -> None:
    assert is_cached(path)
    for other in (f"{path}x", f"{path[:-1]}x", f"/x{path}"):
        assert other == path or not is_cached(other)


@pytest.mark.parametrize("path", PREFIXES)
def test_prefixes(path: str) -> None:
    assert is_cached(path)
    assert is_cached(f"{path}below")
    assert not is_cached(path[:-1])
    assert not is_cached(f"{path[:-2]}y/")


@pytest.mark.parametrize("path", SERVED)
def test_prefixes_of_files(path: str) -> None:
    assert request(PORT, quote(f"{path}file.txt")).body == b"served"
    assert request(PORT, quote(f"{path}..data/file.txt")).status == 404


@pytest.mark.parametrize(("pattern", "matching", "other"), PATTERNS)
def test_regular_expressions_are_pcre(pattern: str, matching: str, other: str) -> None:
    assert request(PORT, matching).one("X-Cache-Status")
    assert request(PORT, other).one("X-Cache-Status") is None


line = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\x7f") | st.sampled_from("\\\"'$;{}#~^ ="),
    min_size=1,
    max_size=40,
).filter(lambda text: text not in (".", ".."))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.lists(line, min_size=30, max_size=60, unique=True))
def test_any_line(texts: list[str]) -> None:
    paths = [f"/r/{text}" for text in texts]
    routes = [Route(path=f"^{regex_of(path)}$", match="regex", max_body_size="1") for path in paths]
    with running_nginx(other_ports(plan_of(*routes))):
        for path in paths:
            statuses = [request(PORT + 10, quote(each), "POST", body=b"xx").status for each in (path, f"{path}/")]
            assert statuses == [413, 502]
