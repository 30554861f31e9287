"""nginx as a process: what it may write, what it needs, how it ends."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from krm_fn.engines.engine import ProxyListener
from krm_fn.engines.nginx import ENGINE
from krm_fn.function_config.generated.values import AccessLog, Listener, Route, RouteCache
from tests.engines.nginx.plans import (
    APP_PORT,
    CACHE,
    CONFIG_PATH,
    FILES,
    PORT,
    PROBES,
    configuration,
    plan_of,
    running_nginx,
    scenario,
    volumes_of,
    workers_of,
)
from tests.servers.backend import Backend, running_backend
from tests.servers.http import request
from tests.servers.processes import Server, wait_until
from tests.servers.sandbox import run_in_sidecar

pytestmark = pytest.mark.server


@pytest.fixture(autouse=True)
def app(backend: Backend) -> Iterator[Backend]:
    yield backend
    backend.release.set()


class TestSurroundings:
    def test_writes_nowhere_but_in_its_volume(self, start: Callable[..., Server]) -> None:
        server = start(scenario())
        assert request(PORT, "/", "POST", body=b"x" * (1 << 20)).status == 200
        assert request(PORT, "/lib/a").status == 200
        written = {path.name for path in (server.root / CACHE.lstrip("/")).iterdir()}
        assert written == {"nginx.pid", "client_body", "proxy", "fastcgi", "uwsgi", "scgi", "responses"}
        assert (server.root / CACHE.lstrip("/") / "nginx.pid").stat().st_uid == 101
        with pytest.raises(OSError, match="Read-only"):
            (server.root / "probe").touch()

    @pytest.mark.parametrize("user_id", [101, 65534, 1000680000])
    def test_any_user(self, user_id: int, start: Callable[..., Server]) -> None:
        """OpenShift chooses the uid."""
        start(scenario(), user_id=user_id)
        assert request(PORT, "/lib/a").one("X-Cache-Status") == "MISS"
        assert request(PORT, "/", "POST", body=b"x" * (1 << 20)).status == 200

    def test_stderr_of_another_owner(self, start: Callable[..., Server]) -> None:
        """Errors go to the open stream; only the access log reopens its own, which a runtime gives to the user."""
        server = start(plan_of(access_log=AccessLog(enabled=False)), output_owner=0)
        assert request(PORT, "/").status == 200
        assert "[emerg]" not in server.stderr()

    def test_access_log_off(self, start: Callable[..., Server]) -> None:
        server = start(plan_of(access_log=AccessLog(enabled=False)))
        assert request(PORT, "/").status == 200
        assert server.stdout() == ""

    def test_access_log_is_json_whatever_comes(self, start: Callable[..., Server]) -> None:
        server = start(plan_of())
        assert request(PORT, "/%22%5C%0A%E2?q=\"\\'", headers={"User-Agent": "\"\\\xff'", "Referer": "\x01\t"}).status
        request(PORT, "/", headers={"Host": "a b"})
        wait_until(lambda: server.stdout().count("\n") == 2)
        entries = [json.loads(line) for line in server.stdout().splitlines()]
        assert [entry["status"] for entry in entries] == [200, 400]
        assert entries[0]["duration"] < 10
        assert entries[0]["upstream_status"] == 200

    def test_workers_are_the_plans(self, start: Callable[..., Server]) -> None:
        server = start(plan_of().replace(worker_processes=3))
        wait_until(lambda: len(workers_of(server)) == 3)
        limits = Path(f"/proc/{workers_of(server)[0]}/limits").read_text()
        assert "Max open files            8192" in limits

    def test_ipv6_is_switched_off_in_the_pod(self, start: Callable[..., Server]) -> None:
        switch = Path("/proc/sys/net/ipv6/conf/all/disable_ipv6")
        switch.write_text("1")
        try:
            start(scenario())
            assert request(PORT, "/").status == 200
        finally:
            switch.write_text("0")

    @pytest.mark.parametrize("ipv6", [True, False])
    def test_ipv6(self, ipv6: bool, start: Callable[..., Server]) -> None:
        start(plan_of(ipv6=ipv6))
        for port, path in ((PORT, "/"), (PROBES, "/healthz")):
            assert request(port, path).status == 200
            if ipv6:
                assert request(port, path, address="::1", source="::1").status == 200
            else:
                with pytest.raises(ConnectionRefusedError):
                    request(port, path, address="::1", source="::1")

    def test_the_app_is_asked_by_ipv4_alone(self, start: Callable[..., Server]) -> None:
        """The name localhost would be two peers, one of which refuses."""
        start(scenario())
        assert {request(PORT, f"/{number}").status for number in range(10)} == {200}
        assert "localhost:" not in configuration(scenario())


class TestSeveralListeners:
    def test_each_has_its_app_routes_and_cache(self, start: Callable[..., Server]) -> None:
        cached = Route(path="/c/", match="prefix", cache=RouteCache(policy="immutable-for-pod"))
        listeners = tuple(Listener(port=PORT + number, routes=(cached,) * (number < 2)) for number in range(3))
        plan = plan_of()
        proxy_listeners = tuple(
            ProxyListener(listener=listener, upstream_port=port, root=FILES)
            for listener, port in zip(listeners, (APP_PORT, APP_PORT + 1, APP_PORT), strict=True)
        )
        start(plan.replace(spec=plan.spec.replace(listeners=listeners), listeners=proxy_listeners))
        with running_backend(APP_PORT + 1) as second:
            for port in (PORT, PORT + 1):
                statuses = [request(port, "/c/x", headers={"Host": "a"}).one("X-Cache-Status") for _ in range(2)]
                assert statuses == ["MISS", "HIT"]
            assert second.targets == ["/c/x"]
        assert request(PORT + 2, "/c/x").one("X-Cache-Status") is None


class TestEnd:
    def test_requests_in_flight_are_answered(self, app: Backend) -> None:
        app.release.clear()
        with running_nginx(plan_of()) as server, ThreadPoolExecutor(1) as pool:
            answer = pool.submit(request, PORT, "/?hold=drain")
            wait_until(lambda: app.hits("/?hold=drain") == 1)
            server.send(signal.SIGQUIT)
            wait_until(lambda: refuses(PORT))
            assert server.is_running()
            app.release.set()
            assert answer.result().status == 200
            assert server.wait() == 0

    def test_draining_has_an_end(self, app: Backend) -> None:
        app.release.clear()
        with running_nginx(plan_of(drain_seconds=1)) as server, ThreadPoolExecutor(1) as pool:
            answer = pool.submit(request, PORT, "/?hold=long")
            wait_until(lambda: app.hits("/?hold=long") == 1)
            server.send(signal.SIGQUIT)
            assert server.wait(5) == 0
            app.release.set()
            assert isinstance(answer.exception(), ConnectionError)

    def test_sigterm_would_drop_them(self, app: Backend) -> None:
        """Why the image's stop signal is SIGQUIT."""
        app.release.clear()
        with running_nginx(plan_of()) as server, ThreadPoolExecutor(1) as pool:
            answer = pool.submit(request, PORT, "/?hold=term")
            wait_until(lambda: app.hits("/?hold=term") == 1)
            server.send(signal.SIGTERM)
            assert server.wait(5) == 0
            assert isinstance(answer.exception(), ConnectionError)


def test_a_busy_port_is_said_so(backend: Backend) -> None:
    plan = plan_of()
    with running_nginx(plan):
        result = run_in_sidecar(volumes_of(plan), [CACHE], ENGINE.command(CONFIG_PATH))
    assert result.returncode == 1
    assert "Address already in use" in result.stderr


def refuses(port: int) -> bool:
    """Whether nobody listens on the port."""
    try:
        request(port, "/")
    except ConnectionError:
        return True
    return False
