"""The subcommands as processes: exit codes, streams, modes, and what other processes see."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.manifests import DEPLOYMENT, SERVICE, as_json, config, tree, write_tree
from tests.cli.users import NOBODY, as_root, open_to_all, run_as

MODULE = (sys.executable, "-I", "-m", "krm_fn")
ALL = f"{DEPLOYMENT}---\n{SERVICE}"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "fn.yaml").write_text(config())
    return tmp_path / "work"


def run(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run((*MODULE, *arguments), cwd=folder, input=stdin, capture_output=True, check=False)


def said(done: subprocess.CompletedProcess[bytes]) -> tuple[int, bytes, str]:
    return done.returncode, done.stdout, done.stderr.decode()


def test_render_and_remove(folder: Path) -> None:
    before = write_tree(folder, {"deploy/web.yaml": DEPLOYMENT, "deploy/service.yaml": SERVICE})
    (folder / "deploy/web.yaml").chmod(0o640)
    line = "proxy-sidecar: changed 2 files, added 1 ConfigMap.\n"
    assert said(run(folder, "render", "--config", "../fn.yaml", "deploy")) == (0, b"", line)
    assert stat.S_IMODE((folder / "deploy/web.yaml").stat().st_mode) == 0o640
    assert sorted(os.listdir(folder / "deploy")) == ["service.yaml", "web.yaml"]
    nothing = (0, b"", "proxy-sidecar: nothing to change.\n")
    assert said(run(folder, "render", "--config", "../fn.yaml", "deploy")) == nothing
    line = "proxy-sidecar: changed 2 files, removed 1 ConfigMap.\n"
    assert said(run(folder, "remove", "deploy")) == (0, b"", line)
    assert tree(folder) == before
    assert said(run(folder, "remove", "deploy")) == nothing


def test_stdin_is_not_read(folder: Path) -> None:
    write_tree(folder, {"web.yaml": ALL})
    done = subprocess.run(
        ("sh", "-c", 'exec "$0" "$@" <&-', *MODULE, "render", "--config", "../fn.yaml", "web.yaml"),
        cwd=folder,
        check=False,
    )
    assert done.returncode == 0


def test_refusal_is_exit_code_1(folder: Path) -> None:
    before = write_tree(folder, {"web.yaml": SERVICE})
    code, stdout, stderr = said(run(folder, "render", "--config", "../fn.yaml", "."))
    assert (code, stdout) == (1, b"")
    assert stderr.startswith("[error] PS207 krm-fn.dev/v1alpha1/ProxySidecar/proxy spec.target.kind: no Deployment")
    assert tree(folder) == before


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("render", "."), "PS036 ProxySidecar: proxy-sidecar render must have one --config,"),
        (("render", "--config"), "PS033 ProxySidecar: --config must be followed by "),
        (("render", "--config", "../fn.yaml"), "PS035 ProxySidecar: proxy-sidecar render must have a file or folder"),
        (("render", "--config", "absent.yaml", "."), "PS038 ProxySidecar: (absent.yaml): --config: No such file"),
        (("render", "--config", ".", "."), "PS038 ProxySidecar: (.): --config: Is a directory. Name the file "),
        (("render", "--config", "../fn.yaml", "absent"), "PS037 ProxySidecar: (absent): No such file or directory. "),
        (("render", "--config", "../fn.yaml", ""), "PS037 ProxySidecar: (''): No such file or directory. "),
        (("render", "--config", "../fn.yaml", "/dev/null"), "PS039 ProxySidecar: (/dev/null): must be a file or a "),
        (("render", "--config", "../fn.yaml", "-"), "PS040 ProxySidecar: proxy-sidecar render takes files and "),
        (("render", "--config", "../fn.yaml", "--diff=1", "."), "PS034 ProxySidecar: --diff takes no value"),
        (("remove", "--config", "../fn.yaml", "."), "PS032 ProxySidecar: proxy-sidecar remove has no option "),
        (("remove", "absent"), "PS037 ProxySidecar: (absent): "),
    ],
)
def test_a_command_line_that_cannot_be_followed_is_exit_code_2(
    folder: Path, arguments: tuple[str, ...], problem: str
) -> None:
    before = write_tree(folder, {"web.yaml": ALL})
    code, stdout, stderr = said(run(folder, *arguments))
    assert (code, stdout) == (2, b"")
    assert stderr.startswith(f"[error] {problem}")
    assert stderr.count("\n") == 1
    assert tree(folder) == before


def test_all_arguments_that_are_missing_are_reported(folder: Path) -> None:
    code, _, stderr = said(run(folder, "render"))
    assert code == 2
    assert [line.split()[1] for line in stderr.splitlines()] == ["PS036", "PS035"]


def test_all_paths_that_are_not_there_are_reported(folder: Path) -> None:
    write_tree(folder, {"web.yaml": ALL})
    code, _, stderr = said(run(folder, "remove", "absent", "web.yaml", "/dev/null"))
    assert code == 2
    assert [line.split()[1:4:2] for line in stderr.splitlines()] == [["PS037", "(absent):"], ["PS039", "(/dev/null):"]]


@pytest.mark.parametrize("command", ["render", "remove"])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help(folder: Path, command: str, flag: str) -> None:
    code, stdout, stderr = said(run(folder, command, flag))
    assert (code, stderr) == (0, "")
    assert stdout.startswith(f"proxy-sidecar {command}: ".encode())
    assert f"\n  proxy-sidecar {command} ".encode() in stdout
    assert max(len(line) for line in stdout.splitlines()) <= 80
    assert f"proxy-sidecar {command} ".encode() in run(folder, "--help").stdout


def test_diff_goes_to_stdout(folder: Path) -> None:
    before = write_tree(folder, {"web.yaml": ALL})
    code, stdout, stderr = said(run(folder, "render", "--config", "../fn.yaml", "--diff", "web.yaml"))
    assert (code, stderr) == (0, "proxy-sidecar: would change 1 file, add 1 ConfigMap.\n")
    assert stdout.startswith(b"--- a/web.yaml\n+++ b/web.yaml\n@@ ")
    assert tree(folder) == before


def test_a_stdout_that_takes_no_diff_is_no_success(folder: Path) -> None:
    write_tree(folder, {"web.yaml": ALL})
    with Path("/dev/full").open("wb") as full:
        command = (*MODULE, "render", "--config", "../fn.yaml", "--diff", "web.yaml")
        done = subprocess.run(command, cwd=folder, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert b"cannot write to stdout: No space left on device" in done.stderr


def test_without_a_subcommand_stdin_is_filtered(folder: Path) -> None:
    done = run(folder, stdin=b"a: b\n")
    assert done.returncode == 1
    assert b"must be a ResourceList" in done.stderr


def test_names_that_are_no_utf_8(folder: Path) -> None:
    name = os.fsdecode(b"w\xe9b.yaml")
    (folder / name).write_text(ALL)
    code, stdout, stderr = said(run(folder, "render", "--config", "../fn.yaml", "--diff", "."))
    assert (code, stderr) == (0, "proxy-sidecar: would change 1 file, add 1 ConfigMap.\n")
    assert stdout.startswith(b"--- a/w\xe9b.yaml\n")
    assert run(folder, "render", "--config", "../fn.yaml", name).returncode == 0
    assert (folder / name).read_text() != ALL


@as_root
def test_a_folder_that_takes_no_new_file_leaves_all_as_it_was(folder: Path) -> None:
    open_to_all(folder)
    before = write_tree(folder, {"a/service.yaml": SERVICE, "b/web.json": as_json(DEPLOYMENT)})
    for path in (folder, folder / "a", folder / "a/service.yaml", folder / "b/web.json"):
        path.chmod(0o777)
    imports = f"""
