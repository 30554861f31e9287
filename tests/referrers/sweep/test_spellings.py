"""Every spelling of a Service's port, or of the Pods', is reported; with another Service, port or Pod it is not.

A spelling is the YAML of an object in which <HOST>, <NUMBER>, <NAME>, <POD> and <LABEL> stand for the Service, its port
by number and name, the Pods' port, and the label that selects these.
"""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
import yaml

from krm_fn.function import process
from tests.laws.items import as_json

APP: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {"name": "web", "image": "web:1", "ports": [{"name": "http-app", "containerPort": 3000}]}
                ]
            },
        },
    },
}
SERVICE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop", "labels": {"tier": "front"}},
    "spec": {"selector": {"app": "web"}, "ports": [{"name": "plain", "port": 80, "targetPort": 3000}]},
}
OTHERS = [
    {
        **SERVICE,
        "metadata": {"name": "api", "namespace": "shop"},
        "spec": {"selector": {"app": "api"}, "ports": [{"name": "plain", "port": 80}]},
    }
]
FIELDS = {
    "service, port": "{service: <HOST>, port: <NUMBER>}",
    "service, port's name": "{service: <HOST>, port: <NAME>}",
    "digits": "{service: <HOST>, port: '<NUMBER>'}",
    "serviceName, servicePort": "{serviceName: <HOST>, servicePort: <NUMBER>}",
    "svc, svcPort": "{svc: <HOST>, svcPort: <NUMBER>}",
    "host, port": "{host: <HOST>, port: <NUMBER>}",
    "hostname, portNumber": "{hostname: <HOST>.shop.svc, portNumber: <NUMBER>}",
    "address, port": "{address: <HOST>.shop.svc.cluster.local, port: <NUMBER>}",
    "targetService, targetPort": "{targetService: <HOST>, targetPort: <NUMBER>}",
    "backendHost, backendPort": "{backendHost: <HOST>, backendPort: <NUMBER>}",
    "url apart from the port": "{url: 'tcp://<HOST>', port: <NUMBER>}",
    "service, portName": "{service: <HOST>, portName: <NAME>}",
    "upstream, port": "{upstream: <HOST>, port: <NUMBER>}",
    "namespace and name in one": "{service: shop/<HOST>, port: <NUMBER>}",
    "service: name, port": "{service: {name: <HOST>, port: <NUMBER>}}",
    "service: name, port: number": "{service: {name: <HOST>, port: {number: <NUMBER>}}}",
    "serviceRef: name, port: name": "{serviceRef: {name: <HOST>, port: {name: <NAME>}}}",
    "service: name; port beside": "{service: {name: <HOST>, namespace: shop}, port: <NUMBER>}",
    "ref: name; port beside": "{ref: {name: <HOST>}, port: <NUMBER>}",
    "kube: ref: name; port beside": "{kube: {ref: {name: <HOST>, namespace: shop}, port: <NUMBER>}}",
    "backendRef": "{backendRef: {name: <HOST>, port: <NUMBER>}}",
    "backendRefs": "{backendRefs: [{name: <HOST>, port: <NUMBER>}]}",
    "backendRefs of a kind of service": "{backendRefs: [{kind: MeshService, name: <HOST>, port: <NUMBER>}]}",
    "name, namespace, port": "{name: <HOST>, namespace: shop, port: <NUMBER>}",
    "a namespace of a longer name": "{serviceName: <HOST>, serviceNamespace: shop, servicePort: <NUMBER>}",
    "ports by name": "{address: <HOST>.shop.svc, ports: {http: <NUMBER>}}",
    "targetRef by sectionName": "{targetRef: {kind: Service, name: <HOST>, sectionName: <NAME>}}",
    "parentRefs of kind Service": "{parentRefs: [{kind: Service, group: core, name: <HOST>, port: <NUMBER>}]}",
    "number as text in a list": "{backendServices: [{name: <HOST>, number: ['<NUMBER>']}]}",
    "toPorts": "{serviceMatcher: {serviceName: <HOST>, toPorts: [{port: '<NUMBER>'}]}}",
    "ports below": "{service: <HOST>, endpoints: [{port: <NAME>}]}",
    "ports in a list": "{service: <HOST>, ports: [<NUMBER>]}",
    "services in a list": "{services: [<HOST>], port: <NUMBER>}",
    "an address": "{target: '<HOST>:<NUMBER>'}",
    "a URL": "{target: 'https://user@<HOST>.shop:<NUMBER>/x'}",
    "a URL without a port": "{target: 'http://<HOST>/'}",
    "an SRV name": "{target: _<NAME>._tcp.<HOST>.shop.svc}",
    "namespace/service:port": "{target: shop/<HOST>:<NUMBER>}",
    "namespace/service:name": "{target: 'shop/<HOST>:<NAME>'}",
    "selects the Service": "{selector: {matchLabels: {tier: <TIER>}}, endpoints: [{port: <NAME>}]}",
    "JSON in a field": """{target: '{"backend": {"service": "<HOST>", "port": <NUMBER>}}'}""",
}
TEXTS = {
    "YAML": """
        backend:
          host: <HOST>
          port: <NUMBER>
        """,
    "YAML, nested": """
        backends:
        - service:
            name: <HOST>
            port:
              number: <NUMBER>
        """,
    "YAML in flow style": """
        a: 1
        backend: {host: <HOST>, port: <NUMBER>}
        """,
    "a template of YAML": """
        {{- if .Values.on }}
        backend:
          host: <HOST>
          port: <NUMBER>   # of {{ .Release.Name }}
        {{- end }}
        """,
    "JSON": """
        {
          "backend": {
            "host": "<HOST>",
            "port": <NUMBER>
          }
        }
        """,
    "JSON on one line": """
        {"backend": {"host": "<HOST>", "port": "<NUMBER>"}}
        """,
    "properties": """
        app.name=shop
        backend.host=<HOST>
        backend.port=<NUMBER>
        """,
    "properties with a colon": """
        backend.host=<HOST>
        backend.port:<NUMBER>
        """,
    "INI": """
        [backend]
        host = <HOST>
        port = <NUMBER>
        """,
    "TOML": """
        [servers.one]
        host = "<HOST>"
        port = <NUMBER>
        """,
    "variables": """
        export BACKEND_HOST=<HOST>
        export BACKEND_PORT="<NUMBER>"
        """,
    "a command": """
        exec run --backend-host=<HOST> \\
          --backend-port=1
        run --backend-host <HOST> --backend-port <NUMBER>
        """,
    "attributes": """
        <a>
          <server host="<HOST>" port="<NUMBER>"/>
        </a>
        """,
    "addresses": """
        upstream x {
          server <HOST>.shop:<NUMBER>;
        }
        """,
}
CONTAINERS = {
    "variables": "{env: [{name: WEB_HOST, value: <HOST>}, {name: WEB_PORT, value: '<NUMBER>'}]}",
    "variables in one word": "{env: [{name: PGHOST, value: <HOST>}, {name: PGPORT, value: '<NUMBER>'}]}",
    "variables of a Service": "{env: [{name: A_SVC_HOST, value: <HOST>}, {name: A_SVC_PORT, value: '<NUMBER>'}]}",
    "flags": "{args: ['--web-host=<HOST>', '--web-port=<NUMBER>']}",
    "flags and their values": "{command: [run, --host, <HOST>, --port, '<NUMBER>']}",
    "the kubelet's variable by name": "{args: ['$(<HOST_UPPER>_SERVICE_PORT_<NAME_UPPER>)']}",
    "the kubelet's variable by number": "{args: [sh, -c, 'curl $<HOST_UPPER>_PORT_<NUMBER>_TCP_ADDR']}",
    "a probe of another host": "{lifecycle: {postStart: {httpGet: {host: <HOST>, port: <NUMBER>}}}}",
}
PODS = {
    "selector": "{selector: {app: <LABEL>}, targetPort: <POD>}",
    "matchLabels": "{selector: {matchLabels: {app: <LABEL>}}, ports: [{port: <POD>}]}",
    "podSelector in a list": "{to: [{podSelector: {matchLabels: {app: <LABEL>}}}], rules: [{ports: [{port: <POD>}]}]}",
    "workloadSelector.labels": "{workloadSelector: {labels: {app: <LABEL>}}, ports: [{number: 1, targetPort: <POD>}]}",
    "labelSelectors": "{selector: {namespaces: [shop], labelSelectors: {app: <LABEL>}}, port: <POD>}",
    "labels with a source": "{endpointSelector: {matchLabels: {'k8s:app': <LABEL>}}, ports: [<POD>]}",
    "by the port's name": "{selector: {matchLabels: {app: <LABEL>}}, endpoints: [{port: http-app}]}",
    "a port as a key": "{selector: {matchLabels: {app: <LABEL>}}, portLevelMtls: {'<POD>': {mode: STRICT}}}",
    "the workload by name": "{targetRef: {kind: Deployment, name: <LABEL>}, service: {targetPort: <POD>}}",
    "a number as text": "{endpointSelector: {matchLabels: {app: <LABEL>}}, toPorts: [{port: '<POD>'}]}",
    "a Service's spec": "{template: {spec: {selector: {app: <LABEL>}, ports: [{port: 80, targetPort: <POD>}]}}}",
}
WORDS = {"HOST": "web", "NUMBER": "80", "NAME": "plain", "LABEL": "web", "POD": "3000", "TIER": "front"}
TWINS = {
    "another Service": {"HOST": "api", "LABEL": "api", "TIER": "back"},
    "another port": {"NUMBER": "81", "NAME": "other", "POD": "3001"},
}


