"""Monitors: the endpoints from which Prometheus, VictoriaMetrics and Google's managed collectors request metrics."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, Finder, Says
from krm_fn.references.reference import Reference, Selects
from krm_fn.resource_list.identity import namespace_of
from krm_fn.yaml_text.paths import find, get, list_at, mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal

    from krm_fn.references.namespaces import Namespaces
    from krm_fn.yaml_text.node import Path

_SCHEME = (Says(field="scheme", words={"https": "https"}),)
_COREOS_READ = "prometheus-operator, v1: pkg/apis/monitoring/v1"
_VM_READ = "VictoriaMetrics/operator, v1beta1: api/operator/v1beta1"
_GMP_READ = "GoogleCloudPlatform/prometheus-engine, v1: pkg/operator/apis/monitoring/v1"
_PODS_SCRAPED = "`scheme` becomes http where TLS ends at the proxy, unless credentials are sent."
_SCRAPED = f"`targetPort` is the Pods' port. {_PODS_SCRAPED}"
_SERVICE_MONITOR = FieldSpec(  # `port` is a Service port's name; where it is not set, `targetPort` is one of the Pods
    groups=("monitoring.coreos.com",),
    kinds=("ServiceMonitor",),
    read=f"{_COREOS_READ}/servicemonitor_types.go",
    note=_SCRAPED,
    found_by="labels",
    at=("spec.endpoints[]",),
    selector="spec.selector",
    namespace_selector="spec.namespaceSelector",
    ports=("port",),
    app_field="targetPort",
    repeatable=True,
    scrapes=True,
    speaks="http",
    says=_SCHEME,
)
_POD_MONITOR = FieldSpec(
    groups=("monitoring.coreos.com",),
    kinds=("PodMonitor",),
    read=f"{_COREOS_READ}/podmonitor_types.go",
    note=_PODS_SCRAPED,
    found_by="labels",
    at=("spec.podMetricsEndpoints[]",),
    selector="spec.selector",
    namespace_selector="spec.namespaceSelector",
    ports=("port", "portNumber", "targetPort"),
    first=True,
    of="pods",
    repeatable=True,
    scrapes=True,
    speaks="http",
    says=_SCHEME,
)
_META = "__meta_kubernetes_"
_OF_PODS = (f"{_META}pod_container_port_number", f"{_META}pod_container_port_name", f"{_META}endpointslice_port")
_OF_SERVICES = (
    f"{_META}service_port_number",
    f"{_META}service_port_name",
    f"{_META}endpoint_port_name",
    f"{_META}endpointslice_port_name",
)
_ADDRESS = "__address__"
_RULE = "its rule keeps, or drops, what has that. Change it likewise"
_OWN_LABEL = {"pods": f"{_META}pod_label_", "service": f"{_META}service_label_"}


def kept_ports(data: dict[str, Any], namespaces: Namespaces) -> Iterator[Reference]:
    """Yield the ports by which the relabelings of a monitor keep or drop what it scrapes."""
    kind = str(data.get("kind"))
    if kind == "ScrapeConfig":
        rules, path = list_at(data, ("spec", "relabelings")), ("spec", "relabelings")
        pods = _discovered(data, rules, "pods", namespaces) if rules else None
        services = _discovered(data, rules, "service", namespaces) if rules else None
        if pods:
            yield from _of_rules(path, rules, Reference(path=path, port=0, of="pods", selects_pods=pods))
        if services:
            yield from _of_rules(path, rules, Reference(path=path, port=0, selects_services=services))
        return
    spec = _SERVICE_MONITOR if "Service" in kind else _POD_MONITOR
    for holder, like in spec.holders(data, namespaces.items):
        for field in ("relabelings", "relabelConfigs"):
            yield from _of_rules((*like.path, field), list_at(holder, (field,)), like)


def _of_rules(path: Path, rules: list[Any], like: Reference) -> Iterator[Reference]:
    """Yield the words of expressions that are compared with a port, of the Pods or else of the Service."""
    for index, rule in enumerate(rules):
        sources, regex = list_at(rule, ("sourceLabels",)), get(rule, ("regex",))
        if str(get(rule, ("action",))).lower() not in ("keep", "drop") or not isinstance(regex, str):
            continue
        words = _words(regex)
        is_of_pods = any(label in (*_OF_PODS, _ADDRESS) for label in sources)
        is_of_services = any(label in _OF_SERVICES for label in sources) and not like.selects_pods
        if is_of_pods or is_of_services:
            for word in words:
                address = f"192.0.2.1:{word}" if sources == [_ADDRESS] else word
                if len(sources) > 1 or _matches(regex, address):
                    others = tuple(each for each in words if each != word)
                    found = like.replace(path=(*path, index, "regex"), port=word, fixed=_RULE, also=others, entry=())
                    yield found.replace(of="pods" if is_of_pods else "service", scrapes=True)


def _words(regex: str) -> list[str]:
    """Return the words in an expression that may be numbers or names of ports."""
    text = "".join(char if char.isalnum() or char == "-" else " " for char in regex)
    return [word.strip("-") for word in text.split() if word.strip("-")]


def _matches(regex: str, text: str) -> bool:
    from krm_fn.selectors.name_regex import NameRegex  # noqa: PLC0415 # few monitors have such a rule

    try:
        return NameRegex(regex).matches(text)
    except ValueError:
        return False


def _discovered(
    data: dict[str, Any], rules: list[Any], of: Literal["pods", "service"], namespaces: Namespaces
) -> Selects | None:
    """Return the Pods, or the Services, that a ScrapeConfig finds by itself, as far as their labels say so."""
    roles = ("pod",) if of == "pods" else ("service", "endpoints", "endpointslice")
    found = [
        each
        for each in list_at(data, ("spec", "kubernetesSDConfigs"))
        if str(get(each, ("role",))).lower() in roles and isinstance(each, dict)
    ]
    if not found:
        return None
    own, prefix = namespace_of(data), _OWN_LABEL[of]

    def selects(labels: dict[str, Any], namespace: str) -> bool:
        known = {f"{prefix}{_sanitized(key)}": str(value) for key, value in labels.items()}
        known[f"{_META}namespace"] = namespace
        return any(_is_in(each, own, namespace, namespaces) and _queried(each, of, labels) for each in found) and all(
            _matches(str(get(rule, ("regex",))), known.get(label, ""))
            for rule in rules
            if str(get(rule, ("action",))).lower() == "keep" and len(list_at(rule, ("sourceLabels",))) == 1
            for label in list_at(rule, ("sourceLabels",))
            if str(label).startswith(prefix) or (label == f"{_META}namespace" and namespace)
        )

    return Selects(test=selects)


def _sanitized(label: str) -> str:
    return "".join(char if char.isascii() and char.isalnum() else "_" for char in label)


def _is_in(config: dict[str, Any], own: str, namespace: str, namespaces: Namespaces) -> bool:
    chosen = mapping_at(config, ("namespaces",))
    names = [*map(str, list_at(chosen, ("names",))), *([own] if chosen.get("ownNamespace") is True else [])]
    return not names or any(namespaces.are_one(name, namespace) for name in names)


def _queried(config: dict[str, Any], of: Literal["pods", "service"], labels: dict[str, Any]) -> bool:
    """Return whether labels are among those for which discovery asks the API server."""
    from krm_fn.selectors.label_query import query_matches  # noqa: PLC0415 # as above

    for _, each in find(config, "selectors[]"):
        role = str(get(each, ("role",))).lower()
        query = get(each, ("label",))
        if query and role == ("pod" if of == "pods" else "service"):
            try:
                if not query_matches(str(query), labels):
                    return False
            except ValueError:
                return False
    return True


_HOSTS = "Of hosts with a namespace. A target with a scheme and no port gets the port."
_VM_GROUPS = ("operator.victoriametrics.com",)
_KEPT = ("prometheus-operator: pkg/apis/monitoring", "VictoriaMetrics/operator: api/operator")
KINDS = (
    *(
        Finder(
            groups=groups,
            kinds=(kind,),
            read=f"{read}; Prometheus: configuration, kubernetes_sd_config",
            note="Of relabelings that keep or drop by a port, a warning.",
            found_by="labels",
            find=kept_ports,
            fields=(f"spec.{rules}[].regex",),
        )
        for groups, kind, read, rules in (
            (("monitoring.coreos.com",), "ServiceMonitor", _KEPT[0], "endpoints[].relabelings"),
            (("monitoring.coreos.com",), "PodMonitor", _KEPT[0], "podMetricsEndpoints[].relabelings"),
            (("monitoring.coreos.com",), "ScrapeConfig", _KEPT[0], "relabelings"),
            (_VM_GROUPS, "VMServiceScrape", _KEPT[1], "endpoints[].relabelConfigs"),
            (_VM_GROUPS, "VMPodScrape", _KEPT[1], "podMetricsEndpoints[].relabelConfigs"),
        )
    ),
    _SERVICE_MONITOR,
    _POD_MONITOR,
    _SERVICE_MONITOR.replace(
        groups=_VM_GROUPS, kinds=("VMServiceScrape",), read=f"{_VM_READ}/vmservicescrape_types.go"
    ),
    _POD_MONITOR.replace(groups=_VM_GROUPS, kinds=("VMPodScrape",), read=f"{_VM_READ}/vmpodscrape_types.go"),
    FieldSpec(
        groups=("monitoring.coreos.com",),
        kinds=("ScrapeConfig",),
        read="prometheus-operator, v1alpha1: pkg/apis/monitoring/v1alpha1/scrapeconfig_types.go",
        note=_HOSTS,
        at=("spec.staticConfigs[]",),
        ports=(),
        hosts=("targets[]",),
        tls_by=".spec.scheme",
        elsewhere=True,
    ),
    FieldSpec(
        groups=("monitoring.coreos.com",),
        kinds=("Probe",),
        read=f"{_COREOS_READ}/probe_types.go",
        note=_HOSTS,
        at=("spec",),
        ports=(),
        hosts=("targets.staticConfig.static[]", "prober.url"),
        elsewhere=True,
    ),
    *(
        FieldSpec(
            groups=("monitoring.googleapis.com",),
            kinds=(kind,),
            read=f"{_GMP_READ}/pod_types.go",
            note=_PODS_SCRAPED,
            found_by="labels",
            at=("spec.endpoints[]",),
            selector="spec.selector",
            any_namespace=kind.startswith("Cluster"),
            ports=("port",),
            of="pods",
            repeatable=True,
            scrapes=True,
            speaks="http",
            says=_SCHEME,
        )
        for kind in ("PodMonitoring", "ClusterPodMonitoring")
    ),
)
