"""Golden files are compared, written and, where they would be empty, absent."""

from __future__ import annotations

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
