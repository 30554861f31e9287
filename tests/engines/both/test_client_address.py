"""Who the client is behind trusted proxies: their word is read from the right, up to what is no address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.function_config.generated.values import Maintenance, RealIP, Route
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, PROBES, plan_of
from tests.servers.backend import Backend
from tests.servers.http import LOCALHOST, OUTSIDER, exchange, request

pytestmark = pytest.mark.server

PAUSED = PORT + 10
ALLOWED, DENIED = ("10.1.0.0/16", "2001:db8:1::/48"), ("203.0.113.0/24", "2001:db8::/32")
TRUSTED = RealIP(trusted_proxies=("127.0.0.0/8", "192.168.7.0/24", "fd00::/8"))
PLAN = plan_of(Route(path="/allowed", allow=ALLOWED), Route(path="/denied", deny=DENIED), real_ip=TRUSTED)
UNDER_MAINTENANCE = plan_of(
    listener=LISTENER.replace(port=PAUSED, maintenance=Maintenance(allow=ALLOWED)),
    real_ip=TRUSTED,
    probes=PLAN.spec.probes.replace(port=PROBES + 10),
)
OWN = (
    *("unknown", '"8.8.8.8"', "8.8.8.8.8", "999.8.8.8", "1.2.3.4:x", "[8.8.8.8", "::1::", "a:b:c"),
    *("fe80::1%eth0", "for=8.8.8.8", "{env.HOME}", "\t", "_hidden", "8.8.8.8;9.9.9.9", "1.2.3.4:5:6"),
)
"""What a proxy may write in place of an address."""
CLIENTS = [
    *((f"10.1.2.3, {own}", LOCALHOST) for own in OWN),
    *((f"10.1.2.3, {own}, 192.168.7.9", "192.168.7.9") for own in OWN),
    *((f"{own}, 198.51.100.1", "198.51.100.1") for own in OWN),
    ("10.1.2.3", "10.1.2.3"),
    ("8.8.8.8, 10.1.2.3", "10.1.2.3"),
    ("10.1.2.3:4711", "10.1.2.3"),
    ("10.1.2.3,192.168.7.1:80,  fd00::1 , [fd00::2]:443", "10.1.2.3"),
    ("10.1.2.3, [2001:db8::1]:443", "2001:db8::1"),
    ("::ffff:10.1.2.3, ::ffff:192.168.7.1", "::ffff:10.1.2.3"),
    ("192.168.7.2, 192.168.7.1", "192.168.7.2"),
    ("2001:db8:1::7", "2001:db8:1::7"),
]


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    with running(engine, PLAN), running(engine, UNDER_MAINTENANCE):
        yield


@pytest.mark.parametrize(("named", "client"), CLIENTS)
def test_the_search_ends_at_what_is_no_address(named: str, client: str) -> None:
    response = request(PORT, "/", headers={"X-Forwarded-For": named})
    received = {name.lower(): value for name, value in response.json()["headers"]}
    assert received["x-real-ip"] == client
    allowed = client.removeprefix("::ffff:").startswith(("10.1.", "2001:db8:1:"))
    assert request(PORT, "/allowed", headers={"X-Forwarded-For": named}).status == (200 if allowed else 403)
    assert request(PAUSED, "/", headers={"X-Forwarded-For": named}).status == (200 if allowed else 503)
    denied = client.startswith("2001:db8:")
    assert request(PORT, "/denied", headers={"X-Forwarded-For": named}).status == (403 if denied else 200)


@pytest.mark.parametrize("form", ["::ffff:{}", "::FFFF:{}", "0:0:0:0:0:ffff:{}", "[::ffff:{}]:443"])
def test_an_address_of_ipv4_that_is_written_as_ipv6_counts_as_itself(form: str) -> None:
    def status(target: str, address: str) -> int:
        return request(PORT, target, headers={"X-Forwarded-For": form.format(address)}).status

    assert [status("/allowed", each) for each in ("10.1.2.3", "0a01:0203", "10.2.2.3")] == [200, 200, 403]
    assert [status("/denied", each) for each in ("203.0.113.9", "cb00:7109", "203.0.112.9")] == [403, 403, 200]


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("10.1.2.3",), 200),
        (("10.1.2.3", "192.168.7.1"), 200),
        (("8.8.8.8", "10.1.2.3"), 200),
        (("10.1.2.3", "unknown"), 403),
        (("unknown", "10.1.2.3"), 200),
        (("10.1.2.3", "[8.8.8.8"), 403),
    ],
)
def test_several_lines_are_read_as_one(lines: tuple[str, ...], status: int) -> None:
    named = "".join(f"X-Forwarded-For: {line}\r\n" for line in lines)
    answer = exchange(PORT, f"GET /allowed HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{named}\r\n".encode())
    assert answer.split(b" ")[1] == str(status).encode()


def test_a_client_may_be_behind_many_proxies() -> None:
    named = ", ".join(["203.0.113.9", *["192.168.7.1"] * 31])
    assert request(PORT, "/denied", headers={"X-Forwarded-For": f"10.1.2.3, {named}"}).status == 403


def test_of_others_no_word_is_believed() -> None:
    assert request(PORT, "/allowed", headers={"X-Forwarded-For": "10.1.2.3"}, source=OUTSIDER).status == 403
