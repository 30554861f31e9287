"""Folders that a reader takes in at a glance, each with its contract. How they depend, import-linter holds."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "krm_fn"
FOLDERS = sorted({path.parent for path in PACKAGE.rglob("*.py")})
MOST_MODULES = 12
MOST_LINES = 400


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent))


def modules(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*.py") if path.name != "__init__.py"]


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_a_folder_has_a_contract_and_at_most_a_dozen_modules(folder: Path) -> None:
    contract = ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))
    assert contract
    assert len(modules(folder)) <= MOST_MODULES


def test_modules_are_short_unless_they_are_generated_or_lists() -> None:
    written = [path for path in PACKAGE.rglob("*.py") if path.parent.name != "generated"]
    long = [name(path) for path in written if len(path.read_text().splitlines()) > MOST_LINES]
    assert long == ["krm_fn/codes.py"]
