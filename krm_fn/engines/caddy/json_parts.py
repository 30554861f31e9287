"""Small parts of Caddy's JSON: units, text, matchers and handlers."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.routes import Destination

_NANOSECONDS = {"ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9, "d": 86400 * 10**9}
_LONGEST = 2**62  # Caddy reads numbers as floats on the way, and a greater one would overflow
_BYTES = {"k": 2**10, "m": 2**20, "g": 2**30}
_META = frozenset("\\.+*?()|[]{}^$")


def nanoseconds(duration: str) -> int:
    """Return a duration such as 500ms or 5m. The longest is 146 years."""
    unit = duration.lstrip("0123456789")
    return min(int(duration.removesuffix(unit)) * _NANOSECONDS[unit], _LONGEST)


def size(text: str) -> int:
    """Return a size such as 16k or 1m in bytes."""
    unit = text[-1] if text[-1] in _BYTES else ""
    return int(text.removesuffix(unit)) * _BYTES.get(unit, 1)


def with_prefix(network: str) -> str:
    """Return a network with its prefix length, which an address alone lacks."""
    return network if "/" in network else f"{network}/{128 if ':' in network else 32}"


def literal(text: str) -> str:
    r"""Return text in which Caddy expands nothing: `{` begins a placeholder, and is written `\{`."""
    return text.replace("{", "\\{")


def pattern(text: str) -> str:
    """Return the regular expression (RE2) that matches this text alone."""
    return "".join(f"\\{char}" if char in _META else char for char in text)


def path_matcher(expression: str, name: str = "") -> dict[str, Any]:
    """Return the matcher of requests whose path matches a regular expression."""
    return {"path_regexp": {**({"name": name} if name else {}), "pattern": expression}}


def lacks(header: str, expression: str) -> dict[str, Any]:
    """Return the matcher of requests without a header that matches a regular expression."""
    return {"not": [{"header_regexp": {header: {"pattern": expression}}}]}


def dial(destination: Destination) -> str:
    """Return a destination's address as Caddy writes it."""
    address = destination.address
    return f"unix/{address.socket}" if address.socket else f"{address.host}:{address.port}"


def sets_request(values: dict[str, str]) -> dict[str, Any]:
    """Return the handler that sets headers of the request."""
    return {"handler": "headers", "request": {"set": {name: [value] for name, value in values.items()}}}


def deletes_request(*names: str) -> dict[str, Any]:
    """Return the handler that removes headers of the request."""
    return {"handler": "headers", "request": {"delete": list(names)}}


def sets_response(values: dict[str, list[str]]) -> dict[str, Any]:
    """Return the handler that sets headers of the response."""
    return {"handler": "headers", "response": {"set": values}}


def fails(status: int) -> dict[str, Any]:
    """Return the handler that fails with a status: the error routes answer."""
    return {"handler": "error", "status_code": status}
