"""Expected output, kept in full beside what it is expected of.

After a deliberate change, run the tests with UPDATE_EXPECTED=1 and review the difference like code.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def read_texts(folder: Path) -> dict[str, str]:
    """Text of every file below `folder` by its path there; of git's own none."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    inside = [path.relative_to(folder) for path in paths]
    return {str(path): (folder / path).read_text() for path in inside if path.parts[0] != ".git"}


def assert_expected(folder: Path, actual: Mapping[str, str]) -> None:
    """Fail unless `folder` holds exactly these files with these texts."""
    if os.environ.get("UPDATE_EXPECTED") == "1":
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in actual.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    assert actual == read_texts(folder)
