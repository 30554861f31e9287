"""What an edit did to lines."""

from __future__ import annotations

import difflib
import re

_EMPTY = re.compile(r"""^\s*(-\s+)*[\w./"'-]+:\s*(\[\s*\]|\{\s*\}|null|~)?\s*(#.*)?$""")


def replaced_lines(old: str, new: str) -> list[tuple[list[str], list[str]]]:
    """Return the lines that went, with those that came in their place. Those that only came are left out."""
    one, other = old.split("\n"), new.split("\n")
    codes = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return [(one[a:b], other[c:d]) for tag, a, b, c, d in codes if tag in ("replace", "delete")]


def only_gains(old: str, new: str) -> bool:
    """Tell whether a line of flow style or with an alias only got something put in, or is that of a null or empty
    collection that got entries below it."""
    if _EMPTY.match(old):
        return new.startswith(old.split(":", maxsplit=1)[0] + ":")
    characters = iter(new)
    return ("{" in old or "[" in old) and all(char in characters for char in old)
