"""What /readyz requests of the app: the table of `readiness`, with twins beside each row for what must stay."""

from __future__ import annotations

import json
from typing import Any

import pytest

from krm_fn.engines.engine import ReadyCheck
from krm_fn.function_config.load import load
from krm_fn.summary import Outcome
from krm_fn.traffic.readiness import Readiness, readiness
from krm_fn.traffic.verdict import Verdict
from krm_fn.workload.kinds import KnownWorkloadKind
from krm_fn.workload.workload import ContainerPort, Workload
from tests.items import item_of
from tests.traffic.judged import Object, container, deployment, items, run

KIND = KnownWorkloadKind(groups=("apps",), kind="Deployment")
PORT = ContainerPort(container="", number=3000, name="", protocol="TCP")
BASE = ReadyCheck(handler="any", port=3000)
GET: Any = {"httpGet": {"port": 3000}}


def found(workload: Object, verdict: Verdict | None = None, **spec: Any) -> Readiness:
    """Return what is found of a Deployment whose port 3000 is behind the first listener."""
    function_config = {
        "apiVersion": "krm-fn.dev/v1alpha1",
        "kind": "ProxySidecar",
        "metadata": {"name": "proxy"},
        "spec": {"target": {"kind": "Deployment", "name": "web"}, **spec},
    }
    loaded = load(function_config)
    return readiness(Workload(item_of("- " + json.dumps(workload)), KIND), PORT, verdict or Verdict(), loaded.spec)


def check(*ports: Any, verdict: Verdict | None = None, **probes: Any) -> ReadyCheck:
    return found(deployment(container(*(ports or (3000,)), **probes)), verdict).check


def as_http(**fields: Any) -> ReadyCheck:
    return BASE.replace(handler="http", **fields)


@pytest.mark.parametrize(
    "probes",
    [
        {},
        {"readinessProbe": {"exec": {"command": ["true"]}}},
        {"readinessProbe": {"httpGet": {"port": "none"}}},
        {"livenessProbe": {"tcpSocket": {"port": 3000}}},
        {"livenessProbe": {"grpc": {"port": 3000}}},
        {"lifecycle": {"postStart": GET}},
    ],
)
def test_any_response_where_no_probe_says_more(probes: dict[str, Any]) -> None:
    assert check(**probes) == BASE


@pytest.mark.parametrize(
    ("probe", "wanted"),
    [
        ({"tcpSocket": {"port": 3000}}, BASE.replace(handler="tcp")),
        ({"grpc": {"port": 3000}}, BASE.replace(handler="grpc", http2=True)),
        ({"grpc": {"port": 3001}}, BASE.replace(handler="grpc", http2=True, port=3001)),
        (GET, as_http()),
        ({"httpGet": {"port": "3000"}}, as_http()),
        ({"httpGet": {"port": "app"}}, as_http()),
        ({"httpGet": {"port": 3001, "path": "/ready"}}, as_http(port=3001, path="/ready")),
        ({"httpGet": {"port": 3000, "path": "/ready?full=1"}}, as_http(path="/ready?full=1")),
        ({"httpGet": {"port": 3000, "path": "ready"}}, as_http(path="/ready")),
        ({"httpGet": {"port": 3000, "path": ""}}, as_http()),
        ({"httpGet": {"port": 3000, "scheme": "HTTP"}}, as_http()),
        ({"httpGet": {"port": 3000, "scheme": "HTTPS"}}, as_http(tls=True)),
        ({"httpGet": {"port": 3000, "host": "web.example.com"}}, as_http(host="web.example.com:3000")),
        ({**GET, "timeoutSeconds": 1}, as_http()),
        ({**GET, "timeoutSeconds": 10}, as_http(timeout=10)),
        ({**GET, "timeoutSeconds": True}, as_http()),
        ({**GET, "timeoutSeconds": "10"}, as_http()),
    ],
)
def test_what_the_readiness_probe_requests(probe: dict[str, Any], wanted: ReadyCheck) -> None:
    ports = {"containerPort": 3000, "name": "app"}, 3001
    assert check(*ports, readinessProbe=probe) == wanted
    assert check(*ports, readinessProbe=probe, livenessProbe={"httpGet": {"port": 3000, "path": "/live"}}) == wanted


def test_headers_are_sent_and_host_is_one_of_them() -> None:
    def headers(*pairs: tuple[str, str]) -> ReadyCheck:
        entries = [{"name": name, "value": value} for name, value in pairs]
        return check(readinessProbe={"httpGet": {"port": 3000, "httpHeaders": entries}})

    assert headers() == as_http()
    assert headers(("X-A", "1"), ("X-A", "2")) == as_http(headers=(("X-A", "1"), ("X-A", "2")))
    assert headers(("host", "web.example.com"), ("X-A", "")) == as_http(host="web.example.com", headers=(("X-A", ""),))


