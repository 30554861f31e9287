"""The routes that choose between the two upstreams of a split.

Caddy has no hash that a matcher could read. By a cookie of the proxy's a version is drawn from random digits, and kept.
By what else clients are known by, its hashing of upstreams chooses one of a hundred names, so many of which as the
share says stand for the canary: with another share all other clients stay where they are.
"""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import dial, sets_request
from krm_fn.engines.routes import alike
from krm_fn.engines.splits.choices import (
    ANY_VALUE,
    CANARY,
    KEPT,
    STABLE,
    cookie_expression,
    cookie_text,
    header_expression,
    is_always_secure,
    is_drawn,
    is_keyed,
    kept_in,
    literal,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from krm_fn.engines.routes import Destination
    from krm_fn.function_config.generated.values import Split, Sticky, StickyCookie

    Handler = dict[str, Any]

VERSION = "split_version"
"""The variable with the version, for the log; of a share of clients, the address of the canary."""
_KEY = "X-Proxy-Sidecar-Key"
"""The header in which the proxy holds what a client is known by; no upstream gets it."""
_SLOTS = 100


def split_routes(
    split: Split, destinations: tuple[Destination, Destination], salt: str, send: Callable[[list[Destination]], Handler]
) -> list[dict[str, Any]]:
    """Return the routes that choose between the usual destination and the other one.

    `send` makes the handler that sends requests to one of some upstreams that are alike.
    """
    usual, others = destinations
    steps = {
        CANARY: [_notes(CANARY), send([others])],
        STABLE: [_notes(STABLE), send([usual])],
    }
    routes: list[dict[str, Any]] = []
    for version in (CANARY, STABLE):
        match = _forced(split, version)
        routes += [{"match": match, "handle": steps[version], "terminal": True}] if match else []
    cookie = kept_in(split)
    if not is_drawn(split):
        return [*routes, {"handle": steps[CANARY if split.percent else STABLE]}]
    if is_keyed(split) and split.sticky:
        return [*routes, *_keyed(split.percent, split.sticky, destinations, salt, send)]
    drawn = {"expression": f"{{http.request.uuid}} < '{split.percent * 2**16 // 100:04x}'"}  # random digits
    if cookie is None:
        return [*routes, {"match": [drawn], "handle": steps[CANARY], "terminal": True}, {"handle": steps[STABLE]}]
    sent = {version: [_sends(cookie, version), *handle] for version, handle in steps.items()}
    return [
        *routes,
        _kept(cookie, steps),
        *_secure(cookie),
        {"match": [drawn], "handle": sent[CANARY], "terminal": True},
        {"handle": sent[STABLE]},
    ]


def _notes(value: str) -> Handler:
    return {"handler": "vars", VERSION: value}


def _forced(split: Split, version: str) -> list[dict[str, Any]]:
    """Return the matchers of requests whose header, else whose cookie, leads to a version."""
    word = {CANARY: "always", STABLE: "never"}[version]
    matchers: list[dict[str, Any]] = []
    header, cookie, expression = split.header, split.cookie, header_expression(split)
    decides = _by_value(header, expression) if header and expression else _by_word(header, "always|never")
    if header and not expression:
        matchers.append(_by_word(header, word))
    elif header and version == CANARY:
        matchers.append(decides)
    if cookie and (split.cookie_value is None or version == CANARY):
        value = f"(?i:{word})" if split.cookie_value is None else literal(split.cookie_value)
        silent = {"not": [decides]} if header else {}
        matchers.append({"header_regexp": {"Cookie": {"pattern": cookie_expression(cookie, value)}}, **silent})
    return matchers


def _by_word(header: str | None, words: str) -> dict[str, Any]:
    return {"header_regexp": {header: {"pattern": f"(?i)^(?:{words})$"}}}


def _by_value(header: str, expression: str) -> dict[str, Any]:
    """Return the matcher of a header; of several lines, of what they are together, as for nginx."""
    return {"vars_regexp": {f"{{http.request.header.{header}}}": {"pattern": expression}}}


def _kept(cookie: StickyCookie, steps: dict[str, list[Handler]]) -> dict[str, Any]:
    """Return the route of clients that have a version."""
    found = {"name": "kept", "pattern": cookie_expression(cookie.name, KEPT)}
    of_canary = {"vars": {"{http.regexp.kept.1}": [CANARY]}}
    routes = [{"match": [of_canary], "handle": steps[CANARY], "terminal": True}, {"handle": steps[STABLE]}]
    handle = [{"handler": "subroute", "routes": routes}]
    return {"match": [{"header_regexp": {"Cookie": found}}], "handle": handle, "terminal": True}


_SECURE = "split_secure"


def _secure(cookie: StickyCookie) -> list[dict[str, Any]]:
    """Return the routes that note whether the client came by TLS."""
    if is_always_secure(cookie):
        return []
    header = "X-Forwarded-Proto"  # of trusted peers alone by now
    by_tls = [
        {"protocol": "https", "not": [{"header_regexp": {header: {"pattern": "(?i)^http$"}}}]},
        {"header_regexp": {header: {"pattern": "(?i)^https$"}}},
    ]
    return [
        {"handle": [{"handler": "vars", _SECURE: ""}]},
        {"match": by_tls, "handle": [{"handler": "vars", _SECURE: "; Secure"}]},
    ]


def _sends(cookie: StickyCookie, version: str) -> Handler:
    """Return the handler that lets the client keep a version, unless the app's answer is an error of its own."""
    text = cookie_text(cookie, version) + ("" if is_always_secure(cookie) else f"{{http.vars.{_SECURE}}}")
    response = {"add": {"Set-Cookie": [text]}, "deferred": True, "require": {"status_code": [1, 2, 3, 4]}}
    return {"handler": "headers", "response": response}


def _keyed(
    percent: int,
    sticky: Sticky,
    destinations: tuple[Destination, Destination],
    salt: str,
    send: Callable[[list[Destination]], Handler],
) -> list[dict[str, Any]]:
    """Return the routes that share out clients by what they are known by."""
    usual, others = map(dial, destinations)
    names = [f"{{split.{salt}.{number:02}}}" for number in range(_SLOTS)]
    dials = [(others if number < percent else usual) for number in range(_SLOTS)]
    handler = send(list(destinations))
    handler["headers"]["request"]["delete"].append(_KEY)
    handler["upstreams"] = [{"dial": name} for name in names]
    handler["load_balancing"] = {"selection_policy": {"policy": "header", "field": _KEY}}
    slots = {"handler": "map", "source": "", "destinations": names, "mappings": [], "defaults": dials}
    routes = [{"handle": [sets_request({_KEY: "{http.vars.client_ip}"})]}]
    if sticky.header:
        known = {"header_regexp": {sticky.header: {"pattern": "."}}}
        value = f"{{http.request.header.{sticky.header}}}"
        routes.append({"match": [known], "handle": [sets_request({_KEY: value})]})
    elif sticky.cookie:
        found = {"name": "key", "pattern": cookie_expression(sticky.cookie, ANY_VALUE)}
        known = {"header_regexp": {"Cookie": found}}
        routes.append({"match": [known], "handle": [sets_request({_KEY: "{http.regexp.key.1}"})]})
    return [*routes, {"handle": [_notes(others), slots, handler]}]


def can_share_clients(split: Split, usual: Destination, others: Destination) -> bool:
    """Return whether one handler can choose between two upstreams, where clients are shared out."""
    return not is_keyed(split) or alike(usual, others)
