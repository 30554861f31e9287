"""Mutations of a document's text: of its characters, of its lines, and of the nodes that PyYAML finds in it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import yaml

from tests.fuzz.values import NAMES, PIECES, VALUES
from tests.manifests import load_quickly

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Span = tuple[int, int]
_KEY = re.compile(r"[\w./-]+(?=:(\s|$))")


def mutated_text(random: Random, text: str) -> str:
    """Return a text with one mutation."""
    return random.choice(_MUTATIONS)(random, text)


def _insert(random: Random, text: str) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(PIECES) + text[at:]


def _delete(random: Random, text: str) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + text[at + random.randrange(1, 9) :]


def _at_a_lines_end(random: Random, text: str) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines))
    lines[at] += random.choice(
        (" # c", " #", "  ", "\t", "\r", " # it's", "\t# c", " # \u2028 c", "\x85", " # kpt-set: ${x}")
    )
    return "\n".join(lines)


def _between_lines(random: Random, text: str) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines) + 1)
    lines.insert(
        at, random.choice(("", "# c", "  # [", " ", "\t", "# - a: b", "      # deep", "\ufeff", "---", "...", "\r"))
    )
    return "\n".join(lines)


def _block(random: Random, lines: list[str]) -> Span:
    """Return where a line and those that are deeper begin and end."""
    start = random.randrange(len(lines))
    indent = len(lines[start]) - len(lines[start].lstrip(" "))
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip(" ")) > indent):
        end += 1
    return start, end


def _delete_block(random: Random, text: str) -> str:
    lines = text.split("\n")
    start, end = _block(random, lines)
    return "\n".join(lines[:start] + lines[end:])


def _copy_block(random: Random, text: str) -> str:
    lines = text.split("\n")
    start, end = _block(random, lines)
    at = random.choice((end, random.randrange(len(lines) + 1)))
    return "\n".join(lines[:at] + lines[start:end] + lines[at:])


def _move_block(random: Random, text: str) -> str:
    lines = text.split("\n")
    start, end = _block(random, lines)
    rest = lines[:start] + lines[end:]
    at = random.randrange(len(rest) + 1)
    return "\n".join(rest[:at] + lines[start:end] + rest[at:])


def _indent_block(random: Random, text: str) -> str:
    lines = text.split("\n")
    start, end = _block(random, lines)
    first = start if random.random() < 0.3 else min(start + 1, end)
    width = random.choice((" ", "  ", "    ", "\t"))
    return "\n".join(lines[:first] + [width + line if line else line for line in lines[first:end]] + lines[end:])


def _rename_key(random: Random, text: str) -> str:
    found = list(_KEY.finditer(text))
    if not found:
        return _insert(random, text)
    key = random.choice(found)
    quotes = ("{}", "'{}'", '"{}"', "? {}\n", "!!str {}", "&k {}")
    new = random.choice(quotes).format(key[0]) if random.random() < 0.6 else random.choice(NAMES)
    return text[: key.start()] + new + text[key.end() :]


def _escape(random: Random, text: str) -> str:
    """Write a word another way: in quotes, with an escape, or over two lines."""
    words = list(re.finditer(r"(?<=[ :])[A-Za-z][\w.-]{2,40}(?=\n|:)", text))
    if not words:
        return _insert(random, text)
    word = random.choice(words)
    at = random.randrange(len(word[0]))
    escaped = f'"{word[0][:at]}\\u{ord(word[0][at]):04x}{word[0][at + 1 :]}"'
    new = random.choice((escaped, f'"{word[0]}"', f"'{word[0]}'", f'"{word[0][:at]}\\\n          {word[0][at:]}"'))
    return text[: word.start()] + new + text[word.end() :]


def spans(text: str) -> list[tuple[Span, str]]:
    """Return where the nodes of a document are, keys too, with their kinds; nothing where it is no YAML."""
    found: list[tuple[Span, str]] = []
    open_nodes: list[tuple[int, str]] = []
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            found_event: Any = event
            start, end = found_event.start_mark.index, found_event.end_mark.index
            match type(event).__name__:
                case "ScalarEvent":
                    found.append(((start, end), "scalar"))
                case "MappingStartEvent" | "SequenceStartEvent":
                    open_nodes.append((start, "flow" if found_event.flow_style else "block"))
                case "MappingEndEvent" | "SequenceEndEvent":
                    first, kind = open_nodes.pop()
                    found.append(((first, end), kind))
    except (yaml.YAMLError, ValueError):
        return []
    return found


def _of_nodes(change: Callable[[Random, str, list[tuple[Span, str]]], str]) -> Callable[[Random, str], str]:
    def changed(random: Random, text: str) -> str:
        nodes = spans(text)
        return change(random, text, nodes) if nodes else _insert(random, text)

    return changed


def _replace_scalar(random: Random, text: str, nodes: list[tuple[Span, str]]) -> str:
    scalars = [span for span, kind in nodes if kind == "scalar"]
    (start, end) = random.choice(scalars or [nodes[0][0]])
    return text[:start] + random.choice(VALUES) + text[end:]


def _copy_scalar(random: Random, text: str, nodes: list[tuple[Span, str]]) -> str:
    """Put one value in the place of another: names, labels and ports collide."""
    scalars = [span for span, kind in nodes if kind == "scalar"] or [nodes[0][0]]
    source, (start, end) = random.choice(scalars), random.choice(scalars)
    return text[:start] + text[slice(*source)] + text[end:]


def _swap(random: Random, text: str, nodes: list[tuple[Span, str]]) -> str:
    one, other = sorted((random.choice(nodes)[0], random.choice(nodes)[0]))
    if one[1] > other[0]:
        return text
    return text[: one[0]] + text[slice(*other)] + text[one[1] : other[0]] + text[slice(*one)] + text[other[1] :]


def _share(random: Random, text: str, nodes: list[tuple[Span, str]]) -> str:
    """Write an anchor before one node, and its alias in the place of a later one of the same text, or of any."""
    one = random.choice(nodes)[0]
    later = [span for span, _ in nodes if span[0] > one[1]]
    if not later:
        return text
    same = [span for span in later if text[slice(*span)] == text[slice(*one)]]
    start, end = random.choice(same or later)
    name = random.choice(("a", "a", "web", "1", "é"))
    gap = " " if "\n" in text[slice(*one)] and text[one[0] - 1 : one[0]] != " " else ""
    return f"{text[: one[0]]}&{name} {gap}{text[one[0] : start]}*{name} {text[end:]}".rstrip(" ")


def _anchor_above(random: Random, text: str, nodes: list[tuple[Span, str]]) -> str:
    """Write an anchor or a tag behind the key of a block."""
    blocks = [span for span, kind in nodes if kind == "block" and span[0]]
    if not blocks:
        return text
    start = random.choice(blocks)[0]
    end = text.rfind("\n", 0, start)
    return (
        text if end < 0 else f"{text[:end]} {random.choice(('&a', '!!map', '!x', '&a !x', '# c', '!!seq'))}{text[end:]}"
    )


def _in_flow(random: Random, text: str, nodes: list[tuple[Span, str]]) -> str:
    """Write a block in flow style, as JSON."""
    blocks = [span for span, kind in nodes if kind == "block"]
    if not blocks:
        return text
    start, end = random.choice(blocks)
    column = start - (text.rfind("\n", 0, start) + 1)
    try:
        data = load_quickly(" " * column + text[start:end])
        written = json.dumps(data, indent=random.choice((None, 2)), ensure_ascii=False)
    except (yaml.YAMLError, TypeError, ValueError):
        return text
    tail = text[start:end]
    return text[:start] + written.replace("\n", "\n" + " " * (column + 1)) + tail[len(tail.rstrip()) :] + text[end:]


_MUTATIONS: tuple[Callable[[Random, str], str], ...] = (
    *(_insert, _delete, _at_a_lines_end, _between_lines, _delete_block, _copy_block, _move_block, _indent_block),
    *(_rename_key, _escape, _of_nodes(_replace_scalar), _of_nodes(_replace_scalar), _of_nodes(_copy_scalar)),
    *(_of_nodes(_swap), _of_nodes(_share), _of_nodes(_anchor_above), _of_nodes(_in_flow)),
)
