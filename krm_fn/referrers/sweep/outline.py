"""Outline: the keys and values in a text, nested as it nests them, whatever it is written in.

It is read by its lines and their indents, so that YAML, JSON, TOML, INI, properties, variables, attributes and
templates of these all give something; values in flow style on one line are read as JSON or YAML. It never fails.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    Nested: TypeAlias = dict[Any, Any]

_KEY = re.compile(r"""(?:export\s+)?(["']?)([A-Za-z_][\w.$/-]*)\1\s*(?::(?=\s|$|["'{\[]|\d+\s*$)|=)\s*(.*)""")
_SECTION = re.compile(r"\[{1,2}\s*([\w.\"' -]+?)\s*\]{1,2}")
_WORDS = re.compile(r"""(?<![\w.-])([A-Za-z_][\w.-]*)=("[^"]*"|'[^']*'|[^\s"'>,;]+)""")
"""`name=value` between other words: variables of a command, attributes of XML."""
_FLAG = re.compile(r"""(?<![\w-])--?([A-Za-z][\w.-]*)(?:=|\s+)("[^"]*"|'[^']*'|[^\s"'-][^\s"']*)""")
_COMMENT = ("#", ";", "//", "<!--")
_OPENS = ("", "{", "[", "|", ">", "|-", ">-", "|+", ">+")
_HALF = 0.5
"""By which an entry of a list is further in than its dash: the list's own key may be above the dash."""
_LONGEST = 1_000_000
"""Characters of a text that are read."""


class Leaf(str):
    """A value in a text."""

    __slots__ = ("line",)
    line: int
    """From 1."""


def outline(text: str) -> Nested:
    """Return the keys and values of a text; entries of lists and sections stand under numbers."""
    root: Nested = {}
    stack: list[tuple[float, Nested]] = [(-1, root)]
    for number, line in enumerate(text[:_LONGEST].split("\n"), 1):
        content = line.strip()
        if content == "---":
            stack = [(-1, _below(root))]
        elif content and not content.startswith(_COMMENT):
            section = _SECTION.fullmatch(content)
            if section:
                stack = [(-1, root), (-1, _below(root, section[1]))]
            else:
                _add(stack, len(line) - len(line.lstrip()), content, number)
    return root


def _add(stack: list[tuple[float, Nested]], indent: int, content: str, number: int) -> None:
    """Add the keys and values of a line to the mapping that it is in."""
    while content.startswith("- ") or content == "-":
        _close(stack, indent + _HALF)
        stack.append((indent + _HALF, _below(stack[-1][1])))
        rest = content[1:].lstrip()
        indent += len(content) - len(rest)
        content = rest
    found = _KEY.fullmatch(content)
    several = list(_on_line(content))
    if len(several) > 1 or (several and not found):
        _close(stack, indent)
        inside = _below(stack[-1][1])
        for name, value in several:
            inside.setdefault(name, _leaf(value, number))
    elif found:
        _close(stack, indent)
        _set(stack, indent, found[2], _value(found[3]), number)
    elif content[:1] in "{[" and len(content) > 1:
        _close(stack, indent)
        _put(stack[-1][1], len(stack[-1][1]), _flow(content.rstrip(","), number))


def _on_line(content: str) -> Iterator[tuple[str, str]]:
    """Yield the flags, or else the variables or attributes, that a line has beside each other."""
    flagged = [(found[1], found[2]) for found in _FLAG.finditer(content)]
    yield from flagged or ((found[1], found[2]) for found in _WORDS.finditer(content))


def _set(stack: list[tuple[float, Nested]], indent: int, key: str, value: str, number: int) -> None:
    holder = stack[-1][1]
    if key in holder:  # what it holds twice are two blocks
        holder = _below(holder)
        stack.append((indent - 1, holder))
    if value in _OPENS or value.startswith("&"):
        stack.append((indent, _below(holder, key)))
    elif value[:1] in ("{", "["):
        _put(holder, key, _flow(value, number))
    else:
        holder[key] = _leaf(value, number)


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


def _leaf(value: str, number: int) -> Leaf:
    leaf = Leaf(value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value)
    leaf.line = number
    return leaf


def _flow(text: str, number: int) -> Any:
    """Return what a value in flow style holds, None where it goes on or cannot be read."""
    from krm_fn.yaml_text.data import to_data  # noqa: PLC0415 # few texts have one
    from krm_fn.yaml_text.read import YamlError, read  # noqa: PLC0415 # likewise

    try:
        return _with_line(to_data(read(text)), number)
    except (YamlError, ValueError, RecursionError):
        return None


def _with_line(data: Any, number: int) -> Any:
    if isinstance(data, dict):
        return {key: _with_line(value, number) for key, value in data.items()}
    if isinstance(data, list):
        return [_with_line(value, number) for value in data]
    return _leaf(str(data), number) if isinstance(data, int | str) else data