import os, sys
from krm_fn.__main__ import main
from krm_fn.cli.command_line import run_command
os.chdir({str(folder)!r})
arguments = ["render", "--config", "../fn.yaml", "."]
run_command([*arguments, "--diff"]) # imports all that is imported late
"""
    program = "sys.argv[1:] = arguments; sys.stderr = sys.stdout; print(main())"
    said_by_it = run_as(NOBODY, imports, program)
    assert said_by_it == (
        '[error] PS014 ProxySidecar "proxy": (b/web.json): cannot be written: Permission denied. No file was changed; '
        "correct that, and run it again.\n"
        '[error] PS014 ProxySidecar "proxy": (b/configmap_web-proxy-config.yaml): cannot '
        "be written: Permission denied. "
        "No file was changed; correct that, and run it again.\n1\n"
    )
    assert tree(folder) == before


def test_a_file_system_that_is_full_leaves_all_as_it_was(folder: Path) -> None:
    before = write_tree(folder, {"a/service.yaml": SERVICE, "b/web.yaml": DEPLOYMENT})
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        "sys.argv = ['proxy-sidecar', 'render', '--config', '../fn.yaml', '.'];"
        "from krm_fn.__main__ import main; sys.exit(main())"
    )
    command = (sys.executable, "-B", "-I", "-c", program)
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(
        b'[error] PS014 ProxySidecar "proxy": (b/web.yaml): cannot be written: File too large.'
    )
    assert tree(folder) == before


@pytest.mark.parametrize("attempt", range(6))
def test_of_two_runs_at_once_one_wins_and_the_other_says_so(folder: Path, attempt: int) -> None:
    documents = {f"{number}/web.yaml": ALL.replace("web", f"web{number}") for number in range(12)}
    before = write_tree(folder, dict(documents))
    outcomes = []
    for port in (8888, 9999):
        text = config(spec=f"  listeners: [{{port: {port}}}]\n").replace("name: web", 'name: "web.*"')
        (folder.parent / f"{port}.yaml").write_text(text)
        assert run(folder, "render", "--config", f"../{port}.yaml", ".").returncode == 0
        outcomes.append(tree(folder))
        write_tree(folder, dict(before))
    commands = [(*MODULE, "render", "--config", f"../{port}.yaml", ".") for port in (8888, 9999)]
    both = [subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE) for command in commands]
    said = [process.communicate()[1].decode() for process in both]
    assert tree(folder) in outcomes, attempt
    assert 0 in [process.returncode for process in both], said
    for process, lines in zip(both, said, strict=True):
        if process.returncode:
            assert all(line.split()[1] in ("PS013", "PS024") for line in lines.splitlines()), lines
