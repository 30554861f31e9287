"""Documents that together hold every string field of the model: of nginx, where some exclude others, and Caddy's."""

from __future__ import annotations

from typing import Any

import yaml

_TEXT = """
metadata:
  name: web-proxy
  annotations: {a: b}
  labels: {a: b}
spec:
  target:
   {kind: Deployment, name: web, group: apps, version: v1, namespace: "", labelSelector: "!x", annotationSelector: "!y"}
  formerNames: [old]
  workloadKinds: [{group: example.com, kind: WebApp, template: spec.pod}]
  engineVersion: "1.27"
  kubernetesVersion: "1.30"
  listeners:
  - name: proxy-http
    upstream:
      port: http
      socket: /run/app.sock
      host: shop.example:8443
      tls: {verify: true, ca: {secret: web-clients, key: ca.crt}, serverName: a.example, certificate: web-tls}
    service: {name: web, appProtocol: example.com/a}
    auth:
      external:
        upstream:
          service: {name: auth, namespace: back, port: 80}
          host: auth.example
          tls: {verify: true, ca: {secret: web-clients, key: ca.crt}, serverName: a.example, certificate: web-tls}
        path: /check
        signIn: /start
        ownPrefix: /own/it/
        headers: [X-User]
    maintenance: {page: {configMap: web-files, key: a.html}, allow: [10.0.0.1]}
    errorPages: {pages: [{statuses: [502], page: {configMap: web-files, key: a.html}}]}
    routes:
    - path: /exact
      files: {configMap: web-files, key: a.html}
    - path: /files/
      match: prefix
      files:
        configMap: web-files
        fallback: a.html
        moreConfigMaps: [web-more]
        fallbackExcept: ["*.js"]
        index: [a.html]
        browserCache: {immutable: ["assets/*"], maxAge: {"*.css": 5m}}
    - path: /image/
      match: prefix
      files: {image: {reference: "site:1", path: /site, initContainer: {sizeLimit: 1Gi}}}
    - path: /old
      redirect: {to: /new}
    - path: /moved/
      match: prefix
      redirect: {to: /to/$1, status: 301, query: drop}
    - path: /answered
      respond: {status: 404, body: none, contentType: text/plain}
    - path: /read
      methods: [GET]
      headers:
        request: {set: {X-R: e$}, default: {X-S: g}, add: {X-T: i}, remove: [X-U]}
        response: {set: {X-V: l$}, default: {X-W: n}, add: {X-Y: p}, remove: [X-Z]}
    - path: ^/re(x)$
      match: regex
      rewrite: {path: /p$1}
    - path: /strip/
      match: prefix
      rewrite: {prefix: /q/, answers: true}
      upstream: {port: http, host: b.example:1}
      locations: [{start: https://intern.example/, to: /}]
      cookies: {domains: {intern.example: shop.example}, paths: {/a/: /b/}, sameSite: Lax}
    - path: /cors
      cors: {origins: ["https://a.example"], methods: [GET], headers: [X-A], expose: [X-B]}
      upstream:
        service: {name: api, namespace: back, port: 80}
        tls: {verify: true, ca: {secret: web-clients, key: ca.crt}, serverName: a.example, certificate: web-tls}
    - path: /by-map
      upstream:
        port: http
        tls: {verify: true, ca: {configMap: web-ca}, serverName: a.example}
    - path: /split
      upstream: {socket: /run/b.sock}
      split:
        percent: 5
        upstream: {port: http, host: c.example}
        header: X-C
        headerPattern: "a*b?"
        cookie: c
        cookieValue: d
        sticky: {setCookie: {name: s2}}
      timeouts: {read: 5s, send: 6s}
      maxBodySize: 1k
      allow: [10.0.0.2]
      deny: [10.0.0.3]
    - path: /split4
      upstream: {socket: /run/e.sock}
      split: {percent: 5, upstream: {socket: /run/d.sock}, sticky: {cookie: f}}
    - path: /split5
      upstream: {socket: /run/g.sock}
      split: {percent: 5, upstream: {socket: /run/h.sock}, sticky: {header: X-E}}
    - path: /split2
      split:
        percent: 5
        sticky: {setCookie: {name: s, path: /t/, lifetime: 5m, sameSite: None}}
        upstream:
          service: {name: c, namespace: back, port: 80}
          tls: {verify: true, ca: {secret: web-clients, key: ca.crt}, serverName: a.example, certificate: web-tls}
    - path: /users
      auth: {basic: {secret: web-admins, realm: there, userHeader: X-Whom}}
      allow: [10.0.0.4]
      satisfy: any
    - path: /asked
      auth:
        external:
          upstream:
            service: {name: asked, namespace: back, port: 80}
            host: asked.example
            tls: {verify: true, ca: {secret: web-clients, key: ca.crt}, serverName: a.example, certificate: web-tls}
          path: /check-this
          signIn: /start-this
          ownPrefix: /too/it/
          headers: [X-Users]
          cookies: [this]
    - path: /asked2
      auth:
        external:
          upstream: {port: http, tls: {verify: true, ca: {configMap: web-ca}, serverName: a.example}}
          ownPrefix: null
    - path: /asked3
      auth: {external: {upstream: {socket: /run/asked.sock}, ownPrefix: null}}
    - path: /split3
      split:
        percent: 5
        header: X-D
        headerValue: e$
        upstream:
          socket: /run/c.sock
          tls: {verify: true, ca: {configMap: web-ca}, serverName: a.example}
  - name: other
    port: 8090
    upstream:
      port: http
      tls: {verify: true, ca: {configMap: web-ca}, serverName: a.example}
    auth: {basic: {secret: web-users, realm: here, userHeader: X-Who}}
    tls: {secret: web-tls, clients: {secret: web-clients, key: ca.crt}, redirectPort: 8091, redirectName: redirect}
  files:
  - name: web-files
    data: {a.html: x}
    binaryData: {b.bin: YQ==}
    labels: {c: d}
  - name: web-more
    data: {c.html: x}
  compression: {minLength: "1k", types: [text/css]}
  realIP: {trustedProxies: [10.0.0.0/8]}
  timeouts: {connect: 1s, read: 2s, send: 3s, idle: 4s}
  body: {maxSize: 1m}
  accessLog: {hideQuery: [invitation]}
  keepalive: {idle: 3s}
  block: {presets: [dotfiles, backups, sources], paths: [/internal, "*.map"], userAgents: [BadBot], methods: [PURGE]}
  headers:
    presets: [permissions]
    hsts: {maxAge: 1}
    maxRequestSize: 32k
    maxResponseSize: 48k
    request: {set: {X-D: e$}, default: {X-F: g}, add: {X-H: i}, remove: [X-J]}
    response: {set: {X-K: l$}, default: {X-M: n}, add: {X-O: p}, remove: [X-Q]}
  probes: {name: status, appPath: /ready}
  referrers:
    kinds:
    - {group: example.com, kind: Gate, service: spec.to.name, namespace: spec.to.namespace, port: spec.to.port}
    ignore: [Gate]
  sidecar:
    name: sidecar
    volumes: {config: a, files: b, images: e, secrets: c, cache: d}
    mountPaths: {config: /etc/a, files: /srv/b, images: /srv/e, secrets: /run/c, cache: /var/d}
    cacheSizeLimit: 1Gi
  companions: {metrics: {name: metrics}}
  configMap: {name: web-config, key: the.conf, labels: {e: f}}
"""
_NGINX: dict[str, Any] = {
    "cache": {"maxSize": "1m", "minFree": "2m"},
    "dns": {"resolver": "10.96.0.10", "clusterDomain": "cluster.local"},
    "snippets": {"allow": True, "main": "worker_priority 1;", "http": "etag off;"},
}
_ROUTES = yaml.safe_load("""
- path: /cached/
  match: prefix
  cache:
    ttl: 1m
    statuses: [{status: 404, ttl: 2m}]
    bypassCookies: [session]
    bypassHeaders: [X-Key]
    key: {onlyQuery: [v], headers: [X-Theme], cookies: [theme]}
    ignoreVary: true
    dropSetCookie: true
    stale: {unreachable: true, statuses: [500], updating: true}
    lock: {wait: 3s, renew: 4s}
    compressed: true
- path: /counted
  cache: {key: {ignoreQuery: [utm]}}
- path: /replaced
  substitution: {texts: {old: new}, types: [text/css]}
- path: /snippet
  snippet: etag on;
- path: /limited
  rateLimit: {perSecond: 1, key: {header: X-Who-Counts}, exempt: [10.0.0.5]}
  bandwidth: {rate: 1k, after: 2k}
- path: /limited2
  rateLimit: {perSecond: 1, key: {cookie: counted}}
""")
_LIMITS = yaml.safe_load("""
rateLimit: {perSecond: 1, key: {header: X-All-Count}, exempt: [10.0.0.6]}
bandwidth: {rate: 3k, after: 4k}
""")
_OTHER_LIMITS = yaml.safe_load("""
rateLimit: {perSecond: 1, key: {cookie: all}}
""")


