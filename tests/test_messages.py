"""Each code has a message, and each message is shown: by other tests' golden files, or by one that is provoked here."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import pytest

from codegen.messages import SHOWN, CodeText, code_texts, examples
from codegen.targets import ROOT
from krm_fn import codes
from krm_fn.cli.arguments import parse
from krm_fn.cli.command import Command, Option
from krm_fn.cli.files.atomic_write import write_files
from krm_fn.cli.files.file_change import FileChange
from krm_fn.cli.files.staging import Staging, lock
from krm_fn.config_maps.config_map import SIZE_LIMIT
from krm_fn.function import process
from krm_fn.ledger.annotation_size import LIMIT
from krm_fn.result import FunctionError
from krm_fn.summary import Outcome
from tests.cli.manifests import DEPLOYMENT, OTHER, SERVICE, as_json, config, run, write_tree
from tests.cli.users import NOBODY, open_to_all, run_as
from tests.config_maps.test_config_map_size import SMALLEST, served
from tests.faults import faulty, reported_faults
from tests.golden import GOLDEN, check
from tests.ledger.test_annotation_size import TOO_LARGE, with_large_ingress

CODES = code_texts(ROOT)
Lines: TypeAlias = Iterable[str]
Provoke: TypeAlias = Callable[[pytest.MonkeyPatch], Lines]
PROVOKED: dict[str, Provoke] = {}
"""What provokes a code, by its number, in an empty folder beside which the functionConfig lies."""

ALL = f"{DEPLOYMENT}---\n{SERVICE}"
RENDER = ("render", "--config", "../fn.yaml")
OWN = "deploy/configmap_web-proxy-config.yaml"


# The codes.


def test_each_code_is_read() -> None:
    numbers = [value.number for value in vars(codes).values() if isinstance(value, codes.Code)]
    assert [code.number for code in CODES] == numbers


def test_each_code_has_a_message() -> None:
    used = {name for path in (ROOT / "krm_fn").rglob("*.py") for name in codes_in(path)}
    assert [code.name for code in CODES if code.name not in used] == [], "delete it, and leave its number free"


def codes_in(path: Path) -> Iterable[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id="codes"), attr=name):
                yield name


def test_numbers_ascend() -> None:
    numbers = [code.number for code in CODES]
    assert [number for number in numbers if not re.fullmatch(r"PS\d{3}", number)] == []
    assert numbers == sorted(set(numbers))


def test_each_section_is_of_one_hundred_and_shares_no_ten() -> None:
    sections = [(section, list(members)) for section, members in groupby(CODES, key=lambda code: code.section)]
    assert len({section for section, _ in sections}) == len(sections)
    tens = [ten for _, members in sections for ten in sorted({code.number[:-1] for code in members})]
    assert tens == sorted(set(tens))
    assert [section for section, members in sections if len({code.number[:3] for code in members}) > 1] == []


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.number)
def test_a_remedy_says_more_than_the_meaning(code: CodeText) -> None:
    assert not words(code.remedy) <= words(code.meaning) or not code.remedy


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


# The messages that no other golden file shows.


def provokes(code: codes.Code) -> Callable[[Provoke], Provoke]:
    def add(provoke: Provoke) -> Provoke:
        PROVOKED[code.number] = provoke
        return provoke

    return add


def refused(write: Callable[[], object]) -> Lines:
    """Return the lines of what is refused."""
    with pytest.raises(FunctionError) as caught:
        write()
    return str(caught.value).split("\n")


def run_by_anyone(*arguments: str) -> Lines:
    """Return the lines of a command that is run as a user who may not do everything."""
    if os.geteuid():
        return run(*arguments).lines
    folder = open_to_all(Path.cwd())
    imports = f"""
