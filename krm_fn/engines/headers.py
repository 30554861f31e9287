"""Headers for every engine: the proxy's own, those of trusted peers, those that identify the client, and others."""

from __future__ import annotations

from krm_fn.function_config.listeners import auths_of
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.generated.values import HeaderChanges, Route, Spec, StrictTransportSecurity

PASSWORD, USER, ANSWER, CERTIFICATE = "password", "user", "answer", "certificate"
"""The source of a header's value: none for the password, which the proxy keeps; else what the proxy found out."""
CREDENTIALS = "authorization"
"""The header with a client's credentials, in lower case: whatever authenticates the client needs it."""

CONDITIONS = ("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range")
"""The headers that are about what the app would answer: an auth service that went by them would answer 304 or 412."""
OF_THE_PROXY = (
    *("Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix"),
    *("Forwarded", "X-Real-IP", "X-Request-ID"),
)
"""The headers of requests whose value is always the proxy's, or checked by it: what clients send is replaced."""
FAMILIES: dict[str, tuple[str, ...]] = {
    "X-Forwarded-": (
        *("Access-Token", "By", "Client-Cert", "Client-IP", "Email", "Groups", "ID-Token", "Method", "Name", "Path"),
        *("Preferred-Username", "Protocol", "Roles", "Scheme", "Server", "SSL", "TLS-Client-Cert"),
        *("TLS-Client-Cert-Info", "URI", "URL", "User", "Username"),
    ),
    "X-Auth-Request-": ("Access-Token", "Email", "Groups", "Preferred-Username", "Redirect", "User"),
    "X-Authentik-": ("Email", "Groups", "Name", "UID", "Username"),
    "X-Remote-": ("Addr", "Email", "Group", "Groups", "IP", "Name", "User"),
    "Remote-": ("Addr", "Email", "Groups", "Name", "User"),
    "X-WebAuth-": ("Email", "Groups", "Name", "Role", "User"),
    "X-Client-Cert": ("", "-CN", "-DN", "-Subject", "-Verify", "ificate"),
    "X-SSL-": ("Cert", "Client-Cert", "Client-CN", "Client-DN", "Client-S-DN", "Client-Verify"),
    "SSL-": ("Client-Cert", "Client-Issuer-DN", "Client-S-DN", "Client-Subject-DN", "Client-Verify"),
    "X-MS-Client-Principal": ("", "-ID", "-IDP", "-Name"),
    "Tailscale-User-": ("Login", "Name"),
}
"""Headers by which a proxy in front says who the client is, by how they begin. Only trusted peers may send them. nginx
cannot remove headers by a pattern: it removes those that are listed, and Caddy all that begin so."""
SINGLE = (
    *("Client-Cert", "Client-Cert-Chain", "X-ARR-ClientCert", "X-Client-DN", "X-Client-Verify"),
    *("Cf-Access-Authenticated-User-Email", "X-Auth-User", "X-Authenticated-User", "X-User-Email", "X-Vouch-User"),
    *("X-Goog-Authenticated-User-Email", "X-Goog-Authenticated-User-ID"),
    *("Front-End-HTTPS", "X-ARR-SSL", "X-Scheme", "X-URL-Scheme"),
    *("X-Host", "X-HTTP-Host-Override", "X-Original-Host", "X-Original-Method", "X-Original-Proto", "X-Original-URI"),
    *("X-Original-URL", "X-Rewrite-URL", "X-Script-Name"),
)
"""Others of this kind: certificates, users, the scheme, and what was requested of the proxy in front."""
ADDRESSES = (
    *("CF-Connecting-IP", "CF-Connecting-IPv6", "Client-IP", "DO-Connecting-IP", "Fastly-Client-IP", "Fly-Client-IP"),
    *("Forwarded-For", "Proxy-Client-IP", "True-Client-IP", "WL-Proxy-Client-IP", "X-AppEngine-User-IP"),
    *("X-Azure-ClientIP", "X-Azure-SocketIP", "X-Client-IP", "X-Cluster-Client-IP", "X-Envoy-External-Address"),
    *("X-Forwarded", "X-Original-Forwarded-For", "X-Originating-IP", "X-ProxyUser-IP"),
)
"""Others that hold the client's address. As with X-Forwarded-For, a cached response does not depend on them."""
OF_INGRESSES = ("X-Forwarded-Client-Cert", "X-Forwarded-Scheme", "X-Forwarded-Server", "X-Scheme")
"""Those that Istio, ingress-nginx or Traefik send with every request."""


METHODS = ("X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override")
"""The headers with which many an app replaces the method: its answer is not one to the request that others send."""


API_KEYS = (
    *("API-Key", "ApiKey", "X-API-Key", "X-ApiKey", "X-API-Token", "X-Auth-Token", "X-Access-Token", "X-Session-Token"),
    *("X-Amz-Security-Token", "X-Vault-Token", "Private-Token", "Ocp-Apim-Subscription-Key", "X-Goog-API-Key"),
    *("X-Functions-Key", "X-Goog-IAP-JWT-Assertion", "Cf-Access-Jwt-Assertion", "X-Amzn-OIDC-Data"),
    "Proxy-Authorization",
)
"""The headers with keys and tokens by which apps know their clients: an answer to one is not for another."""


