"""What logs hold: the same fields with each engine, JSON for every byte, no credential, and nothing of probes."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer
from threading import Thread
from typing import Any

import pytest

from krm_fn.engines.access_log import ANYWHERE, LAST, NAMES
from krm_fn.function_config.generated.values import AccessLog, OtherUpstream, Probes, Redirect, Route, RouteCache
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import exchange, request
from tests.servers.processes import Server, wait_until

pytestmark = pytest.mark.server

PAGE = Path(__file__).parents[3] / "docs" / "access-log.md"
ADDED = {"upstream_status", "upstream_duration", "referer", "user_agent", "request_id", "traceparent"}
"""The fields that Caddy adds where an answer ends well."""
SELDOM = {"cache", "substitution", "version"}
"""The fields that lines have where a route needs them."""
DOCUMENTED = set(re.findall(r"^\| `([a-z_.]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))
BREAKING = 9099
ROUTES = (
    Route(path="/break", upstream=OtherUpstream(port=BREAKING)),
    Route(path="/down", match="prefix", upstream=OtherUpstream(port=9)),
    Route(path="/old", redirect=Redirect(to="/new")),
    Route(path="/nobody", match="prefix", allow=()),
)


@pytest.fixture(scope="module")
def sidecar(backend: Backend, engine: str) -> Iterator[Server]:
    with running(engine, plan_of(*ROUTES, access_log=AccessLog(hide_query=("invitation", "x.y-z_1")))) as server:
        yield server


def send(*lines: bytes) -> bytes:
    """Send a request of these lines, and return the answer."""
    return exchange(PORT, b"\r\n".join([*lines, b"Connection: close", b"", b""]))


def strict(line: bytes) -> Any:
    return json.loads(line.decode("utf-8"))


def fields_of(entry: dict[str, Any]) -> set[str]:
    inner = {f"request.{name}" for name in entry["request"]}
    return {name for name in entry if name != "request"} | inner


def new_entries(server: Server, ask: Callable[[], object], at_least: int = 1) -> list[Any]:
    """Return what is logged of what a function sends."""
    before = len(server.lines())
    ask()
    wait_until(lambda: len(server.lines()) >= before + at_least)
    return [strict(line) for line in server.lines()[before:]]


TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    ("target", "status", "upstream_status"),
    [
        ("/a?b=c", 200, 200),
        ("/a?status=503", 503, 503),
        ("/old", 308, None),
        ("/nobody", 403, None),
        ("/down", 502, "any"),
    ],
)
def test_the_fields_are_those_of_the_documentation(
    sidecar: Server, engine: str, target: str, status: int, upstream_status: object
) -> None:
    sent = {"Traceparent": TRACE, "X-Request-ID": "one-two-3", "User-Agent": "x/1", "Referer": "https://a/b?c"}
    (entry,) = new_entries(sidecar, lambda: request(PORT, target, headers={**sent, "Host": "web"}))
    assert fields_of(entry) == DOCUMENTED - SELDOM
    inner = entry["request"]
    assert (inner["remote_ip"], inner["client_ip"], inner["proto"]) == ("127.0.0.1", "127.0.0.1", "HTTP/1.1")
    assert (inner["method"], inner["host"], inner["uri"]) == ("GET", "web", target)
    assert (entry["status"], entry["traceparent"], entry["request_id"]) == (status, TRACE, "one-two-3")
    assert (entry["user_agent"], entry["referer"]) == ("x/1", "https://a/b?c")
    assert isinstance(entry["duration"], float | int)
    assert isinstance(entry["bytes"], int)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", entry["time"])
    if upstream_status != "any":
        assert entry["upstream_status"] == (None if engine == "caddy-oldest" else upstream_status)
        assert (entry["upstream_duration"] is None) == (upstream_status is None)


@pytest.mark.parametrize(
    "value", ["", "x", TRACE + "x", "ff" + TRACE[2:], TRACE[:3] + "0" * 32 + TRACE[35:], TRACE[:36] + "0" * 16 + "-01"]
)
def test_no_traceparent_is_made_of_another_text(sidecar: Server, value: str) -> None:
    (entry,) = new_entries(sidecar, lambda: request(PORT, "/a", headers={"Traceparent": value}))
    assert entry["traceparent"] == ""


def test_the_fate_in_the_cache_is_logged_where_there_is_one(backend: Backend, engine: str, sidecar: Server) -> None:
    if engine.startswith("nginx"):
        port = PORT + 10
        plan = plan_of(
            Route(path="/lib/", match="prefix", cache=RouteCache(ttl="1h")),
            listener=LISTENER.replace(port=port),
            probes=Probes(port=port + 1),
        )
        with running(engine, plan) as server:
            (entry,) = new_entries(server, lambda: request(port, "/lib/a"))
            assert fields_of(entry) == DOCUMENTED - (SELDOM - {"cache"})
            assert entry["cache"] == "MISS"


HIDDEN = [
    *("access_token", "id_token", "refresh_token", "token", "code", "state", "key", "api_key", "apikey", "auth"),
    *("password", "passwd", "secret", "client_secret", "sig", "signature", "X-Amz-Signature", "X-Amz-Credential"),
    *("X-Amz-Security-Token", "X-Goog-Signature", "jwt", "session", "sid", "SAMLResponse", "invitation", "x.y-z_1"),
    *("Access_Token", "ACCESS-TOKEN", "accessToken", "access%5Ftoken", "%61ccess_token", "access%255Ftoken", "t%6Fken"),
    *("%u0074oken", "key[0]", "user[password]", "user%5Bpassword%5D", "user.token", "+token", "token%20", "PHPSESSID"),
    *("id_token_hint", "password_confirmation", "X-Api-Key", "code%00", "%20code"),
    *("subscription-key", "sharedKey", "account_key", "auth_key", "authkey", "encryption_key", "consumer_key"),
    *("user_key", "passkey", "user_pass", "db_pass", "dbPass", "pw", "psw", "cred", "creds", "auth_code", "otp_code"),
    *(
        "mfaCode",
        "recovery_code",
        "totp",
        "x_sig",
        "connect.sid",
        "oauth",
        "csrf",
        "xsrf",
        "_csrf",
        "X-Auth",
        "a[b_pw]",
    ),
]
QUERIES = [
    *(f"{key}=SECRET" for key in HIDDEN),
    *(f"a=b&{key}=SECRET&c=d" for key in HIDDEN[:30]),
    *(f"a=b;{key}=SECRET;c=d" for key in HIDDEN[:30]),
    "token=a&b=c&token=SECRET",
    "code=&code=SECRET",
    "next=%2Fcb%3Fcode%3DSECRET",
    "next=/cb?code=SECRET",
    "next=https%3A%2F%2Fa%2Fcb%23access_token%3DSECRET",
    "next=%252Fcb%253Fcode%253DSECRET",
    "next=https%3A%2F%2Fuser%3ASECRET%40host%2F",
    "next=https://user:SECRET@host/",
    "next=//user:SECRET@host/",
    "next=%2F%2Fuser%3ASECRET%40host%2F",
    'q={"a":1,"state":"SECRET"}',
    "q=%7B%22key%22%3A%22SECRET%22%7D",
]
NOT_HIDDEN = [
    *("codes", "country_code", "zip_code", "error_code", "sort_key", "partition_key", "public_key", "page", "author"),
    *("compass", "passenger", "spin", "design", "power", "sigma", "oauth_version", "code_point", "state_id", "keyword"),
]
SHOWN = [*(f"{key}=SHOWN" for key in NOT_HIDDEN), "q=code", "a=SHOWN&b=%2Fx%20y", "q=a+key+SHOWN", "a=b//c/d&e=f@g"]


def test_each_word_of_a_credential_is_in_the_docs() -> None:
    page = PAGE.read_text("utf-8")
    said = set(re.findall("[a-z0-9]+", page.partition("## No credentials")[2].partition("## Every byte")[0]))
    words = re.findall("[a-z0-9]{2,}", re.sub(r"\[-_\]\?|\(\?:or\)\?", "", ANYWHERE))
    assert {*words, *LAST, *NAMES} <= said


def test_no_query_with_a_credential_is_logged(sidecar: Server) -> None:
    def ask() -> None:
        for query in (each.encode() for each in QUERIES):
            headers = (b"Host: a", b"Referer: https://a/r?" + query, b"X-Api-Key: SECRET", b"Cookie: a=SECRET")
            send(b"GET /x/y?" + query + b" HTTP/1.1", *headers, b"Authorization: Bearer SECRET")

    entries = new_entries(sidecar, ask, len(QUERIES))
    assert [(entry["request"]["uri"], entry["referer"]) for entry in entries] == [
        ("/x/y?REDACTED", "https://a/r?REDACTED")
    ] * len(QUERIES)
    assert "SECRET" not in "".join(map(json.dumps, entries))


def test_other_queries_are_logged(sidecar: Server) -> None:
    def ask() -> None:
        for query in SHOWN:
            request(PORT, f"/x?{query}", headers={"Referer": f"https://a/r?{query}"})

    entries = new_entries(sidecar, ask, len(SHOWN))
    logged = [(entry["request"]["uri"], entry["referer"]) for entry in entries]
    shown = [(f"/x?{query}", f"https://a/r?{query}") for query in SHOWN]
    assert sorted(logged) == sorted(shown), "a server logs a request after its answer, perhaps after the next one"


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/a;jsessionid=SECRET", "/a;jsessionid=REDACTED"),
        ("/a;sid=SECRET/b;token=SECRET;c=1/d?e=f", "/a;sid=REDACTED/b;token=REDACTED;c=1/d?e=f"),
        ("/a;jsessionid=SECRET?code=SECRET", "/a;jsessionid=REDACTED?REDACTED"),
        ("/a#access_token=SECRET", "/a#REDACTED"),
        ("/p/http://user:SECRET@host/b?c=d", "/p/http://REDACTED@host/b?c=d"),
        ("/p/a://SECRET@b/c/d://SECRET@e", "/p/a://REDACTED@b/c/d://REDACTED@e"),
        ("//user:SECRET@h/", "//REDACTED@h/"),
        ("/a//user:SECRET@h@i/b@c", "/a//REDACTED@i/b@c"),
        ("/a;x_pw=SECRET;zip_code=1/b;authCode=SECRET", "/a;x_pw=REDACTED;zip_code=1/b;authCode=REDACTED"),
        ("/@scope/a:b", "/@scope/a:b"),
        ("/a//b/c@d", "/a//b/c@d"),
    ],
)
def test_no_credential_in_a_path_is_logged(sidecar: Server, path: str, logged: str) -> None:
    ask = (f"GET {path} HTTP/1.1".encode(), b"Host: a", f"Referer: https://a{path}".encode())
    (entry,) = new_entries(sidecar, lambda: send(*ask))
    assert (entry["request"]["uri"], entry["referer"]) == (logged, f"https://a{logged}")


def test_no_user_of_a_url_is_logged(sidecar: Server, engine: str) -> None:
    def ask() -> None:
        send(b"GET http://user:SECRET@a/x HTTP/1.1", b"Host: a", b"Referer: https://user:SECRET@a/r")
        send(b"GET /x HTTP/1.1", b"Host: user:SECRET@a")
        request(PORT, "/last")

    entries = new_entries(sidecar, ask, 3 if engine.startswith("nginx") else 2)
    assert "http://REDACTED@a/x" in entries[0]["request"]["uri"]
    assert "SECRET" not in "".join(map(json.dumps, entries))


def test_errors_hold_no_credential(sidecar: Server) -> None:
    target = "/down/x?access_token=SECRET"
    headers = {"X-Api-Key": "SECRET", "Referer": f"https://a{target}", "Cookie": "a=SECRET"}
    (entry,) = new_entries(sidecar, lambda: request(PORT, target, headers=headers))
    assert entry["status"] == 502
    for target in ("/nobody?key=SECRET", "/files/absent?key=SECRET", "/x?status=500&key=SECRET"):
        request(PORT, target, headers=headers)
    assert "SECRET" not in sidecar.stderr()


ODD = [byte for byte in range(256) if byte not in b"\r\n"]


def odd_bytes(draw: random.Random) -> bytes:
    some = bytes(draw.choices(ODD, k=draw.randrange(1, 12)))
    return draw.choice(
        [some, bytes(draw.choices(range(128, 256), k=6)), "äöü€𝄞".encode()[draw.randrange(9) :], b"\xff"]
    )


def odd_request(draw: random.Random, number: int) -> tuple[bytes, ...]:
    target = b"/m%d/" % number + odd_bytes(draw).replace(b" ", b"") + b"/z?q=" + odd_bytes(draw).replace(b" ", b"")
    names = (
        b"User-Agent",
        b"Referer",
        b"Cookie",
        b"X-Forwarded-For",
        b"X-Forwarded-Host",
        b"X-Request-ID",
        b"Traceparent",
    )
    headers = [name + b": a" + odd_bytes(draw) for name in names if draw.random() < 0.3]
    host = b"Host: a" + (odd_bytes(draw) if draw.random() < 0.1 else b"")
    method = b"GET" if draw.random() < 0.9 else b"G" + odd_bytes(draw)
    protocol = b"HTTP/1.1" if draw.random() < 0.95 else b"HTTP/" + odd_bytes(draw)
    return b" ".join((method, target, protocol)), host, *headers


OF_GO = b"Connection: close\r\n\r\n400 Bad Request"
"""How Go's server ends the answer to what it cannot read, which Caddy never sees."""


