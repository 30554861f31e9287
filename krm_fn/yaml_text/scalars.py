"""Scalars: what a plain one means to Kubernetes, and how to write one that means the same to every reader.

Hosts disagree on plain scalars (YAML 1.1, 1.2, go-yaml). So a string is written plain only where none of them could
take it for anything else, and values that are not meant to change are never rewritten.
"""

from __future__ import annotations

from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Value: TypeAlias = str | int | float | bool | None

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_PLAIN = _LETTERS | frozenset("0123456789-_./@+=:%* ")
_PLAIN_START = _LETTERS | frozenset("/")
"""Not the underscore: some readers take _1 for a number."""
_AMBIGUOUS = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"))
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLS = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_DIGITS = frozenset("0123456789")
_UNIT_CHARACTERS = _LETTERS | _DIGITS | frozenset(".")
_NO_NUMBER = frozenset("GHKLMPQRSUVWghjklmpqrsuvw")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\x00": "\\0"}
_INTEGER = _DIGITS | frozenset("abcdefABCDEFxXoO_")
_SHORT = 100
"""Characters of a text of which is kept whether it is safe: keys and values of Pods come again and again."""
_MOST_DIGITS = 20
"""Those of 64 bits: int() refuses some thousand."""
_RADIX = {"0x": 16, "0o": 8, "0b": 2}


def meaning(text: str) -> Value:
    """Return what a plain scalar means to go-yaml: null, bool, int, or else the text itself.

    Floats stay text: nothing here computes with them, and their spelling must survive. An integer beyond 64 bits is
    a float to go-yaml.
    """
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    unsigned = text[1:] if text[0] in "+-" else text
    if unsigned[:1] not in _DIGITS or not _INTEGER.issuperset(unsigned):
        return text
    digits = unsigned.replace("_", "")
    radix = _RADIX.get(digits[:2].lower(), 10)
    if radix == 10 and len(digits) > 1 and digits[0] == "0":  # noqa: PLR2004 # a leading zero: octal to YAML 1.1 and Go
        radix = 8
    try:
        number = int(digits, radix)
    except ValueError:
        return text
    number = -number if text[0] == "-" else number
    return number if -(1 << 63) <= number < 1 << 64 else text


def number_of(digits: str | int) -> int:
    """Return the number of decimal digits; of more than any number here has, one that is as large."""
    if isinstance(digits, int):
        return int(digits)
    return int(digits[-_MOST_DIGITS:]) if len(digits.lstrip("0")) <= _MOST_DIGITS else 10**_MOST_DIGITS


def is_plain_safe(text: str) -> bool:
    """Return whether every reader takes the bare text for this very string, in block and in flow style."""
    if text[:1] in _DIGITS:  # a quantity such as 16Mi: no number has such a letter, and no time lacks - and :
        return _UNIT_CHARACTERS.issuperset(text) and not _NO_NUMBER.isdisjoint(text)
    start = text[1:2] if text[:1] == "-" else text[:1]  # an option such as -c
    if start not in _PLAIN_START or text[-1] in ": " or not _PLAIN.issuperset(text):
        return False
    return ": " not in text and text.lower() not in _AMBIGUOUS


_is_plain_safe = lru_cache(maxsize=4096)(is_plain_safe)


def quoted(text: str) -> str:
    """Return the text as a double-quoted scalar; a JSON reader also accepts it if no character needs more than JSON."""
    if text.isascii() and text.isprintable():
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return '"' + "".join(_ESCAPES.get(char) or (char if _is_printable(char) else _escape(char)) for char in text) + '"'


def scalar_text(value: Value, *, json: bool = False) -> str:
    """Return a scalar as it is written on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if json or not (_is_plain_safe if len(value) < _SHORT else is_plain_safe)(value):
        return quoted(value)
    return value


def is_literal_safe(text: str) -> bool:
    """Return whether a text can be a literal block that means the same to every reader.

    The first line must not start with a space (needs an indentation indicator) or tab (go-yaml refuses it).
    """
    if "\n" not in text or not text.strip("\n"):
        return False
    line = text.replace("\n", "").replace("\t", "")
    if not (line.isascii() and line.isprintable()) and not all(map(_is_printable, set(line))):
        return False
    first = text.lstrip("\n").split("\n", 1)[0]
    return first[:1] not in (" ", "\t")


def with_stand_ins(text: str) -> str:
    """Return a text with the two escapes by which JSON writes one character as escapes that YAML knows, as long.

    They are for characters of private use. The same text where that has any of these: then they would not be known.
    """
    import re  # noqa: PLC0415 # some writers of JSON make pairs, and few of the texts with any are read

    if re.search(r"(?i)[\ue800-\uefff]|(?:\\|5c)u(?:0000)?e[89a-f]", text):
        return text
    return re.sub(r"(?<=\\u)[dD](?=[89a-fA-F])", lambda digit: "e" if digit[0] == "d" else "E", text)


def without_stand_ins(value: str, *, is_escaped: bool) -> str | None:
    """Return what a scalar that was read with stand-ins means; None where half of a pair is alone."""
    import re  # noqa: PLC0415 # likewise

    value = re.sub(r"(?<=\\u)[eE](?=[89a-fA-F])", lambda digit: "d" if digit[0] == "e" else "D", value)  # no escapes
    if not is_escaped:
        return value
    whole = re.sub(r"[\ue800-\uebff][\uec00-\uefff]", lambda pair: _character(*map(ord, pair[0])), value)
    return None if re.search(r"[\ue800-\uefff]", whole) else whole


def _character(first: int, second: int) -> str:
    return chr(0x10000 + (first - 0xE800) * 0x400 + second - 0xEC00)


def _is_printable(char: str) -> bool:
    """Return whether a character may be written as it is: not a control, separator, BOM, surrogate or non-character."""
    if " " <= char <= "~":
        return True
    code = ord(char)
    if code < 0xA0 or 0xD800 <= code <= 0xDFFF or code in (0x2028, 0x2029, 0xFEFF):  # noqa: PLR2004 # Unicode
        return False
    return code & 0xFFFE != 0xFFFE  # noqa: PLR2004 # Unicode's non-characters


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 # the longer escape's domain
