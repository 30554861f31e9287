r"""Path forms: the spellings of a path that the proxy and an app may read as different paths.

A route is chosen by the decoded path, in which `//` is one slash and dot segments are gone; the app is sent the path as
it came, so that `%2F` and `//` mean there what they mean without the proxy. Where the two could lead to different
routes, the request is refused with 400, on both engines by the same expressions:

- A dot segment, where a listener has routes, or asks an auth service about paths: one or two of `.` or `%2e`, behind
  `/`, `\`, `%2f` or `%5c`, also with parameters (`..;x`). So is a target with `#`, which Caddy sends on as `%23`, and
  one without a slash at the beginning (`x:admin`).
- Two slashes of any kind at the beginning, where guards differ: read as a URL, `//x/admin` is `/admin` of the host `x`.
- A control character such as `%0a`, where guards differ: a dot in an expression does not match all of them.
- `//` or `%2f` where the path of a route could go on or end, if the request could also be another route's, whose guard
  this route lacks. Below the path at which a regular expression begins, also if it is this route that has the guard.
- `\`, `%5c`, `;` or `%3b` there, or dots, blanks or control characters that end a segment, if the request could also be
  another route's, which lacks the guard of this one; below the path at which a regular expression begins, also if it is
  the other route that has the guard. So is the path of this one in another case.
- What a rewrite makes of a path, where that has a dot segment, or begins with two slashes where guards differ. Where it
  is a blocked path, it is answered like one.
- With `fastcgi`, a path below the front controller's own, such as `/index.php/admin/`, where what is below it is the
  path of a route with another guard: many apps answer both alike.

Guards are `auth` and, of a route, `anonymous`, `allow`, `deny`, `satisfy`, `rateLimit`, `connectionLimit` and
`methods`.
"""

from __future__ import annotations

from krm_fn.engines.guards import guard_of
from krm_fn.engines.routes import effective_routes, is_answered
from krm_fn.function_config.listeners import externals_of
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from krm_fn.engines.engine import ProxyListener
    from krm_fn.function_config.generated.values import Block, Route

_SLASH = r"(?:[/\\]|%2[Ff]|%5[Cc])"
_BLANK = r"(?: |%20|%[01][0-9A-Fa-f]|%7[Ff])"
_ENDS = rf"(?:{_SLASH}|[;?]|%3[Bb]|$)"
_DOTS = rf"^[^?]*{_SLASH}(?:\.|%2[Ee]){{1,2}}{_BLANK}*{_ENDS}"
_ODD = r"^[^?]*#|^[^/*]"
_MERGED = r"/?%2[Ff]|//"
"""What engines take for one slash."""
_HOST = r"^[/\\]{2}"
"""What begins a host's name to those who read the target as a URL."""
_CONTROLS = r"^[^?]*%[01][0-9A-Fa-f]"
_DROPPED_AT_END = rf"[\\;]|%5[Cc]|%3[Bb]|(?:\.|%2[Ee]|{_BLANK})+{_ENDS}"
"""What some apps drop at the end of a segment, or take for a slash."""
_DROPPED = rf"/?(?:[\\;]|%5[Cc]|%3[Bb])|{_DROPPED_AT_END}"
"""The same, also at a segment's beginning."""
_LONGEST = 255
"""Of what an expression begins with, no more bytes are told apart: what is below them is read alike."""


class Refusal(Record):
    """Requests that are refused: those that match one regular expression, unless they match another."""

    subject: Literal["target", "path"]
    """What is matched: the request's target as it came, or the path by which routes are chosen."""
    pattern: str
    """Of the dialect that PCRE and RE2 share, unless the user's own is part of it."""
    unless: str = ""


