"""Files that the documents name are there, and each folder of the package is in the picture."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_PATH = re.compile(r"`((?:krm_fn|codegen|tests|docs|scripts|benchmarks|kustomization-examples)(?:/[\w.-]+)*/?)`")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")
_MODULE = re.compile(r"`((?:[a-z_]+/)+[a-z_]+\.py)`")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_paths_and_links_lead_somewhere(document: Path) -> None:
    text = document.read_text()
    named = [ROOT / path for path in _PATH.findall(text)]
    linked = [document.parent / path for path in _LINK.findall(text)]
    missing = [str(path) for path in (*named, *linked) if not path.exists()]
    assert missing == []


@pytest.mark.parametrize("document", ["docs/design.md", "docs/extending.md"])
def test_modules_are_where_the_document_says(document: str) -> None:
    modules = _MODULE.findall((ROOT / document).read_text())
    assert len(modules) > 8
    missing = [each for each in modules if not (ROOT / each).exists() and not (ROOT / "krm_fn" / each).exists()]
    assert missing == []


def test_the_twelve_tasks_name_files_each() -> None:
    sections = re.split(r"^## \d+\. ", (ROOT / "docs/extending.md").read_text(), flags=re.MULTILINE)[1:]
    assert len(sections) == 12
    assert all(_PATH.search(section) for section in sections)


def test_the_picture_is_the_one_that_is_held() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each["name"] == "imports point down one picture")
    picture = (ROOT / "docs/design.md").read_text().split("```")[1]
    drawn = [line.split("  ")[0].replace(", ", " | ") for line in picture.strip().splitlines()]
    assert drawn == layers
