"""Annotations by which clouds make a load balancer of a Service: protocols, certificates and health checks by port.

A health check of the Pods' port follows to the proxy's, as the traffic does: it passes through the proxy to the app, so
that a Pod gets no traffic where either is not well. Where the proxy requires credentials, it would be refused: then it
stays, with a warning. A port of the nodes is none of the Service's.
"""

from __future__ import annotations

from krm_fn.references.annotations.row import KEY, LIST, ONE, Grammar, Row

_AWS = "AWS: cloud-provider-aws docs/service_controller.md"
_LBC = "AWS Load Balancer Controller: guide, Service annotations; pkg/service/model_build_target_group.go"
_GKE = "GKE: docs of Ingress, BackendConfig and standalone NEGs; ingress-gce pkg/annotations/service.go"
_AUTONEG = "gke-autoneg-controller: README, and controllers/autoneg.go"
_AZURE = "Azure: cloud-provider-azure docs, LoadBalancer annotations"
_DO = "DigitalOcean: digitalocean-cloud-controller-manager@032048e docs/controllers/services/annotations.md; CHANGELOG"
_HETZNER = "Hetzner: hcloud-cloud-controller-manager@0091276 internal/annotation/load_balancer.go"
_SCALEWAY = "Scaleway: scaleway-cloud-controller-manager@015b2ad docs/loadbalancer-annotations.md"
_LINODE = "Linode: linode-cloud-controller-manager@016c121 docs/configuration/annotations.md"
_OCI = "Oracle: oci-cloud-controller-manager@1cd71e8 docs/load-balancer-annotations.md"
_ALIBABA = "Alibaba: cloud-provider-alibaba-cloud@02280aa docs/usage.md; docs of cloud-controller-manager"
_VULTR = "Vultr: vultr-cloud-controller-manager@04edf24 docs/load-balancers.md"
_OPENSTACK = "OpenStack, OVH: cloud-provider-openstack docs, LoadBalancer annotations"
_IBM = "IBM: docs of VPC load balancers, Service annotations"
_BETA = "service.beta.kubernetes.io/"
_ALI = ("alibaba-cloud-loadbalancer-", "alicloud-loadbalancer-")
_PORTS_FIRST = Grammar(form="pairs", separators=";")

