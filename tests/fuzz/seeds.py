"""What is mutated: the documents of the manifest corpus, of the examples, and of generated packages."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from krm_fn.function import process
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.result import FunctionError
from krm_fn.yaml_text.read import YamlError
from tests.corpus.expected import OWNER, TEMPLATES, tcp_ports
from tests.corpus.files import SHARED, corpus_files, documents_of
from tests.laws.choices import Choices
from tests.laws.configs import Config, function_config
from tests.laws.items import block_items
from tests.laws.packages import Package, package

if TYPE_CHECKING:
    from random import Random

    from tests.corpus.files import Document

EXAMPLES = Path(__file__).parents[1] / "examples"
LARGEST = 6000
"""Characters of a file or an example: larger ones take long, and have no other kinds of text."""
_MOST = 7
"""Documents in one input."""


@dataclass(frozen=True)
class Seed:
    """Documents as texts with LF at their lines' ends, and a functionConfig for them."""

    texts: list[str]
    config: Config


def seed(random: Random) -> Seed:
    """Return documents that the function mostly accepts."""
    choices = Choices(random)
    files = _files()
    found = None
    kind = choices.one("corpus", "corpus", "corpus", "example", "example", "output", "generated")
    if kind == "corpus" and files:
        found = _of_file(choices, choices.one(*files))
    elif kind in ("example", "output"):
        found = _of_example(choices.one(*_examples()), is_output=kind == "output")
    return found or _generated(choices)


@cache
def _files() -> tuple[Path, ...]:
    """Return the files of the corpus, none where it is not there."""
    if not SHARED.is_dir():
        return ()
    paths = [parameter.values[0] for parameter in corpus_files()]
    return tuple(path for path in paths if path.is_file() and path.stat().st_size <= LARGEST)


@cache
def _examples() -> tuple[Path, ...]:
    paths = sorted(EXAMPLES.glob("*/input.yaml"))
    return tuple(path for path in paths if path.stat().st_size <= LARGEST and "generators" not in path.parent.name)


@cache
def _documents(path: Path) -> tuple[Document, ...]:
    return tuple(documents_of(path))


def _of_file(choices: Choices, path: Path) -> Seed | None:
    """Return documents of a file, with one of its workloads as the target."""
    documents = [document for document in _documents(path) if document.is_yaml]
    workloads = [each for each in documents if each.kind in TEMPLATES and each.name and _declares_well(each.data)]
    if not workloads:
        return None
    target = choices.one(*workloads)
    others = [each for each in documents if each is not target]
    choices.random.shuffle(others)
    others.sort(key=lambda each: each.kind not in ("Service", "Ingress", "NetworkPolicy"))
    chosen = [target, *others[: choices.random.randrange(_MOST)]]
    if choices.maybe():
        chosen.sort(key=documents.index)
    found = Package(
        items=[each.data for each in chosen],
        target={"kind": target.kind, "name": target.name},
        targets=[target.data],
        ports=[port for each in tcp_ports(target.data) for port in (each["containerPort"], each.get("name")) if port]
        or [80],
        files="",
    )
    return Seed([each.text for each in chosen], function_config(choices, OWNER, found))


def _declares_well(workload: Any) -> bool:
    try:
        return all(isinstance(port["containerPort"], int) for port in tcp_ports(workload))
    except (KeyError, TypeError, AttributeError):
        return False


@cache
def _of_example(path: Path, *, is_output: bool) -> Seed | None:
    """Return the items of an example, or of what the function makes of it, and its functionConfig."""
    stdin = path.read_bytes()
    if is_output:
        stdin = process(stdin).stdout
    try:
        resource_list = ResourceList(stdin)
        config = resource_list.function_config()
        texts = [block_text(item.original.decode()) for item in resource_list.items]
    except (YamlError, FunctionError, UnicodeDecodeError):
        return None
    if not isinstance(config, dict) or None in texts:
        return None
    return Seed([text for text in texts if text], config)


def block_text(item: str) -> str | None:
    """Return an entry of a block list as a document; None where it is none."""
    lines = item.replace("\r\n", "\n").rstrip("\n")
    found = re.match(r"( *)- (?=\S)", lines)
    if not found:
        return None
    return textwrap.dedent(" " * found.end() + lines[found.end() :])


def _generated(choices: Choices) -> Seed:
    found = package(choices)
    items, _ = block_items(choices, found.items, indent="")
    texts = [text for item in items if (text := block_text(item))]
    return Seed(texts, function_config(choices, OWNER, found))
