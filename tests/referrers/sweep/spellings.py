"""Spellings: the YAML of objects in which <HOST>, <NUMBER>, <NAME>, <POD> and <LABEL> stand for what is planted.

They are a Service, its port by number and name, the Pods' port, and the label that selects these; <HEADLESS> is a
headless Service of the Pods.
"""

from __future__ import annotations

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
    "hosts in a list, ports in another": "{hosts: [<HOST>.shop.svc.cluster.local], ports: [{number: <NUMBER>}]}",
    "services in a list": "{services: [<HOST>], port: <NUMBER>}",
    "an address": "{target: '<HOST>:<NUMBER>'}",
    "a URL": "{target: 'https://user@<HOST>.shop:<NUMBER>/x'}",
    "a URL without a port": "{target: 'http://<HOST>/'}",
    "an SRV name": "{target: _<NAME>._tcp.<HOST>.shop.svc}",
    "namespace/service:port": "{target: shop/<HOST>:<NUMBER>}",
    "namespace/service:name": "{target: 'shop/<HOST>:<NAME>'}",
    "selects the Service": "{selector: {matchLabels: {tier: <TIER>}}, endpoints: [{port: <NAME>}]}",
    "under the Service's name": "{services: {<HOST>: {port: <NUMBER>}}}",
    "under the Service's name, alone": "{<HOST>: {port: <NUMBER>}}",
    "the Service's name and its port": "{upstreams: {<HOST>: <NUMBER>}}",
    "a path of the API server": "{to: '/api/v1/namespaces/shop/services/<HOST>:<NUMBER>/proxy/'}",
    "a path of the API server, with a scheme": (
        "{to: 'https://api/api/v1/namespaces/shop/services/http:<HOST>:<NUMBER>/proxy'}"
    ),
    "a path of the API server, by name": "{to: '/api/v1/namespaces/shop/services/<HOST>:<NAME>/proxy/'}",
    "a URL, and a variable": "{target: 'http://<HOST>$request_uri'}",
    "a URL, and a variable in braces": "{target: 'http://<HOST>.shop${BASE_PATH}/x'}",
    "a URL, and a template": "{target: 'http://<HOST>{{ .path }}'}",
    "a URL of a Service": "{target: 'svc://shop/<HOST>:<NUMBER>/a'}",
    "a host, and a port's name": "{target: '<HOST>.shop.svc:<NAME>'}",
    "a URL with a port's name": "{target: 'k8s:///<HOST>.shop:<NAME>'}",
    "a name of the API server's, by the port's name": "{resourceNames: ['<HOST>:<NAME>']}",
    "a cluster of Envoy": "{cluster: 'outbound|<NUMBER>||<HOST>.shop.svc.cluster.local'}",
    "a cluster of Envoy with a subset": "{cluster: 'outbound|<NUMBER>|v1|<HOST>.shop.svc.cluster.local'}",
    "a cluster of Envoy, as a host": "{cluster: outbound_.<NUMBER>_._.<HOST>.shop.svc.cluster.local}",
    "a host of Kuma": "{to: 'http://<HOST>.shop.svc.<NUMBER>.mesh/'}",
    "a host of Kuma with underscores": "{to: 'http://<HOST>_shop_svc_<NUMBER>.mesh'}",
    "a service of Kuma": "{to: <HOST>_shop_svc_<NUMBER>}",
    "an upstream of Kong": "{to: <HOST>.shop.<NUMBER>.svc}",
    "a name of the API server's": "{resourceNames: ['http:<HOST>:<NUMBER>']}",
    "a text of flags": "{command: 'run --a=1 --backend-host=<HOST> --backend-port=<NUMBER>'}",
    "a text of properties of Java": "{opts: '-Xmx1g -Dhost=<HOST> -Dport=<NUMBER>'}",
    "a text of settings": "{opts: 'host=<HOST> port=<NUMBER> dbname=x'}",
    "a text of settings, with semicolons": "{opts: 'Server=<HOST>;Port=<NUMBER>;Database=x'}",
    "a text of variables": "{run: 'docker run -e WEB_HOST=<HOST> -e WEB_PORT=<NUMBER> x'}",
    "a text of settings in a flag": "{run: 'helm install --set web.host=<HOST>,web.port=<NUMBER> x'}",
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
    "a host and a port": """
        until nc -z -w2 <HOST> <NUMBER>; do
          sleep 1
        done
        """,
    "a host and a port, configured": """
        maxmemory 2gb
        replicaof <HOST> <NUMBER>
        """,
    "a host and a port, quoted": """
        if wait-for "<HOST>" "<NUMBER>" && true; then
          run
        fi
        """,
    "a device of bash": """
        set -e
        exec 3<>/dev/tcp/<HOST>/<NUMBER>
        """,
    "a host and a port behind another command": """
        timeout 5 nc -z <HOST> <NUMBER> </dev/null
        echo
        """,
    "arguments of a function": """
        import socket
        socket.create_connection(("<HOST>", <NUMBER>))
        """,
    "elements": """
        <backend>
          <host><HOST></host>
          <port><NUMBER></port>
        </backend>
        """,
    "a port that ssh forwards": """
        set -e
        ssh -L 8080:<HOST>:<NUMBER> x
        """,
    "an address of socat": """
        socat TCP-LISTEN:9,fork TCP:<HOST>.shop:<NUMBER>
        echo
        """,
    "short flags": """
        set -e
        psql -h <HOST> -p <NUMBER> -U x
        """,
    "flow style on two lines": """
        a: 1
        backend: {host: <HOST>,
          port: <NUMBER>}
        """,
    "JSON on two lines": """
        {"backend": {"host": "<HOST>",
         "port": <NUMBER>}}
        """,
    "an inline table": """
        [servers]
        one = { host = "<HOST>", port = <NUMBER> }
        """,
    "an array of inline tables": """
        [servers]
        all = [{host = "x", port = 1}, {host = "<HOST>", port = <NUMBER>}]
        """,
    "a Service's name as a key": """
        services:
          <HOST>:
            port: <NUMBER>
        """,
    "a variable of the text": """
        BACKEND=<HOST>
        curl -s http://$BACKEND:<NUMBER>/x
        """,
    "the kubelet's host": """
        set -e
        curl http://${<HOST_UPPER>_SERVICE_HOST}:<NUMBER>/
        """,
    "a port that is forwarded": """
        set -e
        kubectl -n shop port-forward svc/<HOST> 8080:<NUMBER> &
        """,
    "a port that is forwarded, by name": """
        set -e
        kubectl port-forward service/<HOST> -n shop :<NAME>
        """,
    "variables of a container": """
        containers:
        - env:
          - name: WEB_HOST
            value: <HOST>
          - name: WEB_PORT
            value: "<NUMBER>"
        """,
    "arguments in a list": """
        args:
        - --a=1
        - --backend-host=<HOST>
        - --backend-port=<NUMBER>
        """,
    "a host in a variable, a port in a flag": """
        containers:
        - env:
          - {name: BACKEND_HOST, value: <HOST>}
          args: [--backend-port=<NUMBER>]
        """,
    "an Ingress": """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: x}
        spec:
          defaultBackend: {service: {name: <HOST>, port: {number: <NUMBER>}}}
        """,
    "a scrape configuration by Service": """
        scrape_configs:
        - job_name: x
          kubernetes_sd_configs: [{role: endpoints}]
          relabel_configs:
          - source_labels: [__meta_kubernetes_service_name, __meta_kubernetes_endpoint_port_name]
            regex: <HOST>;<NAME>
            action: keep
        """,
}
TEXTS |= {
    "a request without a scheme": """
        set -e
        curl -s <HOST>.shop.svc.cluster.local/healthz
        """,
    "a request without a scheme, of wget": """
        set -e
        wget -T 5 -O - "<HOST>/healthz"
        """,
    "a command that waits": """
        set -e
        wait-for-it <HOST> -p <NUMBER>
        """,
    "entries on one line": """
        host: '<HOST>', port: <NUMBER>
        """,
    "a table of Lua": """
        local cfg = { host = "<HOST>", port = <NUMBER> }
        """,
    "an object of JavaScript": """
        const cfg = { host: '<HOST>', port: <NUMBER> };
        """,
    "variables with defaults": """
        set -e
        curl http://${WEB_HOST:-<HOST>}:${WEB_PORT:-<NUMBER>}/
        """,
    "an upper-case host": """
        url = http://<HOST_UPPER>.SHOP:<NUMBER>/
        """,
    "a URL in a URL": """
        url = https://x/?to=http%3A%2F%2F<HOST>.shop%3A<NUMBER>
        """,
    "a Service's name in a property": """
        services.<HOST>.port=<NUMBER>
        """,
}
CONTAINERS = {
    "a request without a scheme and a path": "{command: [sh, -c, 'curl -s <HOST>.shop.svc.cluster.local']}",
    "a request to standard output": "{command: [sh, -c, 'wget -qO- <HOST>/healthz']}",
    "a request without a scheme": "{command: [curl, -f, <HOST>.shop.svc/healthz]}",
    "variables": "{env: [{name: WEB_HOST, value: <HOST>}, {name: WEB_PORT, value: '<NUMBER>'}]}",
    "variables in one word": "{env: [{name: PGHOST, value: <HOST>}, {name: PGPORT, value: '<NUMBER>'}]}",
    "variables of a Service": "{env: [{name: A_SVC_HOST, value: <HOST>}, {name: A_SVC_PORT, value: '<NUMBER>'}]}",
    "flags": "{args: ['--web-host=<HOST>', '--web-port=<NUMBER>']}",
    "flags and their values": "{command: [run, --host, <HOST>, --port, '<NUMBER>']}",
    "the kubelet's variable by name": "{args: ['$(<HOST_UPPER>_SERVICE_PORT_<NAME_UPPER>)']}",
    "the kubelet's variable by number": "{args: [sh, -c, 'curl $<HOST_UPPER>_PORT_<NUMBER>_TCP_ADDR']}",
    "a probe of another host": "{lifecycle: {postStart: {httpGet: {host: <HOST>, port: <NUMBER>}}}}",
    "the kubelet's host": "{args: ['--to=$(<HOST_UPPER>_SERVICE_HOST):<NUMBER>']}",
    "the kubelet's host in variables": (
        "{env: [{name: A_HOST, value: $(<HOST_UPPER>_SERVICE_HOST)}, {name: A_PORT, value: '<NUMBER>'}]}"
    ),
    "a host in a variable": (
        "{env: [{name: BACKEND_HOST, value: <HOST>}], args: ['--to=http://$(BACKEND_HOST):<NUMBER>/']}"
    ),
    "a host in a variable, a port in a flag": (
        "{env: [{name: BACKEND_HOST, value: <HOST>}], args: ['--backend-port=<NUMBER>']}"
    ),
    "a host in a flag, a port in a variable": (
        "{env: [{name: BACKEND_PORT, value: '<NUMBER>'}], args: ['--backend-host', <HOST>]}"
    ),
    "one text of flags": "{command: [sh, -c, 'run --a=1 --backend-host=<HOST> --backend-port=<NUMBER>']}",
    "properties of Java": "{args: [-Dbackend.host=<HOST>, -Dbackend.port=<NUMBER>, -jar, x.jar]}",
    "properties of Java in a variable": "{env: [{name: JAVA_OPTS, value: '-Dhost=<HOST> -Dport=<NUMBER>'}]}",
    "short flags": "{command: [psql, -h, <HOST>, -p, '<NUMBER>']}",
    "words": "{command: [nc, -z, <HOST>, '<NUMBER>']}",
    "words in one text": "{command: [sh, -c, 'nc -z <HOST> <NUMBER>']}",
    "a port that is forwarded": "{command: [kubectl, port-forward, svc/<HOST>, '8080:<NUMBER>']}",
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
    "a range": "{podSelector: {matchLabels: {app: <LABEL>}}, ports: [{portRange: {start: <POD>, end: 3010}}]}",
    "a range as text": "{podSelector: {matchLabels: {app: <LABEL>}}, ports: ['<POD>-3010']}",
    "a range with endPort": "{podSelector: {matchLabels: {app: <LABEL>}}, ports: [{port: <POD>, endPort: 3010}]}",
    "ports in one text": "{workloadSelector: {labels: {app: <LABEL>}}, ports: '22,<POD>'}",
    "a port and a protocol": "{workloadSelector: {labels: {app: <LABEL>}}, port: <POD>/TCP}",
    "a URL of the Pod": "{podSelector: {app: <LABEL>}, endpoint: 'http://$(POD_IP):<POD>/metrics'}",
    "a selector as text": "{labelSelector: 'app=<LABEL>', targetPort: <POD>}",
    "a selector of a set as text": "{selector: 'app in (<LABEL>, x)', port: <POD>}",
    "an experiment of Litmus": (
        "{appinfo: {appns: shop, applabel: 'app=<LABEL>'}, experiments: [{env: "
        "[{name: TARGET_SERVICE_PORT, value: '<POD>'}]}]}"
    ),
    "a trigger of KEDA": (
        "{scaleTargetRef: {name: <LABEL>}, triggers: [{metadata: {targetPort: '<POD>', scalerAddress: 'x:1'}}]}"
    ),
    "a Service's spec": "{template: {spec: {selector: {app: <LABEL>}, ports: [{port: 80, targetPort: <POD>}]}}}",
}
POD_TEXTS = {
    "a headless Service": """
        url = http://<HEADLESS>:<POD>/x
        """,
    "a Pod of a headless Service": """
        servers web-0.<HEADLESS>:<POD>,x:1
        """,
    "a Pod with its whole name": """
        url: http://web-0.<HEADLESS>.shop.svc.cluster.local:<POD>
        """,
    "a Pod by its address": """
        url: http://10-0-0-7.<HEADLESS>.shop.svc:<POD>
        """,
    "host and port": """
        backend:
          host: web-0.<HEADLESS>
          port: <POD>
        """,
    "a command": """
        set -e
        nc -z web-1.<HEADLESS> <POD>
        """,
    "a port that is forwarded": """
        set -e
        kubectl port-forward deploy/<LABEL> 8080:<POD>
        """,
    "a port of a Pod that is forwarded": """
        set -e
        kubectl -n shop port-forward <LABEL>-6b8c7d9f5b-x2x4z <POD>
        """,
    "a path of the API server": """
        curl https://x/api/v1/namespaces/shop/pods/<LABEL>-6b8c7d9f5b-x2x4z:<POD>/proxy
        """,
    "a scrape configuration by number": """
        scrape_configs:
        - job_name: x
          kubernetes_sd_configs: [{role: pod}]
          relabel_configs:
          - source_labels: [__meta_kubernetes_pod_label_app]
            regex: <LABEL>
            action: keep
          - source_labels: [__meta_kubernetes_pod_container_port_number]
            regex: "<POD>"
            action: keep
        """,
    "a scrape configuration by name": """
        - job_name: x
          kubernetes_sd_configs: [{role: pod}]
          relabel_configs:
          - source_labels: [__meta_kubernetes_pod_label_app, __meta_kubernetes_pod_container_port_name]
            regex: (<LABEL>|x);http-app
            action: keep
        """,
    "a scrape configuration that sets the port": """
        - job_name: x
          relabel_configs:
          - {source_labels: [__meta_kubernetes_pod_label_app], regex: <LABEL>, action: keep}
          - {source_labels: [__meta_kubernetes_pod_ip], target_label: __address__, replacement: "$1:<POD>"}
        """,
    "a scrape configuration with selectors": """
        - job_name: x
          kubernetes_sd_configs:
          - {role: pod, namespaces: {names: [<SPACE>]}, selectors: [{role: pod, label: "app=<LABEL>"}]}
          relabel_configs:
          - {source_labels: [__address__], regex: "([^:]+)(:.*)?", replacement: "$1:<POD>", target_label: __address__}
        """,
    "a scrape configuration by DNS": """
        - job_name: x
          dns_sd_configs: [{names: [<HEADLESS>.shop.svc], type: A, port: <POD>}]
        """,
    "rules of Alloy": """
        discovery.relabel "x" {
          rule {
            source_labels = ["__meta_kubernetes_pod_label_app"]
            regex = "<LABEL>"
            action = "keep"
          }
          rule {
            source_labels = ["__meta_kubernetes_pod_container_port_number"]
            regex = "<POD>"
            action = "keep"
          }
        }
        """,
    "a NetworkPolicy": """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: x}
        spec:
          podSelector: {matchLabels: {app: <LABEL>}}
          ingress:
          - ports: [{port: <POD>}]
        """,
    "a PodMonitor behind another document": """
        a: 1
        ---
        apiVersion: monitoring.coreos.com/v1
        kind: PodMonitor
        metadata: {name: x, namespace: shop}
        spec:
          selector: {matchLabels: {app: <LABEL>}}
          podMetricsEndpoints: [{targetPort: <POD>}]
        """,
    "an object that no table has": """
        apiVersion: example.com/v1
        kind: Sluice
        metadata: {name: x}
        spec: {selector: {matchLabels: {app: <LABEL>}}, ports: [<POD>]}
        """,
    "a Service": """
        apiVersion: v1
        kind: Service
        metadata: {name: x}
        spec: {selector: {app: <LABEL>}, ports: [{port: 80, targetPort: <POD>}]}
        """,
}
POD_CONTAINERS = {
    "an address": "{args: ['--to=<HEADLESS>:<POD>']}",
    "variables": "{env: [{name: A_HOST, value: <HEADLESS>.shop}, {name: A_PORT, value: '<POD>'}]}",
    "words": "{command: [nc, -z, web-0.<HEADLESS>, '<POD>']}",
    "a port that is forwarded": "{command: [kubectl, port-forward, deploy/<LABEL>, '8080:<POD>']}",
}
POD_FIELDS = {
    "a host": "{host: <HEADLESS>, port: <POD>}",
    "a Pod": "{hostname: web-0.<HEADLESS>.shop.svc, port: '<POD>'}",
    "an address": "{endpoint: 'tcp://<HEADLESS>.shop:<POD>'}",
    "a Pod by its address": "{to: '10-0-0-7.<SPACE>.pod.cluster.local:<POD>'}",
}
OBJECTS = {
    "an object in an object": """
        apiVersion: work.example.com/v1
        kind: Work
        spec:
          manifests:
          - apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: x, namespace: <SPACE>}
            spec: {defaultBackend: {service: {name: <HOST>, port: {number: <NUMBER>}}}}
        """,
    "an object in an object, by the port's name": """
        apiVersion: kubernetes.crossplane.io/v1alpha2
        kind: Object
        spec:
          forProvider:
            manifest:
              apiVersion: networking.k8s.io/v1
              kind: Ingress
              metadata: {name: x, namespace: <SPACE>}
              spec: {defaultBackend: {service: {name: <HOST>, port: {name: <NAME>}}}}
        """,
    "a ConfigMap in an object": """
        apiVersion: work.example.com/v1
        kind: Work
        spec:
          manifests:
          - {apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: <SPACE>}, data: {u: 'tcp://<HOST>:<NUMBER>'}}
        """,
    "an object that is generated": """
        apiVersion: kyverno.io/v1
        kind: ClusterPolicy
        spec:
          rules:
          - generate:
              apiVersion: networking.k8s.io/v1
              kind: Ingress
              name: x
              namespace: <SPACE>
              data: {spec: {defaultBackend: {service: {name: <HOST>, port: {number: <NUMBER>}}}}}
        """,
    "values of a HelmRelease": """
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        spec: {targetNamespace: <SPACE>, values: {backend: {host: <HOST>, port: <NUMBER>}}}
        """,
    "values of a HelmChart": """
        apiVersion: helm.cattle.io/v1
        kind: HelmChart
        spec: {targetNamespace: <SPACE>, valuesContent: 'url: "tcp://<HOST>:<NUMBER>"'}
        """,
    "values that Flux substitutes": """
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        spec: {targetNamespace: <SPACE>, postBuild: {substitute: {WEB_HOST: <HOST>, WEB_PORT: '<NUMBER>'}}}
        """,
    "parameters of an Application": """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        spec:
          source: {helm: {parameters: [{name: url, value: 'tcp://<HOST>:<NUMBER>'}]}}
          destination: {namespace: <SPACE>, server: x}
        """,
}
"""Objects in another namespace than what they name."""
POD_OBJECTS = {
    "a NetworkPolicy in an object": """
        apiVersion: work.example.com/v1
        kind: Work
        spec:
          manifests:
          - apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: x, namespace: <SPACE>}
            spec: {podSelector: {matchLabels: {app: <LABEL>}}, ingress: [{ports: [{port: <POD>}]}]}
        """,
}
NO_FIELDS = (
    "{servers: [{hosts: [shop/web], port: {number: 80, name: plain}}]}",
    "{hosts: [web], ports: [{number: 80, name: plain}]}",
    "{listeners: [{hostname: web, port: 80}]}",
    "{parentRefs: [{kind: Gateway, name: web, port: 80}]}",
    "{to: {kind: MeshExternalService, name: web, port: 80}}",
    "{service: web, protocol: UDP, port: 80}",
    "{to: 'http://web${DOMAIN}/'}",
    "{to: 'http://web$SUFFIX', u: 'http://web{{ .x }}.shop.svc/', v: 'http://web$X-y/', w: 'http://web${PORT}/a'}",
    "{to: 'svc://other/web:80/a', u: 'http://shop/web:80'}",
    "{to: 'web:plain.x', u: 'web:plain:80', v: 'web.other:plain', w: 'x/web:plain', run: 'chown web:plain /x'}",
    "{cluster: 'inbound|80||web.shop.svc.cluster.local', u: 'outbound|8080|80|web.shop.svc'}",
    "{to: 'http://web.shop.svc.81.mesh/', u: web_shop_svc_800, v: my_web_shop_svc_80, w: web_other_svc_80}",
    "{runtimeImage: 'web:80', imageName: 'web:80', baseImage: 'x/web:80', chart: 'web:80', tag: 'web:80'}",
    "{images: ['web:80'], url: 'oci://web:80', u: 'docker://web:80', container: {image: {ref: 'web:80'}}}",
    "{run: 'helm upgrade --set x.image=web:80 --set image.tag=web:80 x'}",
    "{service: web, ratio: 'web:80%', load: 'web:80.5'}",
    "{service: web, url: 'http://web.${NAMESPACE}.svc/'}",
    "{service: web, metrics: {port: 80}}",
    "{service: web, admin: {port: 80}, probes: [{port: 80}], debug: {server: {port: 80}}}",
    "{service: {name: web}, sidecar: {ports: [{port: 80}]}}",
    "{labels: {service: web, port: '80'}}",
    "{rules: [{alert: x, expr: 'up{service=\"web\",port=\"80\"} == 0', labels: {service: web, port: '80'}}]}",
    "{selector: {matchLabels: {service: web, port: '80'}}}",
    "{service: web, commonLabels: {port: '80'}}",
    '{query: \'{service="web", port="80"} |= "x"\'}',
    "{run: 'kubectl get pods -l service=web,port=80'}",
    "{containers: {web: {port: 80}}, web: {image: x, port: 80}}",
    "{entryPoints: {web: {port: 80}}}",
    "{web: {host: other, port: 80}}",
    "{listen: 'web:80', bindAddress: 'web:80', args: '--listen-address=web:80'}",
    "{run: 'kubectl port-forward svc/web 80:81'}",
    "{run: 'kubectl -n other port-forward svc/web 8080:80'}",
    "{to: '/api/v1/namespaces/other/services/web:80/proxy'}",
    "{to: 'web-headless:80', host: web-headless, port: 80}",
    "{to: '10-0-0-7.shop.pod:3001'}",
)
NO_SELECTED = (
    "{podSelector: {matchLabels: {app: web}}, ports: [{port: 3000}, {port: 8080}], more: [{ports: ['3000', '8080']}]}",
    "{podSelector: {matchLabels: {app: web}}, ports: ['1-9000', '3000/UDP', '3000-x', '13000,30001']}",
    "{podSelector: {matchLabels: {app: web}}, ports: [{portRange: {start: 1, end: 9000}}, {port: 1, endPort: 9000}]}",
    "{podSelector: {app: web}, ports: '3000,8080', endpoint: 'http://other:3000/x', url: 'http://x/$(A):3000'}",
    "{labelSelector: 'app!=web', port: 3000}",
    "{labelSelector: 'app=web,tier=x', port: 3000}",
    "{scaleTargetRef: {name: web}, triggers: [{type: mysql, metadata: {host: db, port: '3000'}}]}",
    "{selector: {matchLabels: {app: web}}, env: [{name: PORT, value: '3000'}]}",
    "{template: {metadata: {name: x, port: 3000}, selector: {app: web}}}",
)
"""Of what selects the Pods."""
NO_TEXTS = {
    "what is no request": """
        curl -o web/index.html http://x/ && curl -H web/x http://y
        wget -P web/a http://x; git clone web/x
        docker run web/healthz; cp curl web/curl
        curl https://web/x web.example.com/x
        """,
    "defaults for others": """
        curl http://${WEB_HOST:-other}:${WEB_PORT:-80}/ http://${WEB_HOST:-web}:${WEB_PORT:-81}/
        """,
    "properties of others": """
        servers.web.port=80
        servers.web.host=other
        logging.web.port=80
        """,
    "names on one line": """
        name: 'web', port: 80
        """,
    "a path in a URL in a URL": """
        url = https://x/?to=http%3A%2F%2Fapi%2Fweb%3A80&u=http%3A%2F%2Fweb%3A81
        """,
    "images of Compose": """
        services:
          web:
            image: web:80
            build: {image: "web:80", tag: web:80}
        """,
    "an image of a Dockerfile": """
        FROM web:80
        FROM --platform=linux/amd64 web:80 AS x
        """,
    "a site of a Caddyfile": """
        {
          admin off
        }
        web:80, http://web {
          reverse_proxy localhost:3000
        }
        """,
    "a server of nginx": """
        server {
          listen web:80;
          server_name web;
          location / { return 200; }
        }
        """,
    "a frontend of HAProxy": """
        frontend x
          bind web:80
        """,
    "a virtual host of Apache": """
        Listen web:80
        <VirtualHost web:80>
          ServerName web
        </VirtualHost>
        """,
    "prose": """
        # nc -z web 80
        we call the web 80 times, and at the web 80
        is no port
        """,
    "elements apart": """
        <a>
          <host>web</host>
        </a>
        <b>
          <port>80</port>
        </b>
        """,
    "labels of a target": """
        - targets: ['x:1']
          labels: {service: web, port: 80}
        """,
    "a query": """
        expr: sum(rate(x{service="web",port="80"}[5m])) by (port)
        for: 1m
        """,
    "a variable that is its own": """
        WEB_SERVICE_PORT=81
        curl http://x:$WEB_SERVICE_PORT/
        """,
    "a NetworkPolicy that has both": """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: x}
        spec:
          podSelector: {matchLabels: {app: web}}
          ingress: [{ports: [{port: 3000}, {port: 8080}]}, {ports: [{port: 1, endPort: 9000}]}, {}]
        """,
    "a workload": """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: x}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: x, ports: [{containerPort: 3000}]}]}
        """,
    "a manifest elsewhere": """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: x, namespace: other}
        spec:
          podSelector: {matchLabels: {app: web}}
          ingress: [{ports: [{port: 3000}]}]
        """,
    "a scrape configuration with other selectors": """
        - job_name: x
          kubernetes_sd_configs: [{role: pod, selectors: [{role: pod, label: "app=web,tier=x"}]}]
          relabel_configs: [{source_labels: [__address__], replacement: "$1:3000", target_label: __address__}]
        - job_name: y
          kubernetes_sd_configs: [{role: pod, selectors: [{role: pod, label: "app=web"}], namespaces: {names: [other]}}]
          relabel_configs: [{source_labels: [__address__], replacement: "$1:3000", target_label: __address__}]
        - job_name: z
          dns_sd_configs: [{names: [web.example.com, web], type: A, port: 81}]
        """,
    "rules of Alloy for others": """
        discovery.relabel "x" {
          rule { source_labels = ["__meta_kubernetes_pod_label_app"], regex = "web", action = "keep" }
        }
        discovery.relabel "y" {
          rule {
            source_labels = ["__meta_kubernetes_pod_container_port_number"]
            regex = "3000"
            action = "keep"
          }
        }
        """,
    "a scrape configuration that takes both": """
        - job_name: x
          relabel_configs:
          - {source_labels: [__meta_kubernetes_pod_label_app], regex: web, action: keep}
          - {source_labels: [__meta_kubernetes_pod_container_port_number], regex: 3000|8080, action: keep}
        """,
    "a scrape configuration that drops": """
        - job_name: x
          relabel_configs:
          - {source_labels: [__meta_kubernetes_pod_label_app], regex: web, action: keep}
          - {source_labels: [__meta_kubernetes_pod_container_port_number], regex: "3000", action: drop}
        """,
    "a scrape configuration of any port": """
        - job_name: x
          relabel_configs:
          - {source_labels: [__meta_kubernetes_pod_label_app], regex: web, action: keep}
          - {source_labels: [__meta_kubernetes_pod_container_port_name], regex: .+, action: keep}
        """,
    "a scrape configuration elsewhere": """
        - job_name: x
          relabel_configs:
          - source_labels: [__meta_kubernetes_namespace, __meta_kubernetes_pod_label_app]
            regex: other;web
            action: keep
          - {source_labels: [__meta_kubernetes_pod_container_port_number], regex: "3000", action: keep}
        """,
}
