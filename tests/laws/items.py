"""Items as entries of a block list: plain as hosts send them, as JSON, in any style, in forms that data cannot say."""

from __future__ import annotations

import json
import re
from random import Random
from typing import TYPE_CHECKING, Any

import yaml

from tests.laws.shared_nodes import SharingWriter, with_aliases
from tests.manifests import load

if TYPE_CHECKING:
    from tests.laws.choices import Choices

ODD_ITEMS = [
    "- apiVersion: example.com/v1 # of no known kind\n  kind: Stack\n  metadata: {name: stack}\n  spec: !Ref web\n",
    "- kind: List\n  apiVersion: v1\n  metadata:\n    name: has-a-key-twice\n    name: web\n",
    "- # a comment first\n  apiVersion: v1\n  kind: Note\n  metadata:\n    name: note\n"
    "  text: |+\n    - apiVersion: v1\n    items:\n    functionConfig:\n\n",
    "- apiVersion: v1\n  kind: Anchors\n  metadata: &web\n    name: web\n  also: {<<: *web, x: [*web]}\n",
    "- apiVersion: v1\n  kind: Quotes\n  metadata:\n    name: 'it''s'\n"
    '  long: "goes\n    on \\\n    here"\n  ? [a]\n  : b\n',
]
BETWEEN = ["# - between: items\n", "\n", "  # [\n", "   # deeper\n\n"]


def block_items(choices: Choices, data: list[Any], indent: str) -> tuple[list[str], list[Any]]:
    """Return texts, with some odd ones in between, and what each means, None for an odd one."""
    texts: list[str] = []
    meanings: list[Any] = []
    for item in data:
        odd = choices.some(ODD_ITEMS, 1) if choices.maybe(3) else []
        texts += [*odd, _written(choices, item)]
        meanings += [*(None for _ in odd), item]
        if choices.maybe(1):
            texts[-1] += choices.one(*BETWEEN)
    return [re.sub("(?m)^(?=.)", indent, each) for each in texts], meanings


def as_json(data: Any, indent: int | None = None) -> str:
    """Return data as JSON, with each character as it is: YAML has no surrogate pairs."""
    return json.dumps(data, indent=indent, ensure_ascii=False)


def _written(choices: Choices, item: Any) -> str:
    form = choices.one("plain", "any", "any", "any", "json", "json lines")
    if form == "json":
        return "- " + as_json(item) + "\n"
    if form == "json lines":
        return "- " + as_json(item, indent=2).replace("\n", "\n  ") + "\n"
    writer = SharingWriter(Random(choices.random.randrange(1000)))
    if form == "plain":
        writer.comments = writer.flow = 0
    shared = with_aliases(choices, item) if form == "any" and choices.maybe(3) else item
    lines = writer.sequence([shared], 0)
    text = "\n".join(lines[lines[0][:1] != "-" :]) + "\n"  # without what stands before its dash
    return text if _means(text, item) else "- " + as_json(item) + "\n"


def _means(text: str, item: Any) -> bool:
    try:
        return bool(load(text) == [item])
    except yaml.YAMLError:
        return False
