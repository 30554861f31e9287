"""Change: what the value of a header, or of a cookie's attribute, becomes."""

from __future__ import annotations

from krm_fn.engines.paths import request_target
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.generated.values import Route


class Change(Record):
    """A value that begins with one thing begins with another in its place; the first change that fits counts."""

    start: str
    """A regular expression, in the dialect that PCRE and RE2 share."""
    rest: str
    """The expression of all that follows, which stays."""
    to: str
    """Plain text, without `$` and `{`."""


_META = frozenset("\\.+*?()|[]{}^$")


def exactly(text: str) -> str:
    """Return the expression that matches this text alone."""
    return "".join(f"\\{char}" if char in _META else char for char in text)


def mounted(route: Route, below: str, end: str) -> Iterator[Change]:
    """Yield the changes of paths where the app is sent another prefix than clients request.

    `below` is the expression of what follows the prefix, and `end` that of what follows a whole path. What has the
    route's path already stays as it is; not, where the app's own prefix begins with that.
    """
    if not (route.rewrite and route.rewrite.prefix) or route.rewrite.prefix == route.path:
        return
    prefix, path = route.rewrite.prefix, _target(route.path)
    if not prefix.startswith(path):
        yield Change(start=exactly(path), rest=below, to=path)
        yield Change(start=exactly(path.removesuffix("/")), rest=end, to=path.removesuffix("/"))
    yield Change(start=exactly(prefix), rest=below, to=path)
    if prefix != "/":
        yield Change(start=exactly(prefix.removesuffix("/")), rest=end, to=path.removesuffix("/") or "/")


def _target(path: str) -> str:
    """Return a path as targets have it, without `$`."""
    return request_target(path.replace("%", "%25").replace("?", "%3F").replace("$", "%24"))
