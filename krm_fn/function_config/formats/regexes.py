"""Whether PCRE and RE2 support a regular expression, checked with Python's `re`, which is nearly the same as PCRE."""

from __future__ import annotations

import re
import warnings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    \\(?P<escape>.)
    | (?P<set>\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\])
    | (?P<flags>\(\?-?[imsx]*[aLu])
    | (?P<named>\(\?(?:P?<(?![=!])|'))
    | (?P<open>\()
    | (?P<close>\))
    | (?P<bound>\{,\d+\})
    | (?P<repeat>\{(?P<least>\d+)(?P<comma>,(?P<most>\d*))?\})
    | (?P<other>.)
    """,
    re.DOTALL | re.VERBOSE,
)
_CLASSES = "alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit"
_CLASS = re.compile(rf"\\.|\[:\^?(?:{_CLASSES}):\]", re.DOTALL)
_LIKE_A_CLASS = re.compile(r"\\.|\[(?P<mark>[:.=])(?:\\[\\\]]|[^\]])*(?P=mark)\]", re.DOTALL)
_NO_CLASS = re.compile(rf"\\.|(?P<odd>\[:(?!\^?(?:{_CLASSES}):\]))", re.DOTALL)

_NOT_RE2 = (
    *("(?=", "(?!", "(?<=", "(?<!", "(?>", "(?|", "(?#", "(?R", "(?&", "(?(", "(*"),
    *("\\K", "\\G", "\\R", "\\X", "\\Z", "++", "*+", "?+", "}+"),
)
"""What PCRE supports, and RE2 does not: assertions, conditions, subroutines, verbs, and possessive repetitions."""
_EXTENDED = re.compile(r"\(\?[imsU]*(-[imsU]*)?x")

_MOST_REPEATS_OF_PCRE, _LARGEST_OF_PCRE, _DEEPEST_OF_PCRE = 65535, 60000, 240
"""PCRE compiles to 65535 bytes, and knows 250 groups within each other."""
_MOST_REPEATS_OF_RE2 = 1000
_CHAR, _SET, _GROUP, _REPEAT = 4, 40, 20, 8
"""The most bytes of what PCRE makes of each: a byte, a set, a group beside what is in it, and a repetition."""


def why_not_pcre(pattern: str) -> str:
    r"""Return why PCRE refuses the expression or reads it in another way; an empty string where it does neither.

    Also refused: what means something else in Python (\u, \U, \N, \Z, the flags a, L, u, and {,3}), and named groups.
    """
    for found in _TOKEN.finditer(pattern):
        reason = _why_not_token(found)
        if reason:
            return reason
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(_CLASS.sub(lambda found: found[0] if found[0][0] == "\\" else "\\w", pattern))
    except (re.error, OverflowError, RecursionError) as problem:
        return str(problem)
    size = _Size(pattern)
    if size.repeats_alone > _MOST_REPEATS_OF_PCRE:
        return f"PCRE repeats at most {_MOST_REPEATS_OF_PCRE} times"
    if size.depth > _DEEPEST_OF_PCRE:
        return f"it has more than {_DEEPEST_OF_PCRE} groups within each other"
    return "it is too large: repeat less" if size.bytes_of_pcre > _LARGEST_OF_PCRE else ""


def _why_not_token(found: re.Match[str]) -> str:
    for escape in (found["escape"], *re.findall(r"\\(.)", found["set"] or "", re.DOTALL)):
        if escape in ("u", "U", "N", "Z"):
            return f"PCRE lacks \\{escape}, or reads it in another way"
    if found["flags"] or found["bound"]:
        return f"PCRE lacks {found[0]}, or reads it in another way"
    if found["named"]:
        return f"the named group {found[0]} would set an nginx variable: use ( or (?:"
    if found["set"]:
        inside = (each[0] for each in _LIKE_A_CLASS.finditer(found["set"], 1))
        odd = next((each for each in inside if each[0] == "[" and not _CLASS.fullmatch(each)), "")
        if odd:
            return f"there is no class {odd}: use one such as [[:alpha:]], or write \\["
        if _LIKE_A_CLASS.fullmatch(found["set"]):
            return f"PCRE takes {found['set']} for a class, which has brackets around it: [[:alpha:]]; else write \\["
    return ""


def foreign_to_re2(pattern: str) -> str:
    """Return a part of the expression that RE2 does not have; an empty string where there is none."""
    return (
        next((each for each in _NOT_RE2 if each in pattern), "")
        or _back_reference(pattern)
        or next(_odd_to_re2(pattern), "")
    )


def _back_reference(pattern: str) -> str:
    """Return a reference to a group, empty where there is none."""
    return next((f"\\{digit}" for digit in "123456789" if f"\\{digit}" in pattern.replace("\\\\", "")), "")


def _odd_to_re2(pattern: str) -> Iterator[str]:
    extended = _EXTENDED.search(pattern)
    if extended:
        yield f"{extended[0]} (extended syntax)"
    for found in _TOKEN.finditer(pattern):
        if not (found["escape"] or "").isascii():
            yield f"{found[0]} (write {found['escape']})"
        for escape in re.findall(r"\\(.)", found["set"] or "", re.DOTALL):
            if escape == "b" or not escape.isascii():
                yield f"\\{escape} in brackets"
        if any(each["odd"] for each in _NO_CLASS.finditer(found["set"] or "", 1)):
            yield "[: in brackets, but for a class such as [[:alpha:]]: write \\[:"
    if _Size(pattern).repeats > _MOST_REPEATS_OF_RE2:
        yield f"more than {_MOST_REPEATS_OF_RE2} repetitions, also of repetitions,"


class _Size:
    """How much a well-formed expression repeats."""

    def __init__(self, pattern: str) -> None:
        self.repeats_alone = self.depth = 0
        groups: list[tuple[int, int]] = []
        """Of each that is open: the bytes and the repetitions before it."""
        size, repeats, last = 0, 1, (0, 1)
        for found in _TOKEN.finditer(pattern):
            if found["open"] or found["flags"] or found["named"]:
                groups.append((size, repeats))
                self.depth = max(self.depth, len(groups))
                size, repeats = 0, 1
            elif found["close"] and groups:
                last = (size + _GROUP, repeats)
                before, others = groups.pop()
                size, repeats = before + last[0], max(repeats, others)
            elif found["repeat"]:
                count = max(int(found["least"]), int(found["most"] or 0))
                self.repeats_alone = max(self.repeats_alone, count)
                size += last[0] * max(count - 1, 0) + _REPEAT
                repeats = max(repeats, last[1] * count)
            else:
                size += _SET if found["set"] else _CHAR * len(found[0].encode())
                last = (0, 1)  # repeated, it is no larger
        self.bytes_of_pcre, self.repeats = size, repeats