@pytest.mark.parametrize(
    ("name", "value", "is_lost"),
    [("X-A", "a b", False), ("X-A", "ü", True), ("X A", "a", True), ("", "a", True), ("X-A", "a\r\nX-B: b", True)],
)
def test_headers_that_cannot_be_sent_are_told_of(name: str, value: str, is_lost: bool) -> None:
    request = {"port": 3000, "httpHeaders": [{"name": name, "value": value}]}
    told = found(deployment(container(3000, readinessProbe={"httpGet": request})))
    assert [result.code.number for result in told.warnings] == ["PS366"] * is_lost
    assert bool(told.check.headers) is not is_lost


def test_another_host_than_the_pod_is_told_of_unless_the_pods_address_is_the_nodes() -> None:
    app = container(3000, readinessProbe={"httpGet": {"port": 3000, "host": "127.0.0.1"}})
    assert [result.code.number for result in found(deployment(app)).warnings] == ["PS367"]
    assert found(deployment(app, hostNetwork=True)).warnings == ()


@pytest.mark.parametrize("field", ["startupProbe", "livenessProbe"])
def test_another_probe_counts_where_no_readiness_probe_requests_anything(field: str) -> None:
    probe: Any = {"httpGet": {"port": 3000, "path": "/live"}}
    assert check(**{field: probe}) == as_http(path="/live")
    assert check(**{field: probe}, readinessProbe={"exec": {"command": ["true"]}}) == as_http(path="/live")
    assert check(**{field: probe}, readinessProbe={"tcpSocket": {"port": 3000}}) == BASE.replace(handler="tcp")
    assert check(**{field: probe}, readinessProbe=GET) == as_http()


def test_startup_comes_before_liveness() -> None:
    probes: Any = {
        "livenessProbe": {"httpGet": {"port": 3000, "path": "/b"}},
        "startupProbe": {"httpGet": {"port": 3000}},
    }
    assert check(**probes) == as_http()


def test_patience_is_that_of_the_readiness_probe_alone() -> None:
    patience = {"periodSeconds": 20, "failureThreshold": 7, "successThreshold": 2, "timeoutSeconds": 9}
    default = {"periodSeconds": 5, "timeoutSeconds": 3}

    def probe(**probes: Any) -> dict[str, int]:
        return found(deployment(container(3000, **probes))).probe

    assert probe() == probe(readinessProbe=GET) == probe(readinessProbe={**GET, "periodSeconds": 0}) == default
    assert probe(livenessProbe={**GET, **patience}) == {**default, "timeoutSeconds": 10}
    assert probe(readinessProbe={**GET, **patience}) == {**patience, "timeoutSeconds": 10}


def test_probe_of_the_container_that_declares_the_port_counts() -> None:
    def probing(path: str, port: Any = 3000) -> dict[str, Any]:
        return {"readinessProbe": {"httpGet": {"port": port, "path": path}}}

    beside = container(9090, name="beside", **probing("/beside", 9090))
    assert found(deployment(beside, container(3000, **probing("/app")))).check == as_http(path="/app")
    assert found(deployment(beside, container(3000))).check == BASE
    # where none declares it, the container that probes it, or the only one
    assert found(deployment(beside, container(**probing("/app")))).check == as_http(path="/app")
    assert found(deployment(container(name="app"), container(**probing("/a", 1), name="b"))).check == BASE
    assert found(deployment(container(**probing("/a", 1)))).check == as_http(port=1, path="/a")


def test_name_of_a_port_is_that_of_the_probes_own_container() -> None:
    first = container({"containerPort": 9090, "name": "web"}, name="same")
    second = container(
        3000, {"containerPort": 3001, "name": "web"}, name="same", readinessProbe={"httpGet": {"port": "web"}}
    )
    for containers in ([first, second], [second, first]):
        assert found(deployment(*containers)).check == as_http(port=3001)


def test_probe_of_a_native_sidecar_counts_and_that_of_an_init_container_does_not() -> None:
    app = container(3000, name="app", readinessProbe=GET)
    assert (
        found(deployment(container(name="main"), initContainers=[{**app, "restartPolicy": "Always"}])).check
        == as_http()
    )
    assert found(deployment(container(name="main"), initContainers=[app])).check == BASE


