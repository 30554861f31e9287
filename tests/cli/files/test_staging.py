"""Which leftovers are removed: those that a run of ours must have made, while none is at work."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from krm_fn.cli.files.staging import Staging, leftovers, lock

if TYPE_CHECKING:
    from krm_fn.codes import Code
    from krm_fn.result import Result

NAME = ".proxy-sidecar.0123456789abcdef"


def found(folder: Path) -> list[Result]:
    return list(leftovers({str(folder): "deploy"}))


def left_in(folder: Path, *names: str) -> Path:
    """Leave a staging with files, as a killed run would; return it."""
    staging = Staging(str(folder))
    for name in names:
        with open(staging.file(name), "w") as file:
            file.write("text")
    (path,) = folder.glob(".proxy-sidecar.*")
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def codes_of(results: list[Result]) -> list[tuple[Code, str]]:
    return [(result.code, result.file) for result in results]


def test_a_folder_without_any(tmp_path: Path) -> None:
    (tmp_path / ".proxy-sidecar").mkdir()
    (tmp_path / ".proxy-sidecar.yaml").write_text("a stranger's")
    (tmp_path / f"{NAME}0").mkdir()
    (tmp_path / NAME.upper()).mkdir()
    before = names_in(tmp_path)
    assert found(tmp_path) == []
    assert names_in(tmp_path) == before


@pytest.mark.parametrize("names", [("0.new",), ("0.old", "0.new", "17.old")])
def test_a_staging_is_removed(tmp_path: Path, names: tuple[str, ...]) -> None:
    path = left_in(tmp_path, *names)
    assert [(str(code), file) for code, file in codes_of(found(tmp_path))] == [("PS022", f"deploy/{path.name}")]
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("mark", [None, b"", b"# The next run of"])
def test_a_staging_whose_run_was_killed_at_its_beginning_is_removed(tmp_path: Path, mark: bytes | None) -> None:
    (tmp_path / NAME).mkdir()
    if mark is not None:
        (tmp_path / NAME / ".gitignore").write_bytes(mark)
    assert [result.code.number for result in found(tmp_path)] == ["PS022"]
    assert names_in(tmp_path) == []


STRANGERS: dict[str, Callable[[Path], object]] = {
    "a file of that name": lambda folder: (folder / NAME).write_text("text"),
    "a folder with another file": lambda folder: (left_in(folder, "0.new") / "web.yaml").write_text("text"),
    "a folder with a folder": lambda folder: (left_in(folder, "0.new") / "1.new").mkdir(),
    "a folder with a link": lambda folder: (left_in(folder, "0.new") / "1.new").symlink_to(folder / "web.yaml"),
    "a folder with a pipe": lambda folder: os.mkfifo(left_in(folder, "0.new") / "1.new"),
    "a folder without the mark": lambda folder: (left_in(folder, "0.new") / ".gitignore").unlink(),
    "a folder with another mark": lambda folder: (left_in(folder, "0.new") / ".gitignore").write_text("*\n"),
    "a folder with a part of the mark": lambda folder: (left_in(folder, "0.new") / ".gitignore").write_text("# The"),
    "a link to a staging": lambda folder: (folder / NAME).symlink_to(moved(folder)),
}


def moved(folder: Path) -> Path:
    """Move a staging to where it does not have its name any more."""
    elsewhere = folder / "elsewhere"
    left_in(folder, "0.new").rename(elsewhere)
    return elsewhere


@pytest.mark.parametrize("name", STRANGERS)
def test_what_a_stranger_may_have_made_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / "web.yaml").write_text("text")
    STRANGERS[name](tmp_path)
    before = names_in(tmp_path)
    assert [result.code.number for result in found(tmp_path)] == ["PS023"]
    assert names_in(tmp_path) == before


def test_the_staging_of_a_run_that_is_at_work_stays(tmp_path: Path) -> None:
    left_in(tmp_path, "0.new")
    before = names_in(tmp_path)
    with contextlib.ExitStack() as locks:
        assert lock(str(tmp_path), locks)
        assert found(tmp_path) == []
        assert names_in(tmp_path) == before
    assert len(found(tmp_path)) == 1
    assert names_in(tmp_path) == []


def test_without_locks_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_lock(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_lock)
    path = left_in(tmp_path, "0.new")
    before = names_in(tmp_path)
    (result,) = found(tmp_path)
    assert (result.code.number, result.file) == ("PS023", f"deploy/{path.name}")
    assert names_in(tmp_path) == before


def test_what_stays_of_a_removal_that_failed_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_in(tmp_path, "0.new", "1.new")
    unlink = os.unlink

    def not_the_first(path: str, *, dir_fd: int | None = None) -> None:
        if path == "0.new":
            raise OSError(errno.EIO, "Input/output error")
        unlink(path, dir_fd=dir_fd)

    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", not_the_first)
        (result,) = found(tmp_path)
        assert result.code.number == "PS023"
        assert "Input/output error" in result.message
    assert len(names_in(tmp_path)) == 3
    assert [result.code.number for result in found(tmp_path)] == ["PS022"]
    assert names_in(tmp_path) == []
