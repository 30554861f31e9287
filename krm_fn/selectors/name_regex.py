r"""Regular expressions for names, as Go's RE2 has them, matched in time that is linear in the name.

Known are literals, `.`, sets, classes such as `\d` and `[[:alpha:]]`, groups, `|`, repetitions, `^`, `$`, `\A`, `\z`,
`\b`, `\B`, `\Q...\E`, and the flags i, s and U. What Go refuses is refused: lookarounds, and references.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Ranges: TypeAlias = tuple[tuple[str, str], ...]
    Code: TypeAlias = list[tuple[str, int, int, Ranges]]
    """Instructions: what each does, two steps to others, and the characters that it takes."""

_MOST_STEPS = 2000
_MOST_REPEATS = 1000
_HIGHEST = chr(0x10FFFF)
_DIGITS: Ranges = (("0", "9"),)
_LETTERS: Ranges = (("A", "Z"), ("a", "z"))
_SPACE: Ranges = (("\t", "\n"), ("\f", "\r"), (" ", " "))
_WORD: Ranges = (*_DIGITS, *_LETTERS, ("_", "_"))
_PERL = {"d": _DIGITS, "s": _SPACE, "w": _WORD}
_CLASSES: dict[str, Ranges] = {
    "alnum": (*_DIGITS, *_LETTERS),
    "alpha": _LETTERS,
    "ascii": (("\0", "\x7f"),),
    "blank": (("\t", "\t"), (" ", " ")),
    "cntrl": (("\0", "\x1f"), ("\x7f", "\x7f")),
    "digit": _DIGITS,
    "graph": (("!", "~"),),
    "lower": (("a", "z"),),
    "print": ((" ", "~"),),
    "punct": (("!", "/"), (":", "@"), ("[", "`"), ("{", "~")),
    "space": (("\t", "\r"), (" ", " ")),
    "upper": (("A", "Z"),),
    "word": _WORD,
    "xdigit": (*_DIGITS, ("A", "F"), ("a", "f")),
}
_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ASSERTIONS = {"A": "^", "z": "$", "b": "b", "B": "B"}


class NameRegex:
    """An expression that matches whole texts. A ValueError says what is wrong with it."""

    def __init__(self, pattern: str) -> None:
        parser = _Parser(pattern)
        code = parser.alternatives()
        if parser.rest:
            msg = "must have a ( for each )"
            raise ValueError(msg)
        self._code: Code = [*code, ("match", 0, 0, ())]

    def matches(self, text: str) -> bool:
        """Return whether the expression matches the whole text."""
        states = self._reached([0], text, 0)
        for at, char in enumerate(text):
            states = self._reached([pc + 1 for pc in states if _takes(self._code[pc], char)], text, at + 1)
            if not states:
                return False
        return any(self._code[pc][0] == "match" for pc in states)

    def _reached(self, starts: list[int], text: str, at: int) -> list[int]:
        """Return the instructions that take a character, or match, to which others go on at a place of the text."""
        rest, seen, found = starts[::-1], set(starts), []
        while rest:
            pc = rest.pop()
            kind, one, other, _ = self._code[pc]
            if kind in ("take", "match"):
                found.append(pc)
                continue
            steps = (one, other) if kind == "split" else (one,) if kind == "jump" or _holds(kind, text, at) else ()
            for step in steps:
                if pc + step not in seen:
                    seen.add(pc + step)
                    rest.append(pc + step)
        return found


def _takes(instruction: tuple[str, int, int, Ranges], char: str) -> bool:
    kind, is_negated, ignores_case, ranges = instruction
    if kind != "take":
        return False
    forms = {char, char.lower(), char.upper()} if ignores_case else (char,)
    return any(first <= form <= last for form in forms for first, last in ranges) is not bool(is_negated)


def _holds(assertion: str, text: str, at: int) -> bool:
    if assertion == "^":
        return at == 0
    if assertion == "$":
        return at == len(text)
    before, after = (_is_word(text[at - 1 : at]) if at else False), _is_word(text[at : at + 1])
    return (before is not after) is (assertion == "b")


def _is_word(char: str) -> bool:
    return any(first <= char <= last for first, last in _WORD)


class _Parser:
    """Reads an expression from left to right, into instructions whose steps are relative."""

    def __init__(self, pattern: str) -> None:
        self.rest = pattern
        self.ignores_case = self.takes_breaks = False
        self.depth = 0

    def alternatives(self) -> Code:
        code = self._sequence()
        while self._skip("|"):
            other = self._sequence()
            code = [("split", 1, len(code) + 2, ()), *code, ("jump", len(other) + 1, 0, ()), *other]
        return code

    def _sequence(self) -> Code:
        code: Code = []
        while self.rest and self.rest[0] not in "|)":
            code += self._repeated(self._atom())
            if len(code) > _MOST_STEPS:
                msg = "is too large: repeat less"
                raise ValueError(msg)
        return code

    def _repeated(self, atom: Code) -> Code:
        bounds = self._bounds()
        if bounds is None:
            return atom
        least, most = bounds
        self._skip("?")
        if self._bounds() is not None:
            msg = "must not repeat a repetition: put it into (?:...)"
            raise ValueError(msg)
        if max(least, most) * len(atom) > _MOST_STEPS:
            msg = "is too large: repeat less"
            raise ValueError(msg)
        code = atom * least
        if most < 0:
            return [*code, ("split", 1, len(atom) + 2, ()), *atom, ("jump", -len(atom) - 1, 0, ())]
        return code + [("split", 1, len(atom) + 1, ()), *atom] * (most - least)

    def _bounds(self) -> tuple[int, int] | None:
        """Read how often something repeats, the most -1 for any number; None where nothing says so."""
        for sign, bounds in (("*", (0, -1)), ("+", (1, -1)), ("?", (0, 1))):
            if self._skip(sign):
                return bounds
        inside, closed, rest = self.rest[1:].partition("}")
        first, comma, last = inside.partition(",")
        if not (self.rest[:1] == "{" and closed and _is_number(first) and (not last or _is_number(last))):
            return None
        if len(inside) > len("1000,1000"):
            msg = f"must repeat at most {_MOST_REPEATS} times, got {{{inside[:20]}}}"
            raise ValueError(msg)
        least, most = int(first), int(last) if last else -1 if comma else int(first)
        if max(least, most) > _MOST_REPEATS or 0 <= most < least:
            msg = f"must repeat at most {_MOST_REPEATS} times, in ascending order, got {{{inside}}}"
            raise ValueError(msg)
        self.rest = rest
        return least, most

    def _atom(self) -> Code:
        char = self.rest[0]
        if char == "(":
            return self._group()
        if char == "[":
            return self._set()
        if char == "\\":
            return self._escape()
        if self._bounds() is not None:
            msg = f"must have something before {char} to repeat"
            raise ValueError(msg)
        self.rest = self.rest[1:]
        if char in "^$":
            return [(char, 1, 0, ())]
        if char == ".":
            return self._taking((), negated=True) if self.takes_breaks else self._taking((("\n", "\n"),), negated=True)
        return self._taking(((char, char),))

    def _taking(self, ranges: Ranges, *, negated: bool = False) -> Code:
        return [("take", int(negated), int(self.ignores_case), ranges)]

    def _group(self) -> Code:
        self.rest = self.rest[1:]
        before = self.ignores_case, self.takes_breaks
        if self._skip("?"):
            start = self.rest
            name = start.removeprefix("P") if start.startswith(("P<", "<")) else ""
            if name and name[1:2] not in ("=", "!"):
                name, closed, self.rest = name[1:].partition(">")
                if not closed or not name.replace("_", "a").isalnum():
                    msg = f"must name a group by letters, got {start[:20]}"
                    raise ValueError(msg)
            elif self._flags():
                return []
        self.depth += 1
        if self.depth > 100:  # noqa: PLR2004 # nobody's name needs it
            msg = "must not be nested so deep"
            raise ValueError(msg)
        code = self.alternatives()
        self.depth -= 1
        if not self._skip(")"):
            msg = "must close each ("
            raise ValueError(msg)
        self.ignores_case, self.takes_breaks = before
        return code

    def _flags(self) -> bool:
        """Read flags; return whether they stand alone, for the rest of the group around."""
        start, on = self.rest, True
        while self.rest[:1] not in (":", ")"):
            flag, self.rest = self.rest[:1], self.rest[1:]
            if flag == "-" and on:
                on = False
            elif flag == "i":
                self.ignores_case = on
            elif flag == "s":
                self.takes_breaks = on
            elif flag != "U" or not flag:
                msg = f"must have no (?{start[:3]}: known are (?:...), (?P<name>...), and the flags i, s and U"
                raise ValueError(msg)
        alone = self.rest[0] == ")"
        self.rest = self.rest[1:]
        return alone

    def _escape(self) -> Code:
        letter, self.rest = self.rest[1:2], self.rest[2:]
        if letter in _ASSERTIONS:
            return [(_ASSERTIONS[letter], 1, 0, ())]
        if letter.lower() in _PERL and letter:
            return self._taking(_PERL[letter.lower()], negated=letter.isupper())
        if letter == "Q":
            text, _, self.rest = self.rest.partition("\\E")
            return [each for char in text for each in self._taking(((char, char),))]
        char = self._escaped(letter)
        return self._taking(((char, char),))

    def _escaped(self, letter: str) -> str:
        """Return the one character that an escape means."""
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter == "x":
            braced = self._skip("{")
            digits, closed, rest = self.rest.partition("}") if braced else (self.rest[:2], "}", self.rest[2:])
            if closed and digits and len(digits) <= 6 and all(each in "0123456789abcdefABCDEF" for each in digits):  # noqa: PLR2004 # 10FFFF
                self.rest = rest
                if int(digits, 16) <= ord(_HIGHEST):
                    return chr(int(digits, 16))
        elif letter and letter.isascii() and not letter.isalnum():
            return letter
        msg = f"must have no \\{letter}: it is not known here"
        raise ValueError(msg)

    def _set(self) -> Code:
        self.rest = self.rest[1:]
        negated = self._skip("^")
        ranges: list[tuple[str, str]] = []
        is_first = True
        while is_first or self.rest[:1] != "]":
            ranges += self._member()
            is_first = False
        self.rest = self.rest[1:]
        return self._taking(tuple(ranges), negated=negated)

    def _member(self) -> Ranges:
        if self.rest.startswith("[:"):
            name, closed, rest = self.rest[2:].partition(":]")
            if closed and name.removeprefix("^") in _CLASSES:
                self.rest = rest
                found = _CLASSES[name.removeprefix("^")]
                return _others(found) if name.startswith("^") else found
        if self.rest[:1] == "\\" and self.rest[1:2].lower() in _PERL and self.rest[1:2]:
            letter, self.rest = self.rest[1], self.rest[2:]
            return _others(_PERL[letter.lower()]) if letter.isupper() else _PERL[letter]
        first = self._end()
        if self.rest[:1] != "-" or self.rest[1:2] in ("]", ""):
            return ((first, first),)
        self.rest = self.rest[1:]
        last = self._end()
        if last < first:
            msg = f"must have ranges in ascending order, got {first}-{last}"
            raise ValueError(msg)
        return ((first, last),)

    def _end(self) -> str:
        """Return the character that begins or ends a range."""
        char, self.rest = self.rest[:1], self.rest[1:]
        if not char:
            msg = "must close each ["
            raise ValueError(msg)
        if char != "\\":
            return char
        letter, self.rest = self.rest[:1], self.rest[1:]
        return self._escaped(letter)

    def _skip(self, text: str) -> bool:
        found = self.rest.startswith(text)
        if found:
            self.rest = self.rest[len(text) :]
        return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _others(ranges: Ranges) -> Ranges:
    """Return the characters that are in none of some ranges."""
    found, start = [], 0
    for first, last in sorted(ranges):
        if ord(first) > start:
            found.append((chr(start), chr(ord(first) - 1)))
        start = max(start, ord(last) + 1)
    return (*found, (chr(start), _HIGHEST))