def test_what_is_spoken_holds_where_no_probe_says_else() -> None:
    tls, grpc = Verdict(protocols=("https",), tls=True), Verdict(protocols=("grpc",))
    h2c, both = Verdict(protocols=("h2c",)), Verdict(protocols=("http", "grpc"))
    assert check(verdict=tls) == BASE.replace(tls=True)
    assert check(verdict=tls, readinessProbe={"tcpSocket": {"port": 3000}}) == BASE.replace(tls=True, handler="tcp")
    assert check(verdict=tls, readinessProbe=GET) == as_http()
    assert check(verdict=grpc) == BASE.replace(handler="grpc")
    assert check(verdict=grpc, readinessProbe={"tcpSocket": {"port": 3000}}) == BASE.replace(handler="grpc")
    assert check(verdict=h2c) == BASE.replace(http2=True)
    assert check(verdict=both) == BASE.replace(handler="grpc")
    assert check(verdict=both.replace(is_http_proven=True)) == BASE


def test_path_of_the_functionconfig_is_requested_with_what_else_the_probe_has() -> None:
    probes: Any = {"probes": {"appPath": "/up"}}
    assert found(deployment(), **probes).check == as_http(path="/up")
    get = {"httpGet": {"port": 3000, "path": "/a", "httpHeaders": [{"name": "Host", "value": "b"}]}}
    assert found(deployment(container(3000, readinessProbe=get)), **probes).check == as_http(path="/up", host="b")
    elsewhere = container(3000, readinessProbe={"httpGet": {"port": 3001, "path": "/a"}})
    assert found(deployment(elsewhere), **probes).check == as_http(path="/up")


def test_unix_socket_is_for_its_own_port_alone() -> None:
    listeners: Any = {"listeners": [{"upstream": {"port": 3000, "socket": "/run/app.sock"}}]}
    own = found(deployment(container(3000, readinessProbe=GET)), **listeners).check
    other = found(deployment(container(3000, readinessProbe={"httpGet": {"port": 3001}})), **listeners).check
    assert (own.socket, other.socket) == ("/run/app.sock", "")


@pytest.mark.parametrize("mode", ["classic", "native"])
def test_sidecar_of_another_proxysidecar_is_not_the_apps(mode: str) -> None:
    app = deployment(container(readinessProbe={"httpGet": {"port": 9000, "path": "/ready"}}))

    def ready(outcome: Outcome) -> str:
        config: dict[str, str] = next(
            each["data"] for each in items(outcome) if each["metadata"]["name"] == "web-proxy-config"
        )
        return next(line for line in config["nginx.conf"].splitlines() if "/ready" in line and "proxy_pass" in line)

    other = run(app, proxy="other", listeners=[{"upstream": {"port": 9000}}], sidecar={"mode": mode})
    listeners = [{"port": 18080, "upstream": {"port": 3000}}]
    assert ready(run(*items(other), listeners=listeners)) == ready(run(app, listeners=listeners))


def test_name_of_a_wrong_type_is_no_traceback() -> None:
    app: Any = {**container(3000, readinessProbe=GET), "name": [1]}
    assert found(deployment(app)).check == as_http()


@pytest.mark.parametrize(
    ("settings", "probe", "wanted"),
    [
        ({}, {}, {"script": "/.proxy-sidecar/ready.php"}),
        ({}, {"tcpSocket": {"port": 3000}}, {"script": "/.proxy-sidecar/ready.php"}),
        ({}, {"httpGet": {"port": 3001}}, {"handler": "http", "port": 3001, "script": ""}),
        ({}, {"grpc": {"port": 3001}}, {"handler": "grpc", "port": 3001, "script": "", "http2": True}),
        ({"fastcgi": {"ping": "/ping"}}, {}, {"handler": "http", "script": "/ping", "path": "/ping"}),
        ({"appPath": "/up?a=b"}, {}, {"handler": "http", "script": "/index.php", "path": "/up?a=b"}),
        (
            {"appPath": "/a.php/x", "fastcgi": {"scripts": ["/a.php/"], "ping": "/ping", "root": "/app"}},
            {},
            {"handler": "http", "script": "/a.php", "path": "/a.php/x", "script_root": "/app"},
        ),
    ],
)
def test_php_fpm(settings: dict[str, Any], probe: dict[str, Any], wanted: dict[str, Any]) -> None:
    upstream = {"protocol": "fastcgi", "fastcgi": settings.get("fastcgi", {})}
    spec: dict[str, Any] = {"listeners": [{"upstream": upstream}]}
    if "appPath" in settings:
        spec["probes"] = {"appPath": settings["appPath"]}
    probes: dict[str, Any] = {"readinessProbe": probe} if probe else {}
    verdict = Verdict(protocols=("fastcgi",))
    check = found(deployment(container(3000, **probes)), verdict, **spec).check
    assert check == BASE.replace(**{"script_root": "/var/www/html", **wanted})
