"""All files are written, or none is; and nothing is left lying about."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
import stat
import struct
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from krm_fn import codes
from krm_fn.cli.files.atomic_write import write_files
from krm_fn.cli.files.file_change import FileChange
from krm_fn.cli.files.staging import leftovers, lock
from krm_fn.result import FunctionError
from tests.cli.users import NOBODY, as_root, open_to_all, run_as

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def change(path: Path, old: str | None, new: str | None) -> FileChange:
    def data(text: str | None) -> bytes | None:
        return None if text is None else text.encode()

    return FileChange(name=path.name, path=str(path), old=data(old), new=data(new))


def refused(*changes: FileChange) -> list[str]:
    with pytest.raises(FunctionError) as caught:
        write_files(changes)
    return [f"{result.file}: {result.message}" for result in caught.value.results]


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_nothing_to_write(tmp_path: Path) -> None:
    write_files([])
    assert contents(tmp_path) == {}


def test_files_are_changed_added_and_deleted(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    write_files(
        [change(tmp_path / "a", "a", "A"), change(tmp_path / "b", "b", None), change(tmp_path / "c", None, "C")]
    )
    assert contents(tmp_path) == {"a": "A", "c": "C"}


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664])
def test_mode_is_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a"
    path.write_text("a")
    path.chmod(mode)
    write_files([change(path, "a", "A")])
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_new_file_has_the_mode_that_the_umask_gives(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_files([change(tmp_path / "a", None, "A")])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o666 & ~umask


@as_root
def test_owner_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("a")
    os.chown(path, NOBODY, NOBODY)
    write_files([change(path, "a", "A")])
    assert (path.stat().st_uid, path.stat().st_gid) == (NOBODY, NOBODY)


def test_another_name_of_the_file_keeps_the_old_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "backup").hardlink_to(tmp_path / "a")
    write_files([change(tmp_path / "a", "a", "A")])
    assert contents(tmp_path) == {"a": "A", "backup": "a"}


@pytest.mark.parametrize("meanwhile", ["edited", None])
def test_a_file_that_was_changed_since_it_was_read(tmp_path: Path, meanwhile: str | None) -> None:
    (tmp_path / "a").write_text("a")
    if meanwhile:
        (tmp_path / "b").write_text(meanwhile)
    before = contents(tmp_path)
    message = "b: was changed by something else meanwhile. No file was changed; run it again."
    assert refused(change(tmp_path / "a", "a", "A"), change(tmp_path / "b", "b", "B")) == [message]
    assert refused(change(tmp_path / "a", "a", "A"), change(tmp_path / "b", "b", None)) == [message]
    assert contents(tmp_path) == before


def test_a_new_file_that_is_there_by_now(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    before = contents(tmp_path)
    assert len(refused(change(tmp_path / "a", "a", None), change(tmp_path / "b", None, "B"))) == 1
    assert contents(tmp_path) == before


def test_every_file_that_stands_in_the_way_is_reported(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "c").write_text("c")
    report = "cannot be written: {}. No file was changed; correct that, and run it again."
    assert refused(
        change(tmp_path / "c", "c", "C"),
        change(tmp_path / "a", None, "A"),
        change(tmp_path / "b", "b", "B"),
        change(tmp_path / "d/e", None, "E"),
    ) == [
        f"a: {report.format('Is a directory')}",
        f"b: {report.format('Is a directory')}",
        f"e: {report.format('No such file or directory')}",
    ]
    assert contents(tmp_path) == {"c": "c"}
    assert len(list(tmp_path.iterdir())) == 3


def test_a_stranger_s_file_is_no_obstacle_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("a")
    strangers = {f".a.{os.getpid()}.{ending}": ending for ending in ("new", "old", "tmp")}
    for name, text in strangers.items():
        (tmp_path / name).write_text(text)
    write_files([change(path, "a", "A")])
    assert contents(tmp_path) == {**strangers, "a": "A"}
    assert len(refused(change(path, "a", "B"))) == 1
    assert contents(tmp_path) == {**strangers, "a": "A"}


def test_a_staging_s_name_that_is_taken_is_no_reason_to_use_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, taken = tmp_path / "a", tmp_path / f".proxy-sidecar.{bytes(8).hex()}"
    path.write_text("a")
    taken.mkdir()
    (taken / "0.new").write_text("a stranger's")
    monkeypatch.setattr(os, "urandom", bytes)
    assert "File exists" in refused(change(path, "a", "A"))[0]
    assert contents(tmp_path) == {f"{taken.name}/0.new": "a stranger's", "a": "a"}


def write_as(user: int, folder: Path, changes: list[tuple[str, str | None, str | None]], before: str = "") -> str:
    """Write as another user, in a process of its own; return what it says of failures."""
    program = f"""
