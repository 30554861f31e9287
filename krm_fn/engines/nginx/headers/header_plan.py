"""Headers: those sent to the app and to the client, with the maps for those that depend on what is there."""

from __future__ import annotations

from krm_fn.engines.headers import (
    ADDRESSES,
    ANSWER,
    CERTIFICATE,
    CREDENTIALS,
    HSTS,
    METHODS,
    OF_INGRESSES,
    OF_THE_PROXY,
    PASSWORD,
    USER,
    hsts_of,
    identity_headers,
    of_trusted,
    security_headers,
)
from krm_fn.engines.nginx.quoting import quoted, variable_part, word
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krm_fn.engines.engine import ProxyPlan
    from krm_fn.engines.headers import IdentityHeader
    from krm_fn.function_config.generated.values import ExternalAuth, Spec

_OTHER_VARIABLES = {"Forwarded": '""', "X-Real-IP": "$remote_addr"}
"""What the headers of the proxy are where it is not a variable of the same name."""

_FOUND_OUT = {
    PASSWORD: SafeText("$app_authorization"),
    USER: SafeText("$app_remote_user"),
    CERTIFICATE: SafeText("$app_client_dn"),
}


class Header(Record):
    """A header and its value."""

    name: SafeText
    value: SafeText


class ValueMap(Record):
    """A map whose variable has one value where another variable is empty, else a second value."""

    source: SafeText
    variable: SafeText
    absent: SafeText
    present: SafeText


class RouteMap(Record):
    """A map whose variable has a value for some routes, else another."""

    variable: SafeText
    values: tuple[Header, ...]
    """The place of a route, and the value there."""
    usual: SafeText


class HeaderPlan(Record):
    """All headers of a configuration."""

    request: tuple[Header, ...]
    """What every upstream is sent."""
    auth_request: tuple[Header, ...]
    """What an auth service is sent: with the client's own credentials."""
    response: tuple[Header, ...]
    """What every client is sent."""
    of_trusted: tuple[Header, ...]
    """Variables that hold what a trusted peer sent, each with that of the header."""
    methods: tuple[SafeText, ...]
    """The variables of headers that replace the method."""
    keys: tuple[tuple[SafeText, ...], ...]
    """What a cached response may depend on: the variables of headers that identify the client, or are in most requests
    of trusted peers, as many together as nginx reads as one word."""
    trusted_keys: tuple[tuple[SafeText, ...], ...]
    """The same of what else trusted peers may send: the variables of the headers as they came, which count for those
    alone. Most requests have none of them."""
    hidden: tuple[SafeText, ...]
    """The app's headers that clients are not sent."""
    maps: tuple[ValueMap, ...]
    by_route: tuple[RouteMap, ...] = ()
    """What depends on the route, which its location says by $headers_of."""
    hsts: SafeText | None = None
    """The value of Strict-Transport-Security, where clients that came by TLS get one."""


_ALLOW = Header(name=SafeText("Allow"), value=SafeText("$answer_allow"))
"""What a refused method is answered with; not sent where there is none."""


