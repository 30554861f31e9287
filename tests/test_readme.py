"""The README's code blocks: each is run, or compared with what the program really does."""

from __future__ import annotations

import difflib
import importlib.util
import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from markdown_it import MarkdownIt

from tests.cannot_run import cannot_run
from tests.test_scenario import BASE, ROOT, scenario

COMMAND = Path(sysconfig.get_path("scripts")) / "proxy-sidecar"
PROJECT = (
    *("LICENSE", "README.md", "Dockerfile", "pyproject.toml", "fn-config.yaml"),
    *("benchmarks", "krm_fn", "kustomization-examples", "requirements", "scripts"),
)
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: app
          image: web:1
          ports: [{containerPort: 3000}]
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 3000}]
"""


class Block(NamedTuple):
    """A code block: the language after its fence, and its text."""

    language: str
    text: str

    @property
    def name(self) -> str:
        """Its first word."""
        return self.text.split()[0]


def code_blocks(markdown: str) -> list[Block]:
    """Return all fenced and indented code blocks."""
    tokens = MarkdownIt().parse(markdown)
    return [Block(token.info, token.content) for token in tokens if token.type in {"fence", "code_block"}]


README = code_blocks((ROOT / "README.md").read_text())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, with a .venv that links to the environment of these tests."""
    copy = tmp_path / "project"
    copy.mkdir()
    for name in PROJECT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, copy)
    write_program(copy / ".venv/bin/python", f'exec "{sys.executable}" "$@"')
    write_program(copy / ".venv/bin/proxy-sidecar", f'exec "{COMMAND}" "$@"')
    for lock in ("run", "test"):
        (copy / ".venv" / f"installed-{lock}").touch()
    return copy


