"""Golden files: expected texts under tests/golden/. UPDATE_GOLDEN=1 writes what came instead of comparing.

A run of the whole suite fails if a file there was compared by no test.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).parent / "golden"
_used: set[Path] = set()


def check(path: Path, text: str) -> None:
    """Assert that the golden file holds the text, or write it. For the empty text there must be no file."""
    _used.add(path)
    if os.environ.get("UPDATE_GOLDEN"):
        _write(path, text)
    held = path.read_bytes().decode() if path.exists() else None
    assert held is not None or not text, f"{path} is missing: run with UPDATE_GOLDEN=1, and review it"
    assert held == (text or None), f"{path} differs: if that is right, run with UPDATE_GOLDEN=1, and review"


def _write(path: Path, text: str) -> None:
    if text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    else:
        path.unlink(missing_ok=True)


def unused() -> list[Path]:
    """Return the golden files that no test has compared."""
    return sorted(path for path in GOLDEN.rglob("*") if path.is_file() and path not in _used)


class Plugin:
    """Fails a run of the whole suite that left golden files unused."""

    def __init__(self) -> None:
        self.whole = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a process of pytest-xdist has compared, and whether it left any tests out."""
        found: dict[str, Any] = getattr(node, "workeroutput", {})
        _used.update(map(Path, found.get("golden files", ())))
        self.whole = self.whole and found.get("whole suite", False)

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """A selection leaves golden files unused rightly, unless it is of the slow tests, which use none."""
        slow = ("cluster", "corpus", "e2e", "fuzz")
        self.whole = self.whole and all(any(map(item.get_closest_marker, slow)) for item in items)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Name the unused files, and fail; in a process of pytest-xdist, say which are used."""
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output |= {"golden files": list(map(str, _used)), "whole suite": self.whole}
            return
        asked_for_all = session.config.args_source is pytest.Config.ArgsSource.TESTPATHS
        if self.whole and asked_for_all and not session.config.option.collectonly and not session.testsfailed:
            stale = unused()
            for path in stale:
                session.config.get_terminal_writer().line(f"\nstale golden file: {path}", red=True)
            if stale:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
