"""Quotes text as one token of nginx's configuration, so that it cannot inject directives."""

from __future__ import annotations

from krm_fn.engines.templates import SafeText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/+-"
_CONTROLS = frozenset(map(chr, (*range(32), 127)))


def quoted(text: str) -> SafeText:
    """Return the token of a value in which nginx expands variables.

    A `$` is spelled `${dollar}`: nginx has no escape for it, so the configuration must define that variable.
    """
    return SafeText(_quoted(text).replace("$", "${dollar}"))


def quoted_verbatim(text: str) -> SafeText:
    """Return the token of a value in which nginx expands nothing: a location's path or regular expression."""
    return SafeText(_quoted(text))


def word(text: str) -> SafeText:
    """Return the token of a size, duration, network or media type, which stands unquoted; ValueError for all else."""
    if text and not text.strip(_WORD):
        return SafeText(text)
    msg = f"not a plain word: {text!r}"
    raise ValueError(msg)


def variable_part(header: str) -> SafeText:
    """Return the end of the names of nginx's variables for a header, such as x_tenant in $http_x_tenant."""
    return word(header.lower().replace("-", "_"))


def regex_of(text: str) -> str:
    """Return the regular expression (PCRE) that matches this text alone."""
    return "".join(char if char.isalnum() or not char.isascii() else f"\\{char}" for char in text)


def snippet(text: str) -> SafeText:
    """Return the token of directives that the rules of the functionConfig have read and found whole."""
    return SafeText(text.rstrip("\n"))


def _quoted(text: str) -> str:
    if not _CONTROLS.isdisjoint(text):
        msg = f"control characters have no place in nginx's configuration: {text!r}"
        raise ValueError(msg)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


FILTERS: Mapping[str, Callable[[str], SafeText]] = {
    "quoted": quoted,
    "verbatim": quoted_verbatim,
    "word": word,
    "snippet": snippet,
}
"""The filters of the template: each makes a token of text."""
