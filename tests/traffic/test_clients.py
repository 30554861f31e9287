"""What each kind of client makes of the port that it reaches; and that no kind is left out here."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from krm_fn.references import kinds
from krm_fn.references.field_spec import FieldSpec
from tests.traffic.judged import client, deployment, run, service, spoken

Object = dict[str, Any]
GATEWAY = "gateway.networking.k8s.io/v1"
ISTIO = "networking.istio.io/v1"
KONG = "incubator.ingress-controller.konghq.com/v1alpha1"
MONITORING = "monitoring.coreos.com/v1"
WEB = {"name": "web", "port": 80}
TLS = "tls PS364"
"""What speaks TLS with anything inside is taken for HTTP by TLS, with a warning."""


def ingress(**annotations: str) -> Object:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    return client("Ingress", "networking.k8s.io/v1", {"defaultBackend": backend}, **annotations)


def old_ingress(**annotations: str) -> Object:
    spec = {"backend": {"serviceName": "web", "servicePort": 80}}
    return client("Ingress", "networking.k8s.io/v1beta1", spec, **annotations)


def route(kind: str, **ref: Any) -> Object:
    return client(kind, GATEWAY, {"rules": [{"backendRefs": [{**WEB, **ref}]}]})


def policy(**ref: Any) -> Object:
    return client("BackendTLSPolicy", GATEWAY, {"targetRefs": [{"group": "", "kind": "Service", "name": "web", **ref}]})


def openshift(termination: str) -> Object:
    spec = {"to": {"kind": "Service", "name": "web"}, "tls": {"termination": termination}}
    return client("Route", "route.openshift.io/v1", spec)


def virtual_service(protocol: str, number: int = 80) -> Object:
    destination = {"host": "web", "port": {"number": number}}
    return client("VirtualService", ISTIO, {protocol: [{"route": [{"destination": destination}]}]})


def rule(mode: str, host: str = "web") -> Object:
    return client("DestinationRule", ISTIO, {"host": host, "trafficPolicy": {"tls": {"mode": mode}}})


def rule_of_port(mode: str, number: int = 80) -> Object:
    levels = [{"port": {"number": number}, "tls": {"mode": mode}}]
    return client("DestinationRule", ISTIO, {"host": "web", "trafficPolicy": {"portLevelSettings": levels}})


def traefik(kind: str = "IngressRoute", **to: Any) -> Object:
    return client(kind, "traefik.io/v1alpha1", {"routes": [{"services": [{**WEB, **to}]}]})


def passing(passthrough: bool) -> Object:
    spec = {"routes": [{"services": [WEB]}], "tls": {"passthrough": passthrough}}
    return client("IngressRouteTCP", "traefik.io/v1alpha1", spec)


def weighted(**to: Any) -> Object:
    return client("TraefikService", "traefik.io/v1alpha1", {"weighted": {"services": [{**WEB, **to}]}})


def errors(**to: Any) -> Object:
    return client("Middleware", "traefik.io/v1alpha1", {"errors": {"service": {**WEB, **to}}})


def contour(**to: Any) -> Object:
    return client("HTTPProxy", "projectcontour.io/v1", {"routes": [{"services": [{**WEB, **to}]}]})


def contour_tcp(passthrough: bool) -> Object:
    spec = {"virtualhost": {"tls": {"passthrough": passthrough}}, "tcpproxy": {"services": [WEB]}}
    return client("HTTPProxy", "projectcontour.io/v1", spec)


def virtual_server(**to: Any) -> Object:
    return client(
        "VirtualServer", "k8s.nginx.org/v1", {"upstreams": [{"name": "a", "service": "web", "port": 80, **to}]}
    )


def transport_server(protocol: str) -> Object:
    spec = {"listener": {"name": "a", "protocol": protocol}, "upstreams": [{"name": "a", "service": "web", "port": 80}]}
    return client("TransportServer", "k8s.nginx.org/v1", spec)


def alerting(**to: Any) -> Object:
    managers = [{"name": "web", "namespace": "", "port": "main", **to}]
    return client("Prometheus", MONITORING, {"alerting": {"alertmanagers": managers}})


def service_monitor(**endpoint: Any) -> Object:
    spec = {"selector": {"matchLabels": {"app": "web"}}, "endpoints": [{"port": "main", **endpoint}]}
    return client("ServiceMonitor", MONITORING, spec)


def other(kind: str, monitor: Object) -> Object:
    return client(kind, "operator.victoriametrics.com/v1beta1", monitor["spec"])


def google(kind: str, **endpoint: Any) -> Object:
    spec = {"selector": {"matchLabels": {"app": "web"}}, "endpoints": [{"port": 3000, **endpoint}]}
    return client(kind, "monitoring.googleapis.com/v1", spec)


def pod_monitor(**endpoint: Any) -> Object:
    spec = {"selector": {"matchLabels": {"app": "web"}}, "podMetricsEndpoints": [{"portNumber": 3000, **endpoint}]}
    return client("PodMonitor", MONITORING, spec)


def hook(kind: str, **to: Any) -> Object:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "client"},
        "webhooks": [{"clientConfig": {"service": {"name": "web", "port": 80, **to}}}],
    }


def conversion(**to: Any) -> Object:
    webhook = {"clientConfig": {"service": {**WEB, **to}}}
    spec = {"conversion": {"strategy": "Webhook", "webhook": webhook}}
    return client("CustomResourceDefinition", "apiextensions.k8s.io/v1", spec)


def aggregated(**to: Any) -> Object:
    return client("APIService", "apiregistration.k8s.io/v1", {"service": {**WEB, **to}})


def trigger() -> Object:
    ref = {"apiVersion": "v1", "kind": "Service", "name": "web"}
    return client("Trigger", "eventing.knative.dev/v1", {"subscriber": {"ref": ref}})


PASSTHROUGH = {"nginx.ingress.kubernetes.io/ssl-passthrough": "true"}
BACKEND = "nginx.ingress.kubernetes.io/backend-protocol"
ROWS: list[tuple[Object, str]] = [
    (ingress(), "http"),
    (old_ingress(), "http"),
    (ingress(**{BACKEND: "HTTP"}), "http"),
    (route("HTTPRoute"), "http"),
    (route("TCPRoute"), "http"),
    (route("GRPCRoute", port=81), "http"),
    (route("GRPCRoute", name="other"), "http"),
    (policy(name="other"), "http"),
    (openshift("edge"), "http"),
    (virtual_service("http"), "http"),
    (virtual_service("tcp"), "http"),
    (virtual_service("tls", 81), "http"),
    (rule("ISTIO_MUTUAL"), "http"),
    (rule("DISABLE"), "http"),
    (rule("SIMPLE", "web-2"), "http"),
    (rule_of_port("SIMPLE", 81), "http"),
    (traefik(), "http"),
    (traefik(scheme="http"), "http"),
    (passing(False), "http"),
    (weighted(), "http"),
    (errors(), "http"),
    (contour(), "http"),
    (contour_tcp(False), "http"),
    (virtual_server(), "http"),
    (transport_server("TCP"), "http"),
    (alerting(), "http"),
    (service_monitor(), "http"),
    (service_monitor(port="other", scheme="https"), "http"),
    (pod_monitor(), "http"),
    (other("VMServiceScrape", service_monitor()), "http"),
    (google("PodMonitoring"), "http"),
    (google("PodMonitoring", port=3001, scheme="https"), "http"),
    (client("HTTPScaledObject", "http.keda.sh/v1alpha1", {"scaleTargetRef": {"service": "web", "port": 80}}), "http"),
    (client("InterceptorRoute", "http.keda.sh/v1beta1", {"target": {"service": "web", "port": 80}}), "http"),
    (client("KongServiceFacade", KONG, {"backendRef": {"name": "web", "port": 80}}), "http"),
    (pod_monitor(portNumber=3001, scheme="https"), "http"),
    (hook("MutatingWebhookConfiguration", port=443), "http"),
    (aggregated(name="other"), "http"),
    (conversion(port=81), "http"),
    (trigger(), "http"),
    (ingress(**{BACKEND: "HTTPS"}), "https"),
    (old_ingress(**{BACKEND: "GRPC"}), "grpc"),
    (ingress(**PASSTHROUGH), TLS),
    (route("GRPCRoute"), "grpc"),
    (route("TLSRoute"), TLS),
    (policy(), "https"),
    (policy(sectionName="main"), "https"),
    (openshift("passthrough"), TLS),
    (openshift("reencrypt"), "https"),
    (virtual_service("tls"), TLS),
    (rule("SIMPLE"), "https"),
    (rule("MUTUAL"), "https"),
    (rule_of_port("SIMPLE"), "https"),
    (traefik(scheme="https"), "https"),
    (traefik(scheme="h2c"), "h2c"),
    (passing(True), TLS),
    (weighted(scheme="https"), "https"),
    (errors(scheme="https"), "https"),
    (contour(protocol="tls"), "https"),
    (contour(protocol="h2"), "https"),
    (contour(protocol="h2c"), "h2c"),
    (contour_tcp(True), TLS),
    (virtual_server(type="grpc"), "grpc"),
    ({**virtual_server(type="grpc"), "kind": "VirtualServerRoute"}, "grpc"),
    (virtual_server(tls={"enable": True}), "https"),
    (transport_server("TLS_PASSTHROUGH"), TLS),
    (alerting(scheme="https"), "https"),
    (service_monitor(scheme="https"), "https"),
    (pod_monitor(scheme="https"), "https"),
    (other("VMServiceScrape", service_monitor(scheme="https")), "https"),
    (other("VMPodScrape", pod_monitor(scheme="https")), "https"),
    (google("PodMonitoring", scheme="https"), "https"),
    (google("ClusterPodMonitoring", scheme="https"), "https"),
    (hook("MutatingWebhookConfiguration"), "https"),
    (hook("ValidatingWebhookConfiguration"), "https"),
    (aggregated(), "https"),
    (conversion(), "https"),
]


@pytest.mark.parametrize(("one", "word"), ROWS, ids=[f"{row[0]['kind']}-{index}" for index, row in enumerate(ROWS)])
def test_what_a_client_speaks(one: Object, word: str) -> None:
    ports = {"name": "main", "port": 80, "targetPort": 3000}, {"name": "other", "port": 90, "targetPort": 4000}
    assert spoken(run(deployment(), service(*ports), one, listeners=[{"upstream": {"port": 3000}}])) == word


def test_each_kind_of_which_something_is_known_has_a_row() -> None:
    modules = [
        import_module(f"{kinds.__name__}.{each.name}") for each in iter_modules(kinds.__path__) if not each.ispkg
    ]
    specs = [each for module in modules for each in getattr(module, "KINDS", ()) if isinstance(each, FieldSpec)]
    telling = {
        kind for each in specs if each.speaks or each.says for kind in each.kinds[:8] if "knative" not in each.groups[0]
    }
    assert telling <= {one["kind"] for one, _ in ROWS}


def test_of_several_services_that_a_client_reaches_the_first_by_name_is_told() -> None:
    def told(*names: str) -> list[str]:
        services = [service({"name": "main", "port": 80, "targetPort": 3000}, name=name) for name in names]
        outcome = run(deployment(), *services, service_monitor(scheme="https", bearerTokenFile="/token"))
        return [result.message for result in outcome.results if result.code.number == "PS368"]

    (message,) = told("b", "a")
    assert message.startswith("sends TLS to v1/Service/a spec.ports[0], ")
    assert told("a", "b") == [message]
