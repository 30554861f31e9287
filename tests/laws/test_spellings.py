"""A text that writes the same otherwise is treated the same: escapes, quotes, words broken over lines."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from krm_fn.function import process
from krm_fn.resource_list.identity import annotations_of
from krm_fn.resource_list.resource_list import ResourceList
from tests.corpus.expected import TEMPLATES
from tests.corpus.files import corpus_files, documents_of
from tests.corpus.test_targets import config_for, listeners_for
from tests.laws.runs import plain
from tests.manifests import load

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
INPUTS = sorted((Path(__file__).parents[1]).glob("examples/*/input.yaml"))
INPUTS += sorted((Path(__file__).parents[1]).glob("errors/*/input.yaml"))
SAMPLE = 30
"""So many cases are tried in the quick tests."""
KNOWN_BY_ITS_TEXT = ("stdin-", "list", "alias", "anchor", "-tag", "tags-", "twice", "generators", "unreadable")
"""Words in the names of examples that are about a form that data cannot say."""
LINE = re.compile(r" \(line \d+ of stdin\)")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def as_json(_: Random, data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def with_slashes(random: Random, data: Any) -> str:
    return as_json(random, data).replace("/", "\\/")


def with_numbers(random: Random, data: Any) -> str:
    """Write some letters by their numbers; those beyond the first plane by two."""
    return STRING.sub(
        lambda found: f'"{"".join(_by_number(random, part) for part in _letters(found[1]))}"', as_json(random, data)
    )


def _letters(text: str) -> list[str]:
    """Return the parts of a JSON string: characters, and escapes."""
    return re.findall(r"\\u....|\\.|.", text, re.DOTALL)


def _by_number(random: Random, part: str) -> str:
    if len(part) > 1 or random.randrange(4):
        return part
    if ord(part) > 0xFFFF:
        return json.dumps(part)[1:-1]
    forms = [f"\\u{ord(part):04x}", f"\\u{ord(part):04X}", f"\\U{ord(part):08x}"]
    return random.choice([*forms, f"\\x{ord(part):02x}"] if ord(part) < 0x100 else forms)


def over_lines(random: Random, data: Any) -> str:
    """Break words over lines, keys too."""
    return "{\n    " + STRING.sub(lambda found: f'"{_broken(random, found[1])}"', _fields(random, data)) + "}"


def _broken(random: Random, text: str) -> str:
    """Return the inside of a JSON string over lines; what is blank does not begin one."""
    parts = _letters(text)
    pairs = zip(parts, [*parts[1:], " "], strict=False)
    return "".join(part + "\\\n      " * (after != " " and not random.randrange(6)) for part, after in pairs)


def _fields(random: Random, data: Any) -> str:
    """Write an object's fields with explicit keys, which may be of several lines."""
    return ",\n    ".join(f"? {as_json(random, key)}\n    : {_flow(random, value)}" for key, value in data.items())


def _flow(random: Random, value: Any) -> str:
    if isinstance(value, dict):
        return "{" + _fields(random, value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(random, each) for each in value) + "]"
    return as_json(random, value)


def with_quotes(_: Random, data: Any) -> str:
    """Quote all keys and texts in block style."""
    return _quoted(data, '"')


def with_single_quotes(_: Random, data: Any) -> str:
    return _quoted(data, "'")


def _quoted(data: Any, quote: str) -> str:
    node = yaml.safe_dump(data, sort_keys=False, width=100000, default_style=None)
    style = yaml.compose(node, Loader=yaml.SafeLoader)
    for each in _scalars(style):
        if each.tag == "tag:yaml.org,2002:str":
            each.style = quote
    text: str = yaml.serialize(style, Dumper=yaml.SafeDumper, width=100000, allow_unicode=True)
    return text.rstrip("\n").replace("\n", "\n  ")


def _scalars(node: Any) -> list[Any]:
    if isinstance(node, yaml.ScalarNode):
        return [node]
    parts = node.value if isinstance(node, yaml.SequenceNode) else [part for pair in node.value for part in pair]
    return [scalar for part in parts for scalar in _scalars(part)]


SPELLINGS = {
    "slashes": with_slashes,
    "numbers": with_numbers,
    "over lines": over_lines,
    "quotes": with_quotes,
    "single quotes": with_single_quotes,
}


