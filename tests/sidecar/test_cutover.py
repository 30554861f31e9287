"""By name where that is possible: the sidecar's port has the name that Services route to, the app's port another."""

from __future__ import annotations

import copy
import json
from typing import Any, TypeAlias

import pytest
import yaml

from krm_fn.function import process

Object: TypeAlias = dict[str, Any]
GAP, NOT_BY_NAME = "PS381", "PS380"


def workload(*ports: Object, name: str = "web", kind: str = "Deployment", **container: Any) -> Object:
    labels = {"app": "web"}
    pod = {"containers": [{"name": "web", "image": "web:1", "ports": list(ports), **container}]}
    template = {"metadata": {"labels": labels}, "spec": pod}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def service(target: int | str, name: str = "web") -> Object:
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": target}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def run(items: list[Object], *, name: str = "proxy", text: str = "", **spec: Any) -> tuple[list[Object], list[str]]:
    """Return the items as they are then, and the codes of warnings and errors. `text` is the first item as written."""
    config = {
        "apiVersion": "krm-fn.dev/v1alpha1",
        "kind": "ProxySidecar",
        "metadata": {"name": name},
        "spec": {"target": {"kind": items[0]["kind"], "name": items[0]["metadata"]["name"]}, **spec},
    }
    texts = [text or json.dumps(items[0]), *map(json.dumps, items[1:])]
    entries = "".join("- " + each.replace("\n", "\n  ").rstrip() + "\n" for each in texts)
    head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"
    outcome = process(f"{head}functionConfig: {json.dumps(config)}\nitems:\n{entries}".encode())
    written = yaml.safe_load(outcome.stdout)
    return written["items"], [each.code.number for each in outcome.results if each.severity != "info"]


def containers(item: Object) -> dict[str, Object]:
    pod = item["spec"]["template"]["spec"]
    return {each["name"]: each for each in pod["containers"] + pod.get("initContainers", [])}


def names(container: Object) -> dict[int, str]:
    ports = [port for port in container["ports"] if port.get("protocol") != "UDP"]
    return {port["containerPort"]: port.get("name", "") for port in ports}


def target(item: Object) -> int | str:
    found: int | str = item["spec"]["ports"][0]["targetPort"]
    return found


HTTP = {"name": "http", "containerPort": 3000}


@pytest.mark.parametrize("routed", ["http", 3000, "3000"])
def test_a_service_by_name_or_number_reaches_old_pods_and_new(routed: int | str) -> None:
    (web, changed, *_), codes = run([workload(HTTP), service(routed)])
    assert codes == []
    assert names(containers(web)["web"]) == {3000: "app-http"}
    assert names(containers(web)["proxy"])[8080] == "http"
    assert target(changed) == "http"


def test_a_service_by_name_is_not_changed() -> None:
    given = service("http")
    written, _ = run([workload(HTTP), copy.deepcopy(given)])
    assert written[1] == given


def test_without_a_service_one_elsewhere_may_route_to_the_name() -> None:
    (web, *_), _ = run([workload(HTTP)])
    assert names(containers(web)["proxy"])[8080] == "http"


