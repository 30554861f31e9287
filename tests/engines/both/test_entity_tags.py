"""Conditional requests through compression: a tag that a client got means to the app what it meant to it before."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest

from krm_fn.function_config.generated.values import Route, StaticFiles
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import Response, request

pytestmark = pytest.mark.server

ENDINGS = ("", "-gzip", "-zstd", "-app", "--gzip", "-gzip-app", "-app-gzip", "-gzip-gzip")
TAGS = [f'"v2{ending}"' for ending in ENDINGS] + ['W/"v2"', 'W/"v2-app"', '""']
ACCEPTED = ("identity", "gzip", "zstd", "gzip, deflate, br, zstd", "*")
METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE")
TEXT = b"body { color: black; }\n" * 200
FILES = {"/one.css": TEXT, "/two.css": TEXT, "/two.css.gz": gzip.compress(TEXT)}


class App:
    """An app whose resource has a tag, and that goes by RFC 9110, section 13.1, or compares the text alone."""

    def __init__(self) -> None:
        self.tag = '"v2"'
        self.is_literal = False
        self.size = 3000
        self.received: dict[str, str] = {}

    def decide(self, _path: str, headers: dict[str, str]) -> str:
        """Return the backend's query for a request."""
        self.received = headers
        tagged = f"header=Content-Type:application/json&header=ETag:{self.tag}"
        if "if-match" in headers and not self._matches(headers["if-match"]):
            return f"status=412&{tagged}&body="
        if "if-none-match" in headers and self.tag.removeprefix("W/") in headers["if-none-match"]:
            return f"status=304&{tagged}&body="
        if "range" in headers and headers.get("if-range", self.tag) == self.tag:
            return f"status=206&{tagged}&header=Content-Range:bytes 0-1999/{self.size}&size=2000"
        return f"status=200&{tagged}&size={self.size}"

    def _matches(self, given: str) -> bool:
        if self.is_literal:
            return given in ("*", self.tag)
        return given == "*" or (self.tag in re.findall(r'(?:W/)?"[^"]*"', given) and not self.tag.startswith("W/"))


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    files = Route(path="/files/", match="prefix", files=StaticFiles(config_map="files"))
    plan = plan_of(files)
    plan = plan.replace(listeners=tuple(each.replace(precompressed=True) for each in plan.listeners))
    with running(engine, plan, {f"/files{path}": content for path, content in FILES.items()}):
        yield


@pytest.fixture(autouse=True)
def app(backend: Backend) -> App:
    app = App()
    backend.decide = app.decide
    return app


def got(accepted: str, target: str = "/doc", **headers: str) -> Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return request(PORT, target, headers={"Accept-Encoding": accepted, **given})


def tag_of(response: Response) -> str:
    return response.one("ETag") or ""


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_comes_back_to_the_app_as_it_was(app: App, tag: str) -> None:
    app.tag = tag
    for accepted in ACCEPTED:
        handed_out = tag_of(got(accepted))
        for name in ("If-Match", "If-None-Match"):
            for given in (handed_out, f'W/"a", {handed_out},"b" , W/"c-x"', f"{handed_out}, {handed_out}"):
                got("identity", **{name: given})
                assert app.received[name.lower()] == given.replace(handed_out, tag)


@pytest.mark.parametrize("text", ["v2", "v2-gzip", "W", "Wv2", "'v2'"])
def test_what_is_no_tag_is_not_made_another(app: App, text: str) -> None:
    app.tag = text
    for accepted in ACCEPTED:
        response = got(accepted)
        assert tag_of(response) in (text, *([""] if response.one("Content-Encoding") else []))


@pytest.mark.parametrize("accepted", ACCEPTED)
def test_a_write_with_the_tag_just_got(app: App, accepted: str) -> None:
    for tag, is_literal in (('"v2"', True), ('"v2"', False), ('W/"v2"', True)):
        app.tag, app.is_literal = tag, is_literal
        handed_out = tag_of(got(accepted))
        for method in METHODS:
            for again in (accepted, "identity"):
                headers = {"Accept-Encoding": again, "If-Match": handed_out}
                body = b"{}" if method in ("PUT", "PATCH") else None
                assert request(PORT, "/doc", method, headers=headers, body=body).status == 200
                assert request(PORT, "/doc", method, headers={**headers, "If-Match": "*"}, body=body).status == 200
        app.tag = tag.replace("v2", "v3")
        assert request(PORT, "/doc", "PUT", headers={"If-Match": handed_out}, body=b"{}").status == 412


