"""Laws of lists among the items: what stands in one is worked on as if it stood beside it, and given back."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.cli.command_line import run_command
from krm_fn.function import process
from krm_fn.resource_list.resource_list import ResourceList
from tests.corpus.expected import OWNER
from tests.laws import laws
from tests.laws.choices import Choices
from tests.laws.configs import function_config
from tests.laws.items import as_json, block_items
from tests.laws.packages import package
from tests.laws.text import CONFIG, Text
from tests.manifests import load_quickly as load

if TYPE_CHECKING:
    from pathlib import Path

    from tests.laws.configs import Config

HEAD = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
ODD_KINDS = ("Note", "Anchors")
"""Of items that stand between those of a package."""
cases = st.integers(0, 499).map(lambda seed: list_case(Random(seed)))


def list_case(random: Random) -> tuple[Text, Text, Config]:
    """Return items plainly beside each other, the same with some of them in lists, and a functionConfig."""
    choices = Choices(random)
    found = package(choices)
    plain = Text(HEAD, [f"- {as_json(item)}\n" for item in found.items], CONFIG, found.items)
    newline = choices.one("\n", "\n", "\n", "\r\n")
    items = [_flow(choices, found.items)] if choices.maybe(2) else _block(choices, found.items, 0)
    after = CONFIG.removesuffix("\n") + choices.one("\n", "\n", "")
    before, *items, after = (part.replace("\n", newline) for part in (HEAD, *items, after))
    return plain, Text(before, items, after, found.items, newline), function_config(choices, OWNER, found)


def _block(choices: Choices, data: list[Any], column: int) -> list[str]:
    """Return the items as entries at a column, some of which are lists."""
    texts: list[str] = []
    at = 0
    while at < len(data):
        size = choices.random.randrange(1, len(data) - at + 1)
        part = data[at : at + size]
        at += size
        if column > 8 or choices.maybe(2):
            texts += block_items(choices, part, indent=" " * column)[0]
        else:
            texts += _list(choices, part, column)
    return texts


def _list(choices: Choices, data: list[Any], column: int) -> list[str]:
    lead = " " * column
    head = choices.one(
        "- apiVersion: v1\n  kind: List\n  items:\n",
        "- apiVersion: v1\n  kind: List\n  about: {labels: &labels {a: b}, again: *labels}\n  items: # all\n",
        '-\n  # all\n  "kind": "ThingList"\n  apiVersion: v1\n  items:\n\n',
    )
    tail = choices.one("", "", "  metadata:\n    name: list\n", "  # end\n")
    entries = _block(choices, data, column + choices.one(2, 2, 4))
    framed = ("".join(lead + line for line in part.splitlines(keepends=True)) for part in (head, tail))
    return ["".join((next(framed), *entries, next(framed)))]


def _flow(choices: Choices, data: list[Any]) -> str:
    inner = choices.random.randrange(len(data) + 1)
    entries: list[Any] = data[inner:]
    if inner:
        entries.append({"kind": "List", "items": data[:inner], "apiVersion": "v1"})
    text = as_json({"apiVersion": "v1", "kind": "List", "items": entries}, choices.one(None, 2))
    return "- " + text.replace("\n", "\n  ") + "\n"


def objects(stdout: bytes) -> list[Any]:
    """Return the items that data can say, without records, in one order. No list is left to be opened."""
    texts = [item.original.decode() for item in ResourceList(stdout).items]
    found = [load(text) for text in texts if "!Ref" not in text and "? [a]" not in text and "has-a-key" not in text]
    items = [data[0] if isinstance(data, list) else data for data in found]
    assert not any(item["kind"].endswith("List") for item in items)
    return sorted((_without_record(item) for item in items), key=as_json)


def _without_record(data: Any) -> Any:
    metadata = dict(data["metadata"]) if isinstance(data.get("metadata"), dict) else {}
    notes = metadata.pop("annotations", None) or {}
    notes = {key: value for key, value in notes.items() if not key.startswith("undo.krm-fn.dev/")}
    return {**data, "metadata": {**metadata, **({"annotations": notes} if notes else {})}}


@given(cases)
def test_in_a_list_is_as_beside_it(case: tuple[Text, Text, Config]) -> None:
    plain, listed, config = case
    beside, inside = process(plain.stdin(config)), process(listed.stdin(config))
    if any(line.endswith("Write out the alias.") for line in inside.lines):  # the plain items have none
        return
    assert inside.exit_code == beside.exit_code, inside.lines
    assert sorted(inside.lines) == sorted(beside.lines)
    wanted, got = objects(beside.stdout), objects(inside.stdout)
    assert [item for item in got if item["kind"] not in ODD_KINDS] == wanted


@given(cases)
def test_in_a_list_is_undone(case: tuple[Text, Text, Config]) -> None:
    laws.is_undone(case[1], case[2])


@pytest.mark.parametrize("seed", range(60))
def test_in_a_file_is_undone(seed: int, tmp_path: Path) -> None:
    _, listed, config = list_case(Random(seed))
    (tmp_path / "config.yaml").write_text(as_json(config))
    (tmp_path / "all").mkdir()
    file = tmp_path / "all" / "all.yaml"
    text = "".join(listed.items).encode()
    documents = [re.sub(rb"(?m)^(- ?|  )", b"", part) for part in _cut(text)]
    file.write_bytes(b"---\n".join(documents))
    before = file.read_bytes()
    render = ["render", "--config", str(tmp_path / "config.yaml"), str(file)]
    outcome = run_command(render)
    after = file.read_bytes()
    assert (after == before) == bool(outcome.exit_code)
    run_command(render)
    assert file.read_bytes() == after
    assert not run_command(["remove", str(file.parent)]).exit_code
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def _cut(text: bytes) -> list[bytes]:
    """Return the entries of a block list at column 0."""
    lines = text.splitlines(keepends=True)
    starts = [index for index, line in enumerate(lines) if line.startswith(b"-")]
    return [b"".join(lines[start:end]) for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def test_most_cases_have_lists_and_are_injected() -> None:
    drawn = [list_case(Random(seed)) for seed in range(100)]
    assert (
        sum(b"List\n" in listed.stdin(config)[60:] or b'List"' in listed.stdin(config) for _, listed, config in drawn)
        > 70
    )
    assert 40 < sum(process(listed.stdin(config)).exit_code == 0 for _, listed, config in drawn) < 100