def planted(text: str, changes: dict[str, str]) -> str:
    words = {**WORDS, **changes}
    upper = {f"{name}_UPPER": words[name].upper() for name in ("HOST", "NAME")}
    for name, word in {**upper, **words}.items():
        text = text.replace(f"<{name}>", word)
    return text.replace("http-app", "other-app") if "POD" in changes else text


def objects() -> dict[str, str]:
    """Return all spellings, each as an object's YAML."""
    own = {f"a field: {name}": f"spec: {{to: {text}}}" for name, text in FIELDS.items()}
    own |= {f"Pods: {name}": f"spec: {text}" for name, text in PODS.items()}
    own = {name: f"apiVersion: example.com/v1\nkind: Sluice\n{text}\n" for name, text in own.items()}
    for name, text in TEXTS.items():
        lines = textwrap.indent(textwrap.dedent(text).strip(), "    ")
        own[f"a text: {name}"] = f"apiVersion: v1\nkind: ConfigMap\ndata:\n  settings: |\n{lines}\n"
    own["keys of a ConfigMap"] = "apiVersion: v1\nkind: ConfigMap\ndata: {WEB_HOST: <HOST>, WEB_PORT: '<NUMBER>'}\n"
    for name, text in CONTAINERS.items():
        pod = f"{{template: {{metadata: {{labels: {{app: client}}}}, spec: {{containers: [{text}]}}}}}}"
        own[f"a container: {name}"] = f"apiVersion: apps/v1\nkind: Deployment\nspec: {pod}\n"
    return {name: f"{text}metadata: {{name: client, namespace: shop}}\n" for name, text in own.items()}


