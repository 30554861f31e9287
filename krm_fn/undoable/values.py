"""Values: what the old text of a record's line must read as, for each kind of place."""

from __future__ import annotations

from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.workload.workload import is_port, is_word
from krm_fn.yaml_text.data import SCALAR_TAGS, to_data
from krm_fn.yaml_text.node import Alias, Collection, Scalar
from krm_fn.yaml_text.paths import get
from krm_fn.yaml_text.places import is_empty
from krm_fn.yaml_text.read import YamlError, read
from krm_fn.yaml_text.scalars import meaning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from krm_fn.references.reference import Reference
    from krm_fn.resource_list.item import Item
    from krm_fn.yaml_text.edit import Change
    from krm_fn.yaml_text.node import Node

_MOST_DIGITS = 5
_OF_DOCUMENT = frozenset("&*!\n")
"""What makes the meaning of a text depend on where it is."""
_LAYOUT = dict.fromkeys(map(ord, "\n\t"))


class Value(Record):
    """A kind of value."""

    what: str
    """With its article, for messages."""
    accepts: Callable[[Any], bool]


def is_port_or_name(value: Any) -> bool:
    """Return whether a value is a port's number, as a number or as text, or may be its name."""
    if isinstance(value, str) and value.isdecimal():
        return len(value) <= _MOST_DIGITS and is_port(int(value))
    return is_port(value) or is_word(value)


PORT = Value(what="a port", accepts=is_port_or_name)
NAME = Value(what="a name", accepts=is_word)
PROTOCOL = Value(what="a protocol", accepts=lambda value: isinstance(value, str) and is_word(value.replace("/", "-")))


def optional(value: Value, *unset: object) -> Value:
    """Return a kind of value that may also be null, or one of the other values that mean that it is not set."""
    return value.replace(accepts=lambda given: given is None or given in unset or value.accepts(given))


def reads_as(value: Value, given: Any) -> bool:
    """Return whether what is given is of a kind of value, also where quotes would be needed, as around 80 as a name."""
    return value.accepts(given) or (isinstance(given, int) and value.accepts(str(given)))


def part_of(reference: Reference) -> Value:
    """Return the kind of the value of which a port is a part, such as 127.0.0.1:3000; of a host, it may have none."""
    before, after = reference.before, reference.after
    is_host = bool(reference.services) and before.endswith(":")
    without = f"{before.removesuffix(':')}{after}" if is_host else None

    def accepts(given: Any) -> bool:
        if not isinstance(given, str) or not given.startswith(before) or not given.endswith(after):
            return given is not None and given == without
        return is_port_or_name(given.removeprefix(before).removesuffix(after))

    return Value(what="an address with a port", accepts=accepts)


def among(words: Iterable[str]) -> Value:
    """Return the kind of the value that is one of some words, in any case."""
    allowed = {word.lower() for word in words}
    return Value(what=" or ".join(sorted(allowed)), accepts=lambda given: str(given).lower() in allowed)


def depends_on_document(text: str) -> bool:
    """Return whether a text can only be understood in its place: it has an alias, an anchor, a tag or several lines."""
    return not _OF_DOCUMENT.isdisjoint(text)


def scalar_in(text: str) -> Any:
    """Return what a text means that is one scalar and nothing else. A ValueError where it is more, or an alias."""
    if not text:
        return None
    node = _only_node(text)
    has_comment = "#" in text and not text.startswith(("|", ">"))  # a block scalar's own may stand behind its indicator
    if not isinstance(node, Scalar) or node.tag not in SCALAR_TAGS or has_comment:
        raise ValueError(text)
    return meaning(node.value) if node.plain and node.tag in (None, "tag:yaml.org,2002:int") else to_data(node)


def is_alias(text: str) -> bool:
    """Return whether a text is one alias, and nothing else."""
    if not text.startswith("*") or not text.isprintable():
        return False
    try:
        return isinstance(_only_node(text), Alias)
    except ValueError:
        return False


def is_nothing(text: str) -> bool:
    """Return whether a text is a null or an empty collection, with a tag or without, and nothing else."""
    try:
        node = _only_node(text.strip(" ")) if text.strip(" ") else None
    except ValueError:
        return False
    return node is None or (isinstance(node, Collection | Scalar) and is_empty(node))


def values_in_document(item: Item, changes: Iterable[Change]) -> list[Any] | None:
    """Return what the old texts of changes mean in an object, all in their places; None where they do not fit in."""
    changes = list(changes)
    try:
        editor = item.editor(with_anchors=True)
        for change in sorted(changes, key=lambda change: change.old.startswith("*")):  # an alias needs its anchor
            editor.restore(change.path, change.old)
        editor.finish()
    except YamlError:
        return None
    return [get(editor.data, change.path) for change in changes]


def not_read_as(value: Value, text: str) -> str:
    """Return that a text must read as a kind of value."""
    return f"must read as {value.what}, got {shown(text)}"


def _only_node(text: str) -> Node:
    """Return the node that is all of a text. A ValueError where there is more, or none."""
    if not text.replace("\r\n", "").translate(_LAYOUT).isprintable():
        raise ValueError(text)
    try:
        node = read(text)
    except YamlError as error:
        raise ValueError(text) from error
    if (node.start, node.end) != (0, len(text)):
        raise ValueError(text)
    return node
