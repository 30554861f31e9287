"""Golden files are compared, written and, where they would be empty, absent."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import golden


@pytest.mark.parametrize("text", ["text\n", ""])
@pytest.mark.parametrize("held", [None, "", "text\n", "other\n"])
def test_a_golden_file_holds_the_text_or_is_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: str | None, text: str
) -> None:
    path = tmp_path / "golden"
    if held is not None:
        path.write_text(held)
    monkeypatch.delenv("UPDATE_GOLDEN", raising=False)
    if held == (text or None):
        golden.check(path, text)
    else:
        with pytest.raises(AssertionError, match="UPDATE_GOLDEN=1"):
            golden.check(path, text)
    monkeypatch.setenv("UPDATE_GOLDEN", "1")
    golden.check(path, text)
    assert path.exists() == bool(text)
    assert not text or path.read_text() == text


SUITE = """
import os
import subprocess
import sys
from tests import golden

def test_one():
    golden.check(golden.GOLDEN / "one", "1")

def test_two():
    golden.check(golden.GOLDEN / "two", "2")
"""


CONFTEST = """
from pathlib import Path
from tests import golden

def pytest_configure(config):
    golden.GOLDEN = Path(__file__).parent / "golden"
    config.pluginmanager.register(golden.Plugin())
"""


@pytest.mark.parametrize("processes", ["0", "2"])
@pytest.mark.parametrize(("stale", "arguments", "code"), [(False, [], 0), (True, [], 1), (True, ["-k", "one"], 0)])
def test_a_golden_file_that_nobody_uses_fails_the_suite(
    tmp_path: Path, processes: str, stale: bool, arguments: list[str], code: int
) -> None:
    (tmp_path / "test_some.py").write_text(SUITE)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = .\n")
    (tmp_path / "golden").mkdir()
    for name, text in {"one": "1", "two": "2", **({"three": "3"} if stale else {})}.items():
        (tmp_path / "golden" / name).write_text(text)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", processes, *arguments]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False, text=True)
    assert run.returncode == code, run.stdout
    assert ("stale golden file" in run.stdout) is bool(code)
