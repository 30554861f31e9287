"""Monitors: the endpoints from which Prometheus, VictoriaMetrics and Google's managed collectors request metrics."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, Says

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
_HOSTS = "Of hosts with a namespace. A target with a scheme and no port gets the port."
_VM_GROUPS = ("operator.victoriametrics.com",)
KINDS = (
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