def header_plan(plan: ProxyPlan) -> HeaderPlan:
    """Return the headers of a plan, but for those that routes have of their own."""
    spec = plan.spec
    request, response = spec.headers.request, spec.headers.response
    defaults = {**security_headers(spec), **response.default}
    changed = {**request.set, **dict.fromkeys(request.remove, "")}
    identity = tuple(map(_identity, identity_headers(spec)))
    fixed = {name.lower() for name in (*changed, *(header.name for header in identity))}
    of_trusted_peers = {name.lower(): name for name in of_trusted() if name.lower() not in fixed}
    maps = [_absent(of_client(name, of_trusted_peers), name, value) for name, value in request.default.items()]
    maps += [_beside(of_client(name, of_trusted_peers), name, value) for name, value in request.add.items()]
    maps += [_default(name, value) for name, value in defaults.items()]
    mixed = {name.lower() for name in (*request.default, *request.add)}
    trusted = tuple(map(_of_trusted, of_trusted_peers.values()))
    of_ingresses = tuple(header for header in trusted if header.name in OF_INGRESSES)
    passed = tuple(header for header in trusted if header.name.lower() not in mixed)
    cached = any(route.cache for listener in spec.listeners for route in listener.routes)
    methods = tuple(Header(name=SafeText(name), value=SafeText(f"$http_{variable_part(name)}")) for name in METHODS)
    seen = tuple(each for each in methods if cached and each.name.lower() not in fixed | mixed)
    sent = (
        *map(_of_the_proxy, OF_THE_PROXY),
        *identity,
        *passed,
        *seen,  # of several lines, only what the cache goes by
        *(Header(name=word(name), value=quoted(value)) for name, value in changed.items()),
        *(_variable("request", name) for name in (*request.default, *request.add)),
    )
    credentials = tuple(header for header in identity if header.name.lower() == CREDENTIALS)
    return HeaderPlan(
        of_trusted=tuple(
            Header(name=header.value, value=SafeText(f"$http_{variable_part(header.name)}")) for header in trusted
        ),
        methods=tuple(each.value for each in methods),
        keys=_together(header.value for header in (*identity, *of_ingresses)),
        trusted_keys=_together(
            SafeText(f"$http_{variable_part(header.name)}")
            for header in trusted
            if header not in of_ingresses and header.name not in ADDRESSES
        ),
        request=sent,
        auth_request=tuple(header for header in sent if header not in credentials),
        response=(
            *(Header(name=word(name), value=quoted(value)) for name, value in (response.set | response.add).items()),
            *(_variable("default", name) for name in defaults),
            *([Header(name=SafeText(HSTS), value=SafeText("$hsts"))] if spec.headers.hsts else []),
            *([_ALLOW] if any(route.methods for each in spec.listeners for route in each.routes) else []),
        ),
        hidden=hidden_of(spec),
        hsts=quoted(hsts_of(spec.headers.hsts)) if spec.headers.hsts else None,
        maps=tuple(maps),
    )


def hidden_of(spec: Spec) -> tuple[SafeText, ...]:
    """Return the app's headers that clients are not sent."""
    response = spec.headers.response
    return tuple(map(word, (*response.set, *response.remove, *([HSTS] if spec.headers.hsts else []))))


def _together(variables: Iterable[SafeText]) -> tuple[tuple[SafeText, ...], ...]:
    groups: list[list[SafeText]] = [[]]
    size = 0
    for variable in variables:
        size += len(variable) + len("\\n")
        if size > _LONGEST_KEY:
            groups.append([])
            size = 0
        groups[-1].append(variable)
    return tuple(map(tuple, groups))


_LONGEST_KEY = 3500


def _of_the_proxy(name: str) -> Header:
    usual = f"$app_{variable_part(name.removeprefix('X-'))}"
    return Header(name=SafeText(name), value=SafeText(_OTHER_VARIABLES.get(name, usual)))


def _of_trusted(name: str) -> Header:
    return Header(name=SafeText(name), value=SafeText(f"$trusted_{variable_part(name)}"))


def of_client(name: str, of_trusted_peers: dict[str, str]) -> SafeText:
    """Return the variable of what the client sent, as far as it may."""
    part = variable_part(name)
    return SafeText(f"$trusted_{part}" if name.lower() in of_trusted_peers else f"$http_{part}")


def _identity(header: IdentityHeader) -> Header:
    """Return a header that identifies the client, with the variable that holds it."""
    if header.source == ANSWER:
        return Header(name=word(header.name), value=SafeText(f"$auth_{variable_part(header.name)}"))
    return Header(name=word(header.name), value=_FOUND_OUT[header.source])


def copied_headers(external: ExternalAuth) -> tuple[Header, ...]:
    """Return the variables that keep the headers of the auth service's answer."""
    return tuple(
        Header(name=SafeText(f"$auth_{variable_part(name)}"), value=SafeText(f"$upstream_http_{variable_part(name)}"))
        for name in external.headers
    )


def _variable(prefix: str, name: str) -> Header:
    return Header(name=word(name), value=SafeText(f"${prefix}_{variable_part(name)}"))


def _absent(sent: SafeText, name: str, value: str) -> ValueMap:
    variable = SafeText(f"$request_{variable_part(name)}")
    return ValueMap(source=sent, variable=variable, absent=quoted(value), present=sent)


def _beside(sent: SafeText, name: str, value: str) -> ValueMap:
    variable, both = SafeText(f"$request_{variable_part(name)}"), SafeText(f'"{sent}, {quoted(value)[1:]}')
    return ValueMap(source=sent, variable=variable, absent=quoted(value), present=both)


def _default(name: str, value: str) -> ValueMap:
    """Return the map of a header of responses that is sent where there is none: a page may replace the app's answer."""
    part = variable_part(name)
    return ValueMap(
        source=SafeText(f"$sent_http_{part}"),
        variable=SafeText(f"$default_{part}"),
        absent=quoted(value),
        present=SafeText('""'),
    )
