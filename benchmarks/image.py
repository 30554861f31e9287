"""What the Dockerfile builds, built without a container engine, and how the image starts.

The steps are those of its build stage, with other paths. What cannot be had here is the standard library's unchecked
bytecode: the interpreter is the machine's own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING

from benchmarks.machine import interpreter
from benchmarks.measure import CannotRun

if TYPE_CHECKING:
    from pathlib import Path

PLACE = "/opt/proxy-sidecar"
PATHS = re.compile(r"(?<![\w./-])(/opt/proxy-sidecar|/src|/pip)(?![\w.-])")


def build(root: Path, folder: Path) -> tuple[str, ...]:
    """Build the image's folder inside this one, and return the command that starts it."""
    dockerfile = (root / "Dockerfile").read_text()
    places = {PLACE: str(folder / "image"), "/src": str(root), "/pip": str(folder / "pip")}
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_QUIET": "1"}
    for step in build_steps(dockerfile):
        command = moved(step, places)
        process = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if process.returncode:
            msg = f"the Dockerfile's step does not run: {' '.join(command)}\n{process.stdout}{process.stderr}"
            raise CannotRun(msg)
    return tuple(moved(entrypoint(dockerfile), places))


def build_steps(dockerfile: str) -> list[list[str]]:
    """Return what the stage `build` runs."""
    stage = ""
    steps = []
    for instruction, words in re.findall(r"^(FROM|RUN) +(.+)$", dockerfile, re.MULTILINE):
        if instruction == "FROM":
            stage = words.partition(" AS ")[2].strip()
        elif stage == "build":
            steps.append(_exec_form(words))
    return steps


def entrypoint(dockerfile: str) -> list[str]:
    """Return the command that starts the image."""
    return _exec_form(re.findall(r"^ENTRYPOINT +(.+)$", dockerfile, re.MULTILINE)[-1])


def moved(command: list[str], places: dict[str, str]) -> list[str]:
    """Return a command of the image as one of this machine."""
    words = [PATHS.sub(lambda match: places[match[1]], word) for word in command]
    return [interpreter() if words[0] == "python3" else words[0], *words[1:]]


def _exec_form(words: str) -> list[str]:
    try:
        command: list[str] = json.loads(words)
    except json.JSONDecodeError:
        msg = f"the Dockerfile's steps must be in exec form to be repeated here, got {words!r}"
        raise CannotRun(msg) from None
    return command
