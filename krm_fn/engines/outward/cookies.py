"""Cookies that the app sets: their Domain, their Path, and where they are sent."""

from __future__ import annotations

from krm_fn.engines.outward.change import Change, exactly, mounted
from krm_fn.function_config.generated.values import CookieChanges
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import Route

_ANY = r"[^;\x00-\x1f\x7f]*"


class CookieRules(Record):
    """What becomes of the attributes of each cookie."""

    domains: tuple[Change, ...]
    paths: tuple[Change, ...]
    secure: bool | None
    http_only: bool | None
    same_site: str | None


def cookie_rules(route: Route) -> CookieRules | None:
    """Return what becomes of the cookies of a route's app; None where they stay."""
    changes = route.cookies or CookieChanges()
    longest_first = sorted(changes.paths.items(), key=lambda path: -len(path[0]))  # tools sort the keys of a map
    paths = [Change(start=exactly(old), rest=_ANY, to=new) for old, new in longest_first]
    if route.rewrite and route.rewrite.answers:
        paths += mounted(route, _ANY, "")
    elif route.cookies is None:
        return None
    return CookieRules(
        domains=tuple(
            Change(start=rf"(?i:\.?{exactly(old)})", rest="", to=new) for old, new in changes.domains.items()
        ),
        paths=tuple(paths),
        secure=changes.secure,
        http_only=changes.http_only,
        same_site=changes.same_site,
    )
