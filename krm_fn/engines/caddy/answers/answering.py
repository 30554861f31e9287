"""Redirects, which may keep a part of the path, fixed answers, and methods that are refused, with Caddy.

What a redirect keeps of a path is taken from the target as the client sent it, as with nginx.
"""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import fails, literal, path_matcher, pattern, sets_response
from krm_fn.engines.guards import allowed_methods
from krm_fn.engines.media_types import charset_of
from krm_fn.engines.path_forms import spelling
from krm_fn.engines.paths import request_target
from krm_fn.engines.routes import adds_slash, has_groups, keeps_query, redirect_status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.function_config.generated.values import FixedAnswer, Redirect, Route

_SENT, _QUERY = "{sent_path}", "{kept_query}"
"""The path as the client sent it, and what is kept of the query."""
_TO, _FRAGMENT = "{redirected}", "{redirected_fragment}"
"""Where the client is redirected, before the query and behind it."""
_GROUPS = "redirect"
"""The name under which the groups of the decoded path are kept."""
_OTHER_HOST = r"^/[/\\]"


def answer_routes(route: Route) -> list[dict[str, Any]]:
    """Return the routes that answer the requests of a route that the proxy itself answers."""
    if route.respond:
        return [{"handle": _fixed(route.respond)}]
    assert route.redirect  # noqa: S101 # the caller has checked
    redirect = route.redirect
    if has_groups(route):
        return [{"handle": [_sent(redirect)]}, *_kept(route, redirect)]
    before, mark, fragment = (request_target(redirect.to) if adds_slash(route) else redirect.to).partition("#")
    query = _QUERY if keeps_query(redirect) else ""
    answer = _to(redirect, f"{literal(before)}{query}{literal(mark + fragment)}")
    return [{"handle": [_sent(redirect), answer] if query else [answer]}]


def method_routes(route: Route) -> list[dict[str, Any]]:
    """Return the route that refuses other methods than a route's requests may have."""
    if not route.methods:
        return []
    names = list(allowed_methods(route))
    handle = [sets_response({"Allow": [", ".join(names)]}), fails(405)]
    return [{"match": [{"not": [{"method": names}]}], "handle": handle}]


def _fixed(answer: FixedAnswer) -> list[dict[str, Any]]:
    if answer.body is None and answer.status >= 400:  # noqa: PLR2004 # an error, which may have a page
        return [fails(answer.status)]
    kind = answer.content_type
    content = (
        {"headers": {"Content-Type": [kind + charset_of(kind)]}, "body": literal(answer.body)} if answer.body else {}
    )
    return [{"handler": "static_response", "status_code": answer.status, **content}]


def _to(redirect: Redirect, location: str) -> dict[str, Any]:
    return {
        "handler": "static_response",
        "status_code": redirect_status(redirect),
        "headers": {"Location": [location]},
    }


def _sent(redirect: Redirect) -> dict[str, Any]:
    """Return the handler that takes the path and the query from the target."""
    mark = "&" if "?" in redirect.to.partition("#")[0] else "?"
    kept = f"{mark}${{2}}" if keeps_query(redirect) else ""
    return {
        "handler": "map",
        "source": "{http.request.orig_uri}",  # when it is asked for, the path may be another one
        "destinations": [_SENT, _QUERY],
        "mappings": [
            {"input_regexp": r"^([^?]*)\?(.+)$", "outputs": ["${1}", kept]},
            {"input_regexp": "^([^?]*)", "outputs": ["${1}", ""]},
        ],
    }


def _kept(route: Route, redirect: Redirect) -> list[dict[str, Any]]:
    """Return the routes that redirect to what the target as it was sent, else the decoded path, makes."""
    if route.match == "prefix":
        of_target, of_path = f"^/*{spelling(route.path)}(.*)$", f"^{pattern(route.path)}((?s:.*))$"
    else:
        of_target = of_path = route.path
    before, mark, fragment = redirect.to.partition("#")
    by_target = {
        "handler": "map",
        "source": _SENT,
        "destinations": [_TO, _FRAGMENT],
        "mappings": [{"input_regexp": of_target, "outputs": [_expanded(before), _expanded(mark + fragment)]}],
    }
    location = f"{_TO}{_QUERY}{_FRAGMENT}"
    lost = [
        {"vars_regexp": {_SENT: {"pattern": "%2[Ff]"}}},
        {"vars_regexp": {"{http.request.uri.path}": {"pattern": "[%?#]"}}},
    ]
    host = _host(before)
    path, question, query = before.removeprefix(host).partition("?")
    of_decoded: list[dict[str, Any]] = [fails(400)]
    if _named(query + fragment) == literal(query + fragment):
        rewrite = {"handler": "rewrite", "uri": f"{_named(path)}?"}
        result = f"{literal(host)}{{http.request.uri}}{literal(question + query)}{_QUERY}{literal(mark + fragment)}"
        of_decoded = [rewrite, _checked("{http.request.uri}", _to(redirect, result), host)]
    forms: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]] = [
        ([{"vars_regexp": {_SENT: {"pattern": of_target}}}], [by_target, _checked(_TO, _to(redirect, location), host)]),
        (lost, [fails(400)]),
        ([path_matcher(of_path, _GROUPS)], of_decoded),
    ]
    first_of = [{"group": _GROUPS, "match": match, "handle": handle} for match, handle in forms]
    return [*first_of, {"handle": [fails(400)]}]


def _checked(subject: str, answer: dict[str, Any], host: str) -> dict[str, Any]:
    """Return the handler that answers, unless a path leads to another host."""
    if host:
        return answer
    refused = {"match": [{"vars_regexp": {subject: {"pattern": _OTHER_HOST}}}], "handle": [fails(400)]}
    return {"handler": "subroute", "routes": [refused, {"handle": [answer]}]}


def _host(to: str) -> str:
    """Return the scheme and the host of a URL; empty for a path."""
    if to.startswith("/"):
        return ""
    scheme, mark, rest = to.partition("://")
    return f"{scheme}{mark}{rest.partition('/')[0]}"


def _parts(to: str) -> list[tuple[str, str]]:
    """Return the pieces of a redirect's target: the number of a group, or none, with the text behind it."""
    first, *others = to.split("$")
    pieces = [("", first)]
    for part in others:
        number = part[:1] if part[:1] in "123456789" else ""
        pieces.append((number, part[1:]) if number else ("", f"${part}"))
    return pieces


def _expanded(to: str) -> str:
    """Return the text in which Go expands groups alone."""
    return "".join((f"${{{number}}}" if number else "") + rest.replace("$", "$$") for number, rest in _parts(to))


def _named(to: str) -> str:
    """Return the text with placeholders for the groups of the decoded path."""
    return "".join(
        (f"{{http.regexp.{_GROUPS}.{number}}}" if number else "") + literal(rest) for number, rest in _parts(to)
    )
