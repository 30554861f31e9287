"""What can be seen of a text at a glance, without reading it as YAML: its kind, its words, whether an end may be open.

A quoted scalar or a flow collection may go on at column 0, with lines that look like items or top-level keys. A line
`kind: X` is the item's own unless it is inside of one. A word is written as it is, unless an escape is a part of it.
"""

from __future__ import annotations

from krm_fn.yaml_text.node import Scalar, Sequence, nodes
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Sequence as Listed

    from krm_fn.resource_list.layout import Span
    from krm_fn.yaml_text.node import Node

_CHARACTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_IN_LIST = b"\n  kind:"
_IN_DOCUMENT = b"\nkind:"
_VERSION = b"- apiVersion: "
_BEFORE_QUOTED = frozenset(b" \t\n[{,:")
"""What comes before a quote that opens a scalar. A quote after anything else closes one, or means nothing."""
_BEFORE_KEY = (b",", b"{", b"[", b"?")
"""What ends a line of flow style, if the next one starts with a key."""
_DOUBTFUL_END = (b"", b" ", *_BEFORE_KEY)
_DOUBTFUL_BEFORE = _BEFORE_QUOTED | frozenset(b"\\'")
_DOUBTFUL_LAST = frozenset(b" \n,{[?")
_ESCAPES = (b"\\x", b"\\u", b"\\U", b"\\/", b"\\\n", b"\\\r")
"""How a part of a word can be written otherwise: by its number, as some write a slash in JSON, or over lines."""
_PROPERTIES = frozenset("&!")
"""What an anchor or tag before a scalar starts with."""
_BACKSLASH = ord("\\")
_APOSTROPHE = ord("'")


def plain_kind(data: bytes, start: int, end: int) -> str:
    """Return the kind of the item in a span, empty where it does not show at a glance."""
    key = _IN_LIST if data.startswith(b"- ", start) else _IN_DOCUMENT
    is_first = data.startswith(key[1:], start)
    at = start - 1 if is_first else data.find(key, start, end)
    if (at < 0 and not is_first) or data.find(key, at + 1, end) >= 0:
        return ""
    return _kind_at(data, start, at, len(key), end)


def has_escapes(data: bytes, start: int, end: int) -> bool:
    """Return whether words may be there that are not written as they are."""
    find = data.find
    return find(b"\\", start, end) >= 0 and any(find(escape, start, end) >= 0 for escape in _ESCAPES)


def may_hold(data: bytes, word: bytes, start: int, end: int) -> bool:
    """Return whether a word may be there, however it is written. An empty one is nowhere."""
    return bool(word) and (data.find(word, start, end) >= 0 or has_escapes(data, start, end))


def escaped_words(text: str, root: Node | None = None) -> str:
    """Return what the scalars with escapes in a text mean, one behind the other; nothing where it cannot be read.

    Only a text in double quotes has escapes. The text's tree is read where none is given.
    """
    try:
        root = root or read(text)
    except YamlError:
        return ""
    scalars = (node for node in nodes(root) if isinstance(node, Scalar) and not node.plain)
    quoted = (node for node in scalars if text.startswith('"', node.start) or text[node.start] in _PROPERTIES)
    return "\0".join(node.value for node in quoted if text.find("\\", node.start, node.end) >= 0)


def any_may_end_open(data: bytes, spans: Iterable[Span]) -> bool:
    """Return whether something may be open at the end of one of the segments, each of which starts with nothing open.

    Most segments show at a glance, by the bytes before their last quotes and on their last line, that nothing is.
    """
    for start, end in spans:
        double, single = data.rfind(b'"', start, end), data.rfind(b"'", start, end)
        if (
            (double > start and data[double - 1] in _DOUBTFUL_BEFORE)
            or (single > start and data[single - 1] in _DOUBTFUL_BEFORE)
            or data[end - 2] in _DOUBTFUL_LAST
            or data.find(b"#", max(start, data.rfind(b"\n", start, end - 1)), end) >= 0
        ) and may_end_open(data, start, end):
            return True
    return False