def test_a_weak_tag_is_not_taken_for_a_strong_one(app: App) -> None:
    assert request(PORT, "/doc", "PUT", headers={"If-Match": 'W/"v2"'}, body=b"{}").status == 412
    app.tag = 'W/"v2"'
    assert request(PORT, "/doc", "PUT", headers={"If-Match": tag_of(got("gzip"))}, body=b"{}").status == 412


def test_several_tags_of_compressed_answers(app: App) -> None:
    handed_out = []
    for number in range(8):
        app.tag = f'"v{number}"'
        handed_out.append(tag_of(got("gzip")))
    got("gzip", **{"If-Match": ", ".join(handed_out)})
    assert app.received["if-match"] == ", ".join(f'"v{number}"' for number in range(8))
    assert request(PORT, "/doc", "PUT", headers={"If-Match": ",".join(handed_out * 3)}, body=b"{}").status == 200


@pytest.mark.parametrize("accepted", ACCEPTED)
def test_what_did_not_change_is_not_sent_again(accepted: str) -> None:
    response = got(accepted)
    again = got(accepted, **{"If-None-Match": tag_of(response)})
    assert (again.status, again.body) == (304, b"")
    assert got(accepted, **{"If-None-Match": '"other"'}).status == 200


@pytest.mark.parametrize("accepted", ACCEPTED)
def test_a_part_fits_what_the_client_has(app: App, accepted: str) -> None:
    first = got(accepted)
    part = got(accepted, Range="bytes=0-1999", **{"If-Range": tag_of(first)})
    if first.one("Content-Encoding"):
        assert (part.status, part.one("Content-Encoding")) == (200, first.one("Content-Encoding"))
    else:
        assert (part.status, part.body, part.one("Content-Encoding")) == (206, b"x" * 2000, None)
    assert got(accepted, Range="bytes=0-1999", **{"If-Range": '"other"'}).status == 200
    part = got(accepted, Range="bytes=0-1999")
    assert (part.status, part.body, part.one("Content-Encoding")) == (206, b"x" * 2000, None)


def test_small_answers_and_other_types(app: App) -> None:
    app.size = 10
    handed_out = tag_of(got("gzip"))
    assert request(PORT, "/doc", "PUT", headers={"If-Match": handed_out}, body=b"{}").status == 200
    assert got("gzip", Range="bytes=0-1999", **{"If-Range": handed_out}).status == 206


@pytest.mark.parametrize("target", ["/files/one.css", "/files/two.css"])
@pytest.mark.parametrize("accepted", ACCEPTED)
def test_static_files(engine: str, target: str, accepted: str) -> None:
    response = got(accepted, target)
    handed_out = tag_of(response)
    assert handed_out
    assert got(accepted, target, **{"If-None-Match": handed_out}).status == 304
    assert got(accepted, target, **{"If-None-Match": f'"a", {handed_out}'}).status == 304
    assert got(accepted, target, **{"If-None-Match": '"a"'}).status == 200
    assert got(accepted, target, **{"If-Match": "*"}).status == 200
    if not response.one("Content-Encoding"):  # Caddy's answer for a twin lacks the body that it announces
        assert got(accepted, target, **{"If-Match": '"a"'}).status == 412
    weak = engine.startswith("nginx") and handed_out.startswith("W/")  # RFC 9110: it never matches here
    assert got(accepted, target, **{"If-Match": f'"a", {handed_out}'}).status == (412 if weak else 200)
    part = got(accepted, target, Range="bytes=0-9", **{"If-Range": handed_out})
    if part.status == 206:
        assert part.body == response.body[:10]
    else:
        assert (part.status, part.one("Content-Encoding")) == (200, response.one("Content-Encoding"))
