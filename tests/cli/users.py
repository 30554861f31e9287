"""Run a program as a user who may not do everything, where the tests run as root."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to run as another user")
_BECOME = "import os; os.setgroups([]); os.setgid({user}); os.setuid({user})"


def run_as(user: int, imports: str, program: str) -> str:
    """Return what a program prints. Its imports are done before, for they may lie where only root can read."""
    root = Path(__file__).parents[2]
    text = "\n".join((f"import sys; sys.path.insert(0, {str(root)!r})", imports, _BECOME.format(user=user), program))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-c", text]  # not measured: that user cannot write what coverage found
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def open_to_all(folder: Path) -> Path:
    """Let every user come to a folder of the tests', whose parents are root's alone."""
    for path in (folder, *folder.parents):
        if path != Path("/") and path.stat().st_uid == os.geteuid():
            path.chmod(path.stat().st_mode | 0o011)
    return folder
