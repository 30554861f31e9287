"""Headers for every engine: those that identify the client, and security headers for browsers."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.generated.values import Spec

PASSWORD, USER, ANSWER, CERTIFICATE = "password", "user", "answer", "certificate"
"""The source of a header's value: none for the password, which the proxy keeps; else what the proxy found out."""
CREDENTIALS = "authorization"
"""The header with a client's credentials, in lower case: whatever authenticates the client needs it."""


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
        auth = listener.auth
        if auth and auth.basic:
            yield IdentityHeader(name="Authorization", source=PASSWORD)
            yield IdentityHeader(name=auth.basic.user_header, source=USER)
        if auth and auth.external:
            yield from (IdentityHeader(name=name, source=ANSWER) for name in auth.external.headers)
        if listener.tls and listener.tls.clients:
            yield IdentityHeader(name="X-Client-DN", source=CERTIFICATE)


_DEFAULTS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
"""Never a Content-Security-Policy: which one suits, only the app's author knows."""


def security_headers(spec: Spec) -> dict[str, str]:
    """Return the defaults by name, without those that the user sets or removes."""
    changes = spec.headers.response
    changed = {name.lower() for name in (*changes.set, *changes.remove)}
    return {name: value for name, value in _DEFAULTS.items() if spec.headers.security and name.lower() not in changed}


_OF_THE_CONNECTION = frozenset(
    ("connection", "content-length", "host", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding")
)


def probe_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the headers of a probe that are sent beside Host: those that do not only concern a connection."""
    kept = (each for each in headers if each[0].lower() not in _OF_THE_CONNECTION)
    return tuple((name, value.strip()) for name, value in kept)
