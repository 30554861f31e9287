"""Outline: the keys and values in a text, nested as it nests them, whatever it is written in.

It is read by its lines and their indents, so that YAML, JSON, TOML, INI, properties, variables, attributes and
templates of these all give something; values in flow style on one line are read as JSON or YAML. It never fails.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from krm_fn.referrers.sweep.key_words import flag, settings, spelled_out
from krm_fn.yaml_text.data import key_text
from krm_fn.yaml_text.node import Mapping, Scalar, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    from krm_fn.yaml_text.node import Node

    Nested: TypeAlias = dict[Any, Any]

_KEY = re.compile(
    r"""(?:(?:export|local|const|let|var)\s+)?(["']?)([A-Za-z_][\w.$/-]*)\1\s*(?::(?=\s|$|["'{\[]|\d+\s*$)|=)\s*(.*)"""
)
_ENTRIES = re.compile(r"""(["']?[A-Za-z_][\w.-]*["']?\s*:\s*(?:"[^"]*"|'[^']*'|[\w.-]+)\s*(?:,\s*|$)){2,}""")
"""Several entries of a mapping in flow style on a line of their own."""
_SECTION = re.compile(r"\[{1,2}\s*([\w.\"' -]+?)\s*\]{1,2}")
_FLAG = re.compile(r"""(?<![\w-])--?([A-Za-z][\w.-]*)(?:=|\s+)("[^"]*"|'[^']*'|[^\s"'-][^\s"']*)""")
_ELEMENT = re.compile(r"<([A-Za-z_][\w.-]*)>(?:([^<>]*)</\1>)?")
"""An element of XML with a text, or the beginning of one on lines of its own."""
_INLINE = re.compile(r"""([A-Za-z_][\w.-]*)\s*=\s*("[^"]*"|'[^']*'|[^\s"',{}\[\]]+)""")
"""An entry of an inline table of TOML."""
_TABLE = re.compile(r"""(?:\[\s*)?\{\s*[\w."'-]+\s*=""")
_BRACES = re.compile(r"\{[^{}]*\}")
_SERIES = re.compile(r"""\w\s*\{[^{}]{0,500}\}|\{[^{}]{0,500}=~?"[^{}]{0,500}\}""")
"""What queries of Prometheus and Loki select by: labels, which are no settings."""
_COMMENT = ("#", ";", "//", "<!--")
_QUOTED = re.compile(r"""\"(?:[^"\\]|\\.)*"|'[^']*'""")
_OPENS = ("", "{", "[", "|", ">", "|-", ">-", "|+", ">+")
_HALF = 0.5
"""By which an entry of a list is further in than its dash: the list's own key may be above the dash."""
_LONGEST = 1_000_000
"""Characters of a text that are read."""
_MOST_LINES = 200
"""Of a value in flow style."""


class Leaf(str):
    """A value in a text."""

    __slots__ = ("line",)
    line: int
    """From 1."""


def outline(text: str) -> Nested:
    """Return the keys and values of a text; entries of lists and sections stand under numbers."""
    root: Nested = {}
    stack: list[tuple[float, Nested]] = [(-1, root)]
    lines = _Lines(text[:_LONGEST].split("\n"))
    for number, line in lines:
        content = line.strip()
        if content == "---":
            stack = [(-1, _below(root))]
        elif content and not content.startswith(_COMMENT):
            section = _SECTION.fullmatch(content)
            if section:
                stack = [(-1, root), (-1, _below(root, section[1]))]
            else:
                _add(stack, len(line) - len(line.lstrip()), content, number, lines)
    return root


class _Lines:
    """The lines of a text with their numbers, one after the other; or several that a value in flow style is on."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0
        self._open_until = 0
        """The line up to which a value is known to end on none."""

    def __iter__(self) -> Iterator[tuple[int, str]]:
        while self._at < len(self._lines):
            self._at += 1
            yield self._at, self._lines[self._at - 1]

    def flow(self, value: str) -> str:
        """Return a value in flow style with the lines that it goes on to, which are not yielded any more.

        The value itself where it ends on none: then it is a block of lines, such as that of JSON over many.
        """
        depth = _depth(value)
        if depth <= 0 or self._at < self._open_until:
            return value
        end = self._at
        while depth > 0 and end < min(len(self._lines), self._at + _MOST_LINES):
            depth += _depth(self._lines[end])
            end += 1
        if depth > 0:
            self._open_until = end
            return value
        whole = "\n".join((value, *self._lines[self._at : end]))
        self._at = end
        return whole


def _depth(line: str) -> int:
    """Return how many brackets a line opens and does not close; those in quotes do not count."""
    bare = _QUOTED.sub("", line)
    return sum(map(bare.count, "{[")) - sum(map(bare.count, "}]"))


def _add(stack: list[tuple[float, Nested]], indent: int, content: str, number: int, lines: _Lines) -> None:
    """Add the keys and values of a line to the mapping that it is in."""
    while content.startswith("- ") or content == "-":
        _close(stack, indent + _HALF)
        stack.append((indent + _HALF, _below(stack[-1][1])))
        rest = content[1:].lstrip()
        indent += len(content) - len(rest)
        content = rest
    element = _ELEMENT.fullmatch(content)
    if element:
        _close(stack, indent)
        _set(stack, indent, element[1], element[2] or "", number=number, lines=lines)
        return
    if "," in content and _ENTRIES.fullmatch(content):
        _close(stack, indent)
        _put(stack[-1][1], len(stack[-1][1]), _flow(f"{{{content}}}", number))
        return
    found = _KEY.fullmatch(content)
    several = [] if found and found[3][:1] in ("{", "[") else list(_on_line(content))
    if len(several) > 1 or (several and not found):
        _close(stack, indent)
        inside = _below(stack[-1][1])
        for name, value in several:
            inside.setdefault(name, leaf(value, number))
    elif found:
        _close(stack, indent)
        value = found[3] if found[3][:1] in ("{", "[") else _value(found[3])
        _set(stack, indent, found[2], value, number=number, lines=lines)
    elif content[:1] in "{[" and len(content) > 1:
        _close(stack, indent)
        _put(stack[-1][1], len(stack[-1][1]), _flow(lines.flow(content).strip().rstrip(","), number))


def _on_line(content: str) -> Iterator[tuple[str, str]]:
    """Yield the flags, or else the variables or attributes, that a line has beside each other."""
    flagged = [pair for found in _FLAG.finditer(content) for pair in flag(found[1], found[2])]
    names = {name for name, _ in flagged}
    yield from (spelled_out(flagged) if "h" in names else flagged) or settings(_SERIES.sub(" ", content))


def _set(stack: list[tuple[float, Nested]], indent: int, key: str, value: str, *, number: int, lines: _Lines) -> None:
    holder = stack[-1][1]
    if key in holder:  # what it holds twice are two blocks
        holder = _below(holder)
        stack.append((indent - 1, holder))
    if value.rstrip() in _OPENS or value.startswith("&"):
        stack.append((indent, _below(holder, key)))
    elif value[:1] in ("{", "["):
        whole = lines.flow(value).strip().rstrip(" ,;")
        _put(holder, key, _tables(whole, number) if _TABLE.match(whole) else _flow(whole, number))
    else:
        holder[key] = leaf(value, number)


def _put(holder: Nested, key: Any, value: Any) -> None:
    if value is not None:
        holder[key] = value


def _close(stack: list[tuple[float, Nested]], indent: float) -> None:
    while len(stack) > 1 and stack[-1][0] >= indent and stack[-1][0] >= 0:
        stack.pop()


def _below(holder: Nested, key: Any = None) -> Nested:
    """Return a new mapping in another one: under a key that is not there yet, else under a number."""
    inside: Nested = {}
    holder[len(holder) if key is None or key in holder else key] = inside
    return inside


def _value(text: str) -> str:
    """Return a value without its comment, and without the comma or semicolon behind it."""
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        return text[: end + 1] if end > 0 else text
    return text.partition(" #")[0].rstrip(" ,;\r")


def leaf(value: str, number: int, *, plain: bool = True) -> Leaf:
    """Return a value in a line, without its quotes where it is in the text as it stands."""
    is_quoted = plain and len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    leaf = Leaf(value[1:-1] if is_quoted else value)
    leaf.line = number
    return leaf


def _tables(text: str, number: int) -> Any:
    """Return what the inline tables of TOML in a value hold."""
    tables = [
        {found[1]: leaf(found[2], number) for found in _INLINE.finditer(table[0])} for table in _BRACES.finditer(text)
    ]
    return tables if text.startswith("[") or len(tables) != 1 else tables[0]


def _flow(text: str, number: int) -> Any:
    """Return what a value in flow style holds, None where it goes on or cannot be read."""
    from krm_fn.yaml_text.read import YamlError, read  # noqa: PLC0415 # few texts have one

    try:
        return located(read(text), text, number)
    except (YamlError, ValueError, RecursionError):
        return None


def located(node: Node, text: str, number: int = 1) -> Any:
    """Return the plain data of a node in a text that begins at a line, its values with their lines.

    Aliases, which may mean very much, are left out.
    """
    return _data(node, [found.start() for found in re.finditer("\n", text)], number)


def _data(node: Node, breaks: list[int], number: int) -> Any:
    if isinstance(node, Mapping):
        return {key_text(key): _data(value, breaks, number) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [_data(each, breaks, number) for each in node.items]
    return (
        leaf(node.value, number + bisect_left(breaks, node.start), plain=node.plain)
        if isinstance(node, Scalar)
        else None
    )