def whole_documents() -> dict[str, dict[str, Any]]:
    """Return the documents by name."""
    return {"nginx": _nginx(), "others": _others(), "php": _php(), "caddy": _caddy(), "php-caddy": _php("caddy")}


def _base() -> dict[str, Any]:
    return {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", **yaml.safe_load(_TEXT)}


def _nginx() -> dict[str, Any]:
    document = _base()
    document["spec"] |= _NGINX
    first, second = document["spec"]["listeners"]
    first["routes"] += _ROUTES
    first |= {"snippet": "etag on;", **_LIMITS}
    second |= _OTHER_LIMITS
    _route_of_users(first)["key"] = second["auth"]["basic"]["key"] = "users"
    document["spec"]["companions"]["metrics"]["exporter"] = {"name": "exporter", "container": {"image": "a/exporter:1"}}
    return document


def _others() -> dict[str, Any]:
    """Return what excludes something in the first: several targets, and other upstreams of the auth service."""
    document = _base()
    spec = document["spec"]
    spec["targets"] = [spec.pop("target")]
    first, second = spec["listeners"]
    checked = {"verify": True, "ca": {"configMap": "web-ca"}, "serverName": "a.example"}
    first["auth"]["external"] |= {"upstream": {"port": "http", "tls": checked}, "cookies": ["_oauth2_proxy"]}
    second["auth"] = {"external": {"upstream": {"socket": "/run/auth.sock"}}}
    return document


def _php(engine: str = "nginx") -> dict[str, Any]:
    """Return the document of an app behind PHP-FPM."""
    spec = {**yaml.safe_load(_PHP), "engine": engine, "configMap": {"name": "web-config", "key": "the.conf"}}
    return {**{field: value for field, value in _base().items() if field != "spec"}, "spec": spec}


_PHP = """
target: {kind: Deployment, name: web}
listeners:
- name: proxy-http
  upstream:
    socket: /run/app.sock
    protocol: fastcgi
    fastcgi: {root: /srv/app, index: front.php, scripts: [/wp-login.php, /remote.php/], assets: [/assets/], ping: /ping}
  routes:
  - path: /php/
    match: prefix
    upstream:
      port: http
      protocol: fastcgi
      fastcgi: {root: /srv/app, index: other.php, scripts: [/a/*.php], assets: [/core/], ping: /pong}
sidecar:
  name: sidecar
  container: {volumeMounts: [{name: web-proxy-cache, mountPath: /srv/app, readOnly: true}]}
"""


def _caddy() -> dict[str, Any]:
    document = _base()
    spec = document["spec"]
    patch = {"op": "add", "path": "/apps/http/servers/listener0/read_timeout", "value": 1}
    spec |= {"engine": "caddy", "engineVersion": "2.9", "snippets": {"allow": True, "patch": [patch]}}
    first, second = spec["listeners"]
    _route_of_users(first)["users"] = second["auth"]["basic"]["users"] = ["alice"]
    return document


def _route_of_users(listener: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of the route that has users of its own."""
    route: dict[str, Any] = next(route for route in listener["routes"] if route["path"] == "/users")
    basic: dict[str, Any] = route["auth"]["basic"]
    return basic
