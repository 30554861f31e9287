"""One call of the system fails, or all from some one on: all files are old, or all are new, or a report says which."""

from __future__ import annotations

import ast
import builtins
import errno
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import krm_fn.cli.files
from krm_fn import codes
from krm_fn.cli.files.staging import leftovers
from tests.cli.files.test_killed import FN, OWN, SEVERAL, SHOP, restored, stagings, visible
from tests.cli.manifests import done, run, tree, write_tree

CALLS = {
    "os": "access close fchmod fchown fsync getxattr link listdir listxattr lstat mkdir open replace rmdir scandir "
    "setxattr stat unlink",
    "fcntl": "flock",
    "builtins": "open",
}
HARMLESS = {"geteuid", "urandom", "fsencode", "removexattr", "utime"}
"""Of the process alone; or called only for what other tests have: an ACL of a folder, a system without links."""
NAMES = [(module, name) for module, names in CALLS.items() for name in names.split()]
MODULES: dict[str, Any] = {"os": os, "fcntl": fcntl, "builtins": builtins}
CLOSE = os.close


def test_all_calls_are_known() -> None:
    used = set()
    for path in Path(krm_fn.cli.files.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if isinstance(node.func.value, ast.Name) and node.func.value.id in ("os", "fcntl"):
                    used.add((node.func.value.id, node.func.attr))
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
                used.add(("builtins", "open"))
    strerror = {("os", "strerror")}
    assert used - {("os", name) for name in HARMLESS} - strerror == set(NAMES)


class Failing:
    """A call that fails with EIO: the one of a number, or that and all after it."""

    def __init__(self, call: Callable[..., Any], number: int, *, for_ever: bool) -> None:
        self._call = call
        self._number = number
        self._for_ever = for_ever
        self.count = 0

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        self.count += 1
        if self.count == self._number or (self._for_ever and self.count > self._number):
            if self._call is CLOSE:
                CLOSE(*arguments)  # whatever it says
            raise OSError(errno.EIO, "Input/output error")
        return self._call(*arguments, **options)


@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize(("module", "name"), NAMES)
@pytest.mark.parametrize("command", ["render", "remove"])
def test_each_call_fails(folder: Path, command: str, module: str, name: str, for_ever: bool) -> None:
    (folder.parent / "fn.yaml").write_text(SEVERAL)
    write_tree(folder, dict(SHOP))
    (folder / "alias.yaml").symlink_to("api.yaml")
    (folder / "web/Kustomization").write_text(f"resources: [service.yaml, deployment.json, {OWN.removeprefix('web/')}]")
    os.setxattr(folder / "api.yaml", "user.origin", b"wiki")
    if command == "remove":
        done(*FN, ".")
    arguments = [*FN, "."] if command == "render" else ["remove", "."]
    before = tree(folder)
    for number in range(1, 200):
        call = Failing(getattr(MODULES[module], name), number, for_ever=for_ever)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(f"{module}.{name}", call)
            outcome = run(*arguments)
        if call.count < number:
            assert outcome.exit_code == 0
            assert number > 1
            return
        said = {result.code for result in outcome.results}
        now = visible(folder)
        is_told = codes.FILE_NOT_PUT_BACK in said
        if outcome.exit_code and not is_told:
            assert now == before, outcome.lines
        if stagings(folder):
            assert said & {codes.LEFTOVER_NOT_REMOVED, codes.FILE_NOT_PUT_BACK}
        if outcome.exit_code == 0:
            assert now != before
            assert run(*arguments).closing_line == "proxy-sidecar: nothing to change."
        elif not is_told:
            list(leftovers({str(folder): "", str(folder / "web"): "web"}))
        renewed(folder, before)


def renewed(folder: Path, files: dict[str, bytes]) -> None:
    restored(folder, files)
    (folder / "alias.yaml").unlink()
    (folder / "alias.yaml").symlink_to("api.yaml")
    os.setxattr(folder / "api.yaml", "user.origin", b"wiki")
