from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codegen import targets
from codegen.__main__ import main
from codegen.acceptor import _expression
from codegen.reference import reference_page
from codegen.values import _plain_type, _source


def test_no_generated_file_is_stale() -> None:
    assert list(targets.stale()) == [], "run python -m codegen"


def test_a_check_names_what_is_stale_and_the_command_rebuilds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(targets, "ROOT", tmp_path)
    monkeypatch.setattr(targets, "TARGETS", {"a/b.txt": lambda: "é\n", "c.txt": lambda: "c"})
    (tmp_path / "c.txt").write_text("c")
    assert main(["--check"]) == 1
    assert capsys.readouterr().out == "a/b.txt: stale\n"
    assert main([]) == 0
    assert capsys.readouterr().out == "a/b.txt: written\n"
    assert (tmp_path / "a/b.txt").read_bytes() == "é\n".encode()
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_the_reference_page_gives_every_field_a_meaning() -> None:
    rows = [
        line.split(" | ") for line in reference_page().partition("## Engines")[0].splitlines() if line.startswith("| `")
    ]
    assert len(rows) > 80
    assert [row for row in rows if len(row) != 4 or len(row[3]) < 5] == []


@pytest.mark.parametrize("annotation", [str, int, set[int], str | int])
def test_a_type_without_a_rule_has_no_acceptor(annotation: Any) -> None:
    with pytest.raises(TypeError, match="needs a rule"):
        _expression(annotation)


def test_what_has_no_plain_source_is_refused() -> None:
    with pytest.raises(TypeError, match="no plain type"):
        _plain_type("x")
    with pytest.raises(TypeError, match="no source text"):
        _source(1.5)
    assert _source(["a"]) == '("a",)'
