"""Tokens of one line, for the quick readers: keys, quoted scalars, the end of a plain one."""

from __future__ import annotations

from krm_fn.yaml_text.node import Scalar

_KEY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "t": "\t", "0": "\x00"}
_LONGEST_KEY = 1000
"""YAML's own limit for a key on one line is 1024 characters."""


class Unsure(Exception):  # noqa: N818 # not an error: PyYAML takes over
    """The text is not of the plain form that is read here."""


def key_at(text: str, start: int, end: int) -> tuple[Scalar, int] | None:
    """Return the key that starts here and the offset of its colon, None where the line has none."""
    if text[start] in "\"'":
        key = quoted_at(text, start, end)
        colon = key.end
    else:
        colon = start
        while colon < end and text[colon] in _KEY:
            colon += 1
        key = Scalar(start, colon, text[start:colon], plain=True)
    if colon == start or text[colon : colon + 1] != ":" or text[colon + 1 : end][:1] not in ("", " "):
        return None
    if colon - start > _LONGEST_KEY or text[start] == "-":
        raise Unsure
    return key, colon


def plain_end(text: str, start: int, end: int) -> int:
    """Return the end of a plain scalar in block style: before a comment and the spaces there."""
    comment = text.find(" #", start, end)
    stop = end if comment < 0 else comment
    return start + len(text[start:stop].rstrip(" "))


def quoted_at(text: str, start: int, end: int) -> Scalar:
    """Return the quoted scalar that starts here and ends on this line."""
    quote = text[start]
    value = ""
    at = start + 1
    while True:
        close = text.find(quote, at, end)
        escape = text.find("\\", at, end) if quote == '"' else -1
        if close < 0:
            raise Unsure
        if 0 <= escape < close:
            char = _ESCAPES.get(text[escape + 1])
            if char is None:
                raise Unsure
            value += text[at:escape] + char
            at = escape + 2
        elif quote == "'" and text.startswith("''", close):
            value += text[at : close + 1]
            at = close + 2
        else:
            return Scalar(start, close + 1, value + text[at:close], plain=False)
