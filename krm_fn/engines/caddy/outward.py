"""What leaves in headers of the app's answers with Caddy: its addresses, paths and cookies are replaced.

Caddy makes all replacements of a header, one after the other. So that the first that fits is the only one, what it
makes begins with a space, which no value has there, and the last one removes it.
"""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import literal
from krm_fn.engines.outward.locations import location_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import ProxyListener
    from krm_fn.engines.outward.change import Change
    from krm_fn.engines.routes import Destination
    from krm_fn.function_config.generated.values import Route

_URL = r"(?i:(?:[^u]|u[^r]|ur[^l]|url[^=])*url=)"
"""What Refresh has before an address."""


def outward_changes(
    proxy_listener: ProxyListener, route: Route, destinations: list[Destination]
) -> dict[str, dict[str, Any]]:
    """Return the operations on the headers of the answers of a route's upstreams."""
    changes = location_changes(proxy_listener, route, *destinations)
    replaced: dict[str, list[dict[str, str]]] = {}
    if changes:
        replaced["Location"] = _first_of(changes, "^()", "$")
        replaced["Refresh"] = _first_of(changes, f"^({_URL})", "$")
    if route.cookies or route.rewrite:
        from krm_fn.engines.outward.cookies import cookie_rules  # noqa: PLC0415 # few routes have them

        rules = cookie_rules(route)
        if rules:
            replaced["Set-Cookie"] = [
                *_attribute("domain", rules.domains),
                *_attribute("path", rules.paths),
                *_flag("Secure", "secure", rules.secure),
                *_flag("HttpOnly", "httponly", rules.http_only),
            ]
            if rules.same_site:
                replaced["Set-Cookie"] += _flag(f"SameSite={rules.same_site}", "samesite(?:[ \\t]*=[^;]*)?", True)
    return {"response": {"replace": replaced}} if replaced else {}


def _first_of(changes: tuple[Change, ...], before: str, after: str) -> list[dict[str, str]]:
    """Return the replacements of a value between two expressions, the first of which is a group."""
    replaced = [_replacement(f"{before}{each.start}({each.rest}){after}", f"$1 {each.to}$2") for each in changes]
    return [*replaced, _replacement(f"{before} ", "$1")]


def _attribute(name: str, changes: tuple[Change, ...]) -> list[dict[str, str]]:
    """Return the replacements of an attribute of a cookie, which is removed where its value becomes empty."""
    if not changes:
        return []
    found = f"((?i:;[ \\t]*{name}[ \\t]*=))"
    replaced = [
        _replacement(f"{found}{each.start}({each.rest})([ \\t]*(?:;|$))", f"$1 {each.to}$2$3" if each.to else "$3")
        for each in changes
    ]
    without_blanks = _replacement(f"{found}[ \\t]+", "$1")
    return [without_blanks, *replaced, without_blanks]


def _flag(text: str, name: str, wanted: bool | None) -> list[dict[str, str]]:
    """Return the replacements that give cookies a flag, or remove it: twice, for one may follow another."""
    if wanted is None:
        return []
    removed = _replacement(f"(?i:;[ \\t]*{name}[ \\t]*(;|$))", "$1")
    return [removed, removed, *([_replacement("^(.*)$", f"$1; {text}")] if wanted else [])]


def _replacement(pattern: str, to: str) -> dict[str, str]:
    return {"search_regexp": pattern, "replace": literal(to)}
