"""What a record may undo, and its twins that it may not."""

from __future__ import annotations

import pytest

from krm_fn.ledger.digest import entry_digest
from krm_fn.undoable.undoable import Undoable
from krm_fn.yaml_text.paths import get
from tests.items import items_of
from tests.ledger.records import changes_of

POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {annotations: {checksum.krm-fn.dev/proxy: x, kubectl.kubernetes.io/default-container: web, note: mine}}
    spec:
      containers:
      - name: web
        image: web:1
        ports: [{name: app-http, containerPort: 3000}]
        livenessProbe: {httpGet: {port: app-http}}
        volumeMounts: [{name: data, mountPath: /data}]
      - name: proxy
        image: nginx:stable
        volumeMounts: [{name: proxy-config, mountPath: /etc/proxy-sidecar}]
      volumes:
      - {name: proxy-config, configMap: {name: web-proxy-config, items: [{key: nginx.conf, path: nginx.conf}]}}
      - {name: data, emptyDir: {}}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: proxy-http, appProtocol: http}]}
"""
ANNOTATED = """\
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    cloud.google.com/neg: '{"exposed_ports": {"80": {"name": "web"}}}'
    443.service.kuma.io/protocol: http
    example.com/port: "80"
    load-balancer.hetzner.cloud/health-check-port: "80"
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
LEFT_OUT = POD.replace("note: mine", 'config.linkerd.io/skip-inbound-ports: "1", config.linkerd.io/opaque-ports: "1,2"')
NEG = 'metadata.annotations["cloud.google.com/neg"]'
NEG_NOW = """to "'{\\"exposed_ports\\": {\\"80\\": {\\"name\\": \\"web\\"}}}'\""""
KUMA = 'metadata.annotations["443.service.kuma.io/protocol"]'
PODS = "spec.template.metadata.annotations"
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {}
  ingress: [{ports: [{port: 3000}, {port: 8080, protocol: TCP}]}, {ports: [{port: 22}]}]
"""
MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}, endpoints: [{targetPort: 3000, interval: 5s, path: /x}]}
"""
MODES = """\
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  portLevelMtls: {3000: {mode: STRICT}, 8080: {mode: STRICT}, 9000: {mode: DISABLE}}
"""
ENDPOINT = """\
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: web}
spec: {ingress: [{port: {number: 8080}, defaultEndpoint: "127.0.0.1:8080"}]}
"""
OWN = """\
apiVersion: example.com/v1
kind: Gate
metadata: {name: web}
spec: {port: 8080, servicePort: {number: 8080}, export: [all], level: 3}
"""

IN_BLOCKS = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports:
  - port: 80
    targetPort: proxy-http
