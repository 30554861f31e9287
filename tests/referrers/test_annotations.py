"""Every row of the table of annotations: what it follows, a twin that must not change, a second run, the removal."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from krm_fn.function import process
from krm_fn.references.annotations.row import ANY, PORT, Row
from krm_fn.references.annotations.table import ROWS
from krm_fn.summary import Outcome
from tests.manifests import load_quickly as load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _pytest.mark.structures import ParameterSet

    from krm_fn.references.annotations.row import On

APP, PROXY, OTHER = 3000, 8080, 7777
OLD, NEW = (443, "https"), (8999, "proxied")
PAIRS: list[tuple[Row, On]] = [(row, on) for row in ROWS for on in row.on]


def cases(chosen: Iterable[tuple[Row, On]]) -> list[ParameterSet]:
    return [pytest.param(row, on, id=f"{row.key}-{on}") for row, on in chosen]


INPUT = """\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1
  kind: Namespace
  metadata:
    name: shop
    annotations: {{{Namespace}}}
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: web
    namespace: shop
    annotations: {{{workload}}}
  spec:
    selector: {{matchLabels: {{app: web}}}}
    template:
      metadata:
        labels: {{app: web}}
        annotations: {{{Pod}}}
      spec:
        containers:
        - name: web
          image: example.com/web:1
          ports: [{{name: http, containerPort: 3000}}]
- apiVersion: v1
  kind: Service
  metadata:
    name: web
    namespace: shop
    annotations: {{{Service}}}
  spec:
    selector: {{app: web}}
    ports:
    - {{name: https, port: 443, targetPort: 3000}}
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata:
    name: web
    namespace: shop
    annotations: {{{Ingress}}}
  spec:
    defaultBackend: {{service: {{name: web, port: {{name: use-annotation}}}}}}
functionConfig:
  apiVersion: krm-fn.dev/v1alpha1
  kind: ProxySidecar
  metadata: {{name: web-proxy}}
  spec:
    target: {{kind: Deployment, name: web}}
    remove: {remove}
    referrers: {{scrape: {scrape}}}
    listeners:
    - port: 8080
      name: web-proxy
      service: {{port: 8999, name: proxied}}
"""


def text(row: Row, on: On, port: int | str, *, scrape: str = "proxy", remove: bool = False) -> bytes:
    """Return a ResourceList in which an object has the annotation, with a port."""
    return given(on, written(row, port), scrape=scrape, remove=remove)


def given(on: On, annotations: dict[str, str], *, scrape: str = "proxy", remove: bool = False) -> bytes:
    """Return a ResourceList in which an object has annotations."""
    places = dict.fromkeys(("Namespace", "workload", "Pod", "Service", "Ingress"), "")
    places[on] = ", ".join(f"'{key}': '{value}'" for key, value in annotations.items())
    return INPUT.format(**places, scrape=scrape, remove=str(remove).lower()).encode()


def written(row: Row, port: int | str) -> dict[str, str]:
    """Return a row's example with a port, and what must be beside it."""
    key = row.key.replace(ANY, "example").replace(PORT, str(port))
    beside = {row.beside.replace(ANY, "example"): "true"} if row.beside else {}
    return {**beside, key: row.example.replace(PORT, str(port)).replace("{service}", "web")}


def annotations_on(outcome: Outcome, on: On) -> dict[str, str]:
    """Return the annotations of an object after a run, without our own."""
    kinds = {"Pod": "Deployment", "workload": "Deployment"}
    data = next(each for each in load(outcome.stdout.decode())["items"] if each["kind"] == kinds.get(on, on))
    holder = data["spec"]["template"] if on == "Pod" else data
    found = holder["metadata"].get("annotations") or {}
    return {key: value for key, value in found.items() if "krm-fn.dev/" not in key and "default-container" not in key}


def codes(outcome: Outcome, key: str = "") -> list[str]:
    """Return the codes of the results, those about an annotation alone where a key is given."""
    assert outcome.exit_code == 0, outcome.lines
    return [result.code.number for result in outcome.results if not key or key in (result.path or "")]


