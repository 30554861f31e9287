"""The table of the evidence: what each piece makes of port 3000; the first rows of each part change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.traffic.judged import Object, client, container, deployment, run, service, spoken
from tests.traffic.test_clients import ingress, route


def judged(*objects: Object, **upstream: Any) -> str:
    return spoken(run(*objects, listeners=[{"upstream": {"port": 3000, **upstream}}]))


def named(name: str, **port: Any) -> Object:
    return deployment(container({"containerPort": 3000, "name": name, **port}))


def probed(field: str = "readinessProbe", **probe: Any) -> Object:
    probes: Any = {field: probe}
    return deployment(container(3000, **probes))


def of_service(**port: Any) -> Object:
    return service({"port": 80, "targetPort": 3000, **port})


HTTPS: Any = {"httpGet": {"port": 3000, "scheme": "HTTPS"}}
OPERATED = {"apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "metadata": {"name": "web"}}


@pytest.mark.parametrize(
    ("evidence", "word"),
    [
        ([deployment()], "http"),
        ([named("app")], "http"),
        ([named("http")], "http"),
        ([deployment(container(3000, {"containerPort": 3001, "name": "https"}))], "http"),
        ([deployment(container(3000, {"containerPort": 3001, "name": "redis"}))], "http"),
        ([named("https")], "https"),
        ([named("grpc")], "grpc"),
        ([named("h2c")], "h2c"),
        ([named("redis")], "PS361"),
        ([named("tls")], "tls PS364"),
    ],
)
def test_names_of_containers_ports(evidence: list[Object], word: str) -> None:
    assert judged(*evidence) == word


@pytest.mark.parametrize(
    ("evidence", "word"),
    [
        ([deployment(), of_service()], "http"),
        ([deployment(), of_service(name="main")], "http"),
        ([deployment(), of_service(appProtocol="example.com/own")], "http"),
        ([deployment(), of_service(appProtocol="http", name="https")], "http"),
        ([deployment(), service({"port": 80, "targetPort": 3001, "appProtocol": "https"})], "http"),
        ([deployment(), of_service(name="https")], "https"),
        ([deployment(), of_service(appProtocol="https", name="http")], "https"),
        ([deployment(), of_service(appProtocol="kubernetes.io/wss")], "https"),
        ([deployment(), of_service(appProtocol="kubernetes.io/h2c")], "h2c"),
        ([deployment(), of_service(appProtocol="example.com/own", name="grpc")], "grpc"),
        ([deployment(), of_service(appProtocol="mongo", name="http")], "PS361"),
        ([deployment(), of_service(name="mongo")], "PS361"),
        ([deployment(), of_service(port=443)], "http"),  # a warning about the Service's port tells it
    ],
)
def test_ports_of_services(evidence: list[Object], word: str) -> None:
    assert judged(*evidence) == word


@pytest.mark.parametrize(
    ("evidence", "word"),
    [
        ([probed(tcpSocket={"port": 3000})], "http"),
        ([probed(exec={"command": ["true"]})], "http"),
        ([probed(httpGet={"port": 3000})], "http"),
        ([probed(httpGet={"port": 3001, "scheme": "HTTPS"})], "http"),
        ([probed(grpc={"port": 3001})], "http"),
        ([probed(httpGet={"port": "none", "scheme": "HTTPS"})], "http"),
        ([probed(**HTTPS)], "https"),
        ([probed("livenessProbe", **HTTPS)], "https"),
        ([probed("startupProbe", **HTTPS)], "https"),
        ([probed(httpGet={"port": "3000", "scheme": "https"})], "https"),
        ([probed(grpc={"port": 3000})], "grpc"),
    ],
)
def test_probes(evidence: list[Object], word: str) -> None:
    assert judged(*evidence) == word


@pytest.mark.parametrize(
    ("evidence", "word"),
    [
        ([deployment(container(3000, {"containerPort": 3001, "protocol": "UDP"}))], "http"),
        ([deployment(container(3000, image="redis-exporter"))], "http"),
        ([deployment(container(3000), container(6379, name="cache", image="redis"))], "http"),
        ([deployment(container(3000), container(name="cache", image="redis"))], "http"),
        ([deployment(container(), container(name="cache", image="redis"))], "http PS363"),
        ([deployment(container(3000, args=["--secure-port=3001"]))], "http"),
        ([deployment(container(3000, 3001, args=["--tls-cert-file=a.pem"]))], "http"),
        ([deployment(container(3000, args=["--verbose=3000", "grpc", "3000"]))], "http"),
        ([deployment(container(3000, {"containerPort": 3000, "protocol": "UDP"}))], "http PS363"),
        ([deployment(container(3000, image="redis:7"))], "http PS363"),
        ([deployment(container(3000, args=["--secure-port=3000"]))], "http PS364"),
        ([deployment(container(3000, command=["app", "--secure-port", "3000"]))], "http PS364"),
        ([deployment(container(3000, args=["--secure-listen-address=0.0.0.0:3000"]))], "http PS364"),
        ([deployment(container(3000, args=["--tls-cert-file=a.pem"]))], "http PS364"),
        ([deployment(container(3000, args=["--grpc-port=3000"]))], "http PS364"),
        # a client of HTTP outweighs a hint, but not UDP on the same number
        ([deployment(container(3000, image="redis:7")), service(), ingress()], "http"),
        ([deployment(container(3000, args=["--secure-port=3000"])), service(), route("HTTPRoute")], "http"),
        (
            [deployment(container(3000, {"containerPort": 3000, "protocol": "UDP"})), service(), ingress()],
            "http PS363",
        ),
    ],
)
def test_hints(evidence: list[Object], word: str) -> None:
    assert judged(*evidence) == word


def test_numbers_are_hints() -> None:
    def of(number: int) -> str:
        return spoken(run(deployment(container(number)), listeners=[{"upstream": {"port": number}, "port": 18080}]))

    assert [of(number) for number in (3000, 8080, 9090)] == ["http"] * 3
    assert [of(number) for number in (8443, 50051)] == ["http PS364"] * 2
    assert of(5432) == "http PS363"


def test_names_that_services_point_to_and_no_container_declares() -> None:
    def of(target: str) -> list[str]:
        objects = deployment(container()), service({"port": 80, "targetPort": target})
        return [result.code.number for result in run(*objects).results if result.severity == "error"]

    assert of("app") == of("https") == ["PS360"]


@pytest.mark.parametrize(
    ("evidence", "word"),
    [
        # proof decides
        (
            [
                deployment(
                    container({"containerPort": 3000, "name": "https"}, readinessProbe={"httpGet": {"port": 3000}})
                )
            ],
            "http",
        ),
        (
            [
                deployment(
                    container({"containerPort": 3000, "name": "redis"}, readinessProbe={"httpGet": {"port": 3000}})
                )
            ],
            "http",
        ),
        ([deployment(container({"containerPort": 3000, "name": "http"}, readinessProbe=HTTPS))], "https"),
        # the nearest side decides whether it is TLS
        ([named("http"), of_service(name="https")], "http"),
        ([named("https"), of_service(name="http")], "https"),
        ([named("app"), of_service(name="http"), route("TLSRoute")], "http"),
        ([named("app"), of_service(name="https"), route("GRPCRoute")], "https+grpc"),
        # gRPC is added to HTTP
        ([named("http"), of_service(name="grpc")], "http+grpc"),
        ([named("http"), service(), route("GRPCRoute")], "http+grpc"),
        ([named("https"), service(), route("GRPCRoute")], "https+grpc"),
        # another protocol beside HTTP is a contradiction, unless it is only tcp
        ([named("http"), of_service(name="redis")], "PS362"),
        ([named("redis"), of_service(appProtocol="http")], "PS362"),
        ([named("http"), of_service(name="tcp")], "http"),
        ([named("tcp"), of_service(appProtocol="https")], "https"),
        # two probes that cannot both succeed
        ([deployment(container(3000, readinessProbe=HTTPS, livenessProbe={"httpGet": {"port": 3000}}))], "PS362"),
        ([deployment(container(3000, readinessProbe=HTTPS, livenessProbe={"grpc": {"port": 3000}}))], "PS362"),
    ],
)
def test_several_pieces_of_evidence(evidence: list[Object], word: str) -> None:
    assert judged(*evidence) == word


@pytest.mark.parametrize("protocol", ["http", "https", "h2c", "grpc"])
def test_what_the_user_says_decides(protocol: str) -> None:
    for evidence in ([named("redis")], [probed(**HTTPS), of_service(name="mongo")], [named("tls")]):
        assert judged(*evidence, protocol=protocol) == "http"  # nothing is told: it is no finding


@pytest.mark.parametrize(
    ("kind", "number"),
    [("Prometheus", 9090), ("PrometheusAgent", 9090), ("Alertmanager", 9093), ("ThanosRuler", 10902)],
)
def test_kinds_whose_pods_an_operator_makes(kind: str, number: int) -> None:
    api = "monitoring.coreos.com/v1alpha1" if kind == "PrometheusAgent" else "monitoring.coreos.com/v1"
    for web, word in (({}, "http"), ({"pageTitle": "web"}, "http"), ({"tlsConfig": {"cert": {}}}, "https")):
        one = {**client(kind, api, {"web": web} if web else {}), "metadata": {"name": "web"}}
        outcome = run(one, target={"kind": kind, "name": "web"}, listeners=[{"port": 18080}])
        assert spoken(outcome) == word
        assert f"in front of {number}" in next(each.message for each in outcome.results if each.code.number == "PS320")


def test_tls_of_a_listener_makes_unclear_whose_tls_services_mean() -> None:
    listener = {"upstream": {"port": 3000}, "tls": {"secret": "web-tls"}}
    assert spoken(run(named("https"), service(), listeners=[listener])) == "https"
    assert spoken(run(named("app"), of_service(name="http"), listeners=[listener])) == "http"
    assert spoken(run(named("app"), of_service(name="https"), listeners=[listener])) == "PS362"


def test_evidence_that_is_a_clients_kind_is_told_as_such() -> None:
    outcome = run(deployment(), service(), route("GRPCRoute"))
    (message,) = [result.message for result in outcome.results if result.code.number == "PS365"]
    assert message.endswith(': gateway.networking.k8s.io/v1/GRPCRoute/client kind is "GRPCRoute" (grpc).')
