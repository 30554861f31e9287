"""What leaves in headers of the app's answers: the directives for its addresses, paths and cookies."""

from __future__ import annotations

from krm_fn.engines.nginx.headers.header_plan import Header
from krm_fn.engines.nginx.quoting import quoted, quoted_verbatim
from krm_fn.engines.outward.locations import location_changes, usual_changes
from krm_fn.engines.templates import SafeText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyListener
    from krm_fn.engines.outward.change import Change
    from krm_fn.engines.routes import Destination
    from krm_fn.function_config.generated.values import Route


_REDIRECT = SafeText("proxy_redirect")
_KEPT = (Header(name=_REDIRECT, value=SafeText("off")),)


def server_directives(proxy_listener: ProxyListener) -> tuple[Header, ...]:
    """Return the directives of a server: addresses of the listener's upstream leave as paths.

    There are none where the listener's snippet has some, which nginx would not take beside them.
    """
    return () if _has_redirects(proxy_listener.listener.snippet) else _redirects(usual_changes(proxy_listener))


def _has_redirects(snippet: str | None) -> bool:
    return snippet is not None and _REDIRECT in snippet


def outward_directives(
    proxy_listener: ProxyListener, route: Route, destinations: tuple[Destination, ...]
) -> tuple[Header, ...]:
    """Return the directives of a location, in place of those of its server; those of its snippet, in place of ours."""
    if all(each.protocol in ("grpc", "fastcgi") for each in destinations):
        return ()
    redirects: tuple[Header, ...] = ()
    if not _has_redirects(route.snippet):
        redirects = _redirects(location_changes(proxy_listener, route, *destinations)) or _KEPT
    return (*redirects, *(_cookies(route) if route.cookies or route.rewrite else ()))


def _redirects(changes: tuple[Change, ...]) -> tuple[Header, ...]:
    return tuple(Header(name=_REDIRECT, value=_arguments(each)) for each in changes)


def _cookies(route: Route) -> tuple[Header, ...]:
    from krm_fn.engines.outward.cookies import cookie_rules  # noqa: PLC0415 # few routes have them

    rules = cookie_rules(route)
    if rules is None:
        return ()
    flags = (
        *(() if rules.secure is None else ("secure" if rules.secure else "nosecure",)),
        *(() if rules.http_only is None else ("httponly" if rules.http_only else "nohttponly",)),
        *(() if rules.same_site is None else (f"samesite={rules.same_site.lower()}",)),
    )
    return (
        *(Header(name=SafeText("proxy_cookie_domain"), value=_arguments(each)) for each in rules.domains),
        *(Header(name=SafeText("proxy_cookie_path"), value=_arguments(each)) for each in rules.paths),
        *([Header(name=SafeText("proxy_cookie_flags"), value=SafeText(f"~ {' '.join(flags)}"))] if flags else []),
    )


def _arguments(change: Change) -> SafeText:
    """Return the expression, and what replaces all of it."""
    pattern = quoted_verbatim(f"~^{change.start}({change.rest})$")
    return SafeText(f'{pattern} {quoted(change.to)[:-1]}$1"')