def test_each_request_has_a_line_of_json_whatever_its_bytes(sidecar: Server, engine: str) -> None:
    draw, before = random.Random(8), len(sidecar.lines())
    numbers = []
    for number in range(400):
        answer = send(*odd_request(draw, number))
        if OF_GO not in answer and b"505 HTTP Version" not in answer:
            numbers.append(number)
    assert len(numbers) == 400 if engine.startswith("nginx") else len(numbers) > 100
    wait_until(lambda: len(sidecar.lines()) - before >= len(numbers))
    entries = [strict(line) for line in sidecar.lines()[before:]]
    found = [re.search(r"/m(\d+)/", entry["request"]["uri"]) for entry in entries]
    assert [int(each[1]) for each in found if each] == numbers
    assert {tuple(fields_of(entry) ^ (DOCUMENTED - SELDOM)) for entry in entries} == {()}


LONG = [
    b"/a?" + b"token%" * 2500,
    b"/a?" + b"tokentoken[" * 1400,
    b"/a?" + b"%3a//" * 3000,
    b"/a?" + b"%25" * 5000,
    b"/a" + b";sid=x" * 2500,
    b"/a" + b"://a@" * 3000,
    b"/a" + b"\xffb" * 7500,
    b"/a" + "ä".encode() * 7500,
]


