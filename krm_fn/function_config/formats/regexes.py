"""Whether PCRE and RE2 support a regular expression, checked with Python's `re`, which is nearly the same as PCRE."""

from __future__ import annotations

import re
import warnings

_NOT_PCRE = re.compile(
    r"\\(?P<escape>.)|(?P<flags>\(\?-?[imsx]*[aLu])|(?P<bound>\{,\d+\})|(?P<named>\(\?(?:P?<(?![=!])|'))", re.DOTALL
)

_NOT_RE2 = (
    *("(?=", "(?!", "(?<=", "(?<!", "(?>", "(?|", "(?#", "(?R", "(?&", "(*", "\\K", "\\G", "\\R", "\\X", "\\Z"),
    *("++", "*+", "?+", "}+"),
)
"""What PCRE supports, and RE2 does not: assertions, subroutines, verbs, and possessive repetitions."""


def why_not_pcre(pattern: str) -> str:
    r"""Return why PCRE refuses the expression or reads it in another way; an empty string where it does neither.

    Also refused: what means something else in Python (\u, \U, \N, \Z, the flags a, L, u, and {,3}), and named groups.
    """
    for found in _NOT_PCRE.finditer(pattern):
        if found["escape"] in ("u", "U", "N", "Z"):
            return f"PCRE lacks \\{found['escape']}, or reads it in another way"
        if found["flags"] or found["bound"]:
            return f"PCRE lacks {found[0]}, or reads it in another way"
        if found["named"]:
            return f"the named group {found[0]} would set an nginx variable: use ( or (?:"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as problem:
        return str(problem)
    return ""


def foreign_to_re2(pattern: str) -> str:
    """Return a part of the expression that RE2 does not have; an empty string where there is none."""
    return next((each for each in _NOT_RE2 if each in pattern), "") or _back_reference(pattern)


def _back_reference(pattern: str) -> str:
    """Return a reference to a group, empty where there is none."""
    return next((f"\\{digit}" for digit in "123456789" if f"\\{digit}" in pattern.replace("\\\\", "")), "")