code = lambda text: None if text is None else text.encode()
try:
    write_files(FileChange(name=name, path=os.path.join({str(folder)!r}, name), old=code(old), new=code(new))
          for name, old, new in {changes!r})
except FunctionError as error:
    print(error)
"""
    imports = """
from krm_fn.cli.files.atomic_write import write_files
from krm_fn.cli.files.file_change import FileChange
from krm_fn.result import FunctionError
"""
    return run_as(user, imports + before, program)


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    return open_to_all(tmp_path)


@as_root
def test_a_rename_that_fails_midway_is_put_back(open_folder: Path) -> None:
    """In a folder with the sticky bit, another user's file can be read and written, but not be renamed over."""
    for name in ("mine/a", "mine/b", "sticky/c"):
        path = open_folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
        path.chmod(0o666)
    (open_folder / "sticky").chmod(0o1777)
    os.chown(open_folder / "mine", NOBODY, NOBODY)
    before = contents(open_folder)
    inodes = [(open_folder / name).stat() for name in before]
    report = write_as(
        NOBODY,
        open_folder,
        [("mine/a", "mine/a", "A"), ("mine/b", "mine/b", None), ("mine/n", None, "N"), ("sticky/c", "sticky/c", "C")],
    )
    message = "cannot be written: Operation not permitted. No file was changed; correct that, and run it again."
    assert report == f"[error] PS014 ProxySidecar: (sticky/c): {message}\n"
    assert contents(open_folder) == before
    assert [(open_folder / name).stat().st_mtime_ns for name in before] == [found.st_mtime_ns for found in inodes]


@as_root
@pytest.mark.parametrize(("mode", "folder_mode"), [(0o444, 0o777), (0o666, 0o555)])
def test_what_is_read_only_is_left(open_folder: Path, mode: int, folder_mode: int) -> None:
    folder = open_folder / "x"
    folder.mkdir()
    for name in ("a", "b"):
        (open_folder / name).write_text(name)
        (open_folder / name).chmod(0o666)
    (folder / "c").write_text("c")
    (folder / "c").chmod(mode)
    folder.chmod(folder_mode)
    open_folder.chmod(0o777)
    before = contents(open_folder)
    report = write_as(NOBODY, open_folder, [("a", "a", "A"), ("x/c", "c", "C"), ("b", "b", None)])
    assert report.startswith("[error] PS014 ProxySidecar: (x/c): cannot be written: Permission denied.")
    assert contents(open_folder) == before


@as_root
def test_owner_that_may_not_be_kept_is_no_obstacle(open_folder: Path) -> None:
    (open_folder / "a").write_text("a")
    (open_folder / "a").chmod(0o666)
    open_folder.chmod(0o777)
    assert write_as(NOBODY, open_folder, [("a", "a", "A")]) == ""
    found = (open_folder / "a").stat()
    assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (NOBODY, 0o666)
    assert contents(open_folder) == {"a": "A"}


@as_root
def test_full_disk(open_folder: Path) -> None:
    (open_folder / "a").write_text("a")
    (open_folder / "b").write_text("b")
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))"
    report = write_as(0, open_folder, [("a", "a", "A"), ("b", "b", "B" * 9001)], limit)
    assert report.startswith("[error] PS014 ProxySidecar: (b): cannot be written: File too large.")
    assert contents(open_folder) == {"a": "a", "b": "b"}


def test_a_file_that_is_changed_while_the_others_are_made_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    monkeypatch.setattr(os, "fsync", lambda _: (tmp_path / "a").write_text("edited"))
    message = "a: was changed by something else meanwhile. No file was changed; run it again."
    assert refused(change(tmp_path / "a", "a", "A"), change(tmp_path / "b", "b", "B")) == [message]
    assert contents(tmp_path) == {"a": "edited", "b": "b"}


