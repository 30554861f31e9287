"""The target of a request that a proxy makes itself."""

from __future__ import annotations

_URI = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?@!$&'()*+,;="
_HEX = "0123456789abcdefABCDEF"


def request_target(path: str) -> str:
    """Return a path, perhaps with a query, as it stands in a request line: percent-encoded what a URI cannot hold."""
    absolute = path if path.startswith("/") else f"/{path}"
    return "".join(
        char if char in _URI or _begins_escape(absolute, place) else _percent_encoded(char)
        for place, char in enumerate(absolute)
    )


def _begins_escape(text: str, place: int) -> bool:
    digits = text[place + 1 : place + 3]
    return text[place] == "%" and len(digits) == len("FF") and not digits.strip(_HEX)


def _percent_encoded(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())
