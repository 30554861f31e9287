"""The folder that the subcommands are run in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.manifests import config


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to an empty folder, beside which the functionConfig lies."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    (tmp_path / "fn.yaml").write_text(config())
    return tmp_path / "work"
