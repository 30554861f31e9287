"""Headers: those sent to the app and to the client, with the maps for those that depend on what is there."""

from __future__ import annotations

from krm_fn.engines.headers import ANSWER, CERTIFICATE, CREDENTIALS, PASSWORD, USER, identity_headers, security_headers
from krm_fn.engines.nginx.quoting import quoted, variable_part, word
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyPlan
    from krm_fn.engines.headers import IdentityHeader
    from krm_fn.function_config.generated.values import ExternalAuth

_OF_THE_PROXY = {
    "Host": "$app_host",
    "X-Forwarded-For": "$app_forwarded_for",
    "X-Forwarded-Proto": "$app_forwarded_proto",
    "X-Forwarded-Host": "$app_forwarded_host",
    "X-Forwarded-Port": "$app_forwarded_port",
    "X-Forwarded-Prefix": "$app_forwarded_prefix",
    "Forwarded": '""',
    "X-Real-IP": "$remote_addr",
    "X-Request-ID": "$app_request_id",
}

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


class HeaderPlan(Record):
    """All headers of a configuration."""

    request: tuple[Header, ...]
    """What every upstream is sent."""
    auth_request: tuple[Header, ...]
    """What an auth service is sent: with the client's own credentials."""
    response: tuple[Header, ...]
    """What every client is sent."""
    identity: tuple[Header, ...]
    """Those sent to upstreams that identify the client."""
    hidden: tuple[SafeText, ...]
    """The app's headers that clients are not sent."""
    maps: tuple[ValueMap, ...]


def header_plan(plan: ProxyPlan) -> HeaderPlan:
    """Return the headers of a plan."""
    spec = plan.spec
    request, response = spec.headers.request, spec.headers.response
    defaults = {**security_headers(spec), **response.default}
    maps = [_absent("http", "request", name, value) for name, value in request.default.items()]
    maps += [_beside(name, value) for name, value in request.add.items()]
    maps += [_absent("upstream_http", "default", name, value) for name, value in defaults.items()]
    changed = {**request.set, **dict.fromkeys(request.remove, "")}
    identity = tuple(map(_identity, identity_headers(spec)))
    sent = (
        *(Header(name=SafeText(name), value=SafeText(value)) for name, value in _OF_THE_PROXY.items()),
        *identity,
        *(Header(name=word(name), value=quoted(value)) for name, value in changed.items()),
        *(_variable("request", name) for name in (*request.default, *request.add)),
    )
    credentials = tuple(header for header in identity if header.name.lower() == CREDENTIALS)
    return HeaderPlan(
        identity=identity,
        request=sent,
        auth_request=tuple(header for header in sent if header not in credentials),
        response=(
            *(Header(name=word(name), value=quoted(value)) for name, value in (response.set | response.add).items()),
            *(_variable("default", name) for name in defaults),
        ),
        hidden=tuple(map(word, (*response.set, *response.remove))),
        maps=tuple(maps),
    )


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


def _absent(source: str, prefix: str, name: str, value: str) -> ValueMap:
    part = variable_part(name)
    there = SafeText("$http_" + part) if prefix == "request" else SafeText('""')
    return ValueMap(
        source=SafeText(f"${source}_{part}"),
        variable=SafeText(f"${prefix}_{part}"),
        absent=quoted(value),
        present=there,
    )


def _beside(name: str, value: str) -> ValueMap:
    part = variable_part(name)
    both = SafeText(f'"$http_{part}, {quoted(value)[1:]}')
    return ValueMap(
        source=SafeText(f"$http_{part}"), variable=SafeText(f"$request_{part}"), absent=quoted(value), present=both
    )
