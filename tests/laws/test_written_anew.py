"""What was injected and then written anew by a tool is removed as well: what is left means what came.

Without records it is known again, and refused.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from ruamel.yaml import YAML

from krm_fn import codes
from krm_fn.function import process
from tests.laws.test_spellings import HEAD, INPUTS, as_json, case_of, items_in
from tests.manifests import load

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = 60
"""So many cases are tried in the quick tests."""


class Writer(yaml.SafeDumper):
    """Writes no alias, as no tool of Kubernetes does."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def dumped(**options: Any) -> Callable[[list[Any]], str]:
    return lambda items: yaml.dump(items, Dumper=Writer, allow_unicode=True, **options)


def in_style(style: str, width: int) -> Callable[[list[Any]], str]:
    """Return what writes all texts in a style, and numbers as they are."""

    class Dumper(Writer):
        pass

    Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style))
    return lambda items: yaml.dump(items, Dumper=Dumper, sort_keys=False, width=width)


def by_ruamel(items: list[Any]) -> str:
    stream = io.StringIO()
    writer = YAML()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.dump(items, stream)
    return stream.getvalue()


def in_json(items: list[Any], **options: Any) -> str:
    texts = (json.dumps(item, **options).replace("\n", "\n  ") for item in items)
    return "".join(f"- {text}\n" for text in texts)


WRITERS: dict[str, Callable[[list[Any]], str]] = {
    "sorted keys": dumped(sort_keys=True),
    "in its order": dumped(sort_keys=False),
    "narrow": dumped(sort_keys=False, width=30),
    "double quotes": in_style('"', width=60),
    "single quotes": in_style("'", width=60),
    "literal": in_style("|", width=80),
    "folded": in_style(">", width=40),
    "flow": dumped(default_flow_style=True, width=80),
    "flow on one line": dumped(default_flow_style=True, width=10**6),
    "wide indents": dumped(indent=8),
    "yq": by_ruamel,
    "JSON": in_json,
    "JSON on lines": lambda items: in_json(items, indent=2),
    "JSON of ASCII with sorted keys": lambda items: in_json(items, indent=1, sort_keys=True, ensure_ascii=True),
    "Go's JSON": lambda items: in_json(items).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
}
"""How a tool may write objects: any order of keys, style, width, and escapes."""
ENDS: dict[str, Callable[[str], str]] = {
    "": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "no line feed at the end": lambda text: text.removesuffix("\n"),
}
CASES = [(path, writer, end) for path in INPUTS if "examples" in path.parts for writer in WRITERS for end in ENDS]


def written(items: list[Any], config: Any, writer: str, end: str) -> bytes:
    """Return a list with the items as a tool writes them."""
    text = WRITERS[writer](items)
    head = HEAD.replace("items:\n", f"functionConfig: {as_json(Random(0), config)}\nitems:")
    return ENDS[end](f"{head}\n{text}" if text.startswith("-") or writer == "yq" else f"{head} {text}").encode()


def check(path: Path, writer: str, end: str) -> None:
    case = case_of(path)
    if case is None or "krm-fn.dev/" in json.dumps(case[0]):
        pytest.skip("it cannot be said in JSON, or is no first run")
    items, config = case
    came = written(items, config, "in its order", "")
    outcome = process(came)
    if outcome.exit_code or "generator" in path.parent.name or load(came.decode())["items"] != items:
        pytest.skip("nothing is injected, or readers differ on what is written")
    injected = load(outcome.stdout.decode())["items"]
    removal = {**config, "spec": {"remove": True}}
    text = written(injected, removal, writer, end)
    if load(text.decode())["items"] != injected:
        pytest.skip("readers differ on what is written")
    removed = process(text)
    again = process(written(injected, config, writer, end))
    if config["spec"].get("record") == "none":
        for refused in (removed, again):
            assert refused.exit_code == 1
            assert {result.code for result in refused.results} == {codes.NO_RECORD}
            assert items_in(refused.stdout) == injected
        return
    assert removed.exit_code == 0
    assert load(removed.stdout.decode())["items"] == items
    doubts = [line for line in removed.lines if " PS7" in line or " PS4" in line]
    assert [line for line in doubts if " PS718 " not in line] == [], "which names what a user wrote before"
    assert again.exit_code == 0
    assert items_in(again.stdout) == injected


def parameters(cases: list[tuple[Path, str, str]]) -> list[Any]:
    return [pytest.param(*case, id=f"{case[0].parent.name}-{case[1]}-{case[2]}") for case in cases]


@pytest.mark.parametrize(("path", "writer", "end"), parameters(Random(7).sample(CASES, SAMPLE)))
def test_some_examples(path: Path, writer: str, end: str) -> None:
    check(path, writer, end)


@pytest.mark.fuzz
@pytest.mark.parametrize(("path", "writer", "end"), parameters(Random(8).sample(CASES, 5 * SAMPLE)))
def test_many_examples(path: Path, writer: str, end: str) -> None:
    check(path, writer, end)
