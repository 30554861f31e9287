"""Authentication: the directives of a listener's, those of a route with its own, and the requests to auth services.

A route inherits all of the listener's, which it takes back where it has another. Before a request to an auth service,
nginx runs the server's `set` once more: so the location of that request sets the same as the route.
"""

from __future__ import annotations

from krm_fn.engines.headers import CONDITIONS
from krm_fn.engines.nginx.headers.header_plan import Header, copied_headers
from krm_fn.engines.nginx.quoting import quoted, word
from krm_fn.engines.paths import OWN, secret_file
from krm_fn.engines.routes import destination_of
from krm_fn.engines.templates import SafeText
from krm_fn.function_config.listeners import auth_of
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyListener
    from krm_fn.engines.nginx.upstreams import Upstreams
    from krm_fn.engines.routes import Destination
    from krm_fn.function_config.generated.values import Auth, BasicAuth, ExternalAuth, Route, Spec

_AUTH_PATH = f"{OWN}/auth"
"""The path of requests to the auth service, within the proxy."""


class Basic(Record):
    """Users with passwords."""

    realm: SafeText
    file: SafeText


class AuthLocation(Record):
    """A location that sends the client's request to the auth service, without its body."""

    name: SafeText
    guard: SafeText
    """The directive that keeps clients out, or that keeps this request from being authenticated itself."""
    headers: tuple[Header, ...]
    """The headers that the service gets beside those of every upstream."""
    path: SafeText
    """The directive that requests the service's own path, or that passes its errors on unchanged."""
    target: SafeText
    tls: tuple[Header, ...]
    left_out: tuple[SafeText, ...] = tuple(map(SafeText, CONDITIONS))
    """The client's headers that the service does not get."""

    @property
    def answers(self) -> bool:
        """Whether its answer is the client's, and no decision: nginx calls such a location by a name with @."""
        return self.name.startswith("@")

    @property
    def names(self) -> tuple[SafeText, ...]:
        """The names of these headers."""
        return tuple(header.name for header in self.headers)


class External(Record):
    """A service that decides."""

    requested: SafeText
    """The path by which it is requested, within the proxy."""
    copied: tuple[Header, ...]
    sign_in: SafeText | None
    """The location by which the service itself answers a client that it does not know."""

    locations: tuple[AuthLocation, ...]


class Authentication(Record):
    """What authenticates clients: one of the two, or nothing."""

    basic: Basic | None = None
    external: External | None = None


class Either(Record):
    """Addresses that are enough without authentication: a map whose variable is 1 for them, and others."""

    place: SafeText
    allow: tuple[str, ...]
    deny: tuple[str, ...]
    """Those that are refused whatever the client knows: nginx itself would admit them with a password."""


def either_of(route: Route, place: str) -> Either | None:
    """Return the addresses that are enough on a route; None where none is."""
    if route.satisfy != "any":
        return None
    return Either(
        place=SafeText(place), allow=tuple(dict.fromkeys(route.allow or ())), deny=tuple(dict.fromkeys(route.deny))
    )


def authentication(proxy_listener: ProxyListener, spec: Spec, upstreams: Upstreams) -> Authentication:
    """Return a listener's own authentication."""
    return _authentication(proxy_listener.listener.auth, proxy_listener, spec, upstreams, "")


def own_authentication(
    proxy_listener: ProxyListener, route: Route, spec: Spec, upstreams: Upstreams, place: str
) -> Authentication | None:
    """Return a route's authentication; None where it has the listener's, if that has any."""
    auth, usual = auth_of(route, proxy_listener.listener), proxy_listener.listener.auth
    return None if auth == usual else _authentication(auth, proxy_listener, spec, upstreams, f"_{place}")


def _authentication(
    auth: Auth | None, proxy_listener: ProxyListener, spec: Spec, upstreams: Upstreams, ending: str
) -> Authentication:
    basic, external = (auth.basic, auth.external) if auth else (None, None)
    return Authentication(
        basic=_basic(basic, spec) if basic else None,
        external=_external(external, proxy_listener, spec, upstreams, ending) if external else None,
    )


def _basic(basic: BasicAuth, spec: Spec) -> Basic:
    file = secret_file(spec.sidecar.mount_paths.secrets, basic.secret, basic.key)
    return Basic(realm=quoted(basic.realm), file=quoted(file))


def _external(
    external: ExternalAuth, proxy_listener: ProxyListener, spec: Spec, upstreams: Upstreams, ending: str
) -> External:
    destination = destination_of(proxy_listener, external.upstream)
    target = upstreams.url_of(destination)
    requested, sign_in = SafeText(f"{_AUTH_PATH}{ending}"), SafeText(f"@sign_in{ending}")
    tls: tuple[Header, ...] = ()
    if destination.tls:
        from krm_fn.engines.nginx.upstream_tls import tls_directives  # noqa: PLC0415 # few upstreams need it

        tls = tls_directives(destination, spec)
    decides = AuthLocation(
        name=SafeText(f'= "{requested}"'),
        guard=SafeText("internal"),
        headers=(*_host(destination), *_ORIGINAL),
        path=SafeText("proxy_intercept_errors off"),
        target=SafeText(target + word(external.path)),
        tls=tls,
    )
    signs_in = AuthLocation(
        name=sign_in,
        guard=SafeText("auth_request off"),
        headers=(
            *_host(destination),
            Header(name=SafeText("X-Auth-Request-Redirect"), value=SafeText("$request_uri")),
        ),
        path=SafeText(f'rewrite "^" {word(external.sign_in or "/")}? break'),
        target=target,
        tls=tls,
    )
    return External(
        requested=requested,
        copied=copied_headers(external),
        sign_in=sign_in if external.sign_in else None,
        locations=(decides, signs_in) if external.sign_in else (decides,),
    )


def _host(destination: Destination) -> tuple[Header, ...]:
    """Return the Host header of a destination that gets another one than the client's."""
    return (Header(name=SafeText("Host"), value=quoted(destination.host)),) if destination.host else ()


_ORIGINAL = tuple(
    Header(name=SafeText(name), value=SafeText(f"$request_{value}"))
    for name, value in (
        ("X-Original-URI", "uri"),
        ("X-Original-Method", "method"),
        ("X-Forwarded-URI", "uri"),
        ("X-Forwarded-Method", "method"),
    )
)
"""The headers with what the client requested."""
