"""Which files the paths of a command line stand for."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

import pytest

from krm_fn.cli.command import UsageError
from krm_fn.cli.files.manifest_files import manifest_files
from krm_fn.result import FunctionError
from tests.cli.users import NOBODY, as_root, open_to_all, run_as

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "root"
    root.mkdir()
    monkeypatch.chdir(root)
    return root


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n")


def names(*paths: str) -> list[str]:
    return [file.name for file in manifest_files(paths)]


def outside(*paths: str) -> list[str]:
    return [file.name for file in manifest_files(paths) if file.is_outside]


def refused(*paths: str) -> list[str]:
    with pytest.raises(FunctionError) as caught:
        manifest_files(paths)
    return [f"{result.file}: {result.message}" for result in caught.value.results]


def test_an_empty_folder_has_none(folder: Path) -> None:
    make(folder, "README.md", "web.yaml.orig", "yaml", ".hidden.yaml", ".git/config.yaml", "web/.cache/a.yaml")
    assert names(".") == []
    assert names() == []


def test_folders_are_walked_in_the_order_of_names(folder: Path) -> None:
    make(folder, "b.yaml", "a/z.yml", "a.yaml", "c/d/e.json", "a/b.yaml")
    assert names(".") == ["a/b.yaml", "a/z.yml", "a.yaml", "b.yaml", "c/d/e.json"]
    assert names("c", "a/", "./a") == ["c/d/e.json", "a/b.yaml", "a/z.yml"]
    assert names(str(folder / "c")) == [str(folder / "c/d/e.json")]
    assert manifest_files(["."])[0].data == b"# a/b.yaml\n"


def test_a_file_that_is_named_may_have_any_ending(folder: Path) -> None:
    make(folder, "web", ".hidden.yaml", ".git/web.yaml")
    assert names("web", ".hidden.yaml", ".git/web.yaml") == ["web", ".hidden.yaml", ".git/web.yaml"]
    assert names(".git") == [".git/web.yaml"]
    assert outside("web", ".git") == []


def test_a_file_reached_twice_is_one(folder: Path) -> None:
    make(folder, "deploy/web.yaml", "deploy/b.yaml")
    (folder / "deploy/a.yaml").symlink_to("web.yaml")
    (folder / "link").symlink_to("deploy")
    assert names("deploy", "deploy/web.yaml", ".", "link") == ["deploy/a.yaml", "deploy/b.yaml"]
    assert names("deploy/web.yaml", "deploy") == ["deploy/web.yaml", "deploy/b.yaml"]
    (file, _) = manifest_files(["link"])
    assert (file.name, file.path) == ("link/a.yaml", str(folder / "deploy/web.yaml"))
    assert outside("link") == []


def test_links_that_make_a_circle_end(folder: Path) -> None:
    make(folder, "deploy/web.yaml")
    (folder / "deploy/up").symlink_to("..")
    assert names(".") == ["deploy/web.yaml"]
    assert names("deploy/up") == ["deploy/up/deploy/web.yaml"]


def test_a_link_from_inside_to_outside_is_marked(folder: Path) -> None:
    make(folder, "deploy/web.yaml", "other/b.yaml", "other/c/d.yaml")
    (folder / "deploy/b.yaml").symlink_to("../other/b.yaml")
    (folder / "deploy/c").symlink_to("../other/c")
    (folder / "deploy/inside.yaml").symlink_to("web.yaml")
    assert names("deploy") == ["deploy/b.yaml", "deploy/c/d.yaml", "deploy/inside.yaml"]
    assert outside("deploy") == ["deploy/b.yaml", "deploy/c/d.yaml"]
    assert outside("deploy", "other") == []
    assert outside("other/b.yaml", "deploy") == ["deploy/c/d.yaml"]
    assert outside("deploy", "deploy/b.yaml") == ["deploy/c/d.yaml"]
    assert outside(".") == []


def test_a_folder_beside_whose_name_starts_alike_is_outside(folder: Path) -> None:
    make(folder, "deploy/web.yaml", "deploy-old/b.yaml")
    (folder / "deploy/b.yaml").symlink_to("../deploy-old/b.yaml")
    assert outside("deploy") == ["deploy/b.yaml"]


@pytest.mark.parametrize("path", ["absent", "absent/web.yaml", "", "web.yaml/", "-"])
def test_a_path_to_nothing(folder: Path, path: str) -> None:
    make(folder, "web.yaml")
    with pytest.raises(UsageError, match="Name a file or folder that is there"):
        manifest_files([path])


def test_a_path_to_something_else(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    with pytest.raises(UsageError, match=r"\(pipe\.yaml\): must be a file or a folder"):
        manifest_files(["pipe.yaml"])
    assert names(".") == []


def test_a_link_to_nothing(folder: Path) -> None:
    make(folder, "web.yaml")
    (folder / ".#web.yaml").symlink_to("user@host.1234")  # as Emacs marks a file that is edited
    (folder / "none").symlink_to("absent")
    assert names(".") == ["web.yaml"]
    (folder / "deploy").mkdir()
    (folder / "deploy/lost.yaml").symlink_to("absent")
    (folder / "deploy/self.yaml").symlink_to("self.yaml")
    message = "is a link to nothing that can be read. Delete it, or correct its target."
    assert refused(".") == [f"deploy/lost.yaml: {message}", f"deploy/self.yaml: {message}"]


@as_root
def test_all_that_cannot_be_read_is_reported(folder: Path) -> None:
    make(folder, "a.yaml", "b/c.yaml", "d.yaml")
    open_to_all(folder).chmod(0o755)
    for name in ("a.yaml", "b"):
        (folder / name).chmod(0)
    imports = "from krm_fn.cli.files.manifest_files import manifest_files\nfrom krm_fn.result import FunctionError"
    program = "try:\n    manifest_files(['.'])\nexcept FunctionError as error:\n    print(error)"
    message = "cannot be read: Permission denied. Allow it, or name the files to work on."
    report = run_as(NOBODY, imports, program)
    assert report.splitlines() == [f"[error] PS011 ProxySidecar: ({name}): {message}" for name in ("b/", "a.yaml")]


@as_root
def test_a_folder_that_may_be_listed_and_not_entered(folder: Path) -> None:
    make(folder, "app/web.yaml", "svc/service.yaml", "svc/more/a.yaml")
    open_to_all(folder).chmod(0o755)
    (folder / "app").chmod(0o755)
    (folder / "svc").chmod(0o744)
    imports = "from krm_fn.cli.files.manifest_files import manifest_files\nfrom krm_fn.result import FunctionError"
    program = "try:\n    manifest_files(['.'])\nexcept FunctionError as error:\n    print(error)"
    message = "cannot be read: Permission denied. Allow it, or name the files to work on."
    report = run_as(NOBODY, imports, program)
    names = ("svc/more/", "svc/service.yaml")
    assert report.splitlines() == [f"[error] PS011 ProxySidecar: ({name}): {message}" for name in names]


class Entry:
    """An entry of a folder on a file system that does not say what it is, and fails when it is asked."""

    def __init__(self, name: str, path: str, number: int, *, is_link: bool = False) -> None:
        self.name = name
        self.path = path
        self._number = number
        self._is_link = is_link

    def is_symlink(self) -> bool:
        return self._is_link

    def is_dir(self) -> bool:
        raise OSError(self._number, os.strerror(self._number))


@pytest.mark.parametrize("name", ["web.yaml", "deploy", "README.md"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EACCES, errno.ENOENT])
def test_an_entry_that_is_not_known(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    @contextlib.contextmanager
    def entries(path: str) -> Iterator[list[Entry]]:
        yield [Entry(name, f"{path}/{name}", number)]

    monkeypatch.setattr(os, "scandir", entries)
    message = f"cannot be read: {os.strerror(number)}. Allow it, or name the files to work on."
    assert refused(".") == [f"{name}: {message}"]


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES])
def test_a_link_whose_target_is_not_known(folder: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    make(folder, "web.yaml", "other/b.yaml")
    (folder / "link").symlink_to("other")
    lstat = os.lstat

    def fail(path: str, **options: int) -> os.stat_result:
        if os.fspath(path).endswith("other"):
            raise OSError(number, os.strerror(number))
        return lstat(path, **options)

    monkeypatch.setattr(os, "lstat", fail)
    message = f"cannot be read: {os.strerror(number)}. Allow it, or name the files to work on."
    assert refused(".") == [f"link: {message}"]