def pairs(row: Row) -> list[tuple[int | str, int | str]]:
    """Return the old and the new ports that a row can name."""
    numbers, names = (OLD[0], NEW[0]), (OLD[1], NEW[1])
    takes_names = (
        row.grammar.form not in ("key", "addresses") and row.example != '[{"tls-secret-name": "web", "port": {port}}]'
    )
    if row.of == "service":
        return [numbers, names] if takes_names else [numbers]
    return [(APP, PROXY), names] if row.of == "endpoints" else [(APP, PROXY)]


def lasts(row: Row, on: On, port: int | str, scrape: str = "proxy") -> None:
    """Assert that a second run changes nothing, and that a removal gives back what came."""
    came = text(row, on, port, scrape=scrape)
    once = process(came).stdout
    assert items(process(once).stdout) == items(once)
    removed = process(once.replace(b"remove: false", b"remove: true")).stdout
    assert items(removed) == items(came)


def items(data: bytes) -> bytes:
    return data.partition(b"functionConfig:")[0]


@pytest.mark.parametrize(("row", "on"), cases(PAIRS))
def test_a_port_that_changed(row: Row, on: On) -> None:
    for old, new in pairs(row):
        before, outcome = written(row, old), process(text(row, on, old))
        after = annotations_on(outcome, on)
        match row.does if on != "Namespace" else f"{row.does} for all":
            case "follows":
                assert after == written(row, new)
                assert "PS620" in codes(outcome)
                lasts(row, on, old)
            case "gains":
                assert [after[key] for key in before] == [
                    value.replace(str(old), f"{old}{', ' if ', ' in value else ','}{new}") for value in before.values()
                ]
                lasts(row, on, old)
            case "stays" | "stays for all":
                assert after == before
                assert codes(outcome, next(iter(before))) == []
            case does:
                expected = {"is reported": "PS644", "gains for all": "PS643"}.get(does, "PS642")
                assert after == before
                assert codes(outcome, next(iter(before))) == [expected]


@pytest.mark.parametrize(("row", "on"), cases(PAIRS))
def test_another_port_is_none_of_ours(row: Row, on: On) -> None:
    before, outcome = written(row, OTHER), process(text(row, on, OTHER))
    assert annotations_on(outcome, on) == before
    assert codes(outcome, next(iter(before))) == []


LEFT_OUT = [(row, on) for row, on in PAIRS if row.does == "leaves out"]


@pytest.mark.parametrize(("row", "on"), cases(LEFT_OUT))
def test_the_port_of_the_proxy_among_those_that_a_mesh_leaves_out(row: Row, on: On) -> None:
    outcome = process(text(row, on, PROXY))
    assert annotations_on(outcome, on) == written(row, PROXY)
    assert codes(outcome, row.key) == ["PS641"]
    assert codes(process(text(row, on, f"{APP},{PROXY}")), row.key) == []
    assert codes(process(text(row, on, "2999-9000")), row.key) == []
    assert codes(process(text(row, on, "8000-8100")), row.key) == ["PS641"]
    remedy = text(row, on, PROXY).replace(b"port: 8080", b"port: 8082")
    assert codes(process(remedy), row.key) == []


SCRAPES = [(row, on) for row, on in PAIRS if row.scrapes and row.of == "pods"]


@pytest.mark.parametrize(("row", "on"), cases(SCRAPES))
def test_what_scrapes_the_app_keeps_its_port(row: Row, on: On) -> None:
    before, outcome = written(row, APP), process(text(row, on, APP, scrape="app"))
    assert annotations_on(outcome, on) == before
    lasts(row, on, APP, scrape="app")


def test_keys_and_rows_are_each_there_once() -> None:
    keys = [(row.key, on) for row in ROWS for on in row.on]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_each_row_says_what_was_read() -> None:
    assert [row.key for row in ROWS if ":" not in row.source or (PORT in row.key) != (row.grammar.form == "key")] == []


STYLES = ["'{}'", '"{}"', "{}", "|\n        {}", ">-\n        {}", '"{}" # as it is']


