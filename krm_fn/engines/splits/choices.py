"""What chooses between the two versions of a split, as texts and expressions that PCRE and RE2 read alike.

The header decides first, then the cookie, then what `sticky` keeps, then the share.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import Split, StickyCookie

CANARY, STABLE = "canary", "stable"
"""The versions, as logs and cookies name them: where the share goes, and where all else does."""
_META = frozenset("\\.+*?()|[]{}^$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_BEFORE, _AFTER = r"(?:^|[;,\s])", r"\s*(?:[;,]|$)"


def is_drawn(split: Split) -> bool:
    """Return whether the share decides: at 0 and 100 nothing is left to decide, nor to keep."""
    return 0 < split.percent < 100  # noqa: PLR2004 # percent


def kept_in(split: Split) -> StickyCookie | None:
    """Return the cookie that the proxy sets; None where none is needed."""
    return split.sticky.set_cookie if split.sticky and is_drawn(split) else None


def is_keyed(split: Split) -> bool:
    """Return whether the share is one of clients, by what they are known by."""
    sticky = split.sticky
    return is_drawn(split) and sticky is not None and bool(sticky.address or sticky.header or sticky.cookie)


def sets_cookie(split: Split | None) -> bool:
    """Return whether answers set a cookie of the proxy's."""
    return split is not None and kept_in(split) is not None


def header_expression(split: Split, *, atomic: bool = False) -> str:
    """Return the expression of the header's values that lead to the canary; empty where they are `always` and `never`.

    With `atomic`, what a * has matched is not tried again, so that matching takes time in proportion to the value.
    """
    if split.header_value is not None:
        return f"^{literal(split.header_value)}$"
    if split.header_pattern is None:
        return ""
    first, *others = ("".join("." if char == "?" else literal(char) for char in part) for part in _parts(split))
    if not others:
        return f"^{first}$"
    opened = "(?>.*?" if atomic else "(?:.*?"
    return f"^{first}{''.join(f'{opened}{part})' for part in others[:-1] if part)}.*{others[-1]}$"


def _parts(split: Split) -> list[str]:
    return (split.header_pattern or "").split("*")


def literal(text: str) -> str:
    """Return the expression of this text alone."""
    return "".join(f"\\{char}" if char in _META else char for char in text)


def cookie_expression(name: str, values: str) -> str:
    """Return the expression of a Cookie header in which a cookie has a value that an expression matches.

    The value is its only group; of several such cookies it is the first one's.
    """
    return rf"{_BEFORE}{literal(name)}\s*=\s*({values}){_AFTER}"


ANY_VALUE = r"[^;,\s]+"
"""The expression of what a cookie's value may be."""
KEPT = f"{CANARY}|{STABLE}"
"""The expression of the values that the proxy's own cookie may have."""


def cookie_text(cookie: StickyCookie, version: str) -> str:
    """Return the Set-Cookie header that keeps a version, without Secure where that depends on the connection."""
    lifetime = cookie.lifetime
    age = f"; Max-Age={int(lifetime[:-1]) * _SECONDS[lifetime[-1]]}" if lifetime else ""
    flags = ("; HttpOnly" if cookie.http_only else "") + ("; Secure" if is_always_secure(cookie) else "")
    return f"{cookie.name}={version}; Path={cookie.path}{age}; SameSite={cookie.same_site}{flags}"


def is_always_secure(cookie: StickyCookie) -> bool:
    """Return whether browsers take the cookie by TLS alone: else they would refuse it."""
    return cookie.same_site == "None"