def reported(text: str) -> list[str]:
    """Return the places that the sweep reports in an object; nothing in it changes."""
    data = yaml.safe_load(text)
    spec = {"target": {"name": "web"}, "listeners": [{"name": "front", "service": {"name": "proxied", "port": 8999}}]}
    config = {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": {"name": "p"}, "spec": spec}
    whole = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "functionConfig": config}
    outcome = process(as_json({**whole, "items": [APP, SERVICE, *OTHERS, data]}).encode())
    assert outcome.exit_code == 0
    written = yaml.safe_load(outcome.stdout)
    assert written["items"][3] == data
    found = [each for each in outcome.results if each.ref and each.ref.name == "client"]
    assert all(each.code.number in ("PS607", "PS608", "PS612") for each in found)
    return [each.path or "" for each in found]


@pytest.mark.parametrize("spelling", objects())
def test_what_refers_is_reported_once(spelling: str) -> None:
    places = reported(planted(objects()[spelling], {}))
    assert len(places) == len(set(places)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{servers: [{hosts: [shop/web], port: {number: 80, name: plain}}]}",
        "{hosts: [web], ports: [{number: 80, name: plain}]}",
        "{listeners: [{hostname: web, port: 80}]}",
        "{parentRefs: [{kind: Gateway, name: web, port: 80}]}",
        "{to: {kind: MeshExternalService, name: web, port: 80}}",
        "{service: web, protocol: UDP, port: 80}",
        "{service: web, ratio: 'web:80%', load: 'web:80.5'}",
        "{service: web, url: 'http://web.${NAMESPACE}.svc/'}",
    ],
)
def test_what_only_looks_like_it_is_not(text: str) -> None:
    spec = f"apiVersion: example.com/v1\nkind: Sluice\nspec: {text}\n"
    assert reported(f"{spec}metadata: {{name: client, namespace: shop}}\n") == []


@pytest.mark.parametrize("twin", TWINS)
@pytest.mark.parametrize("spelling", objects())
def test_what_refers_to_something_else_is_not(spelling: str, twin: str) -> None:
    text = planted(objects()[spelling], TWINS[twin])
    if text == planted(objects()[spelling], {}):
        pytest.skip("it names no port")
    assert reported(text) == []