@pytest.mark.parametrize(("style", "value"), list(product(STYLES, ["443,8443", "8443 ;443", "https, 443"])))
def test_the_style_of_a_value_stays(style: str, value: str) -> None:
    key = "service.beta.kubernetes.io/aws-load-balancer-ssl-ports"
    line = f"\n      {key}: {style.format(value)}\n"
    came = given("Service", {"x": "y"}).replace(b"annotations: {'x': 'y'}", f"annotations:{line.rstrip()}".encode())
    once = process(came).stdout.decode()
    new = value.replace("8443", "…").replace("443", "8999").replace("…", "8443").replace("https", "proxied")
    if ";" in value:
        assert line in once
    else:
        assert f"\n      {key}: {style.format(new)}\n" in once
    removed = process(once.encode().replace(b"remove: false", b"remove: true")).stdout
    assert items(removed) == items(came)


AWS = "service.beta.kubernetes.io/aws-load-balancer-"
SCW = "service.beta.kubernetes.io/scw-loadbalancer-"
ALI = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-"
ALB = "alb.ingress.kubernetes.io/"


def result_of(came: bytes, on: On) -> tuple[dict[str, str], list[str]]:
    """Return an object's annotations after a run, and the codes of the results about them."""
    outcome = process(came)
    assert outcome.exit_code == 0, outcome.lines
    found = [result.code.number for result in outcome.results if "annotations[" in (result.path or "")]
    return annotations_on(outcome, on), found


def with_listener(came: bytes, text: str) -> bytes:
    """Return a ResourceList whose listener has more settings."""
    return came.replace(b"      name: web-proxy\n", f"      name: web-proxy\n      {text}\n".encode())


TCP = b"- {name: https, port: 443"
UDP = TCP, b"- {name: quic, port: 443, protocol: UDP, targetPort: 3000}\n    " + TCP


@pytest.mark.parametrize(
    ("key", "value", "new", "code"),
    [
        (f"{AWS}ssl-ports", "443", "443,8999", "PS620"),
        (f"{AWS}ssl-ports", "https", "proxied", "PS620"),
        (f"{SCW}health-check-http-code", "443:204;9000:443", "443,8999:204;9000:443", "PS620"),
        (f"{ALI}protocol-port", "https:443", "https:443", "PS602"),
        ("consul.hashicorp.com/service-port", "443", "443", "PS602"),
        ("cloud.google.com/backend-config", '{"ports": {"443": "web"}}', '{"ports": {"443": "web"}}', "PS602"),
    ],
)
def test_a_number_that_the_service_still_has(key: str, value: str, new: str, code: str) -> None:
    assert result_of(given("Service", {key: value}).replace(*UDP), "Service") == ({key: new}, [code])


def test_a_port_in_a_key_that_the_service_still_has() -> None:
    key = "443.service.kuma.io/protocol"
    assert result_of(given("Service", {key: "tcp"}).replace(*UDP), "Service") == ({key: "tcp"}, ["PS602"])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (f"{AWS}ssl-ports", "443,8999"),
        (f"{AWS}ssl-ports", "443,8000-9000"),
        ("cloud.google.com/backend-config", '{"ports": {"443": "web", "8999": "other"}}'),
    ],
)
def test_a_port_that_is_named_already(key: str, value: str) -> None:
    assert result_of(given("Service", {key: value}), "Service") == ({key: value}, ["PS644"])


def test_a_key_that_is_there_already() -> None:
    both = {"443.service.kuma.io/protocol": "http", "8999.service.kuma.io/protocol": "tcp"}
    assert result_of(given("Service", both), "Service") == (both, ["PS644"])


SECOND = b"""
- apiVersion: v1
  kind: Service
  metadata: {name: other, namespace: shop}
  spec: {selector: {app: other}, ports: [{name: https, port: 443}]}
functionConfig:"""
RULES = b"""
    rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: other, port: {name: https}}}}]}}]"""


@pytest.mark.parametrize("port", [str(APP), "https"])
def test_an_ingress_that_routes_elsewhere_too(port: str) -> None:
    came = given("Ingress", {f"{ALB}healthcheck-port": port}).replace(b"\nfunctionConfig:", RULES + SECOND)
    assert result_of(came, "Ingress") == ({f"{ALB}healthcheck-port": port}, ["PS602"])


