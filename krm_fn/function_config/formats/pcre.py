"""Whether a regular expression is one that PCRE reads, found with Python's `re`, which reads nearly the same."""

from __future__ import annotations

import re
import warnings

_FOREIGN = re.compile(
    r"\\(?P<escape>.)|(?P<flags>\(\?-?[imsx]*[aLu])|(?P<bound>\{,\d+\})|(?P<named>\(\?(?:P?<(?![=!])|'))", re.DOTALL
)


def why_not_pcre(pattern: str) -> str:
    r"""Return why PCRE does not read the expression, or not as it is meant; an empty string where it does.

    Refused as well: what only Python means (\u, \U, \N, \Z, the flags a, L, u, and {,3}), and named groups.
    """
    for found in _FOREIGN.finditer(pattern):
        if found["escape"] in ("u", "U", "N", "Z"):
            return f"PCRE lacks \\{found['escape']}, or reads it otherwise"
        if found["flags"] or found["bound"]:
            return f"PCRE lacks {found[0]}, or reads it otherwise"
        if found["named"]:
            return f"the named group {found[0]} would set a variable of nginx's: use ( or (?:"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as problem:
        return str(problem)
    return ""