ROWS = (
    *(
        Row(
            key=f"{_BETA}{name}",
            on=("Service",),
            of="service",
            grammar=LIST,
            does="follows",
            source=source,
            example=each,
        )
        for name, source, each in (
            ("aws-load-balancer-ssl-ports", _AWS, "{port},8443"),
            ("aws-load-balancer-proxy-protocol-per-target-group", _LBC, "{port}, 9000"),
            ("do-loadbalancer-http-ports", _DO, "{port}"),
            ("do-loadbalancer-tls-ports", _DO, "{port},6443"),
            ("do-loadbalancer-http2-ports", _DO, "{port}"),
            ("do-loadbalancer-http3-port", _DO, "{port}"),
            ("do-loadbalancer-healthcheck-port", _DO, "{port}"),
            ("scw-loadbalancer-proxy-protocol-v1", _SCALEWAY, "{port},9000"),
            ("scw-loadbalancer-proxy-protocol-v2", _SCALEWAY, "{port},9000"),
            ("scw-loadbalancer-protocol-http", _SCALEWAY, "{port},9000"),
            ("oci-load-balancer-ssl-ports", _OCI, "{port}"),
            ("vultr-loadbalancer-https-ports", _VULTR, "{port},8443"),
        )
    ),
    *(
        Row(
            key=f"{_BETA}scw-loadbalancer-{name}",
            on=("Service",),
            of="service",
            grammar=_PORTS_FIRST,
            does="follows",
            source=_SCALEWAY,
            example=example,
        )
        for name, example in (
            ("health-check-type", "{port}:http;9000,9443:https"),
            ("health-check-http-uri", "{port}:/;9000,9443:/healthz"),
            ("health-check-http-method", "9000,{port}:GET"),
            ("health-check-http-code", "{port}:204"),
            ("health-check-mysql-user", "{port}:root"),
            ("health-check-pgsql-user", "{port}:root"),
            ("certificate-ids", "{port}:11111111-1111-1111-1111-111111111111"),
        )
    ),
    *(
        Row(
            key=f"{_BETA}{key}",
            on=("Service",),
            of="service",
            grammar=KEY,
            does="follows",
            source=source,
            example=example,
        )
        for key, source, example in (
            ("aws-load-balancer-listener-attributes.*-{port}", _LBC, "tcp.idle_timeout.seconds=600"),
            ("port_{port}_*", _AZURE, "/healthz"),
            ("linode-loadbalancer-port-{port}", _LINODE, '{"protocol": "https", "tls-secret-name": "web"}'),
        )
    ),
    Row(
        key=f"{_BETA}port_*_health-probe_port",
        on=("Service",),
        of="service",
        grammar=ONE,
        does="follows",
        source=_AZURE,
        example="{port}",
    ),
    Row(  # it may also be traffic-port, which is no port's name
        key=f"{_BETA}aws-load-balancer-healthcheck-port",
        on=("Service",),
        of="endpoints",
        grammar=ONE,
        does="follows",
        source=_LBC,
        example="{port}",
        checks=True,
    ),
    *(
        Row(
            key=f"{_BETA}{name}health-check-connect-port",
            on=("Service",),
            of="pods",
            grammar=ONE,
            does="follows",
            source=_ALIBABA,
            example="{port}",
            checks=True,
        )
        for name in _ALI
    ),
    *(
        Row(
            key=f"{_BETA}{name}protocol-port",
            on=("Service",),
            of="service",
            grammar=Grammar(form="pairs", first=False),
            does="follows",
            source=_ALIBABA,
            example="https:{port},http:9000",
        )
        for name in _ALI
    ),
    *(
        Row(
            key=f"{_BETA}{name}forward-port",
            on=("Service",),
            of="service",
            grammar=Grammar(form="list", separators=",:"),
            does="follows",
            source=_ALIBABA,
            example="{port}:9443",
        )
        for name in _ALI
    ),
    Row(
        key=f"{_BETA}alibaba-cloud-loadbalancer-vgroup-port",
        on=("Service",),
        of="service",
        grammar=Grammar(form="pairs", first=False),
        does="follows",
        source="Alibaba: docs of cloud-controller-manager, reuse of server groups",
        example="rsp-1:{port},rsp-2:9000",
    ),
    Row(
        key=f"{_BETA}linode-loadbalancer-tls",
        on=("Service",),
        of="service",
        grammar=Grammar(form="JSON fields", port="port"),
        does="follows",
        source="Linode: linode-cloud-controller-manager CHANGELOG, up to 0.3",
        example='[{"tls-secret-name": "web", "port": {port}}]',
    ),
    Row(
        key=f"{_BETA}vultr-loadbalancer-firewall-rules",
        on=("Service",),
        of="service",
        grammar=Grammar(form="pairs", separators=";", between=",", first=False),
        does="follows",
        source=_VULTR,
        example="0.0.0.0/0,{port};10.0.0.0/8,9000",
    ),
    *(
        Row(
            key=key,
            on=("Service",),
            of="service",
            grammar=Grammar(form="JSON keys", path=path),
            does="follows",
            source=source,
            example=example,
        )
        for key, path, source, example in (
            ("cloud.google.com/app-protocols", "", _GKE, '{"{port}":"HTTPS"}'),
            ("service.alpha.kubernetes.io/app-protocols", "", _GKE, '{"{port}":"HTTP2"}'),
            ("cloud.google.com/backend-config", "ports", _GKE, '{"ports": {"{port}":"web"}, "default": "all"}'),
            ("beta.cloud.google.com/backend-config", "ports", _GKE, '{"ports": {"{port}":"web"}}'),
            ("cloud.google.com/neg", "exposed_ports", _GKE, '{"exposed_ports": {"{port}":{"name": "web"}}}'),
            (
                "controller.autoneg.dev/neg",
                "backend_services",
                _AUTONEG,
                '{"backend_services":{"{port}":[{"name":"a"}]}}',
            ),
        )
    ),
    *(
        Row(key=key, on=("Service",), of="other", grammar=ONE, does="is reported", source=source, example="{port}")
        for key, source in (
            ("load-balancer.hetzner.cloud/health-check-port", _HETZNER),
            (f"{_BETA}vultr-loadbalancer-healthcheck-port", _VULTR),
            (f"{_BETA}linode-loadbalancer-udp-check-port", _LINODE),
            ("service.kubernetes.io/ibm-load-balancer-cloud-provider-vpc-health-check-port", _IBM),
        )
    ),
    *(
        Row(key=key, on=("Service",), of="other", grammar=LIST, does="stays", source=source, example=example)
        for key, source, example in (
            ("cloud.google.com/neg-status", _GKE, '{"network_endpoint_groups":{"{port}":"k8s1-web"}}'),
            ("controller.autoneg.dev/neg-status", _AUTONEG, "{}"),
            ("loadbalancer.openstack.org/port-id", _OPENSTACK, "11111111-1111-1111-1111-111111111111"),
            (f"{_BETA}azure-load-balancer-enable-high-availability-ports", _AZURE, "true"),
            (f"{_BETA}scw-loadbalancer-forward-port-algorithm", _SCALEWAY, "roundrobin"),
        )
    ),
)
"""The rows of AWS, GKE, Azure, DigitalOcean, Scaleway, Linode, Oracle, Alibaba, Vultr, Hetzner and OpenStack.

Those of OVH and Exoscale name no port (exoscale-cloud-controller-manager@04fba25 docs/service-loadbalancer.md).
"""