def test_two_services_in_one_json_follow_each_for_itself() -> None:
    text = '{"targetGroups":[{"serviceName":"other","servicePort":%s},{"servicePort":%s,"serviceName":"web"}]}'
    came = given("Ingress", {f"{ALB}actions.x": text % (8999, 443)}).replace(b"\nfunctionConfig:", SECOND)
    assert result_of(came, "Ingress") == ({f"{ALB}actions.x": text % (8999, 8999)}, ["PS620"])


def test_the_json_of_another_service_stays() -> None:
    action = {f"{ALB}actions.x": '{"targetGroups":[{"serviceName":"other","servicePort":443}]}'}
    came = given("Ingress", action).replace(b"\nfunctionConfig:", SECOND)
    assert result_of(came, "Ingress") == (action, [])


@pytest.mark.parametrize(
    ("listener", "protocol", "code"),
    [
        ("", {}, "PS620"),
        ("", {"protocol": "http"}, "PS620"),
        ("", {"protocol": "HTTPS"}, "PS645"),
        ("auth: {basic: {secret: passwords}}", {}, "PS645"),
        ("tls: {secret: web}", {"protocol": "http"}, "PS645"),
        ("tls: {secret: web}", {"protocol": "TCP"}, "PS620"),
        ("tls: {secret: web}", {"protocol": "https"}, "PS620"),
        ("tls: {secret: web, clients: {secret: ca}}", {"protocol": "https"}, "PS645"),
    ],
)
def test_a_health_check_goes_where_the_proxy_takes_it(listener: str, protocol: dict[str, str], code: str) -> None:
    check = {f"{AWS}healthcheck-port": str(APP), **{f"{AWS}healthcheck-{key}": each for key, each in protocol.items()}}
    came = given("Service", check).replace(
        b"      name: web-proxy\n", f"      name: web-proxy\n      {listener}\n".encode()
    )
    after, found = result_of(came, "Service")
    assert after[f"{AWS}healthcheck-port"] == str(PROXY if code == "PS620" else APP)
    assert found[-1:] == [code]


@pytest.mark.parametrize(
    ("value", "new"),
    [("3000,9000", "3000,9000,8080"), ("8080", "8080"), ("3000 ,8080", "3000 ,8080"), ("2000-9000", "2000-9000")],
)
def test_what_is_listed_already_is_not_listed_again(value: str, new: str) -> None:
    key = "config.linkerd.io/opaque-ports"
    new = new.replace("3000,9000,8080", "3000,8080,9000")
    assert result_of(given("Pod", {key: value}), "Pod")[0] == {key: new}


def test_a_number_that_is_no_text_becomes_text() -> None:
    came = given("Pod", {"prometheus.io/port": "3000"}).replace(b"'3000'", b"3000")
    assert result_of(came, "Pod") == ({"prometheus.io/port": "8080"}, ["PS620"])


def test_a_list_that_is_out_of_the_mesh_for_the_clients_address_is_meant() -> None:
    key = "config.linkerd.io/skip-inbound-ports"
    allowed = b"routes: [{path: /, match: prefix, allow: [203.0.113.7]}]"
    came = given("Pod", {key: str(PROXY)}).replace(
        b"      name: web-proxy\n", b"      name: web-proxy\n      " + allowed + b"\n"
    )
    assert result_of(came, "Pod") == ({key: str(PROXY)}, [])


LEFT = [
    ("Service", {f"{AWS}ssl-ports": "8999"}),
    ("Service", {"8999.service.kuma.io/protocol": "http"}),
    ("Service", {f"{AWS}healthcheck-port": "8080"}),
    ("Pod", {"consul.hashicorp.com/connect-service-port": "8080"}),
    ("Ingress", {f"{ALB}actions.x": '{"targetGroups":[{"serviceName":"web","servicePort":"proxied"}]}'}),
]


@pytest.mark.parametrize(("on", "annotations"), LEFT)
def test_what_was_written_by_hand_is_reported_when_the_port_goes(on: On, annotations: dict[str, str]) -> None:
    once = process(given(on, {"x": "y"})).stdout
    ((key, value),) = annotations.items()
    edited = once.replace(b"'x': 'y'", f"'{key}': '{value}'".encode())
    removed = process(edited.replace(b"remove: false", b"remove: true"))
    assert codes(removed, key) == ["PS718"]
    assert annotations_on(removed, on) == annotations
