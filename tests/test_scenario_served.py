"""The reference scenario end to end: the function's own output, run as its Pod spec says, in front of Alertmanager.

Nothing here knows how the configuration is made.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
import yaml

from krm_fn.function import process
from tests.servers.alertmanager import running_alertmanager
from tests.servers.http import request
from tests.servers.loopback import private_loopback, require_root
from tests.servers.pod import Pod
from tests.test_scenario import scenario

pytestmark = pytest.mark.server

UI = {
    "index.html": b"<!doctype html><title>Alertmanager</title>",
    "script.js": b"console.log('original');\n" * 100,
    "lib/app.css": b"body { color: black; }\n" * 100,
}


@pytest.fixture(scope="module")
def pod() -> Pod:
    return Pod(yaml.safe_load(process(scenario()).stdout)["items"], "StatefulSet", "alertmanager-proxy")


@pytest.fixture(scope="module")
def port(pod: Pod) -> Iterator[int]:
    """Run the Pod; return the port that the Service leads to."""
    require_root()
    app_port = pod.app["ports"][0]["containerPort"]
    with private_loopback(), running_alertmanager(app_port, UI), pod.running():
        yield pod.port(pod.services[0]["spec"]["ports"][0]["targetPort"])


def test_override_takes_the_place_of_the_apps_script(port: int, pod: Pod) -> None:
    response = request(port, "/script.js")
    assert response.status == 200
    assert response.body.decode() == pod.config_maps["alertmanager-script-js"]["data"]["script.js"]
    assert response.one("Content-Type") == "text/javascript; charset=utf-8"
    assert response.one("Cache-Control") == "no-cache"
    assert request(port, "/script.js", headers={"If-None-Match": response.one("ETag") or ""}).status == 304


def test_assets_are_cached_for_all_but_the_signed_in(port: int) -> None:
    statuses = [request(port, "/lib/app.css").one("X-Cache-Status") for _ in range(3)]
    assert statuses == ["MISS", "HIT", "HIT"]
    signed_in = request(port, "/lib/app.css", headers={"Authorization": "Bearer x"})
    assert signed_in.one("X-Cache-Status") == "BYPASS"
    assert signed_in.body == UI["lib/app.css"]


def test_alerts_are_never_stale(port: int) -> None:
    assert request(port, "/api/v2/alerts").json() == []
    alert = b'[{"labels": {"alertname": "Posted"}}]'
    posted = request(port, "/api/v2/alerts", "POST", headers={"Content-Type": "application/json"}, body=alert)
    assert posted.status == 200
    assert [each["labels"]["alertname"] for each in request(port, "/api/v2/alerts").json()] == ["Posted"]


def test_probes_of_the_pod_spec_succeed(port: int, pod: Pod) -> None:
    for probe in ("livenessProbe", "readinessProbe"):
        check = pod.sidecar[probe]["httpGet"]
        assert request(pod.port(check["port"]), check["path"]).status == 200
        assert request(port, check["path"]).status == 404


def test_nothing_is_written_outside_the_one_writable_volume(pod: Pod) -> None:
    assert pod.writable() == ["/var/cache/nginx"]


def test_sidecar_ends_with_exit_code_0(pod: Pod) -> None:
    require_root()
    with private_loopback(), pod.running() as server:
        server.send(signal.SIGQUIT)
        assert server.wait() == 0
