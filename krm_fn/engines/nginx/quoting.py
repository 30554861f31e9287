"""How text becomes a token of nginx's configuration that cannot leave its place."""

from __future__ import annotations

from krm_fn.engines.rendering import Token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/+-"
_URI = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?@!$&'()*+,;="
_HEX = "0123456789abcdefABCDEF"


def quoted(text: str) -> Token:
    """Return the token of a value in which nginx expands variables.

    A `$` is spelled `${dollar}`: nginx has no escape for it, so the configuration must define that variable.
    """
    return Token(_quoted(text).replace("$", "${dollar}"))


def quoted_verbatim(text: str) -> Token:
    """Return the token of a value in which nginx expands nothing: a location's path or regular expression."""
    return Token(_quoted(text))


def word(text: str) -> Token:
    """Return the token of a size, duration, network or media type, which stands unquoted; ValueError for all else."""
    if text and not text.strip(_WORD):
        return Token(text)
    msg = f"not a plain word: {text!r}"
    raise ValueError(msg)


def regex_of(text: str) -> str:
    """Return the regular expression (PCRE) that matches this text alone."""
    return "".join(char if char.isalnum() or not char.isascii() else f"\\{char}" for char in text)


def request_target(path: str) -> str:
    """Return a path, perhaps with a query, as it stands in a request line: percent-encoded what a URI cannot hold."""
    absolute = path if path.startswith("/") else f"/{path}"
    return "".join(
        char if char in _URI or _begins_escape(absolute, place) else _percent_encoded(char)
        for place, char in enumerate(absolute)
    )


def _quoted(text: str) -> str:
    if any(char < " " or char == "\x7f" for char in text):
        msg = f"control characters have no place in nginx's configuration: {text!r}"
        raise ValueError(msg)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _begins_escape(text: str, place: int) -> bool:
    digits = text[place + 1 : place + 3]
    return text[place] == "%" and len(digits) == len("FF") and not digits.strip(_HEX)


def _percent_encoded(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


FILTERS: Mapping[str, Callable[[str], Token]] = {"quoted": quoted, "verbatim": quoted_verbatim, "word": word}
"""The filters of the template: each makes a token of text."""
