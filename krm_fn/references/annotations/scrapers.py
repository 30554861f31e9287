"""Annotations by which metrics, profiles and checks are requested of Pods and Services.

Those for the app's port follow to the proxy's, unless `spec.referrers.scrape` is `app`. What names a container of the
Pod, or is requested in the Pod by another sidecar, means the app itself and stays.
"""

from __future__ import annotations

from krm_fn.references.annotations.row import KEY, LIST, ONE, Grammar, Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.references.annotations.row import Of, On

_BOTH: tuple[On, ...] = ("Service", "Pod")
_PROMETHEUS = (
    "Prometheus: documentation/examples/prometheus-kubernetes.yml; VictoriaMetrics and New Relic read it likewise"
)
_GRAFANA = "Grafana: k8s-monitoring-helm, annotation autodiscovery"
_PYROSCOPE = "Grafana: pyroscope docs, scraping of Pods by annotations"
_DYNATRACE = "Dynatrace: docs of the metric ingest of Kubernetes, annotations"
_OTEL = "OpenTelemetry: receiver_creator README, discovery by hints"
_ELASTIC = "Elastic: Metricbeat docs, hints of autodiscover"
_HEARTBEAT = "Elastic: Heartbeat docs, hints of autodiscover"
_AGENT = "Elastic: Elastic Agent docs, hints annotations based autodiscover"
_DATADOG = "Datadog: docs of autodiscovery on Kubernetes; pkg/autodiscovery/providers/kube_endpoints.go"
_TELEGRAF = "InfluxData: telegraf-operator README"
_OF_DATADOG: tuple[tuple[str, Of], ...] = (
    ("service.instances", "service"),
    ("service.checks", "service"),
    ("endpoints.instances", "pods"),
    ("endpoints.checks", "pods"),
)
_ADDRESSES = Grammar(form="addresses")

ROWS = (
    *(
        Row(
            key=key,
            on=_BOTH,
            of="pods",
            grammar=ONE,
            does="follows",
            source=source,
            example="{port}",
            beside=beside,
            scrapes=True,
        )
        for key, beside, source in (
            ("prometheus.io/port", "", _PROMETHEUS),
            ("k8s.grafana.com/metrics.portNumber", "", _GRAFANA),
            ("k8s.grafana.com/metrics.portName", "", _GRAFANA),
            ("metrics.dynatrace.com/port", "", _DYNATRACE),
            ("*/port", "*/scrape", f"forks with a domain of their own. {_PROMETHEUS}"),
        )
    ),
    Row(
        key="io.opentelemetry.discovery.metrics.{port}/*",
        on=("Pod",),
        of="pods",
        grammar=KEY,
        does="follows",
        source=_OTEL,
        example="true",
        scrapes=True,
    ),
    *(
        Row(
            key=key,
            on=_BOTH,
            of="pods",
            grammar=_ADDRESSES,
            does="follows",
            source=source,
            example=example,
            scrapes=True,
        )
        for key, source, example in (
            ("co.elastic.metrics/hosts", _ELASTIC, "${data.host}:{port}"),
            ("co.elastic.metrics/*.hosts", _ELASTIC, "${data.host}:{port}"),
            ("co.elastic.metrics/raw", _ELASTIC, '[{"module": "prometheus", "hosts": ["${data.host}:{port}"]}]'),
            ("co.elastic.hints/host", _AGENT, "${kubernetes.pod.ip}:{port}"),
        )
    ),
    *(
        Row(
            key=key,
            on=_BOTH,
            of="pods",
            grammar=_ADDRESSES,
            does="follows",
            source=_HEARTBEAT,
            example="${data.host}:{port}",
        )
        for key in ("co.elastic.monitor/hosts", "co.elastic.monitor/*.hosts")
    ),
    *(
        Row(
            key=f"co.elastic.{what}.*/hosts",
            on=("Pod",),
            of="pods",
            grammar=_ADDRESSES,
            does="stays",
            source=f"{source}, those of one container",
            example="${data.host}:{port}",
        )
        for what, source in (("metrics", _ELASTIC), ("monitor", _HEARTBEAT))
    ),
    *(
        Row(
            key=f"ad.datadoghq.com/{name}",
            on=("Service",),
            of=of,
            grammar=_ADDRESSES,
            does="follows",
            source=_DATADOG,
            example='[{"prometheus_url": "http://%%host%%:{port}/metrics"}]',
            scrapes=True,
        )
        for name, of in _OF_DATADOG
    ),
    *(
        Row(
            key=f"ad.datadoghq.com/*.{name}",
            on=("Pod",),
            of="pods",
            grammar=_ADDRESSES,
            does="stays",
            source=_DATADOG,
            example='[{"prometheus_url": "http://%%host%%:{port}/metrics"}]',
        )
        for name in ("instances", "checks")
    ),
    *(
        Row(key=key, on=("Pod",), of="pods", grammar=LIST, does="stays", source=source, example="{port}")
        for key, source in (
            ("profiles.grafana.com/*.port", _PYROSCOPE),
            ("profiles.grafana.com/*.port_name", _PYROSCOPE),
            ("telegraf.influxdata.com/port", _TELEGRAF),
            ("telegraf.influxdata.com/ports", _TELEGRAF),
        )
    ),
)
"""The rows of Prometheus, Grafana, Dynatrace, OpenTelemetry, Elastic, Datadog and Telegraf."""