def stdin(items: Sequence[Any], config: Any, spelling: Any = as_json, random: Random | None = None) -> bytes:
    """Return a ResourceList with its items in a spelling."""
    chosen = random or Random(0)
    lines = [f"- {spelling(chosen, item)}\n" for item in items]
    return f"{HEAD}{''.join(lines)}functionConfig: {as_json(chosen, config)}\n".encode()


def items_in(data: bytes) -> list[Any]:
    """Return what the items of a list mean."""
    return [plain(item.original.decode()) for item in ResourceList(data).items]


def said(data: bytes) -> tuple[int, list[tuple[str, str]]]:
    outcome = process(data)
    return outcome.exit_code, [(result.code.number, LINE.sub("", result.line())) for result in outcome.results]


def without_records(items: list[Any]) -> list[Any]:
    """Return items without what records hold: the old texts, which are spelled as they were."""
    for item in items:
        for key in annotations_of(item):
            if key.startswith("undo."):
                item["metadata"]["annotations"][key] = ""
    return items


def means_the_same(items: Sequence[Any], config: Any, spelling: Any, random: Random) -> None:
    """Injected, injected again and removed: all is as in plain JSON, also where a tool spells the output anew."""
    plain, spelled = stdin(items, config), stdin(items, config, spelling, random)
    assert items_in(spelled) == items_in(plain)
    assert said(spelled) == said(plain)
    one, other = process(plain), process(spelled)
    assert without_records(items_in(other.stdout)) == without_records(items_in(one.stdout))
    if one.exit_code:
        return
    injected = items_in(one.stdout)
    again = stdin(injected, config, spelling, random)
    assert items_in(process(again).stdout) == injected
    removal = {**config, "spec": {"remove": True, **{k: v for k, v in config["spec"].items() if k == "formerNames"}}}
    came = items_in(process(stdin(injected, removal)).stdout)
    assert items_in(process(stdin(injected, removal, spelling, random)).stdout) == came


@cache
def case_of(path: Path) -> tuple[list[Any], Any] | None:
    """Return the items and the functionConfig of an input; None where JSON cannot say them."""
    if any(word in path.parent.name for word in KNOWN_BY_ITS_TEXT):
        return None
    try:
        document = load(path.read_bytes().decode())
    except (yaml.YAMLError, ValueError, TypeError):
        return None
    items, config = document.get("items"), document.get("functionConfig")
    is_plain = isinstance(items, list) and all(isinstance(item, dict) for item in items)
    try:
        same = json.loads(json.dumps([items, config]))
    except TypeError:
        return None
    has_spec = (
        isinstance(config, dict) and isinstance(config.get("spec"), dict) and config.get("kind") == "ProxySidecar"
    )
    return (items, config) if is_plain and same == [items, config] and has_spec else None


CASES = [(path, name) for path in INPUTS for name in SPELLINGS]


def parameters(cases: Sequence[tuple[Path, str]]) -> list[Any]:
    return [pytest.param(path, name, id=f"{path.parent.name}-{name}") for path, name in cases]


@pytest.mark.parametrize(("path", "name"), parameters(Random(3).sample(CASES, SAMPLE)))
def test_some_examples(path: Path, name: str) -> None:
    check(path, name)


@pytest.mark.fuzz
@pytest.mark.parametrize(("path", "name"), parameters(Random(9).sample(CASES, 10 * SAMPLE)))
def test_many_examples(path: Path, name: str) -> None:
    check(path, name)


def check(path: Path, name: str) -> None:
    case = case_of(path)
    if case is None:
        pytest.skip("JSON cannot say what it is about")
    means_the_same(*case, SPELLINGS[name], Random(path.parent.name))


@pytest.mark.corpus
@pytest.mark.parametrize("path", corpus_files())
def test_each_workload_of_the_corpus(path: Path) -> None:
    documents = [each for each in documents_of(path) if each.kind and each.is_yaml and each.is_plain()]
    for document in [each for each in documents if each.name and each.kind in TEMPLATES][:1]:
        config = config_for(document.kind, document.name, listeners_for(document.data)[0])
        random = Random(path.name)
        means_the_same([each.data for each in documents], config, SPELLINGS[random.choice([*SPELLINGS])], random)
