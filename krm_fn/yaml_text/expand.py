"""Write out what an alias stands for, in flow style, so that every reader takes its scalars for what they were."""

from __future__ import annotations

from krm_fn.yaml_text.data import MAX_ALIASED, is_merge, to_data
from krm_fn.yaml_text.node import Mapping, Scalar, Sequence, resolved
from krm_fn.yaml_text.read import YamlError
from krm_fn.yaml_text.scalars import is_plain_safe, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.yaml_text.node import Node

_YAML_TAG = "tag:yaml.org,2002:"
_AMBIGUOUS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-_.:~<=")
"""A plain scalar with any other character is a string to every reader."""


def expanded_text(node: Node) -> str:
    """Return a node's text on one line, without anchors, aliases and merges. A YamlError for a tag, or no end."""
    to_data(node)  # refuses what has no end
    text = _text(node)
    if len(text) > MAX_ALIASED:
        msg = f"must be at most {MAX_ALIASED} characters, aliases expanded"
        raise YamlError(msg)
    return text


def _text(node: Node) -> str:
    target = resolved(node)
    tag = target.tag if target.tag != "!" else None
    if tag and tag != _YAML_TAG + "str":
        msg = f"must have no tag {tag.replace(_YAML_TAG, '!!')!r} below an alias. Write it out"
        raise YamlError(msg)
    if isinstance(target, Scalar):
        if not target.plain or target.tag:
            return quoted(target.value)
        return _plain_text(target.value)
    if isinstance(target, Sequence):
        return "[" + ", ".join(map(_text, target.items)) + "]"
    assert isinstance(target, Mapping)  # noqa: S101 # to_data refuses an alias of nothing
    return "{" + ", ".join(f"{key}: {value}" for key, value in _entries(target).items()) + "}"


def _entries(mapping: Mapping) -> dict[str, str]:
    own: dict[str, str] = {}
    merged: dict[str, str] = {}
    for key, value in mapping.entries:
        if is_merge(key):
            sources = resolved(value)
            for source in sources.items if isinstance(sources, Sequence) else [sources]:
                target = resolved(source)
                merged = {**(_entries(target) if isinstance(target, Mapping) else {}), **merged}
        else:
            own[_text(key)] = _text(value)
    return {**merged, **own}


def _plain_text(value: str) -> str:
    if is_plain_safe(value):
        return value
    return (value or "null") if _AMBIGUOUS.issuperset(value) else quoted(value)
