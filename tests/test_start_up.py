"""What a run of the reference scenario does not import: these imports cost more than the work itself."""

import subprocess
import sys

from tests.test_scenario import ROOT, scenario

HEAVY = (
    "krm_fn.cli",
    "argparse",
    "dataclasses",
    "enum",
    "hashlib",
    "inspect",
    "jinja2",
    "json",
    "pydantic",
    "re",
    "typing",
    "yaml",
)
PROGRAM = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from krm_fn.__main__ import main
code = main()
print(*(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)
sys.exit(code)
"""


def test_nothing_heavy_is_imported() -> None:
    command = [sys.executable, "-I", "-S", "-c", PROGRAM]
    run = subprocess.run(command, input=scenario(), capture_output=True, check=True)
    assert run.stderr.decode().splitlines()[-1:] == [""]  # behind a warning and the line that sums up


def test_the_check_can_fail() -> None:
    flow_over_lines = scenario().replace(b"emptyDir: {}", b"emptyDir: {\n            }")
    command = [sys.executable, "-I", "-c", PROGRAM]
    run = subprocess.run(command, input=flow_over_lines, capture_output=True, check=True)
    assert "yaml" in run.stderr.decode().split()
