"""HostPort: the host and port in a field that holds [scheme://]host[:port][/path]."""

from __future__ import annotations

from krm_fn.record import Record

_IMPLIED = {"http": 80, "ws": 80, "https": 443, "wss": 443}
"""The ports that schemes mean where none is written."""
_ENDS = "/?#"


class HostPort(Record):
    """Where a text names a host's port."""

    host: str
    port: int | str
    """Digits; or the number that is meant where none is written, 0 where that is not known."""
    before: str
    """What stands before the port, with the colon; where no port is written, what would."""
    after: str


def host_port(text: str, *, by_tls: bool) -> HostPort | None:
    """Return the host and port of a text; None where it has none. Without a scheme, TLS decides which port is meant."""
    scheme, slashes, rest = text.partition("://")
    scheme, rest = (scheme.lower(), rest) if slashes else ("https" if by_tls else "http", text)
    end = min((at for each in _ENDS if (at := rest.find(each)) >= 0), default=len(rest))
    user, at_sign, authority = rest[:end].rpartition("@")
    host, colon, port = authority.partition(":")
    if not host or (colon and not port.isdecimal()):
        return None
    before = text[: len(text) - len(rest)] + f"{user}{at_sign}{host}:"
    return HostPort(host=host, port=port if colon else _IMPLIED.get(scheme, 0), before=before, after=rest[end:])