"""
ODD_NAMES = POD.replace("default-container: web", "default-container: w e b").replace("- name: web", "- name: w e b")
OTHER_NAME = ODD_NAMES.replace("- name: w e b", "- name: web")
ADDED_NAME = 'added spec.template.metadata.annotations["kubectl.kubernetes.io/default-container"] as DIGEST'


def refusals(text: str, *lines: str) -> list[str]:
    """Return the refusals of a record, in which DIGEST stands for that of what a line says was added."""
    items = items_of(text)
    (item,) = items
    changes = [
        change.replace(new=entry_digest(get(item.data, change.path), str(change.path[-1])))
        if line.endswith(" as DIGEST")
        else change
        for line in lines
        for change in changes_of(line.removesuffix(" as DIGEST"), item.data)
    ]
    return Undoable(items).refusals(item, "proxy", changes)


TEMPLATE = "spec.template.spec"
PROXY = (f"added {TEMPLATE}.containers[name=proxy] as DIGEST", f"added {TEMPLATE}.volumes[name=proxy-config] as DIGEST")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (POD, f"changed {TEMPLATE}.containers[0].ports[0].name from http to app-http"),
        (POD, f"changed {TEMPLATE}.containers[0].livenessProbe.httpGet.port from http to app-http"),
        (POD, 'added spec.template.metadata.annotations["checksum.krm-fn.dev/proxy"]'),
        (POD, 'added spec.template.metadata.annotations["kubectl.kubernetes.io/default-container"] as DIGEST'),
        (POD, "created metadata.annotations"),
        (POD, f'filled {TEMPLATE}.volumes was " []"'),
        (POD, f'filled {TEMPLATE}.volumes was " !!seq []"'),
        (POD, f'filled {TEMPLATE}.volumes was " !!null"'),
        (POD, f'expanded {TEMPLATE}.containers was "*all"'),
        (SERVICE, "changed spec.ports[0].targetPort from 3000 to proxy-http"),
        (SERVICE, 'changed spec.ports[0].targetPort from "" to proxy-http'),
        (SERVICE, "changed spec.ports[0].port from \"'80'\" to 80"),
        (SERVICE, "added spec.ports[0].appProtocol as DIGEST"),
        (SERVICE, "changed spec.ports[0].name from 81 to http"),
        (SERVICE, 'changed spec.ports[0].appProtocol from "true" to http'),
        (IN_BLOCKS, 'changed spec.ports[0].targetPort from "|- # c\\n      http" to proxy-http'),
        (IN_BLOCKS, 'changed spec.ports[0].targetPort from ">-\\r\\n      http" to proxy-http'),
        (ODD_NAMES, ADDED_NAME),
        (
            ANNOTATED,
            f"""changed {NEG} from "'{{\\"exposed_ports\\": {{\\"8999\\": {{\\"name\\": \\"web\\"}}}}}}'" {NEG_NOW}""",
        ),
        (ANNOTATED, f"renamed {KUMA} from 8999.service.kuma.io/protocol"),
        (LEFT_OUT, f'changed {PODS}["config.linkerd.io/opaque-ports"] from "1" to "\\"1,2\\""'),
        (POLICY, "added spec.ingress[0].ports[1] as DIGEST"),
        (POLICY, "changed spec.ingress[0].ports[0].port from http to 3000"),
        (MONITOR, "renamed spec.endpoints[0].targetPort from port"),
        (MODES, 'added spec.portLevelMtls["8080"] as DIGEST'),
        (ENDPOINT, 'changed spec.ingress[0].defaultEndpoint from "127.0.0.1:3000" to "127.0.0.1:8080"'),
        (OWN, "changed spec.port from 80 to 8080"),
        (OWN, "changed spec.servicePort.number from 80 to 8080"),
    ],
)
def test_what_a_run_writes_may_be_undone(text: str, line: str) -> None:
    assert refusals(text, line) == [""]


def test_the_container_of_the_proxy_goes_with_its_volume() -> None:
    assert refusals(POD, *PROXY) == ["", ""]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (POD, f"changed {TEMPLATE}.containers[0].image from evil:1 to web:1", "no run writes there"),
        (POD, f"changed {TEMPLATE}.containers[0].name from evil to web", "no run writes there"),
        (POD, f"changed {TEMPLATE}.containers[0].ports[0].name from evil to app-http", "a run does not make"),
        (POD, f"added {TEMPLATE}.containers[0] as DIGEST", 'it is no container of the ProxySidecar "proxy"'),
        (POD, f"added {TEMPLATE}.containers[0]", 'it is no container of the ProxySidecar "proxy"'),
        (POD, f"added {TEMPLATE}.containers[0].image as DIGEST", "no run writes there"),
        (POD, f"added {TEMPLATE}.volumes[1] as DIGEST", 'the container "web" still mounts it'),
        (POD, f"added {TEMPLATE}.volumes[0] as DIGEST", 'the container "proxy" still mounts it'),
        (POD, "added spec.template.metadata.annotations.note as DIGEST", "no run writes there"),
        (POD, f"created {TEMPLATE}.volumes[1].emptyDir", "nothing that a run adds is in it"),
        (POD, f'filled {TEMPLATE}.volumes was " [evil]"', "must read as an empty collection"),
        (POD, f'expanded {TEMPLATE}.containers was "[]"', "must read as an alias"),
        (SERVICE, "changed spec.selector.app from evil to web", "no run writes there"),
        (SERVICE, 'changed spec.ports[0].port from "x y" to 80', 'must read as a port, got "x y"'),
        (SERVICE, 'changed spec.ports[0].port from "80 # x" to 80', 'must read as a port, got "80 # x"'),
        (SERVICE, 'changed spec.ports[0].port from "80\\n  evil: 1" to 80', "must read as a port"),
        (IN_BLOCKS, 'changed spec.ports[0].targetPort from "|- # c\\n      a b" to proxy-http', "must read as a port"),
        (SERVICE, 'changed spec.ports[0].name from "[81]" to http', "must read as a name"),
        (OTHER_NAME, ADDED_NAME, "must read as a name"),
        (SERVICE, "changed spec.ports[0].port from 65536 to 80", 'must read as a port, got "65536"'),
        (SERVICE, 'changed spec.ports[0].port from "*gone" to 80', '"*gone" does not fit in any more'),
        (SERVICE, "added spec.ports[0] as DIGEST", "no run writes there"),
        (SERVICE, "added spec.ports[0].appProtocol", "its line must have a digest"),
        (
            ANNOTATED,
            f"""changed {NEG} from "'{{\\"exposed_ports\\": {{\\"80\\": {{\\"name\\": \\"evil\\"}}}}}}'" {NEG_NOW}""",
            "a run does not make",
        ),
        (ANNOTATED, f"renamed {KUMA} from 443.service.kuma.io/mesh", "no run writes there"),
        (ANNOTATED, f"renamed {KUMA} from evil", "no run writes there"),
        (ANNOTATED, 'changed metadata.annotations["example.com/port"] from 81 to 80', "no run writes there"),
        (
            ANNOTATED,
            'changed metadata.annotations["load-balancer.hetzner.cloud/health-check-port"] from 81 to 80',
            "no run writes there",
        ),
        (LEFT_OUT, f'changed {PODS}["config.linkerd.io/skip-inbound-ports"] from 8080 to 1', "no run writes there"),
        (
            LEFT_OUT,
            f'changed {PODS}["config.linkerd.io/opaque-ports"] from "x y" to "\\"1,2\\""',
            "must read as a list of ports",
        ),
        (POLICY, "added spec.ingress[1] as DIGEST", "no run writes there"),
        (POLICY, "added spec.ingress[1].ports[0] as DIGEST", "a run adds to such a list only beside another entry"),
        (POLICY, "created spec.podSelector", "nothing that a run adds is in it"),
        (MONITOR, "renamed spec.endpoints[0].interval from port", "no run writes there"),
        (MONITOR, "renamed spec.endpoints[0].targetPort from path", "no run writes there"),
        (MODES, 'added spec.portLevelMtls["3000"] as DIGEST', "no run writes there"),
        (MODES, 'added spec.portLevelMtls["9000"] as DIGEST', "no run writes there"),
        (MODES, 'changed spec.portLevelMtls["8080"].mode from DISABLE to STRICT', "no run writes there"),
        (ENDPOINT, 'changed spec.ingress[0].defaultEndpoint from "10.0.0.9:3000" to "127.0.0.1:8080"', "must read as"),
        (OWN, "changed spec.level from 4 to 3", "no run writes there"),
    ],
)
def test_what_no_run_writes_may_not(text: str, line: str, reason: str) -> None:
    (found,) = refusals(text, line)
    assert found.startswith(reason)


def test_what_is_listed_twice_goes_once() -> None:
    assert refusals(POD, *PROXY, PROXY[0])[:2] == ["", ""]
    assert refusals(POD, *PROXY, PROXY[0])[2] == "the same record says it before"


def test_a_configmap_of_the_users_is_no_sign() -> None:
    config_map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web-proxy-config}\n"
    items = items_of(POD, config_map)
    item = next(iter(items))
    changes = [change for line in PROXY for change in changes_of(line, item.data)]
    assert all(Undoable(items).refusals(item, "proxy", changes))


def test_aliases_are_understood_in_their_places() -> None:
    text = SERVICE.replace("port: 80", "port: &port 8080").replace("proxy-http", "http")
    lines = (
        'changed spec.ports[0].port from "&port 3000" to 8080',
        'changed spec.ports[0].targetPort from "*port" to http',
    )
    assert refusals(text, *lines) == ["", ""]
    assert refusals(text, lines[0].replace("3000", "[1]"), lines[1])[0] == 'must read as a port, got "&port [1]"'
