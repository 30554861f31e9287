"""What is made to be slow, or to fail an expression: it has its line in time, without its credentials."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.engines.both.sidecars import running
from tests.engines.both.test_logs import send, strict
from tests.engines.nginx.plans import PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import request
from tests.servers.processes import Server, wait_until

pytestmark = [pytest.mark.server, pytest.mark.fuzz]

LONGEST = 30000
"""Bytes of a target; nginx takes 32 kB of a request line."""
SHORT = [
    b"a".join([b"\xff" * 20] * 10),
    b"a".join([b"\xff" * 50] * 10),
    b"a;jsessionid=SECRET" + b"0" * 32 + b"/cb;jwt=SECRET" + b"x" * 1000,
    b"a;jsessionid=SECRET/b/" + b";token=SECRET" * 40 + b"?b=c",
]
REPEATED = [
    *(b"\xff", b"\xffb", b"\xff" * 50 + b"a", "ä".encode()),
    *(b";", b";sid=SECRET", b";" + b"token" * 25, b";" + b"s" * 64 + b"=", b"/", b"@", b"://a", b"://SECRET@"),
    *(b"%", b"%25", b"25", b"%2f", b"%3a//", b"token", b"token%", b"token" * 12 + b"[" + b"x" * 99, b"&code["),
    *(b"//" + b"a" * 130 + b"@", b"?", b"&key%25%25"),
]
TARGETS = [
    *SHORT,
    *((each * LONGEST)[:LONGEST] for each in REPEATED),
    *(b"?" + (each * LONGEST)[:LONGEST] for each in REPEATED),
    b"%" + b"25" * (LONGEST // 2),
    b"?%" + b"25" * (LONGEST // 2),
    b"a;token=SECRET" + b"A" * LONGEST,
    b"a;token=SECRET/b;token=SECRET/" + b";" * LONGEST,
    b"a://SECRET@/a://SECRET@/" + b"/" * LONGEST,
]


@pytest.fixture(scope="module")
def sidecar(backend: Backend, engine: str) -> Iterator[Server]:
    with running(engine, plan_of()) as server:
        yield server


def seconds(target: bytes) -> float:
    """Return how long a request takes, at best."""
    lines = (b"GET " + target + b" HTTP/1.1", b"Host: a", b"Referer: https://a" + target)
    taken = []
    for _ in range(2):
        start = time.perf_counter()
        with suppress(ConnectionResetError):  # Go does not read on where it refuses
            send(*lines)
        taken.append(time.perf_counter() - start)
    return min(taken)


def test_nothing_takes_much_longer_than_a_plain_request_of_its_length(sidecar: Server) -> None:
    plain = max(seconds(b"/a?" + b"b" * LONGEST) for _ in range(3))
    for target in (b"/" + each for each in TARGETS):
        assert seconds(target) < 10 * plain * len(target) / LONGEST + 0.05, (target[:60], len(target))
    request(PORT, "/last")
    wait_until(lambda: b'"/last"' in sidecar.lines()[-1])
    assert [strict(line)["request"]["uri"] for line in sidecar.lines()][-1] == "/last"
    assert "SECRET" not in sidecar.stdout() + sidecar.stderr()
    assert "[alert]" not in sidecar.stderr()
