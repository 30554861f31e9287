"""A copy of the project in which a test adds a module and sees what comes of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from codegen.targets import ROOT

_LOAD = """
import json, sys
from krm_fn.function_config.load import load
from krm_fn.result import FunctionError
try:
    load(json.load(sys.stdin))
except FunctionError as error:
    print(error)
"""


def copy_of_the_project(directory: Path) -> Path:
    """Return a directory with the package, the generators, the docs, and the tests' golden files."""
    for name in ("krm_fn", "codegen", "docs"):
        shutil.copytree(ROOT / name, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
    (directory / "tests").symlink_to(ROOT / "tests")
    return directory


def rebuild(copy: Path) -> str:
    """Rebuild the generated files; return the names of those that were stale."""
    return _run(copy, "-m", "codegen")


def problems_of(copy: Path, document: Any) -> str:
    """Return the problems that the package in the copy finds in a functionConfig, a line each."""
    return _run(copy, "-c", _LOAD, given=json.dumps(document))


def _run(copy: Path, *arguments: str, given: str = "") -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=copy, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
