"""A run that SIGKILL ends, at whatever step, leaves whole files; the same run again finishes the job, and clears up."""

from __future__ import annotations

import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from krm_fn import codes
from tests.cli.files.killed import Killed
from tests.cli.manifests import DEPLOYMENT, SERVICE, as_json, config, done, run, tree, write_tree

if TYPE_CHECKING:
    from pathlib import Path

FN = ("render", "--config", "../fn.yaml")
SHOP = {
    "web/deployment.json": as_json(DEPLOYMENT),
    "web/service.yaml": SERVICE,
    "api.yaml": f"{DEPLOYMENT}---\n{SERVICE}".replace("web", "api"),
    "README.md": "# Shop\n",
}
OWN = "web/configmap_web-proxy-config.yaml"
SEVERAL = config().replace("name: web", "name: '.*'")


def visible(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in tree(folder).items() if ".proxy-sidecar." not in name}


def stagings(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob(".proxy-sidecar.*"))


def restored(folder: Path, files: dict[str, bytes]) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    write_tree(folder, dict(files))


@pytest.mark.parametrize("command", ["render", "render again", "remove"])
def test_killed_at_each_step(folder: Path, command: str) -> None:
    (folder.parent / "fn.yaml").write_text(SEVERAL)
    write_tree(folder, dict(SHOP))
    arguments = [*FN, "."]
    if command != "render":
        done(*FN, ".")
        assert OWN in tree(folder)
    if command == "render again":
        (folder.parent / "fn.yaml").write_text(SEVERAL + "  listeners: [{port: 8888}]\n")
    if command == "remove":
        arguments = ["remove", "."]
    before = tree(folder)
    done(*arguments)
    after = tree(folder)
    assert before != after
    kinds = set()
    with Killed() as killed:
        restored(folder, before)
        assert killed.run(0, *arguments) == 0
        for step in range(1, 1000):
            restored(folder, before)
            status = killed.run(step, *arguments)
            now, left = visible(folder), stagings(folder)
            assert {name: data for name, data in now.items() if data not in (before.get(name), after.get(name))} == {}
            assert all(name in now for name in before.keys() & after.keys())
            kinds.add((now == before, now == after, bool(left)))
            if status == 0:
                break
            assert status == -signal.SIGKILL
            outcome = run(*arguments)
            assert outcome.exit_code == 0, outcome.lines
            assert tree(folder) == after
            assert stagings(folder) == []
            reported = [result.file for result in outcome.results if result.code is codes.LEFTOVER]
            assert reported == left
            assert len(outcome.lines) == len(left)
    assert (now, left) == (after, [])
    assert kinds >= {(True, False, False), (True, False, True), (False, False, True), (False, True, True)}


def killed_folder(folder: Path) -> dict[str, bytes]:
    """Make a folder in which a run was killed when all was ready; return what is in it."""
    write_tree(folder, dict(SHOP))
    with Killed() as killed:
        assert killed.run("os.rename", *FN, ".") == -signal.SIGKILL
    assert visible(folder) == tree_of_shop()
    assert any(name.endswith(".new") for name in tree(folder))
    return tree(folder)


def tree_of_shop() -> dict[str, bytes]:
    return {name: text.encode() for name, text in SHOP.items()}


def test_what_is_left_is_hidden_from_git(folder: Path) -> None:
    killed_folder(folder)
    subprocess.run(["git", "init", "--quiet"], check=True)
    subprocess.run(["git", "add", "--all"], check=True)
    listed = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True).stdout
    assert sorted(listed.split()) == sorted(SHOP)


def test_diff_reports_what_is_left_and_keeps_it(folder: Path) -> None:
    before = killed_folder(folder)
    outcome = run(*FN, "--diff", ".")
    assert outcome.exit_code == 0
    assert [result.code for result in outcome.results if result.severity == "warning"] == [codes.LEFTOVER]
    assert tree(folder) == before


def test_a_run_with_nothing_to_change_clears_up(folder: Path) -> None:
    killed_folder(folder)
    outcome = run("remove", ".")
    assert (outcome.exit_code, [result.code for result in outcome.results]) == (0, [codes.LEFTOVER])
    assert tree(folder) == tree_of_shop()


def test_a_run_on_a_file_clears_up_beside_it(folder: Path) -> None:
    killed_folder(folder)
    (left,) = stagings(folder)
    outcome = run("remove", "web/service.yaml")
    assert [(result.code, result.file) for result in outcome.results] == [(codes.LEFTOVER, left)]
    assert tree(folder) == tree_of_shop()


def test_another_file_that_a_killed_run_shows_is_not_read(folder: Path) -> None:
    killed_folder(folder)
    (left,) = stagings(folder)
    outcome = run("remove", left)
    assert (outcome.exit_code, outcome.closing_line) == (0, "proxy-sidecar: nothing to change.")
    assert stagings(folder) == [left]
