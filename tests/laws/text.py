"""A ResourceList as text, in the many ways in which one may be written."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from tests.laws.items import as_json, block_items
from tests.laws.shared_nodes import SharingWriter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.laws.choices import Choices

RESULTS = "results:\n- message: of an earlier function\n  severity: info\n"
CONFIG = "functionConfig: CONFIG\n"
"""A line in place of the functionConfig."""


@dataclass(frozen=True)
class Text:
    """A ResourceList's text in its parts."""

    before: str
    items: list[str]
    after: str
    data: list[Any]
    """What the items mean, None for those in a form that data cannot say."""
    newline: str = "\n"

    def stdin(self, config: dict[str, Any], *, results: bool = True) -> bytes:
        """Return the whole with a functionConfig; with or without the results of an earlier function."""
        return "".join([*self.parts(config, results=results)]).encode()

    def parts(self, config: dict[str, Any], *, results: bool = True) -> Iterable[str]:
        """Yield what stands before the items, each item, and what stands behind."""
        yield self._filled(self.before, config, results=results)
        yield from self.items
        yield self._filled(self.after, config, results=results)

    def config(self, config: dict[str, Any]) -> bytes:
        """Return the value of the functionConfig as it stands in the text."""
        return as_json(config).encode()

    def _filled(self, part: str, config: dict[str, Any], *, results: bool) -> str:
        told = RESULTS.replace("\n", self.newline)
        return (part if results else part.replace(told, "")).replace("CONFIG", as_json(config))


def text(choices: Choices, data: list[Any]) -> Text:
    """Return the items in some style, each in one of its own."""
    form = choices.one("block", "block", "block", "block", "block", "block", "flow", "json")
    if form == "json":
        items = [as_json(item) for item in data]
        return _in_flow('{"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList"', '"', items, data)
    if form == "flow":
        writer = SharingWriter(Random(choices.random.randrange(1000)))
        items = [writer.flow_text(item) for item in data]
        return _in_flow("{apiVersion: config.kubernetes.io/v1, kind: ResourceList", "", items, data)
    return _in_block(choices, data)


def _in_flow(head: str, quote: str, items: list[str], data: list[Any]) -> Text:
    before = f"{head}, {quote}items{quote}: ["
    items = [item + ", " * (index + 1 < len(items)) for index, item in enumerate(items)]
    return Text(before, items, f"], {quote}functionConfig{quote}: CONFIG}}\n", data)


def _in_block(choices: Choices, data: list[Any]) -> Text:
    head = choices.one("", "", "", "\ufeff", "---\n", "# comment\n", "---\n# comment\n", "%YAML 1.1\n---\n")
    head += "apiVersion: config.kubernetes.io/v1\n"
    head += choices.one("kind: ResourceList\n", 'kind: "ResourceList" # of items\nmetadata:\n  name: x\n')
    items, meanings = block_items(choices, data, indent=choices.one("", "", "", "  ", "    "))
    newline = choices.one("\n", "\n", "\n", "\n", "\r\n")
    ending = choices.one("\n", "\n", "\n", "", "\n\n", "\n# end\n", "\n...\n")
    match choices.one("config last", "config last", "config first", "results last", "results first"):
        case "config last":
            before, after = "items:\n", CONFIG.removesuffix("\n") + ending
        case "config first":
            before, after = CONFIG + "items:\n", "...\n" * ("..." in ending)
            items[-1] = items[-1].removesuffix("\n") + ending.replace("...\n", "")
        case "results last":
            before, after = "items:\n", CONFIG + RESULTS
        case _:
            before, after = RESULTS + "items:\n", CONFIG.removesuffix("\n") + ending
    parts = [part.replace("\n", newline) for part in (head + before, *items, after)]
    return Text(parts[0], parts[1:-1], parts[-1], meanings, newline)
