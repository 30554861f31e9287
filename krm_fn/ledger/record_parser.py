"""Read the ownership record: the lines that it has, each of which states one change in one or more places."""

from __future__ import annotations

from krm_fn.ledger.record_format import FORMAT, FORMAT_WORD, count
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.yaml_text.paths import EACH, parse_quoted, parse_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.yaml_text.paths import Pattern


class NewerFormatError(ValueError):
    """The record is of a format that a later release writes."""


class Line(Record):
    """A line of a record."""

    verb: str
    pattern: Pattern
    old: str
    new: str
    of: str
    signs: tuple[str, ...]
    """One for each place that the pattern stands for, in order; or none."""


def parse_record(record: str) -> list[Line]:
    """Return the lines of a record. A ValueError for a line that is no record's, or for a later format."""
    lines = [line for line in record.splitlines() if line]
    if lines and lines[0].startswith(f"{FORMAT_WORD} "):
        number = lines.pop(0).partition(" ")[2]
        if not (number.isascii() and number.isdecimal()):
            msg = f"the format must be a number, got {shown(number)}"
            raise ValueError(msg)
        if len(number) > 1 or int(number) > FORMAT:
            msg = f"is of format {shown(number)}, which a later release wrote: this one knows formats up to {FORMAT}"
            raise NewerFormatError(msg)
    return list(map(_parsed, lines))


def _parsed(line: str) -> Line:
    reader = _Reader(line)
    verb = reader.word()
    pattern = reader.pattern()
    old = new = of = ""
    if verb == "changed":
        reader.expect("from")
        old = reader.word()
        reader.expect("to")
        new = reader.word()
        of = reader.optional("of")
    elif verb == "renamed":
        reader.expect("from")
        old = reader.word()
    elif verb in ("filled", "expanded"):
        reader.expect("was")
        old = reader.word()
    elif verb == "added":
        new = reader.optional("as")
    elif verb != "created":
        msg = f"a line must start with added, created, filled, expanded, changed or renamed, got {shown(line)}"
        raise ValueError(msg)
    if verb in ("changed", "renamed") and old[:1] in (" ", "\t", "#"):
        msg = f"a former text must be one value, got {shown(old)}"
        raise ValueError(msg)
    signs = reader.optional("at")
    found = tuple(signs.split(",")) if signs else ()
    if not pattern or reader.rest:
        msg = f"must state one change, got {shown(line)}"
        raise ValueError(msg)
    if found and len(found) != count(pattern):
        msg = f"must have a sign for each of its places, got {shown(line)}"
        raise ValueError(msg)
    return Line(verb=verb, pattern=pattern, old=old, new=new, of=of, signs=found)


class _Reader:
    """Reads a line of the record from left to right."""

    def __init__(self, line: str) -> None:
        self.rest = line

    def word(self) -> str:
        """Return the next word, or the text of a quoted one."""
        self.rest = self.rest.lstrip(" ")
        if self.rest.startswith('"'):
            word, self.rest = parse_quoted(self.rest)
            return word
        word, _, self.rest = self.rest.partition(" ")
        if not word:
            msg = "must not end there"
            raise ValueError(msg)
        return word

    def expect(self, word: str) -> None:
        """Skip a word that must come next."""
        if self.word() != word:
            msg = f"must have the word {word!r} before {self.rest!r}"
            raise ValueError(msg)

    def optional(self, word: str) -> str:
        """Return the word behind another one where that comes next, empty where it does not."""
        if not self.rest.lstrip(" ").startswith(f"{word} "):
            return ""
        self.expect(word)
        return self.word()

    def pattern(self) -> Pattern:
        """Return the place that comes next."""
        pattern, self.rest = parse_start(self.rest)
        if EACH in pattern:
            msg = 'must have a number or a name in brackets, got ""'
            raise ValueError(msg)
        return pattern
