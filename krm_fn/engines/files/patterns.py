"""Patterns of files below a route, as regular expressions of the dialect that PCRE and RE2 share."""

from __future__ import annotations

from krm_fn.engines.media_types import MEDIA_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import StaticFiles

WELL_KNOWN = ".well-known/*"
"""The only paths of an image with a segment that begins with a dot: all others are hidden. A ConfigMap has no folder.
"""
_META = frozenset("\\.+()|[]{}^$")
_LEAST = 8
"""Letters and digits of a hash. Bundlers write 8 or more."""


def expression_of(pattern: str) -> str:
    """Return the expression of the paths, without the route's own at their beginning, that a pattern stands for.

    Without a slash a pattern is for the names of files in every folder. Otherwise it is for whole paths, where * stands
    for any text, also with slashes.
    """
    is_path = "/" in pattern
    wild = {"*": ".*" if is_path else "[^/]*", "?": "[^/]"}
    text = "".join(wild.get(char) or (f"\\{char}" if char in _META else char) for char in pattern.lstrip("/"))
    return text if is_path else f"(?:.*/)?{text}"


def without_fallback(files: StaticFiles) -> tuple[str, ...]:
    """Return the patterns of the paths that have no fallback: who looks for a well-known one wants no page."""
    return (*files.fallback_except, *([WELL_KNOWN] if files.image else ()))


def expression_of_hashed() -> str:
    """Return the expression of the paths of assets whose name has a hash in it, behind a dash or a dot.

    It is 8 or more hexadecimal digits, of which one is a letter and which are no date therefore; or 8 letters, digits
    and underscores with a capital behind the first of them, which no word has. Another hash is missed, which is safe.
    """
    rest = [_LEAST - 1 - count for count in range(_LEAST)]
    hexadecimal = [f"[0-9]{{{count}}}[a-f][0-9a-f]{{{rest[count]},}}" for count in range(_LEAST)]
    capital = [f"[0-9A-Za-z_]{{{count}}}[A-Z][0-9A-Za-z_]{{{rest[count]}}}" for count in range(1, _LEAST)]
    hashes = "|".join((*hexadecimal, f"[0-9]{{{_LEAST},}}[a-f][0-9a-f]*", *capital))
    for long, short in (("[0-9]{0}", ""), ("{0,}", "*"), ("[0-9A-Za-z_]{0}", ""), ("{1,}", "+"), ("{1}", "")):
        hashes = hashes.replace(long, short)
    return f"(?:.*/)?[^/]*[.-](?:{hashes})\\.(?:[^/]*\\.)?(?:{'|'.join(_ASSETS)})"


_ASSETS = tuple(
    ending
    for media_type, endings in MEDIA_TYPES.items()
    if media_type.partition("/")[0] in ("font", "image", "audio", "video")
    or media_type in ("text/css", "text/javascript", "application/json", "application/wasm")
    for ending in endings
)
"""The endings of what pages load. A page itself, or a document, has its name from a person."""
