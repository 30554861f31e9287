"""Manifests as other programs read them: plain scalars as go-yaml takes them, unknown tags kept."""

from __future__ import annotations

import re
import sys
from typing import Any

import yaml


class _Interned:
    """Lets PyYAML 6.0.4 merge the mappings of a list in their order: it compares keys by their identity."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                key.value = sys.intern(key.value)
        super().flatten_mapping(node)  # type: ignore[misc] # PyYAML's


class Loader(_Interned, yaml.SafeLoader):
    """PyYAML's loader with Kubernetes' idea of plain scalars, which is between YAML 1.1 and 1.2."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 # PyYAML's way


class QuickLoader(_Interned, yaml.CSafeLoader):
    """The same by libyaml, which is quicker, and reads a few texts that PyYAML's own parser does not."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 # PyYAML's way


for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+0123456789.")),
    ("merge", r"<<", ["<"]),
):
    for each in (Loader, QuickLoader):
        each.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)


_Either = Loader | QuickLoader


def _integer(loader: _Either, node: yaml.ScalarNode) -> int | float:
    text = loader.construct_scalar(node).replace("_", "")
    digits = text.lstrip("+-")
    radix = {"0b": 2, "0o": 8, "0x": 16}.get(digits[:2], 8 if digits[0] == "0" else 10)
    number = int(digits, radix) if radix != 8 or digits in ("0", "") else int(digits.removeprefix("0o"), 8)
    return -number if text[0] == "-" else number


def _float(loader: _Either, node: yaml.ScalarNode) -> float:
    return float(loader.construct_scalar(node))


def _tagged(loader: _Either, suffix: str, node: yaml.Node) -> tuple[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return suffix, loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return suffix, loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return suffix, loader.construct_mapping(node, deep=True)


for each in (Loader, QuickLoader):
    each.add_constructor("tag:yaml.org,2002:int", _integer)
    each.add_constructor("tag:yaml.org,2002:float", _float)
    each.add_multi_constructor("!", _tagged)


def load(text: str) -> Any:
    """Return the data of a text of one document. A yaml.YAMLError where it is none."""
    return yaml.load(text, Loader=Loader)  # noqa: S506 # a SafeLoader


def load_quickly(text: str) -> Any:
    """Return the same, by libyaml."""
    return yaml.load(text, Loader=QuickLoader)  # noqa: S506 # likewise
