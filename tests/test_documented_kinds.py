"""docs/referrers.md names each kind that follows, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from krm_fn.references.kinds.generated import MODULES

PAGE = (Path(__file__).parents[1] / "docs" / "referrers.md").read_text()


def documented(page: str) -> set[str]:
    """Return the kinds in the first column of a page's tables."""
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| ")]
    words = {word for cell in cells for word in re.findall(r"\b[A-Z]\w+", re.sub(r"\(.*?\)", "", cell))}
    return words - {"Pod", "Services", "ExternalName"}


def test_each_kind_is_documented_and_each_documented_kind_follows() -> None:
    assert documented(PAGE) == set(MODULES)