def refusals(proxy_listener: ProxyListener) -> tuple[Refusal, ...]:
    """Return what a listener refuses; nothing where all paths have one route, and no auth service decides by them."""
    routes, listener = effective_routes(proxy_listener), proxy_listener.listener
    by_path = any(True for _ in externals_of(listener))
    if len(routes) == 1 and not by_path:
        return ()
    found = [Refusal(subject="target", pattern=each) for each in (_DOTS, _ODD)]
    if by_path or _guards_differ(proxy_listener):
        found += [Refusal(subject="target", pattern=each) for each in (_HOST, _CONTROLS)]
    guarded = [(route, guard_of(route, listener)) for route in routes if not is_answered(route)]
    folded = [route.path.casefold() for route in routes]
    for route, guard in guarded:
        others = {each for other, each in guarded if other is not route and _may_lead_to(other, route)} - {guard}
        merged = any(not each.is_open() for each in others)
        dropped = bool(others) and not guard.is_open()
        either = route.match == "regex" and (merged or dropped)
        if route.path != "/" and (merged or dropped):
            found += _misread(route, merged=merged or either, dropped=dropped or either)
        if dropped and folded.count(route.path.casefold()) == 1:
            found += _in_other_case(route)
    if listener.upstream.protocol == "fastcgi" or any(
        route.upstream and route.upstream.protocol == "fastcgi" for route in routes
    ):
        from krm_fn.engines.fastcgi.guarded import below_front  # noqa: PLC0415 # few apps speak it

        found += [Refusal(subject="path", pattern=each) for each in below_front(proxy_listener, routes)]
    return tuple(dict.fromkeys(found))


def refused_when_rewritten(proxy_listener: ProxyListener) -> tuple[str, ...]:
    """Return the expressions of targets that no rewrite of a listener's may make."""
    return (_DOTS, _HOST) if _guards_differ(proxy_listener) else (_DOTS,)


def _guards_differ(proxy_listener: ProxyListener) -> bool:
    routes = (route for route in effective_routes(proxy_listener) if not is_answered(route))
    return len({guard_of(route, proxy_listener.listener) for route in routes}) > 1


def _may_lead_to(other: Route, route: Route) -> bool:
    """Return whether a request for a route, spelled or read in another way, may be another route's."""
    path, others = _beginning(route), _beginning(other)
    if "regex" in (other.match, route.match):
        return path.startswith(others) or others.startswith(path)
    return other.match == "prefix" and path.startswith(others)


def _beginning(route: Route) -> str:
    return literal_beginning(route.path) if route.match == "regex" else route.path


def _misread(route: Route, *, merged: bool, dropped: bool) -> Iterator[Refusal]:
    """Yield the targets that could be read as leading to a route, or that lead to it and could be read otherwise."""
    inside = "|".join([*([_MERGED] if merged else []), *([_DROPPED] if dropped else [])])
    at_end = "|".join([*(["%2[Ff]"] if merged else []), *([_DROPPED_AT_END] if dropped else [])])
    path = _beginning(route)
    segments = [f"/{spelling(each, fold=True)}" for each in path.split("/") if each]
    before = segments if route.match == "regex" else segments[:-1]
    yield Refusal(
        subject="target", pattern=f"^{''.join(f'(?:{each}' for each in before)}{')?' * len(before)}(?:{inside})"
    )
    if route.match == "regex":
        yield Refusal(subject="target", pattern=f"^{''.join(segments)}/[^?]*(?:{inside})")
    elif route.match == "exact" or path.endswith("/"):
        yield Refusal(subject="target", pattern=f"^{''.join(segments)}(?:{at_end})")


def _in_other_case(route: Route) -> Iterator[Refusal]:
    if route.match == "regex":
        yield Refusal(subject="path", pattern=f"(?i:{route.path})", unless=route.path)
        return
    end = r"(?:\?|$)" if route.match == "exact" else ""
    yield Refusal(
        subject="target",
        pattern=f"^{spelling(route.path, fold=True)}{end}",
        unless=f"^{spelling(route.path)}{end}",
    )


def literal_beginning(expression: str) -> str:
    """Return the directory, with its slash, in which all paths lie that a regular expression matches."""
    if not expression.startswith("^/") or "|" in expression:
        return "/"
    literal = ""
    for char in expression[1:]:
        if char in "?*{":
            literal = literal[:-1]
        if not (char.isalnum() or char in "/_-~"):
            break
        literal += char
    literal = literal.encode()[:_LONGEST].decode(errors="ignore")
    return literal[: literal.rfind("/") + 1] or "/"


