"""The reference scenario: the rendered files, run as the Pod would, in front of a real Alertmanager."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest

from tests.engines.nginx.plans import APP_PORT, PORT, PROBES, other_ports, running_nginx, scenario
from tests.servers.alertmanager import running_alertmanager
from tests.servers.http import exchange, request
from tests.servers.processes import Server

pytestmark = pytest.mark.server

OVERRIDE = b"// served by the sidecar \xe2\x80\x94 not by the app\n" + b"console.log('changed');\n" * 100
UI = {
    "index.html": b"<!doctype html><title>Alertmanager</title>",
    "favicon.ico": b"icon",
    "script.js": b"console.log('original');\n" * 100,
    "lib/app.css": b"body { color: black; }\n" * 100,
    "lib/logo.png": b"\x89PNG" + bytes(range(256)) * 20,
}


@pytest.fixture(scope="module")
def alertmanager(loopback: None) -> Iterator[Server]:
    with running_alertmanager(APP_PORT, UI) as server:
        yield server


@pytest.fixture(scope="module")
def sidecar(alertmanager: Server) -> Iterator[Server]:
    with running_nginx(scenario(), {"/script.js": OVERRIDE}) as server:
        yield server


@pytest.mark.usefixtures("sidecar")
class TestOverride:
    def test_takes_the_place_of_the_apps_file(self) -> None:
        assert request(APP_PORT, "/script.js").body == UI["script.js"]
        response = request(PORT, "/script.js")
        assert (response.status, response.body) == (200, OVERRIDE)

    def test_keeps_the_apps_content_type(self) -> None:
        content_type = request(PORT, "/script.js").one("Content-Type")
        assert content_type == request(APP_PORT, "/script.js").one("Content-Type") == "text/javascript; charset=utf-8"

    def test_is_revalidated_on_each_use(self) -> None:
        response = request(PORT, "/script.js")
        assert response.one("Cache-Control") == "no-cache"
        assert response.one("Expires") is None
        again = request(PORT, "/script.js", headers={"If-None-Match": response.one("ETag") or ""})
        assert (again.status, again.body) == (304, b"")

    def test_is_compressed(self) -> None:
        response = request(PORT, "/script.js", headers={"Accept-Encoding": "gzip"})
        assert response.one("Content-Encoding") == "gzip"
        assert response.one("Vary") == "Accept-Encoding"
        assert gzip.decompress(response.body) == OVERRIDE
        headers = {"Accept-Encoding": "gzip", "If-None-Match": response.one("ETag") or ""}
        assert request(PORT, "/script.js", headers=headers).status == 304

    def test_can_only_be_read(self) -> None:
        assert request(PORT, "/script.js", "HEAD").one("Content-Length") == str(len(OVERRIDE))
        assert request(PORT, "/script.js", "POST", body=b"x").status == 405


@pytest.mark.usefixtures("sidecar")
class TestCachedAssets:
    def test_miss_hit_hit_and_bypass(self) -> None:
        statuses = [request(PORT, "/lib/app.css").one("X-Cache-Status") for _ in range(3)]
        assert statuses == ["MISS", "HIT", "HIT"]
        signed_in = request(PORT, "/lib/app.css", headers={"Authorization": "Bearer x"})
        assert (signed_in.one("X-Cache-Status"), signed_in.body) == ("BYPASS", UI["lib/app.css"])

    def test_one_cache_control_and_304(self) -> None:
        assert request(APP_PORT, "/lib/app.css").one("Cache-Control") == "no-cache, no-store, must-revalidate"
        response = request(PORT, "/lib/app.css")
        assert response.one("Cache-Control") == "no-cache"
        assert (response.one("Expires"), response.one("Pragma")) == (None, None)
        headers = {"If-Modified-Since": response.one("Last-Modified") or ""}
        assert request(PORT, "/lib/app.css", headers=headers).status == 304

    def test_what_is_missing_is_not_kept(self) -> None:
        for _ in range(2):
            response = request(PORT, "/lib/missing.css")
            assert (response.status, response.one("X-Cache-Status")) == (404, "MISS")
            assert response.one("Cache-Control") == "no-cache"

    def test_text_is_compressed_and_pictures_are_not(self) -> None:
        headers = {"Accept-Encoding": "gzip", "Via": "1.1 ingress"}
        assert request(PORT, "/lib/app.css", headers=headers).one("Content-Encoding") == "gzip"
        assert request(PORT, "/lib/logo.png", headers=headers).one("Content-Encoding") is None

    def test_the_prefix_without_its_slash_is_the_apps(self) -> None:
        own = request(APP_PORT, "/lib")
        assert (own.status, own.one("Location")) == (301, "/lib/")
        response = request(PORT, "/lib")
        assert (response.status, response.one("Location"), response.body) == (301, "/lib/", own.body)


@pytest.mark.usefixtures("sidecar")
class TestApp:
    def test_api_is_never_stale(self) -> None:
        for number in range(3):
            alerts = [{"labels": {"alertname": f"Test{number}"}}]
            posted = request(
                PORT,
                "/api/v2/alerts",
                "POST",
                body=json.dumps(alerts).encode(),
                headers={"Content-Type": "application/json"},
            )
            assert posted.status == 200
            names = {alert["labels"]["alertname"] for alert in request(PORT, "/api/v2/alerts").json()}
            assert names == {f"Test{each}" for each in range(number + 1)}

    def test_page_keeps_the_apps_headers(self) -> None:
        response = request(PORT, "/")
        assert response.body == UI["index.html"]
        assert response.one("Cache-Control") == "no-cache, no-store, must-revalidate"
        assert response.one("X-Cache-Status") is None

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    @pytest.mark.parametrize("target", ["/", "/favicon.ico", "/missing", "/api/v2/status", "/-/healthy"])
    def test_answers_are_the_apps(self, method: str, target: str) -> None:
        own, response = request(APP_PORT, target, method), request(PORT, target, method)
        assert (response.status, response.body[:100]) == (own.status, own.body[:100])
        for name in ("Content-Type", "Content-Length", "Cache-Control", "Last-Modified"):
            assert response.all(name) == own.all(name)

    def test_http_1_0_without_host(self) -> None:
        answer = exchange(PORT, b"GET /-/ready HTTP/1.0\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert answer.endswith(b"\r\n\r\nOK")

    def test_no_version_is_shown(self) -> None:
        for port, target in ((PORT, "/script.js"), (PORT, "/missing"), (PROBES, "/missing"), (PORT, "/%00")):
            response = request(port, target)
            assert response.one("Server") == "nginx"
            assert b"nginx/" not in response.body


@pytest.mark.usefixtures("sidecar")
class TestProbes:
    def test_are_on_their_own_listener_only(self) -> None:
        assert request(PROBES, "/healthz").status == 200
        assert request(PROBES, "/readyz").body == b"ok\n"
        assert request(PROBES, "/stub_status").status == request(PROBES, "/api/v2/status").status == 404
        for path in ("/healthz", "/readyz", "/stub_status"):
            assert request(PORT, path).status == request(APP_PORT, path).status == 404


def test_alertmanager_ends_and_comes_back(loopback: None) -> None:
    """Nothing pretends that it is there, but what was kept; nothing of its absence stays."""
    with running_nginx(other_ports(scenario()), {"/script.js": OVERRIDE}):
        with running_alertmanager(APP_PORT + 10, UI):
            assert answers() == [200, 200, 200, 200, 200]
        assert answers() == [503, 200, 502, 200, 200]
        assert request(PORT + 10, "/lib/logo.png").status == 502
        with running_alertmanager(APP_PORT + 10, UI):
            assert answers() == [200, 200, 200, 200, 200]
            assert request(PORT + 10, "/lib/logo.png").status == 200


def answers() -> list[int]:
    """Return how /readyz and /healthz, the API, a cached asset and the override answer."""
    probes = [request(PROBES + 10, path).status for path in ("/readyz", "/healthz")]
    return probes + [request(PORT + 10, path).status for path in ("/api/v2/alerts", "/lib/app.css", "/script.js")]


def test_access_log_is_json_without_probes(sidecar: Server) -> None:
    request(PORT, "/-/healthy?logged=1", headers={"User-Agent": 'a"b\\c', "X-Request-ID": "abc-12345678"})
    for path in ("/healthz?probe", "/readyz?probe"):
        assert request(PROBES, path).status == 200
    entries = [json.loads(line) for line in sidecar.stdout().splitlines()]
    (entry,) = [each for each in entries if each["request"]["uri"] == "/-/healthy?logged=1"]
    assert entry["status"] == 200
    assert entry["user_agent"] == 'a"b\\c'
    assert entry["request_id"] == "abc-12345678"
    assert not [each for each in entries if "probe" in each["request"]["uri"]]


def test_nothing_to_warn_of(sidecar: Server) -> None:
    assert "[warn]" not in sidecar.stderr()
    assert "[emerg]" not in sidecar.stderr()
