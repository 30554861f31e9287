"""Documents as people write them: random data, and the same data in random text styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.read import YamlError, pyyaml_read
from krm_fn.yaml_text.scalars import is_plain_safe, quoted

if TYPE_CHECKING:
    from random import Random

WORDS = [
    "a",
    "b",
    "name",
    "spec",
    "containers",
    "x-y",
    "a.b/c",
    "yes",
    "1",
    "",
    " ",
    "#",
    "a: b",
    "- a",
    "{",
    "日本",
    "🚀",
]
TEXTS = [
    *WORDS,
    "a\n",
    "a\nb",
    "a\n\nb\n\n",
    "\na",
    " a\nb\n",
    "a \n b\n",
    "\ta\n",
    "22:22",
    "1e3",
    "~",
    "a b c",
    "'",
    '"',
    "\\",
]
TEXTS += [
    "a # b",
    "---",
    "a\u2028b",
    "a\x85b",
    "*a",
    "&a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "`a",
    "it's",
    "a\r\nb",
    "\x07",
    "=",
    "<<",
]
keys = st.sampled_from(WORDS) | st.text(max_size=4)
scalars = st.none() | st.booleans() | st.integers(-9, 99999) | st.sampled_from(TEXTS) | st.text(max_size=6)
values = st.recursive(
    scalars,
    lambda inner: st.dictionaries(keys, inner, max_size=3) | st.lists(inner, max_size=3),
    max_leaves=10,
)
documents = st.dictionaries(keys, values, min_size=1, max_size=4)
randoms = st.randoms(use_true_random=False)


class Writer:
    """Writes data in a style that is drawn for each document, and again at each place."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.step = random.choice((2, 2, 4, 3))
        self.offset = random.choice((0, 0, 2, self.step))
        self.comments = random.choice((0.0, 0.0, 0.2))
        self.newline = random.choice(("\n", "\n", "\n", "\r\n"))
        self.ending = random.choice(("\n", "\n", "\n", "", "\n\n", "\n# end\n", "\n  # end"))
        self.flow = random.choice((0.0, 0.1, 0.5))

    def document(self, data: Any) -> str:
        lines = self.block(data, 0) if data else ["{}"]
        text = "\n".join(lines) + self.ending
        return text.replace("\n", self.newline)

    def block(self, value: Any, column: int) -> list[str]:
        return self.sequence(value, column) if isinstance(value, list) else self.mapping(value, column)

    def mapping(self, data: dict[str, Any], column: int) -> list[str]:
        lines = []
        for key, value in data.items():
            name = " " * column + self.key(key) + ":"
            lines += self.between(column)
            if not isinstance(value, dict | list) or not value or self.chance(self.flow):
                lines += self.inline(name + " ", value, column + self.step)
            else:
                deeper = column + (self.offset if isinstance(value, list) else self.step)
                lines += [name + self.comment(), *self.block(value, deeper)]
        return lines

    def sequence(self, data: list[Any], column: int) -> list[str]:
        lines = []
        for value in data:
            width = self.random.choice((2, 2, 2, 4))
            lead = " " * column + "-".ljust(width)
            lines += self.between(column)
            if not isinstance(value, dict | list) or not value or self.chance(self.flow):
                lines += self.inline(lead, value, column + 2)
            elif self.chance(0.1):
                lines += [" " * column + "-" + self.comment(), *self.block(value, column + 2)]
            else:
                first, *rest = self.block(value, column + width)
                while not first.strip() or first.lstrip().startswith("#"):
                    first, *rest = rest
                lines += [lead + first[column + width :], *rest]
        return lines

    def inline(self, lead: str, value: Any, column: int) -> list[str]:
        """Return the lines of a value that starts on the line of its key or dash."""
        if isinstance(value, dict | list):
            return self.flow_lines(lead, value, column)
        if isinstance(value, str) and self.chance(0.5):
            block = self.block_scalar(value, column)
            if block:
                return [lead + block[0], *block[1:]]
        return [(lead + self.scalar(value) + self.comment()).rstrip(" ")]

    def flow_lines(self, lead: str, value: Any, column: int) -> list[str]:
        if not value or self.chance(0.7):
            return [lead + self.flow_text(value) + self.comment()]
        inner = " " * column
        entries = self.flow_entries(value)
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        return [lead + opening, *(f"{inner}{entry}," for entry in entries[:-1]), inner + entries[-1], inner + closing]

    def flow_text(self, value: Any) -> str:
        if isinstance(value, dict | list):
            opening, closing = "{}" if isinstance(value, dict) else "[]"
            space = self.random.choice(("", " "))
            return opening + space + ", ".join(self.flow_entries(value)) + space + closing
        return self.scalar(value) or "null"

    def flow_entries(self, value: Any) -> list[str]:
        if isinstance(value, dict):
            return [f"{self.key(key)}: {self.flow_text(inner)}" for key, inner in value.items()]
        return [self.flow_text(inner) for inner in value]

    def key(self, key: str) -> str:
        return self.scalar(key)

    def scalar(self, value: Any) -> str:
        if value is None:
            return self.random.choice(("", "~", "null"))
        if not isinstance(value, str):
            return str(value).lower()
        if is_plain_safe(value) and self.chance(0.7):
            return value
        if value.isprintable() and self.chance(0.5):
            return "'" + value.replace("'", "''") + "'"
        return quoted(value)

    def block_scalar(self, value: str, column: int) -> list[str] | None:
        """Return a value as the header and lines of a block scalar, None where it cannot be one."""
        body = value.removesuffix("\n")
        lines = body.split("\n")
        if not body.strip() or not body.replace("\n", "").isprintable() or lines[0][:1] in ("", " ") or "\r" in value:
            return None
        header = ("|+" if value.endswith("\n\n") else "|") if value.endswith("\n") else "|-"
        if len(lines) == 1 and self.chance(0.3):
            header = header.replace("|", ">")
        return [header + self.comment(), *(" " * column + line if line else "" for line in lines)]

    def between(self, column: int) -> list[str]:
        if not self.chance(self.comments):
            return []
        return [self.random.choice(("", " " * column + "# - c: 'd", "# [", " " * (column + 2) + "#", " "))]

    def comment(self) -> str:
        return self.random.choice((" # c", "  # it's", " #")) if self.chance(self.comments) else ""

    def chance(self, part: float) -> bool:
        return self.random.random() < part


def written(data: Any, random: Random) -> str | None:
    """Return the data in a random style; None where that style does not say the same."""
    text = Writer(random).document(data)
    try:
        return text if to_data(pyyaml_read(text)) == data else None
    except YamlError:
        return None