def write_program(path: Path, command: str) -> None:
    """Write a program that runs one command of the shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)


def shell(commands: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run commands in a folder of the project's copy, with its .venv on PATH."""
    programs = next(parent / ".venv/bin" for parent in (folder, *folder.parents) if (parent / ".venv").exists())
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    return subprocess.run(
        ("sh", "-euc", commands), cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def succeeded(commands: str, folder: Path) -> str:
    """Run commands that must succeed, and return what they print."""
    done = shell(commands, folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def files(folder: Path) -> dict[str, str]:
    """Return the text of each file in a folder."""
    return {path.name: path.read_text() for path in folder.iterdir()}


def changes_are_those_of_the_scenario(block: Block, project: Path) -> None:
    """All of it is compared, and no line that is really removed may be left out."""
    succeeded("proxy-sidecar render --config fn-config.yaml kustomization-examples/alertmanager/base", project)
    sections = re.split(r"^@@ (.+)\n", f"@@ StatefulSet\n{block.text}", flags=re.MULTILINE)
    for kind, text in zip(sections[1::2], sections[2::2], strict=True):
        name = f"{kind.lower()}.yaml"
        changed = project / "kustomization-examples/alertmanager/base" / name
        real = full_diff((BASE / name).read_text(), changed.read_text())
        shown = [line for line in text.splitlines() if line != "@@"]
        rest = iter(real)
        for line in shown:
            assert any(shows(line, other) for other in rest), f"{kind}: the real diff must have this line here: {line}"
        assert [line for line in shown if line[0] == "-"] == [line for line in real if line[0] == "-"]


def full_diff(before: str, after: str) -> list[str]:
    """Return all lines, each marked as removed, added or neither."""
    lines = before.splitlines()
    return list(difflib.unified_diff(lines, after.splitlines(), n=len(lines), lineterm=""))[3:]


def shows(shown: str, real: str) -> bool:
    """Tell whether a line is the one shown, whose end may be left out."""
    return real.startswith(shown[:-1].rstrip()) if shown.endswith("…") else real == shown


def function_config_fronts_the_one_port(block: Block, project: Path) -> None:
    """It is run on a Deployment and its Service."""
    (project / "config.yaml").write_text(block.text)
    (project / "web.yaml").write_text(WEB)
    succeeded("proxy-sidecar render --config config.yaml web.yaml", project)
    deployment, service, config_map = yaml.safe_load_all((project / "web.yaml").read_text())
    app, proxy = deployment["spec"]["template"]["spec"]["containers"]
    port = proxy["ports"][0]
    assert (app["name"], proxy["image"], port["containerPort"]) == ("app", "nginx:stable", 8080)
    assert service["spec"]["ports"][0]["targetPort"] == port["name"]
    assert "127.0.0.1:3000" in config_map["data"]["nginx.conf"]


def mistake_is_reported_so(block: Block, project: Path) -> None:
    """The mistake is made in the functionConfig that the README shows."""
    (config,) = (block.text for block in README if block.language == "yaml")
    (project / "config.yaml").write_text(config.replace("name: web\n", "name: wbe\n"))
    (project / "web.yaml").write_text(WEB)
    done = shell("proxy-sidecar render --config config.yaml web.yaml", project)
    assert (done.returncode, done.stderr) == (1, block.text)


def scenario_prints_the_diff(block: Block, project: Path) -> None:
    """It is run, but finds the environment made: whoever runs these tests has one."""
    (project / "before").write_bytes(scenario())
    succeeded("proxy-sidecar <before >after", project)
    diff = shell("diff -U3 before after", project).stdout
    assert succeeded(block.text, project).splitlines()[2:] == diff.splitlines()[2:]


def all_tests_are_run(block: Block, project: Path) -> None:
    """It is run, with programs that print their arguments in place of the checks: else it would run this test."""
    for name in ("setup-system", "apart", "control-plane"):
        write_program(project / "scripts" / name, "exit 0")
    for name in ("ruff", "mypy", "lint-imports", "pytest"):
        write_program(project / ".venv/bin" / name, f'echo ran {name} "$@"')
    runs = re.findall(r"^ran (\S+) ?(.*)$", succeeded(block.text, project), re.MULTILINE)
    assert {name for name, _ in runs} == {"ruff", "mypy", "lint-imports", "pytest"}
    selections = [arguments for name, arguments in runs if name == "pytest"]
    marks = ("cluster", "corpus", "e2e", "fuzz", "server")
    for marked in itertools.product((False, True), repeat=len(marks)):
        of_test = dict(zip(marks, marked, strict=True))
        assert [selects(arguments, of_test) for arguments in selections].count(True) == 1, of_test


def selects(arguments: str, marks: dict[str, bool]) -> bool:
    """Tell whether pytest, with these arguments, runs a test with these marks."""
    expression = arguments.partition("-m ")[2].partition(" --")[0]
    return bool(eval(expression, {}, marks))  # noqa: S307 - the expression is ours


def filter_is_installed_and_run(block: Block, project: Path) -> None:
    """It is run in an environment of its own, but pip takes what the project needs from the one of these tests."""
    if not importlib.util.find_spec("hatchling"):
        cannot_run("hatchling is not installed: see CONTRIBUTING.md")
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", project / "new/.venv"), check=True)
    (packages,) = (project / "new").glob(".venv/lib/python*/site-packages")
    (packages / "tests.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    write_program(project / "new/.venv/bin/pip", 'exec python -m pip --quiet "$@" --no-index --no-build-isolation')
    for name in ("LICENSE", "README.md", "pyproject.toml", "krm_fn"):
        (project / name).rename(project / "new" / name)
    (project / "new/resource-list.yaml").write_bytes(scenario())
    printed = succeeded(block.text, project / "new")
    assert printed == succeeded("proxy-sidecar <new/resource-list.yaml", project)
    assert (packages / "krm_fn/__init__.py").is_file()


def files_are_rendered_and_given_back(block: Block, project: Path) -> None:
    """It is run line by line, with --diff first, and the first line twice."""
    folder = project / "deploy"
    shutil.copytree(BASE, folder)
    before = files(folder)
    render, remove = block.text.splitlines()
    assert "+        - name: alertmanager-proxy\n" in succeeded(render.replace("#", "--diff #"), project)
    assert files(folder) == before
    succeeded(render, project)
    rendered = files(folder)
    assert "- name: alertmanager-proxy\n" in rendered["statefulset.yaml"]
    succeeded(render, project)
    assert files(folder) == rendered
    succeeded(remove, project)
    assert files(folder) == before


def image_is_built_under_the_name_that_the_examples_have(block: Block, project: Path) -> None:
    """It is not run, for want of a container engine: the end-to-end tests build the image under the same name."""
    docker, build, option, name, context = shlex.split(block.text)
    assert (docker, build, option) == ("docker", "build", "--tag")
    assert (project / context / "Dockerfile").is_file()
    assert f"- image: {name}:latest\n" in (project / "kustomization-examples/alertmanager/kpt/Kptfile").read_text()


def manifests_are_tried(block: Block, project: Path) -> None:
    """It is run on the manifests of the scenario."""
    shutil.copytree(BASE, project / "deploy")
    before = files(project / "deploy")
    printed = succeeded(block.text, project)
    assert "1 workload.\nAccepted at first try: 1 of 1 (100.0 %).\n" in printed
    assert files(project / "deploy") == before


def benchmark_starts(block: Block, project: Path) -> None:
    """It is run with --help only: it takes minutes, and what it is made of has tests of its own."""
    program = block.text.strip()
    assert succeeded(f"{program} --help", project).startswith(f"usage: {program} ")


CHECKS: dict[str, Callable[[Block, Path], None]] = {
    "containers:": changes_are_those_of_the_scenario,
    "apiVersion:": function_config_fronts_the_one_port,
    "[error]": mistake_is_reported_so,
    "benchmarks/first-try": manifests_are_tried,
    "scripts/scenario": scenario_prints_the_diff,
    "scripts/test": all_tests_are_run,
    "pip": filter_is_installed_and_run,
    "proxy-sidecar": files_are_rendered_and_given_back,
    "docker": image_is_built_under_the_name_that_the_examples_have,
    "benchmarks/run": benchmark_starts,
    "benchmarks/proxies": benchmark_starts,
}
"""What is done with each block, in their order. The function says how far the block is run."""


def test_every_block_has_a_check_and_every_check_a_block() -> None:
    assert [block.name for block in README] == list(CHECKS)


@pytest.mark.parametrize("block", README, ids=lambda block: block.name)
def test_block(block: Block, project: Path) -> None:
    CHECKS[block.name](block, project)


def test_blocks_of_all_forms_are_found() -> None:
    text = "text `code`\n\n    one\n\n    two\n\n- item\n\n      three\n\n> ```sh\n> four\n> ```\n\n~~~\nfive\n~~~\n"
    expected = [("", "one\n\ntwo\n"), ("", "three\n"), ("sh", "four\n"), ("", "five\n")]
    assert code_blocks(text) == [Block(*block) for block in expected]