def spelling(path: str, *, fold: bool = False) -> str:
    """Return the regular expression of the spellings of a path in a target: each character itself, or encoded.

    With `fold`, in upper and lower case alike. A slash is only itself.
    """
    return "".join(char if char == "/" else _char(char, fold=fold) for char in path)


def _char(char: str, *, fold: bool) -> str:
    if fold and char.isascii() and char.isalpha():
        encoded = "|".join(f"%{ord(each):02X}" for each in (char.lower(), char.upper()))
        return f"(?i:{char.lower()}|{encoded})"
    return f"(?:{_itself(char)}|{_encoded(char)})"


def _itself(char: str) -> str:
    return char if char.isalnum() or not char.isascii() or char in "_-~" else f"\\{char}"


def _encoded(char: str) -> str:
    digits = "".join(f"%{byte:02X}" for byte in char.encode())
    return "".join(f"[{each}{each.lower()}]" if each.isalpha() else each for each in digits)


_AFTER_NAME = r"(?:[. \x00-\x1f\x7f]|%[0-9A-Fa-f]{2})*"
"""What some apps drop behind a name: dots, blanks, control characters, and what is decoded twice."""
_END_OF_NAME = rf"{_AFTER_NAME}(?:;[^/\\]*)?[/\\]*$"
_PARAMETERS = r"(?:;[^/\\]*)?"
_PACKED = r"(?:\.(?:7z|bz2|gz|tar|tgz|xz|zip|zst))*"
_KNOWN = "well-known"
_NOT_KNOWN = "|".join([*(f"{_KNOWN[:place]}(?:[^{char}]|$)" for place, char in enumerate(_KNOWN)), rf"{_KNOWN}[^/\\;]"])
_PRESETS = {
    "dotfiles": (rf"{_SLASH}(?:\.|%2[Ee])(?:{_NOT_KNOWN})",),
    "backups": (
        rf"(?i:\.(?:backup|bak|dump|old|orig|save|sql|sw[nop]){_PACKED}){_END_OF_NAME}",
        rf"[^/\\]~{_END_OF_NAME}",
        rf"[/\\]#[^/\\]*#{_END_OF_NAME}",
    ),
    "sources": (rf"(?i:\.(?:conf|dist|fla|in[ci]|log|psd|sh)){_END_OF_NAME}",),
}
"""Whatever h5bp's server configurations list, and a few more."""


def blocked_paths(block: Block) -> tuple[str, ...]:
    """Return the expressions of decoded paths that are blocked, in the dialect that PCRE and RE2 share."""
    presets = (each for preset in block.presets for each in _PRESETS[preset])
    return tuple(dict.fromkeys((*presets, *map(_blocked, block.paths))))


def _blocked(path: str) -> str:
    if path.startswith("*"):
        return rf"(?i:{_plain(path[1:])}){_END_OF_NAME}"
    before = rf"(?:{_SLASH}{_PARAMETERS})+"
    segments = "".join(f"{before}{_plain(each)}{_PARAMETERS}" for each in path.split("/") if each)
    return rf"^(?i:{segments}){_AFTER_NAME}(?:[/\\;]|$)"


def blocked_targets(block: Block) -> tuple[str, ...]:
    """Return the expressions of the targets, as a rewrite makes them, of paths that are blocked wherever they end."""
    presets = _PRESETS["dotfiles"] if "dotfiles" in block.presets else ()
    paths = (each for each in block.paths if not each.startswith("*"))
    return tuple(dict.fromkeys((*(f"^[^?]*{each}" for each in presets), *map(_blocked_target, paths))))


def _blocked_target(path: str) -> str:
    parameters = r"(?:(?:;|%3[Bb])[^/?]*)?"
    segments = "".join(
        f"(?:{_SLASH}{parameters})+{spelling(each, fold=True)}{parameters}" for each in path.split("/") if each
    )
    after = r"(?:[. ]|%2[0Ee]|%[01][0-9A-Fa-f]|%7[Ff]|%25[0-9A-Fa-f]{2})*"
    return f"^{segments}{after}{_ENDS}"


def _plain(text: str) -> str:
    return text.replace(".", "\\.")