@pytest.mark.parametrize(
    ("items", "spec"),
    [
        pytest.param([workload(HTTP), service("http")], {"listeners": [{"name": "own"}]}, id="name-set"),
        pytest.param([workload({"containerPort": 3000}), service(3000)], {}, id="no-name"),
        pytest.param([workload(HTTP, {"name": "two", "containerPort": 3000}), service("http")], {}, id="several-names"),
        pytest.param([workload(HTTP), service("http")], {"sidecar": {"mode": "native"}}, id="native"),
        pytest.param(
            [workload(HTTP), service("http")],
            {"sidecar": {"mode": "native"}, "kubernetesVersion": "1.31"},
            id="native-in-1.31",
        ),
        pytest.param([workload(HTTP), service("http")], {"listeners": [{"tls": {"secret": "web"}}]}, id="tls"),
        pytest.param([workload(HTTP), service("http")], {"listeners": [{"proxyProtocol": True}]}, id="proxy-protocol"),
        pytest.param(
            [workload(HTTP), service("http")], {"listeners": [{"upstream": {"protocol": "https"}}]}, id="tls-of-the-app"
        ),
        pytest.param(
            [workload(HTTP), service("http")],
            {
                "listeners": [{"port": 8080}],
                "sidecar": {"container": {"ports": [{"containerPort": 8080, "name": "x"}]}},
            },
            id="name-in-the-container",
        ),
        pytest.param(
            [workload(HTTP), service("http")],
            {"sidecar": {"container": {"ports": [{"containerPort": 9000, "name": "http"}]}}},
            id="name-of-another-port-in-the-container",
        ),
    ],
)
def test_an_obstacle_is_reported_and_refused_where_it_must_be_by_name(items: list[Object], spec: Object) -> None:
    written, codes = run(items, **spec)
    assert GAP in codes
    assert names(containers(written[0])["web"]) == names(containers(items[0])["web"])
    assert target(written[1]) != target(items[1])
    _, codes = run(items, cutover="name", **spec)
    assert NOT_BY_NAME in codes
    for chosen in ("service", "staged"):
        _, codes = run(items, cutover=chosen, **spec)
        assert not {GAP, NOT_BY_NAME} & set(codes)


@pytest.mark.parametrize(
    ("items", "spec"),
    [
        pytest.param(
            [workload(HTTP), service("http")],
            {"sidecar": {"mode": "native"}, "kubernetesVersion": "1.32"},
            id="native-in-1.32",
        ),
        pytest.param(
            [workload(HTTP), service("http")],
            {"listeners": [{"upstream": {"protocol": "https"}, "tls": {"secret": "web"}}]},
            id="tls-of-both",
        ),
        pytest.param(
            [workload(HTTP), service("http")],
            {"listeners": [{"port": 8080}], "sidecar": {"container": {"ports": [{"containerPort": 8080}]}}},
            id="number-in-the-container",
        ),
        pytest.param(
            [workload(HTTP), service("http")],
            {"sidecar": {"container": {"ports": [{"containerPort": 8080, "protocol": "UDP", "name": "quic"}]}}},
            id="udp-in-the-container",
        ),
        pytest.param(
            [workload(HTTP, {"name": "http-udp", "containerPort": 3000, "protocol": "UDP"}), service("http")],
            {},
            id="udp-twin",
        ),
        pytest.param([workload(HTTP), service("http")], {"listeners": [{"service": {"port": 81}}]}, id="service-port"),
    ],
)
def test_without_the_obstacle_it_is_by_name(items: list[Object], spec: Object) -> None:
    for cutover in ({}, {"cutover": "name"}):
        written, codes = run(items, **spec, **cutover)
        assert not {GAP, NOT_BY_NAME} & set(codes)
        assert names(containers(written[0])["web"])[3000] == "app-http"
        assert names(containers(written[0])["proxy"])[8080] == "http"
        assert target(written[1]) == "http"


def test_nothing_is_lost_where_pods_are_recreated() -> None:
    web = workload({"containerPort": 3000})
    web["spec"]["strategy"] = {"type": "Recreate"}
    assert run([web, service(3000)])[1] == []


def test_two_ports_of_one_name_keep_it() -> None:
    web = workload(HTTP)
    other = {"name": "other", "image": "o:1", "ports": [{"name": "http", "containerPort": 9000}]}
    web["spec"]["template"]["spec"]["containers"].append(other)
    written, codes = run([web, service(3000)])
    assert GAP in codes
    assert names(containers(written[0])["web"]) == {3000: "http"}


def test_pods_behind_one_service_need_one_name() -> None:
    items = [workload(HTTP), workload({"name": "web", "containerPort": 3000}, name="other"), service(3000)]
    targets: Any = {"target": None, "targets": [{"kind": "Deployment", "name": each} for each in ("web", "other")]}
    written, codes = run(items, **targets)
    assert codes == [GAP, GAP]
    assert [names(containers(each)["web"])[3000] for each in written[:2]] == ["http", "web"]
    alike = [workload(HTTP), workload(HTTP, name="other"), service(3000)]
    written, codes = run(alike, **targets)
    assert codes == []
    assert target(written[2]) == "http"


