"""A route's other path: a regular expression for the path, and what replaces it."""

from __future__ import annotations

from krm_fn.engines.nginx.quoting import regex_of
from krm_fn.engines.path_forms import refused_when_rewritten, spelling
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyListener
    from krm_fn.function_config.generated.values import Rewrite, Route


class RewriteRule(Record):
    """A regular expression for the path, and what replaces it.

    Where a part of the path stays, it is taken from the target as the client sent it, with the same expression: only a
    path that is not of that form there is rewritten in its decoded form.
    """

    pattern: str
    to: SafeText
    kept: SafeText | None = None
    """The end of the names of its variables, such as $rewritten_…; None where nothing of the path stays."""
    pattern_of_target: str = ""
    refused: tuple[str, ...] = ()
    """The expressions of what it must not make of a target."""


def rewrite_of(proxy_listener: ProxyListener, route: Route, rewrite: Rewrite, place: str) -> RewriteRule:
    """Return the rule. In the new path `$` stands only for groups, and no character needs an escape."""
    if rewrite.path is None:
        pattern, of_target = f"^{regex_of(route.path)}(?s:(.*))$", f"^{spelling(route.path)}(.*)$"
        to = f"{rewrite.prefix}$1"
    elif "$" in rewrite.path:
        pattern, of_target, to = route.path, route.path, rewrite.path
    else:
        return RewriteRule(pattern="^", to=SafeText(rewrite.path))
    return RewriteRule(
        pattern=pattern,
        to=SafeText(to),
        kept=SafeText(place),
        pattern_of_target=of_target,
        refused=tuple(f"~{each}" for each in refused_when_rewritten(proxy_listener)),
    )