def may_end_open(data: bytes, start: int, end: int) -> bool:
    """Return whether something may be open at the end of a segment that itself starts with nothing open.

    An open quoted scalar was opened by the segment's last quote of its kind, not counting those that are escaped; and
    an open flow collection shows by the last line. Where that leaves a doubt, the segment is read: one that is YAML by
    itself leaves nothing open.
    """
    if not (
        _double_may_open(data, start, end) or _single_may_open(data, start, end) or _flow_may_open(data, start, end)
    ):
        return False
    try:
        root = read(data[start:end].decode(), only_places=True)
    except (YamlError, UnicodeDecodeError):
        return True
    return isinstance(root, Sequence) and len(root.items) != 1


def _double_may_open(data: bytes, start: int, end: int) -> bool:
    at = data.rfind(b'"', start, end)
    while at > start:
        before = at - 1
        while data[before] == _BACKSLASH:
            before -= 1
        if (at - before) % 2:  # not escaped
            return data[at - 1] in _BEFORE_QUOTED
        at = data.rfind(b'"', start, at)
    return False


def _single_may_open(data: bytes, start: int, end: int) -> bool:
    at = data.rfind(b"'", start, end)
    while at > start:
        before = at - 1
        while data[before] == _APOSTROPHE:
            before -= 1
        if (at - before) % 2:  # an even number opens none: pairs are escapes, or empty
            return data[before] in _BEFORE_QUOTED
        at = data.rfind(b"'", start, before)
    return False


def _flow_may_open(data: bytes, start: int, end: int) -> bool:
    line = data[max(start, data.rfind(b"\n", start, end - 1) + 1) : end - 1]
    if line[-1:] not in _DOUBTFUL_END and b"#" not in line:
        return False
    line = b"#"
    while line.startswith(b"#"):
        while end > start and data[end - 1] in b" \n":
            end -= 1
        before = data.rfind(b"\n", start, end) + 1 or start
        line = data[before:end].lstrip(b" ")
        end = before
    return any(part.rstrip(b" ").endswith(_BEFORE_KEY) for part in line.split(b" #"))


def _kind_at(data: bytes, start: int, at: int, width: int, end: int) -> str:
    """Return the value of the one line that may hold an item's kind, and of which its line break and key are known."""
    value_start = at + width + 1
    line_end = data.find(b"\n", value_start, end)
    value = data[value_start:line_end].removesuffix(b"\r")
    if line_end < 0 or data[value_start - 1 : value_start] != b" " or not _CHARACTERS.issuperset(value):
        return ""
    indent = width - len(_IN_DOCUMENT)
    if data[line_end + 1 : line_end + 2 + indent].isspace():  # it may go on there
        return ""
    version = start + len(_VERSION)
    is_second_line = data.find(b"\n", start) == at and data.startswith(_VERSION, start) and data[version] in _CHARACTERS
    return value.decode() if is_second_line or not any_may_end_open(data, ((start, at + 1),)) else ""


def positions_with(word: bytes, data: bytes, starts: Listed[int], ends: Listed[int]) -> Iterator[int]:
    """Yield the positions of the spans of a text that have a word, from its end: that search is faster by a third.

    An empty word, such as the name of an object that has none, is in no span.
    """
    at = data.rfind(word) if word else -1
    while at >= 0:
        position = _last_at_or_before(starts, at)
        inside = position >= 0 and at + len(word) <= ends[position]
        if inside:
            yield position
        at = data.rfind(word, 0, starts[position] if inside else at + len(word) - 1)


def _last_at_or_before(starts: Listed[int], at: int) -> int:
    """Return the position of the last start that is not behind an offset, -1 where all are."""
    from bisect import bisect_right  # noqa: PLC0415 # a first run finds no mark of an earlier one

    return bisect_right(starts, at) - 1