def test_long_ones_have_a_line_too(sidecar: Server) -> None:
    for target in LONG:
        ask = (b"GET " + target + b" HTTP/1.1", b"Host: a", b"Referer: https://a" + target)
        (entry,) = new_entries(sidecar, lambda ask=ask: send(*ask))  # type: ignore[misc]
        assert entry["request"]["uri"].startswith("/a")
        assert entry["status"] == 200


def test_what_is_no_http_has_a_line_with_nginx(sidecar: Server, engine: str) -> None:
    if engine.startswith("nginx"):
        hello = b"\x16\x03\x01\x02\x00\x01\x00\xff\xfe\r\n\r\n"
        (entry,) = new_entries(sidecar, lambda: exchange(PORT, hello))
        assert (entry["status"], entry["request"]["method"]) == (400, "")


class _App(TCPServer):
    allow_reuse_address = True


class _Breaking(StreamRequestHandler):
    def handle(self) -> None:
        """Answer less than is promised."""
        self.rfile.readline()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")


def test_an_answer_that_breaks_off_hides_no_request(sidecar: Server, engine: str) -> None:
    with _App(("127.0.0.1", BREAKING), _Breaking) as app:
        thread = Thread(target=app.handle_request)
        thread.start()
        (entry,) = new_entries(sidecar, lambda: send(b"GET /break?token=SECRET HTTP/1.1", b"Host: a", b"X-Key: SECRET"))
        thread.join()
    assert (entry["request"]["uri"], entry["status"]) == ("/break?REDACTED", 200)
    assert DOCUMENTED - SELDOM - fields_of(entry) <= (set() if engine.startswith("nginx") else ADDED)
    assert "SECRET" not in sidecar.stderr()


def test_probes_that_fail_write_nothing(engine: str, start: Callable[..., Server], sidecar: Server) -> None:
    port = PORT + 20
    plan = plan_of(listener=LISTENER.replace(port=port), probes=Probes(port=port + 1))
    server = start(plan.replace(ready=plan.ready.replace(port=9)))
    before = server.stderr()
    for _ in range(3):
        assert request(port + 1, "/readyz").status == 503
        assert request(port + 1, "/healthz").status == 200
        assert request(port + 1, "/absent").status == 404
    request(port, "/last")
    wait_until(lambda: server.lines() != [])
    assert [strict(line)["request"]["uri"] for line in server.lines()] == ["/last"]
    new = server.stderr().removeprefix(before).splitlines()
    assert [line for line in new if "storage_clean" not in line] == []  # which Caddy writes a while after its start