@pytest.mark.parametrize(
    ("name", "beside", "expected"),
    [
        ("http", {}, "app-http"),
        ("http", {"name": "app-http", "containerPort": 9000}, "app-http-2"),
        ("long-http-port1", {}, "app-long-http-p"),
        ("eleven-char-x", {}, "app-eleven-char"),
    ],
)
def test_the_apps_port_gets_a_free_name_of_at_most_15_characters(name: str, beside: Object, expected: str) -> None:
    ports = [{"name": name, "containerPort": 3000}, *([beside] if beside else [])]
    (web, *_), _ = run([workload(*ports), service(name)])
    assert names(containers(web)["web"])[3000] == expected


def test_what_the_container_says_of_its_port_by_name_still_means_the_app() -> None:
    get = {"httpGet": {"path": "/", "port": "http"}}
    container: Any = {
        "readinessProbe": copy.deepcopy(get),
        "livenessProbe": {"tcpSocket": {"port": "http"}},
        "startupProbe": {"httpGet": {"path": "/", "port": 3000}},
        "lifecycle": {"postStart": copy.deepcopy(get), "preStop": {"tcpSocket": {"port": "http"}}},
        "env": [{"name": "PORT_NAME", "value": "http"}],
    }
    given = workload(HTTP, **container)
    given["spec"]["template"]["spec"]["containers"].append({"name": "other", "image": "o:1", "readinessProbe": get})
    (web, *_), _ = run([given, service("http")])
    own, other = containers(web)["web"], containers(web)["other"]
    assert own["readinessProbe"]["httpGet"]["port"] == own["livenessProbe"]["tcpSocket"]["port"] == "app-http"
    assert own["lifecycle"]["postStart"]["httpGet"]["port"] == own["lifecycle"]["preStop"]["tcpSocket"]["port"]
    assert own["lifecycle"]["preStop"]["tcpSocket"]["port"] == "app-http"
    assert own["startupProbe"]["httpGet"]["port"] == 3000
    assert own["env"] == container["env"]
    assert other["readinessProbe"]["httpGet"]["port"] == "http"  # which that container has not: it never was the app's


ALIASES = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web:1
        readinessProbe: &probe {httpGet: {path: /, port: http}}
        livenessProbe: *probe
        ports: [{name: http, containerPort: 3000}]