import os
os.chdir({str(folder)!r})
from krm_fn.cli.command_line import run_command
arguments = {arguments!r}
run_command([*arguments, "--diff"]) # imports all that is imported late
"""
    return run_as(NOBODY, imports, "print(*run_command(arguments).lines, sep='\\n')").splitlines()


@provokes(codes.STDOUT_NOT_WRITTEN)
def stdout_on_a_full_disk(_: pytest.MonkeyPatch) -> Lines:
    with SMALLEST.open("rb") as stdin, Path("/dev/full").open("wb") as full:
        command = (sys.executable, "-m", "krm_fn")
        done = subprocess.run(command, stdin=stdin, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    return done.stderr.splitlines()


@provokes(codes.FAULT)
def mistake_in_a_line_of_ours(monkeypatch: pytest.MonkeyPatch) -> Lines:
    reported_faults(monkeypatch)
    monkeypatch.setattr("krm_fn.function.transform", faulty(TypeError("unhashable type")))
    return process(SMALLEST.read_bytes()).lines


@provokes(codes.FUNCTION_CONFIG_NOT_ALONE)
def function_config_beside_another_document(_: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"../fn.yaml": f"{config()}---\n{OTHER}", "deploy/web.yaml": ALL})
    return run(*RENDER, "deploy").lines


@provokes(codes.FILE_UNREADABLE)
def file_that_may_not_be_read(_: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"deploy/web.yaml": ALL})
    Path("deploy/web.yaml").chmod(0)
    return run_by_anyone("remove", "deploy")


@provokes(codes.LINK_TO_NOTHING)
def link_to_nothing(_: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"deploy/web.yaml": ALL})
    Path("deploy/service.yaml").symlink_to("../shared/service.yaml")
    return run(*RENDER, "deploy").lines


@provokes(codes.FILE_CHANGED_MEANWHILE)
def file_that_is_not_as_it_was_read(_: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"deploy/web.yaml": ALL})
    return refused(lambda: write_files([change("deploy/web.yaml", DEPLOYMENT)]))


@provokes(codes.FILE_NOT_WRITTEN)
def file_that_may_not_be_written(_: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"deploy/web.yaml": ALL})
    Path("deploy/web.yaml").chmod(0o444)
    return run_by_anyone(*RENDER, "deploy")


@provokes(codes.FILE_NOT_PUT_BACK)
def file_that_cannot_be_put_back(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Let a disk fail once the first file is written."""
    write_tree(Path(), {"deploy/service.yaml": SERVICE, "deploy/web.yaml": DEPLOYMENT})
    changes = [change("deploy/service.yaml", SERVICE), change("deploy/web.yaml", DEPLOYMENT)]
    replace = os.replace
    written: list[str] = []

    def once(source: str, target: str) -> None:
        if written:
            raise OSError(5, "Input/output error", target)
        written.append(target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", once)
    monkeypatch.setattr(os, "urandom", lambda _: bytes.fromhex("0123456789abcdef"))
    return refused(lambda: write_files(changes))


@provokes(codes.LEFTOVER)
def run_that_was_killed(_: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"deploy/web.yaml": ALL})
    left_in("deploy")
    return run(*RENDER, "deploy").lines


@provokes(codes.LEFTOVER_NOT_REMOVED)
def folder_that_cannot_be_removed(monkeypatch: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"deploy/web.yaml": ALL})
    left_in("deploy")
    monkeypatch.setattr(os, "rmdir", failing_disk)
    return run("remove", "deploy").lines


def left_in(folder: str) -> None:
    """Leave what a killed run would."""
    left = Path(folder, ".proxy-sidecar.0123456789abcdef")
    Path(Staging(folder).file("0.new")).parent.rename(left)


def failing_disk(*_: object) -> None:
    raise OSError(5, "Input/output error")


@provokes(codes.FOLDER_IN_USE)
def folder_where_another_run_writes(_: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"deploy/web.yaml": ALL})
    with contextlib.ExitStack() as locks:
        lock("deploy", locks)
        return run(*RENDER, "deploy").lines


@provokes(codes.FOLDER_NOT_SYNCED)
def folder_that_is_not_written_through(monkeypatch: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"deploy/web.yaml": ALL})
    fsync = os.fsync

    def fail_for_folders(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            failing_disk()
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fail_for_folders)
    return run(*RENDER, "deploy").lines


def change(path: str, old: str) -> FileChange:
    return FileChange(name=path, path=path, old=old.encode(), new=b"new\n")


@provokes(codes.NEW_FILE_NAME_TAKEN)
def file_of_the_new_files_name(_: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"deploy/web.json": as_json(DEPLOYMENT), "deploy/service.yaml": SERVICE, OWN: OTHER})
    return run(*RENDER, "deploy").lines


@provokes(codes.LINK_LEADS_OUTSIDE)
def link_to_a_file_that_was_not_named(_: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"deploy/web.yaml": DEPLOYMENT, "shared/service.yaml": SERVICE})
    Path("deploy/service.yaml").symlink_to("../shared/service.yaml")
    return run(*RENDER, "deploy").lines


@provokes(codes.NEW_FILE_NOT_LISTED)
def kustomization_without_the_new_file(_: pytest.MonkeyPatch) -> Lines:
    return kustomized("[web.json, service.yaml]").lines


