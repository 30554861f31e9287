"""Answers of the proxy's own: redirects, which may keep a part of the path, and fixed ones; methods that are refused.

What a redirect keeps of a path is taken from the target as the client sent it, where nothing is decoded: no line break
gets into Location, and what `%2F` or `//` means stays. Only a path that has the route's form when it is decoded is
taken from there, and nginx encodes it again, as it does for arguments. A Location that begins with two slashes would
lead to another host: such a request is refused.
"""

from __future__ import annotations

from krm_fn.engines.guards import allowed_methods
from krm_fn.engines.media_types import charset_of
from krm_fn.engines.nginx.quoting import quoted, quoted_verbatim, regex_of
from krm_fn.engines.path_forms import spelling
from krm_fn.engines.paths import OWN, request_target
from krm_fn.engines.routes import adds_slash, has_groups, keeps_query, redirect_status
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import FixedAnswer, Redirect, Route

_QUERY = "$is_args$args"
_QUERY_BESIDE_ANOTHER = "$more_args"
_OTHER_HOST = quoted_verbatim(r"^/[/\\]")
"""What browsers take for the beginning of a URL with another host."""
_ENCODED = f"{OWN}/redirect"
"""The path by which it is known that nginx has encoded a part of the path."""


class KeptPath(Record):
    """A map of what the client sent to where it is redirected: empty where the target has not the route's form."""

    variable: SafeText
    pattern: str
    to: SafeText


class Answer(Record):
    """The directives that answer requests of a location, and the map that they need."""

    lines: tuple[SafeText, ...]
    kept: KeptPath | None = None
    joins: bool = False
    """Whether the query is put behind another one: by $more_args."""
    redirects: bool = False


class Methods(Record):
    """The methods that a route's requests may have."""

    pattern: str
    allow: SafeText


def methods_of(route: Route) -> Methods:
    """Return the methods of a route that limits them."""
    names = allowed_methods(route)
    return Methods(pattern=f"^(?:{'|'.join(names)})$", allow=quoted(", ".join(names)))


def answer_of(route: Route, place: str) -> Answer | None:
    """Return how the proxy itself answers a route's requests; None where it does not."""
    if route.respond:
        return Answer(lines=_fixed(route.respond))
    if route.redirect is None:
        return None
    status, redirect = redirect_status(route.redirect), route.redirect
    joins = keeps_query(redirect) and "?" in redirect.to.partition("#")[0]
    if not has_groups(route):
        to = _in_quotes(quoted(request_target(redirect.to) if adds_slash(route) else redirect.to))
        return Answer(lines=(SafeText(f'return {status} "{_with_query(to, redirect)}";'),), joins=joins, redirects=True)
    to, variable = _with_query(_with_groups(redirect.to), redirect), SafeText(f"$redirected_{place}")
    if route.match == "prefix":
        of_target, of_path = f"^/*{spelling(route.path)}(.*)$", f"^{regex_of(route.path)}(?s:(.*))$"
    else:
        of_target = of_path = route.path
    return Answer(
        lines=tuple(map(SafeText, _kept(variable, status, quoted_verbatim(of_path), to))),
        kept=KeptPath(variable=variable, pattern=f"~{of_target}", to=SafeText(f'"{to}"')),
        joins=joins,
        redirects=True,
    )


def _kept(variable: str, status: int, of_path: str, to: str) -> list[str]:
    """Return the directives that redirect to what the map says, or to what the decoded path makes."""
    return [
        f"if ({variable} ~ {_OTHER_HOST}) {{",
        "    return 400;    # it would lead to another host",
        "}",
        f"if ({variable}) {{",
        f"    return {status} {variable};",
        "}",
        "if ($sent_slash) {",
        "    return 400;",
        "}",
        f'rewrite {of_path} "{_ENCODED}?{to}?";    # behind ? nginx encodes the groups',
        f'if ($uri != "{_ENCODED}") {{',
        "    return 400;",
        "}",
        f"if ($args ~ {_OTHER_HOST}) {{",
        "    return 400;",
        "}",
        f"return {status} $args;",
    ]


def _fixed(answer: FixedAnswer) -> tuple[SafeText, ...]:
    if answer.body is None:
        return (SafeText(f"return {answer.status};"),)
    kind = answer.content_type
    return (
        SafeText("types {}"),
        SafeText(f"default_type {quoted(kind + charset_of(kind))};"),
        SafeText(f"return {answer.status} {_text(answer.body)};"),
    )


def _text(body: str) -> SafeText:
    """Return the token of text with line breaks and tabs, for which nginx has escapes."""
    lines = ("\\t".join(_in_quotes(quoted(part)) for part in line.split("\t")) for line in body.split("\n"))
    return SafeText('"' + "\\n".join(lines) + '"')


def _in_quotes(token: str) -> str:
    return token[1:-1]


def _with_groups(to: str) -> str:
    """Return the inside of a token in which nginx expands groups alone."""
    first, *others = to.split("$")
    parts = [_in_quotes(quoted(first))]
    for part in others:
        named = part[:1] in "123456789" and part
        parts.append(f"${part[0]}{_in_quotes(quoted(part[1:]))}" if named else _in_quotes(quoted(f"${part}")))
    return "".join(parts)


def _with_query(to: str, redirect: Redirect) -> str:
    """Return the inside of a token with the request's query, where it is kept: before a fragment."""
    if not keeps_query(redirect):
        return to
    before, mark, fragment = to.partition("#")
    return before + (_QUERY_BESIDE_ANOTHER if "?" in before else _QUERY) + mark + fragment