"""


def test_probes_that_are_aliases_are_written_out_and_no_other_container_changes() -> None:
    web = yaml.safe_load(ALIASES)
    (written, *_), codes = run([web, service("http")], text=ALIASES)
    assert codes == []
    assert containers(written)["web"]["livenessProbe"]["httpGet"]["port"] == "app-http"
    beside = ALIASES + "      - {name: other, image: other:1, readinessProbe: *probe}\n"
    (written, *_), codes = run([yaml.safe_load(beside), service("http")], text=beside)
    assert codes == [GAP]
    assert containers(written)["web"]["livenessProbe"]["httpGet"]["port"] == "http"


def test_another_proxysidecar_keeps_the_name_that_it_took_over() -> None:
    items, _ = run([workload(HTTP), service("http")])
    both, codes = run(items, name="second", listeners=[{"upstream": {"port": 3000}}])
    assert names(containers(both[0])["proxy"])[8080] == "http"
    assert names(containers(both[0])["web"])[3000] == "app-http"
    assert "http" not in names(containers(both[0])["second"]).values()
    assert codes == ["PS505"]
    alone, _ = run([workload(HTTP)])  # no Service says which is in front
    both, _ = run(alone, name="second", listeners=[{"upstream": {"port": 3000}}])
    assert names(containers(both[0])["web"])[3000] == "app-http"
    back, _ = run(both, remove=True)
    assert names(containers(back[0])["web"])[3000] == "http"


def test_the_second_run_of_a_staged_cutover_changes_no_pod() -> None:
    items = [workload(HTTP), service("http"), service(3000, name="by-number")]
    staged, codes = run(items, cutover="staged")
    assert codes == ["PS382"]
    assert staged[1:3] == items[1:3]
    done, codes = run(staged, cutover="service")
    assert codes == []
    assert done[0] == staged[0]
    assert done[3] == staged[3]
    assert [target(each) for each in done[1:3]] == ["proxy-http", "proxy-http"]


def test_a_staged_cutover_refuses_what_its_second_run_would() -> None:
    items = [workload(HTTP), service("http"), workload(HTTP, name="other")]
    _, codes = run(items, cutover="staged")
    assert "PS503" in codes


def other(*ports: Object) -> Object:
    """Return a workload that is no target, and that Services and policies of these tests select too."""
    return workload(*ports, name="other")


@pytest.mark.parametrize(
    ("routed", "ports", "expected"),
    [
        ("http", [HTTP], ["PS384"]),
        (3000, [HTTP], ["PS384"]),
        ("http", [{"name": "http", "containerPort": 4000}], ["PS384"]),
        (3000, [{"name": "web", "containerPort": 3000}], ["PS503"]),
        (3000, [{"name": "http", "containerPort": 4000}], ["PS503"]),
        (3000, [{"name": "web", "containerPort": 3000}, {"name": "http", "containerPort": 4000}], ["PS503"]),
        (3000, [{"name": "admin", "containerPort": 9000}], []),
    ],
)
def test_a_service_reaches_no_other_port_of_other_pods(
    routed: int | str, ports: list[Object], expected: list[str]
) -> None:
    _, codes = run([workload(HTTP), service(routed), other(*ports)])
    assert codes == expected


def policy(port: int | str) -> Object:
    spec = {"podSelector": {"matchLabels": {"app": "web"}}, "ingress": [{"ports": [{"port": port}]}]}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "web"}, "spec": spec}


def admitted(item: Object) -> list[int | str]:
    return [entry["port"] for entry in item["spec"]["ingress"][0]["ports"]]


APP_HTTP = {"name": "app-http", "containerPort": 7777}


@pytest.mark.parametrize(
    ("port", "beside", "app_port", "expected"),
    [
        ("http", [], "open", ["http", "app-http"]),
        ("http", [], "closed", ["http"]),
        (3000, [], "open", [3000, 8080]),
        (3000, [], "closed", ["http"]),
        ("http", [other(HTTP, APP_HTTP)], "open", ["http", "app-http"]),
        ("http", [other({"name": "http", "containerPort": 4000}, APP_HTTP)], "open", ["http", 3000]),
        (3000, [other({"name": "http", "containerPort": 9999})], "closed", [8080]),
        (3000, [other({"name": "web", "containerPort": 3000})], "closed", [3000, "http"]),
    ],
)
def test_policies_admit_no_more_ports_of_other_pods(
    port: int | str, beside: list[Object], app_port: str, expected: list[int | str]
) -> None:
    written, _ = run([workload(HTTP), policy(port), *beside], referrers={"appPort": app_port})
    assert admitted(written[1]) == expected


def test_a_service_that_names_the_apps_new_name_reaches_it() -> None:
    direct = service("app-http", name="direct")
    _, codes = run([workload(HTTP), service("http"), direct])
    assert codes == []


def test_what_is_lost_on_the_way_is_reported_until_nothing_changes() -> None:
    items = [workload({"containerPort": 3000}), service(3000)]
    once, codes = run(items)
    assert codes == [GAP]
    twice, codes = run(once)
    assert codes == []
    assert twice == once


def test_a_container_with_another_name_gets_its_ports_name_back() -> None:
    probed = workload(HTTP, livenessProbe={"httpGet": {"path": "/", "port": "http"}})
    written, _ = run([probed, service("http")])
    written[0]["spec"]["template"]["spec"]["containers"][0]["name"] = "renamed"
    back, codes = run(written, remove=True)
    own = containers(back[0])["renamed"]
    assert names(own) == {3000: "http"}
    assert own["livenessProbe"]["httpGet"]["port"] == "http"
    assert codes == []
    again, codes = run(written)
    assert codes == []
    assert names(containers(again[0])["renamed"]) == {3000: "app-http"}