@provokes(codes.DELETED_FILE_LISTED)
def kustomization_with_the_deleted_file(_: pytest.MonkeyPatch) -> Lines:
    kustomized(json.dumps(["web.json", "service.yaml", Path(OWN).name]))
    return run("remove", "deploy").lines


def kustomized(resources: str) -> Outcome:
    """Render a folder with a kustomization in which the ConfigMap needs a file of its own."""
    files = {"deploy/web.json": as_json(DEPLOYMENT), "deploy/service.yaml": SERVICE}
    write_tree(Path(), {**files, "deploy/kustomization.yaml": f"resources: {resources}\n"})
    return run(*RENDER, "deploy")


@provokes(codes.PROXY_SIDECAR_UNKNOWN)
def name_that_nothing_has(_: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"deploy/web.yaml": ALL})
    run(*RENDER, "deploy")
    return run("remove", "--name", "prxy", "deploy").lines


@provokes(codes.OPERAND_UNEXPECTED)
def operand_of_a_command_that_has_none(_: pytest.MonkeyPatch) -> Lines:
    port = Option(name="--port", placeholder="PORT", value="a free port")
    command = Command(
        name="schema",
        summary="prints the schema",
        options=(port,),
        operand=None,
        example="--port 80",
        details="",
        run=lambda _: Outcome(exit_code=0),
    )
    return refused(lambda: parse(command, ["deploy"]))


@provokes(codes.CONFIG_MAP_TOO_LARGE)
def config_map_that_the_api_server_refuses(_: pytest.MonkeyPatch) -> Lines:
    return served("data", SIZE_LIMIT + 1).lines


@provokes(codes.CONFIG_MAP_LARGE_FOR_APPLY)
def config_map_that_apply_cannot_record(_: pytest.MonkeyPatch) -> Lines:
    return served("data", LIMIT).lines


@provokes(codes.ANNOTATIONS_TOO_LARGE)
def annotations_that_the_api_server_refuses(_: pytest.MonkeyPatch) -> Lines:
    return with_large_ingress(annotation="a" * LIMIT).lines


@provokes(codes.OBJECT_LARGE_FOR_APPLY)
def object_that_apply_cannot_record(_: pytest.MonkeyPatch) -> Lines:
    return with_large_ingress(beside=TOO_LARGE).lines


@provokes(codes.RECORD_NEEDED)
def files_written_over_without_a_record(_: pytest.MonkeyPatch) -> Lines:
    write_tree(Path(), {"../fn.yaml": config(spec="  record: none\n"), "deploy/web.yaml": ALL})
    return run(*RENDER, "deploy").lines


COMMAND_LINES = {
    codes.COMMAND_UNKNOWN: "rendr deploy",
    codes.OPTION_UNKNOWN: "remove --config ../fn.yaml deploy",
    codes.OPTION_WITHOUT_VALUE: "remove deploy --name",
    codes.OPTION_WITH_VALUE: "remove --diff=yes deploy",
    codes.OPERAND_MISSING: "remove",
    codes.OPTION_NOT_ONCE: "render deploy",
    codes.PATH_ABSENT: "remove deploi",
    codes.CONFIG_ABSENT: "render --config fn.yaml deploy",
    codes.PATH_OF_OTHER_TYPE: "remove /dev/null",
    codes.DASH_AS_PATH: "remove -",
    codes.OPTION_VALUE_UNKNOWN: "render --config ../fn.yaml --stage service deploy",
    codes.STAGE_CHANGES_PODS: "render --config ../fn.yaml --stage services deploy",
}


def command_line(line: str) -> Provoke:
    def provoke(_: pytest.MonkeyPatch) -> Lines:
        write_tree(Path(), {"deploy/web.yaml": ALL})
        return run(*line.split()).lines

    return provoke


PROVOKED.update({code.number: command_line(line) for code, line in COMMAND_LINES.items()})


def test_what_is_provoked_here_is_what_no_other_golden_file_shows() -> None:
    shown = examples(ROOT, SHOWN)
    assert sorted(PROVOKED) == [code.number for code in CODES if code.number not in shown]


@pytest.mark.parametrize("number", sorted(PROVOKED))
def test_message(number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path.resolve() / "work"
    write_tree(tmp_path, {"fn.yaml": config()})
    folder.mkdir()
    monkeypatch.chdir(folder)
    lines = PROVOKED[number](monkeypatch)
    (line,) = (line for line in lines if f"] {number} " in line)
    check(GOLDEN / "messages" / number, line.replace(str(folder), "/home/me") + "\n")
