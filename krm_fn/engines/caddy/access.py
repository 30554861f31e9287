"""Which clients are allowed, with Caddy: authentication, maintenance, and TLS."""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import deletes_request, fails, sets_request
from krm_fn.engines.caddy.proxying import dial, same_host, transport
from krm_fn.engines.headers import CREDENTIALS, claimed
from krm_fn.engines.paths import secret_file
from krm_fn.engines.routes import destination_of, maintenance_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import ProxyListener
    from krm_fn.function_config.generated.values import BasicAuth, ExternalAuth, Listener, Route, Spec

_UPGRADE = ["Connection", "Upgrade", "Sec-WebSocket-*"]
"""The headers that request a WebSocket; the auth service does not get them."""
MAINTENANCE = "maintenance"
"""The variable by which the error routes know that a request failed because of maintenance."""


def authentication(route: Route, proxy_listener: ProxyListener, spec: Spec) -> list[dict[str, Any]]:
    """Return the routes that authenticate the client, and send the app its identity."""
    auth = proxy_listener.listener.auth
    if auth is None:
        return []
    if route.anonymous:
        names = [name for name in claimed(spec) if name.lower() == CREDENTIALS]
        return [{"handle": [deletes_request(*names)]}] if names else []
    if auth.basic:
        return [{"handle": _basic(auth.basic, spec)}]
    return [{"handle": [_external(auth.external, proxy_listener, spec)]}] if auth.external else []


def _basic(basic: BasicAuth, spec: Spec) -> list[dict[str, Any]]:
    directory = spec.sidecar.mount_paths.secrets
    accounts = [
        {"username": user, "password": f"{{file.{secret_file(directory, basic.secret, user)}}}"} for user in basic.users
    ]
    provider = {"accounts": accounts, "realm": basic.realm, "hash": {"algorithm": "bcrypt"}, "hash_cache": {}}
    return [
        {"handler": "authentication", "providers": {"http_basic": provider}},
        deletes_request("Authorization"),
        sets_request({basic.user_header: "{http.auth.user.id}"}),
    ]


def _external(external: ExternalAuth, proxy_listener: ProxyListener, spec: Spec) -> dict[str, Any]:
    """Return the handler that sends each request to the auth service, and answers it unless the service allows it."""
    answer = "{{http.reverse_proxy.header.{}}}"
    copied = {name: [answer.format(name)] for name in external.headers}
    passes: list[dict[str, Any]] = [
        {
            "match": [{"vars": {answer.format(name): [""]}}],
            "handle": [deletes_request(name)],
        }
        for name in external.headers
    ]
    cookie = answer.format("Set-Cookie")
    destination = destination_of(proxy_listener, external.upstream)
    return {
        "handler": "reverse_proxy",
        "rewrite": {"method": "GET", "uri": f"{external.path}?"},
        "headers": {
            "request": {
                "set": {
                    "X-Real-IP": ["{http.vars.client_ip}"],
                    **same_host(destination),
                    "X-Original-URI": ["{http.request.orig_uri}"],
                    "X-Original-Method": ["{http.request.orig_method}"],
                    "X-Forwarded-URI": ["{http.request.orig_uri}"],
                    "X-Forwarded-Method": ["{http.request.orig_method}"],
                },
                "delete": _UPGRADE,
            }
        },
        "transport": transport(destination, spec),
        "upstreams": [{"dial": dial(destination)}],
        "handle_response": [
            {
                "match": {"status_code": [2]},
                "routes": [
                    {"handle": [{"handler": "headers", "request": {"set": copied}}]},
                    *passes,
                    {
                        "match": [{"not": [{"vars": {cookie: [""]}}]}],
                        "handle": [{"handler": "headers", "response": {"add": {"Set-Cookie": [cookie]}}}],
                    },
                ],
            },
            {"match": {"status_code": [401]}, "routes": [{"handle": _unauthenticated(external, proxy_listener, spec)}]},
            {"match": {"status_code": [403]}, "routes": [{"handle": [fails(403)]}]},
            {"routes": [{"handle": [fails(500)]}]},
        ],
    }


def _unauthenticated(external: ExternalAuth, proxy_listener: ProxyListener, spec: Spec) -> list[dict[str, Any]]:
    """Return the handlers that answer a client that the service does not know."""
    if external.sign_in is None:
        return [fails(401)]
    destination = destination_of(proxy_listener, external.upstream)
    handler = {
        "handler": "reverse_proxy",
        "rewrite": {"method": "GET", "uri": f"{external.sign_in}?"},
        "headers": {
            "request": {
                "set": {"X-Auth-Request-Redirect": ["{http.request.orig_uri}"], **same_host(destination)},
                "delete": _UPGRADE,
            }
        },
        "transport": transport(destination, spec),
        "upstreams": [{"dial": dial(destination)}],
    }
    return [handler]


def maintenance(listener: Listener) -> list[dict[str, Any]]:
    """Return the route that answers in place of the app, unless the client is allowed during maintenance."""
    settings = maintenance_of(listener)
    if settings is None:
        return []
    others = {"match": [{"not": [{"client_ip": {"ranges": list(settings.allow)}}]}]} if settings.allow else {}
    return [{**others, "handle": [{"handler": "vars", MAINTENANCE: "on"}, fails(503)]}]


def connection_policies(listener: Listener, spec: Spec) -> dict[str, Any]:
    """Return the TLS settings of a server; none for one without TLS."""
    if listener.tls is None:
        return {}
    policy: dict[str, Any] = {"protocol_min": "tls1.2"}
    clients = listener.tls.clients
    if clients:
        file = secret_file(spec.sidecar.mount_paths.secrets, clients.secret, clients.key)
        policy["client_authentication"] = {
            "ca": {"provider": "file", "pem_files": [file]},
            "mode": "require_and_verify" if clients.required else "verify_if_given",
        }
    return {"tls_connection_policies": [policy], "strict_sni_host": False}  # there is one policy, for every name


def certificates(spec: Spec) -> dict[str, Any]:
    """Return the app that loads the certificates; none where no listener has TLS."""
    secrets = dict.fromkeys(listener.tls.secret for listener in spec.listeners if listener.tls)
    files = [
        {name: secret_file(spec.sidecar.mount_paths.secrets, secret, f"tls.{ending}") for name, ending in _PAIR.items()}
        for secret in secrets
    ]
    return {"tls": {"certificates": {"load_files": files}}} if files else {}


_PAIR = {"certificate": "crt", "key": "key"}