def of_trusted() -> tuple[str, ...]:
    """Return the names of all headers that only trusted peers may send; those with addresses are last."""
    return (*(family + end for family, ends in FAMILIES.items() for end in ends), *SINGLE, *ADDRESSES)


PRIVATE_NETWORKS = (
    *("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"),
)
"""The peers that are trusted where the functionConfig does not say which."""


def trusted_networks(spec: Spec) -> tuple[str, ...]:
    """Return the networks of the peers that are trusted, each once."""
    given = spec.real_ip.trusted_proxies
    return PRIVATE_NETWORKS if given is None else tuple(dict.fromkeys(given))


class IdentityHeader(Record):
    """A header, and what its value is taken from."""

    name: str
    source: str


def identity_headers(spec: Spec) -> tuple[IdentityHeader, ...]:
    """Return the headers, each once whatever its case; another source wins over the password."""
    headers = sorted(_all(spec), key=lambda header: header.source != PASSWORD)
    return tuple({header.name.lower(): header for header in headers}.values())


def claimed(spec: Spec) -> list[str]:
    """Return the headers that no client may send to the app; whether a password may pass depends on the listener."""
    return [header.name for header in identity_headers(spec) if header.source != PASSWORD]


def _all(spec: Spec) -> Iterator[IdentityHeader]:
    for listener in spec.listeners:
        for _, auth in auths_of(listener):
            if auth.basic:
                yield IdentityHeader(name="Authorization", source=PASSWORD)
                yield IdentityHeader(name=auth.basic.user_header, source=USER)
            if auth.external:
                yield from (IdentityHeader(name=name, source=ANSWER) for name in auth.external.headers)
        if listener.tls and listener.tls.clients:
            yield IdentityHeader(name="X-Client-DN", source=CERTIFICATE)


_DEFAULTS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
"""Never a Content-Security-Policy: which one suits, only the app's author knows."""
_PRESETS = {
    "csp": (
        "Content-Security-Policy",
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; upgrade-insecure-requests",
    ),
    "permissions": (
        "Permissions-Policy",
        "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), encrypted-media=(), "
        "fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
        "picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), sync-xhr=(self), usb=(), "
        "web-share=(), xr-spatial-tracking=()",
    ),
    "opener": ("Cross-Origin-Opener-Policy", "same-origin"),
    "embedder": ("Cross-Origin-Embedder-Policy", "require-corp"),
    "resource": ("Cross-Origin-Resource-Policy", "same-origin"),
}
"""The strict values that h5bp's server configurations send."""
HSTS = "Strict-Transport-Security"


def security_headers(spec: Spec) -> dict[str, str]:
    """Return the defaults by name, without those that the user sets or removes."""
    changes, presets = spec.headers.response, dict(_PRESETS[each] for each in spec.headers.presets)
    changed = {name.lower() for name in (*changes.set, *changes.default, *changes.remove)}
    sent = {**(_DEFAULTS if spec.headers.security else {}), **presets}
    return {name: value for name, value in sent.items() if name.lower() not in changed}


def spec_of_route(spec: Spec, route: Route) -> Spec:
    """Return the settings with the headers that a route has: of each name, its own win over those of all routes."""
    own, usual = route.headers, spec.headers
    if own is None:
        return spec
    headers = usual.replace(request=_merged(usual.request, own.request), response=_merged(usual.response, own.response))
    return spec.replace(headers=headers)


def names_of(changes: HeaderChanges) -> tuple[str, ...]:
    """Return the names of the headers that are changed."""
    return (*changes.set, *changes.default, *changes.add, *changes.remove)


def _merged(usual: HeaderChanges, own: HeaderChanges) -> HeaderChanges:
    named = {name.lower() for name in names_of(own)}

    def kept(values: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in values.items() if name.lower() not in named}

    return own.replace(
        set={**kept(usual.set), **own.set},
        default={**kept(usual.default), **own.default},
        add={**kept(usual.add), **own.add},
        remove=(*(name for name in usual.remove if name.lower() not in named), *own.remove),
    )


def hsts_of(hsts: StrictTransportSecurity) -> str:
    """Return the value of Strict-Transport-Security."""
    more = ("; includeSubDomains" if hsts.include_sub_domains else "") + ("; preload" if hsts.preload else "")
    return f"max-age={hsts.max_age}{more}"


OF_THE_CONNECTION = (
    *("Connection", "Content-Length", "Expect", "Host", "HTTP2-Settings", "Keep-Alive", "Proxy", "Proxy-Connection"),
    *("TE", "Trailer", "Transfer-Encoding", "Upgrade"),
)
"""The headers that concern one connection, or how a request is read: the next server must get them from the proxy."""
_NOT_OF_PROBES = frozenset(
    ("connection", "content-length", "host", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding")
)


def probe_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the headers of a probe that are sent beside Host: those that do not only concern a connection."""
    kept = (each for each in headers if each[0].lower() not in _NOT_OF_PROBES)
    return tuple((name, value.strip()) for name, value in kept)
