"""Who the client is, and which are allowed, with Caddy: addresses, authentication, maintenance, and TLS."""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import deletes_request, dial, fails, sets_request, with_prefix
from krm_fn.engines.caddy.proxying import same_host, transport
from krm_fn.engines.headers import CONDITIONS, CREDENTIALS, claimed, trusted_networks
from krm_fn.engines.paths import secret_file
from krm_fn.engines.routes import destination_of, maintenance_of
from krm_fn.function_config.listeners import auth_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krm_fn.engines.engine import ProxyListener
    from krm_fn.function_config.generated.values import BasicAuth, ExternalAuth, Listener, Route, Spec

_LEFT_OUT = ["Connection", "Upgrade", "Sec-WebSocket-*", *CONDITIONS]
"""The client's headers that the auth service does not get: those that request a WebSocket, and conditions."""
MAINTENANCE = "maintenance"
"""The variable by which the error routes know that a request failed because of maintenance."""
_HOP = "hop"
"""The name of the route that runs again for each address, and of what its expression finds."""
_UNREAD, _BEFORE = "forwarded_for", "client_ip_before"
"""The variables with what is not read yet of X-Forwarded-For, and with the client before the last step."""
_ENTRIES = r"(?:[^,]*,){0,31}[^,]*$"
"""The last entries: nobody is behind more proxies, and a longer search would cost others their time."""
_ENTRY = (
    r"^(?:(.*),)? *"
    r"(?:([0-9]{1,3}(?:\.[0-9]{1,3}){3})(?::[0-9]{1,5})?|\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?|((?:[0-9A-Fa-f]*:){2,}[0-9A-Fa-f.]*))"
    r" *$"
)
"""What stands before the last entry, and its address: IPv4, IPv6 in brackets, or IPv6."""


def finds_client(listener: Listener, spec: Spec) -> list[dict[str, Any]]:
    """Return the route that finds out the client's address, as nginx does.

    From the right, each trusted proxy's word is believed, until an address is not a trusted proxy's, or is none: Caddy
    itself would go on to what stands left of it, which is the client's own word.
    """
    if not trusted_networks(spec):
        return []
    claims = {
        "header": {"X-Forwarded-For": ["*"]},
        "vars_regexp": {"{http.request.header.X-Forwarded-For}": {"name": _HOP, "pattern": _ENTRIES}},
    }
    peer = {"handler": "vars", "client_ip": "{http.request.remote.host}", _UNREAD: f"{{http.regexp.{_HOP}.0}}"}
    search = [] if listener.proxy_protocol else [_NEXT_HOP]
    return [{"match": [claims], "handle": [peer, *search]}]


_NEXT_HOP = {"handler": "invoke", "name": _HOP}


def client_steps(listener: Listener, spec: Spec) -> dict[str, Any]:
    """Return a server's named route that takes one more address from X-Forwarded-For, and runs itself again."""
    networks = trusted_networks(spec)
    if not networks or listener.proxy_protocol:
        return {}
    entry = {"vars_regexp": {_UNREAD: {"name": _HOP, "pattern": _ENTRY}}}
    address = "".join(f"{{http.regexp.{_HOP}.{group}}}" for group in (2, 3, 4))
    back = {"handler": "vars", "client_ip": f"{{http.vars.{_BEFORE}}}", _UNREAD: ""}
    handle = [
        {"handler": "vars", _BEFORE: "{http.vars.client_ip}"},
        {"handler": "vars", "client_ip": address, _UNREAD: f"{{http.regexp.{_HOP}.1}}"},
        {"handler": "subroute", "routes": [{"match": [{"not": [from_networks(_EVERY)]}], "handle": [back]}]},
        _NEXT_HOP,
    ]
    return {"named_routes": {_HOP: {"match": [{**from_networks(networks), **entry}], "handle": handle}}}


_EVERY = ("0.0.0.0/0", "::/0")
"""What Caddy can read is in one of them."""


def from_networks(networks: Iterable[str]) -> dict[str, Any]:
    """Return the matcher of clients in some networks; those of IPv4 also hold addresses that are written as IPv6."""
    return {"client_ip": {"ranges": [form for network in networks for form in _forms(network)]}}


def _forms(network: str) -> tuple[str, ...]:
    if ":" in network:
        return (network,)
    address, _, length = with_prefix(network).partition("/")
    return network, f"::ffff:{address}/{96 + int(length)}"


def authentication(route: Route, proxy_listener: ProxyListener, spec: Spec) -> list[dict[str, Any]]:
    """Return the routes that authenticate the client, and send the app its identity.

    The app gets the header with credentials only where nothing checks a password, and no service's answer names it.
    """
    auth, claims = auth_of(route, proxy_listener.listener), list(filter(_has_credentials, claimed(spec)))
    if auth is None:
        return [{"handle": [deletes_request(*claims)]}] if claims else []
    if auth.basic:
        checks, otherwise = [{"handle": _basic(auth.basic, spec)}], ["Authorization"]
    elif auth.external:
        checks, otherwise = [{"handle": [_external(auth.external, proxy_listener, spec)]}], claims
        if claims and not any(map(_has_credentials, auth.external.headers)):
            checks.append({"handle": [deletes_request(*claims)]})
    if route.satisfy == "all":
        return checks
    known = from_networks(route.allow or ())
    others = [{"match": [{"not": [known]}], **each} for each in checks]
    return [*others, *([{"match": [known], "handle": [deletes_request(*otherwise)]}] if otherwise else [])]


def _has_credentials(name: str) -> bool:
    return name.lower() == CREDENTIALS


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
    destination = destination_of(proxy_listener, external.upstream)
    return {
        "handler": "reverse_proxy",
        "rewrite": {"method": "GET", "uri": f"{external.path}?"},
        "headers": {
            "request": {
                "set": {
                    "X-Real-IP": ["{http.vars.client_ip}"],
                    **same_host(destination),
                    "X-Original-URI": ["{http.request.uri}"],
                    "X-Original-Method": ["{http.request.orig_method}"],
                    "X-Forwarded-URI": ["{http.request.uri}"],
                    "X-Forwarded-Method": ["{http.request.orig_method}"],
                },
                "delete": _LEFT_OUT,
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
                    {"handle": [_passes_on("Set-Cookie")]},
                ],
            },
            {"match": {"status_code": [401]}, "routes": [{"handle": _unauthenticated(external, proxy_listener, spec)}]},
            {"match": {"status_code": [403]}, "routes": [{"handle": [_passes_on("Set-Cookie"), fails(403)]}]},
            {"routes": [{"handle": [fails(500)]}]},
        ],
    }


def _passes_on(*names: str) -> dict[str, Any]:
    """Return the handler that sends the client these headers of the service's answer, each line as it came."""
    return {"handler": "copy_response_headers", "include": list(names)}


def _unauthenticated(external: ExternalAuth, proxy_listener: ProxyListener, spec: Spec) -> list[dict[str, Any]]:
    """Return the handlers that answer a client that the service does not know."""
    if external.sign_in is None:
        return [_passes_on("Set-Cookie", "WWW-Authenticate"), fails(401)]
    destination = destination_of(proxy_listener, external.upstream)
    handler = {
        "handler": "reverse_proxy",
        "rewrite": {"method": "GET", "uri": f"{external.sign_in}?"},
        "headers": {
            "request": {
                "set": {"X-Auth-Request-Redirect": ["{http.request.uri}"], **same_host(destination)},
                "delete": _LEFT_OUT,
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
    others = {"match": [{"not": [from_networks(settings.allow)]}]} if settings.allow else {}
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