def test_signals_wait_until_all_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    replace = os.replace

    def replace_and_interrupt(source: str, target: str) -> None:
        replace(source, target)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)  # pytest-xdist has a thread that would take it

    monkeypatch.setattr(os, "replace", replace_and_interrupt)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            write_files([change(tmp_path / "a", "a", "A"), change(tmp_path / "b", "b", "B")])
    finally:
        signal.signal(signal.SIGINT, before)
    assert contents(tmp_path) == {"a": "A", "b": "B"}


def test_file_system_without_second_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    replace = os.replace

    def no_link(_source: str, target: str) -> None:
        raise PermissionError(1, "Operation not permitted", target)

    def no_b(source: str, target: str) -> None:
        if target.endswith("/b"):
            raise OSError(28, "No space left on device", target)
        replace(source, target)

    monkeypatch.setattr(os, "link", no_link)
    monkeypatch.setattr(os, "replace", no_b)
    assert "No space left" in refused(change(tmp_path / "a", "a", "A"), change(tmp_path / "b", "b", "B"))[0]
    assert contents(tmp_path) == {"a": "a", "b": "b"}


def test_what_cannot_be_put_back_is_reported_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    replace, calls = os.replace, []

    def once(source: str, target: str) -> None:
        calls.append(target)
        if len(calls) > 1:
            raise OSError(5, "Input/output error", target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", once)
    report = refused(change(tmp_path / "a", "a", "A"), change(tmp_path / "b", "b", "B"))
    (old,) = tmp_path.rglob("*.old")
    assert report[1] == f"a: cannot be restored: Input/output error. Its old content is in {old}: rename that file."
    assert report[0] == "b: cannot be written: Input/output error. Correct that, and run it again."
    assert contents(tmp_path) == {str(old.relative_to(tmp_path)): "a", "a": "A", "b": "b"}
    (left,) = leftovers({str(tmp_path): ""})
    assert left.code is codes.LEFTOVER_NOT_REMOVED
    assert old.read_text() == "a"


def test_what_something_else_writes_while_files_are_put_back_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    replace = os.replace

    def edited_then_full(source: str, target: str) -> None:
        if target.endswith("/b"):
            (tmp_path / "a").write_text("edited")
            (tmp_path / "n").write_text("edited")
            raise OSError(28, "No space left on device", target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", edited_then_full)
    changes = [change(tmp_path / "a", "a", "A"), change(tmp_path / "n", None, "N"), change(tmp_path / "b", "b", "B")]
    report = refused(*changes)
    (old,) = tmp_path.rglob("*.old")
    meanwhile = "cannot be restored: something else changed it meanwhile."
    assert report[1:] == [
        f"n: {meanwhile} Delete that file.",
        f"a: {meanwhile} Its old content is in {old}: rename that file.",
    ]
    assert contents(tmp_path) == {str(old.relative_to(tmp_path)): "a", "a": "edited", "b": "b", "n": "edited"}


def test_a_file_that_is_changed_between_the_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    replace = os.replace

    def replaced_then_edited(source: str, target: str) -> None:
        replace(source, target)
        (tmp_path / "b").write_text("edited")

    monkeypatch.setattr(os, "replace", replaced_then_edited)
    message = "b: was changed by something else meanwhile. No file was changed; run it again."
    assert refused(change(tmp_path / "a", "a", "A"), change(tmp_path / "b", "b", "B")) == [message]
    assert contents(tmp_path) == {"a": "a", "b": "edited"}


def test_a_folder_where_another_run_writes(tmp_path: Path) -> None:
    for name in ("mine/a", "other/b"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(name)
    changes = [change(tmp_path / "mine/a", "mine/a", "A"), change(tmp_path / "other/b", "other/b", "B")]
    with contextlib.ExitStack() as locks:
        assert lock(str(tmp_path / "other"), locks)
        message = "is where another run writes files. No file was changed; run it again when that is done."
        assert refused(*changes) == [f".: {message}"]
        assert contents(tmp_path) == {"mine/a": "mine/a", "other/b": "other/b"}
    write_files(changes)
    assert contents(tmp_path) == {"mine/a": "A", "other/b": "B"}


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EBADF])
def test_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def no_lock(_descriptor: int, _operation: int) -> None:
        raise OSError(number, os.strerror(number))

    (tmp_path / "a").write_text("a")
    monkeypatch.setattr(fcntl, "flock", no_lock)
    write_files([change(tmp_path / "a", "a", "A")])
    assert contents(tmp_path) == {"a": "A"}


def test_more_folders_than_files_may_be_open(tmp_path: Path) -> None:
    program = f"""
import resource, sys
from pathlib import Path
from krm_fn.cli.files.atomic_write import write_files
from krm_fn.cli.files.file_change import FileChange
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 600))
paths = [Path({str(tmp_path)!r}) / str(number) / "a" for number in range(300)]
for path in paths:
    path.parent.mkdir()
    path.write_text("a")
write_files(FileChange(name=str(path), path=str(path), old=b"a", new=b"A") for path in paths)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    assert set(contents(tmp_path).values()) == {"A"}
    assert len(contents(tmp_path)) == 300


# What a file has beside its text.

ACL = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", tag, allowed, who)
    for tag, allowed, who in [
        (1, 6, -1 & 0xFFFFFFFF),
        (2, 6, NOBODY),
        (4, 4, -1 & 0xFFFFFFFF),
        (0x10, 6, -1 & 0xFFFFFFFF),
        (0x20, 0, -1 & 0xFFFFFFFF),
    ]
)
"""An access ACL as the kernel has it: the owner and one more user may write, the group may read, others nothing."""
ACCESS, DEFAULT = "system.posix_acl_access", "system.posix_acl_default"


def attributes(path: Path) -> dict[str, bytes]:
    return {name: os.getxattr(path, name) for name in os.listxattr(path)}


def give(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        pytest.skip(f"{name} is not supported here: {error}")


@pytest.mark.parametrize("has_links", [True, False])
def test_extended_attributes_and_acl_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool) -> None:
    path = tmp_path / "a"
    path.write_text("a")
    give(path, "user.origin", b"a wiki\0page")
    give(path, ACCESS, ACL)
    before = attributes(path), path.stat().st_mode
    if not has_links:
        monkeypatch.setattr(os, "link", raising(errno.EPERM))
    write_files([change(path, "a", "A")])
    assert (attributes(path), path.stat().st_mode) == before
    assert before[0][ACCESS] == ACL
    monkeypatch.setattr(os, "replace", failing_for(str(path.with_name("b")), os.replace))
    path.with_name("b").write_text("b")
    refused(change(path, "A", "B"), change(path.with_name("b"), "b", "B"))
    assert (attributes(path), path.stat().st_mode) == before


def test_a_file_without_an_acl_gets_none_from_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("a")
    path.chmod(0o640)
    give(tmp_path, DEFAULT, ACL)
    write_files([change(path, "a", "A"), change(tmp_path / "n", None, "N")])
    assert attributes(path) == {}
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    (tmp_path / "o").write_text("O")
    assert attributes(tmp_path / "n") == attributes(tmp_path / "o") != {}


def test_an_attribute_that_cannot_be_kept_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_text("a")
    give(path, "user.origin", b"wiki")
    monkeypatch.setattr(os, "setxattr", raising(errno.ENOSPC))
    reason = "No space left on device (its attribute user.origin)"
    assert refused(change(path, "a", "A")) == [
        f"a: cannot be written: {reason}. No file was changed; correct that, and run it again."
    ]
    assert contents(tmp_path) == {"a": "a"}


def test_labels_of_the_system_and_signatures_of_the_old_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_text("a")
    tried = []

    def refuse(_file: int, name: str, _value: bytes) -> None:
        tried.append(name)
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "listxattr", lambda _: ["security.selinux", "security.ima", "security.capability"])
    monkeypatch.setattr(os, "getxattr", lambda *_: b"x")
    monkeypatch.setattr(os, "setxattr", refuse)
    write_files([change(path, "a", "A")])
    assert tried == ["security.selinux"]
    assert contents(tmp_path) == {"a": "A"}


def test_file_system_without_extended_attributes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("a")
    monkeypatch.setattr(os, "listxattr", raising(errno.EOPNOTSUPP))
    write_files([change(tmp_path / "a", "a", "A")])
    assert contents(tmp_path) == {"a": "A"}


def raising(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def failing_for(path: str, replace: Callable[[str, str], None]) -> Callable[[str, str], None]:
    def fail(source: str, target: str) -> None:
        if target == path:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        replace(source, target)

    return fail
