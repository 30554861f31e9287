"""The choice between two upstreams of a route: the maps that lead to a version, one after the other."""

from __future__ import annotations

from krm_fn.engines.nginx.quoting import quoted, variable_part, word
from krm_fn.engines.splits.choices import (
    ANY_VALUE,
    CANARY,
    KEPT,
    STABLE,
    cookie_expression,
    cookie_text,
    header_expression,
    is_always_secure,
    is_keyed,
    kept_in,
    literal,
)
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.nginx.upstreams import Upstreams
    from krm_fn.engines.routes import Destination
    from krm_fn.function_config.generated.values import Split, Sticky


class ChoiceLine(Record):
    """The key of a map, and the version where it matches."""

    key: str
    value: SafeText


class SentCookie(Record):
    """The Set-Cookie header of a version."""

    version: SafeText
    text: SafeText
    """A token in which nginx expands a variable."""


class KeyMap(Record):
    """What a client is known by, where it is more than its address."""

    source: SafeText
    key: str | None
    """Of the map; None: any text but an empty one."""
    value: SafeText


class Choice(Record):
    """A choice between two upstreams. Its variables have one ending: $split_…, $split_draw_… and others."""

    place: SafeText
    percent: int
    others: str
    """The name of the upstream for the share."""
    usual: str
    drawn_by: SafeText
    """The token of what is shared out."""
    drawn: SafeText
    """What the name of a version begins with that is drawn and to be kept; empty where none is kept."""
    key: KeyMap | None
    kept: str | None
    """The key of the map that finds the kept version in the cookies."""
    of_cookie: tuple[ChoiceLine, ...]
    header: SafeText | None
    """The variable of the header that decides first."""
    of_header: tuple[ChoiceLine, ...]
    sent: tuple[SentCookie, ...]


def choice_of(
    split: Split, destinations: tuple[Destination, Destination], upstreams: Upstreams, place: str, salt: str
) -> Choice:
    """Return the choice between the usual destination and the other one, which its variable $split_… names."""
    usual, others = map(upstreams.name_of, destinations)
    cookie, expression = kept_in(split), header_expression(split, atomic=True)
    sticky = split.sticky if is_keyed(split) else None
    drawn = SafeText("drawn-" if cookie else "")
    return Choice(
        place=SafeText(place),
        percent=split.percent,
        others=others,
        usual=usual,
        drawn_by=_shared_out(sticky, place, salt),
        drawn=drawn,
        key=_key(sticky) if sticky else None,
        kept=f"~{cookie_expression(cookie.name, KEPT)}" if cookie else None,
        of_cookie=_of_cookie(split),
        header=SafeText(f"$http_{variable_part(split.header)}") if split.header else None,
        of_header=(ChoiceLine(key=f"~{expression}", value=SafeText(CANARY)),) if expression else _BY_WORD,
        sent=tuple(
            SentCookie(
                version=SafeText(version),
                text=SafeText(
                    quoted(cookie_text(cookie, version))[:-1] + ('"' if is_always_secure(cookie) else '$split_secure"')
                ),
            )
            for version in (CANARY, STABLE)
        )
        if cookie
        else (),
    )


_BY_WORD = (
    ChoiceLine(key="always", value=SafeText(CANARY)),
    ChoiceLine(key="never", value=SafeText(STABLE)),
)


def _shared_out(sticky: Sticky | None, place: str, salt: str) -> SafeText:
    if sticky is None:
        return SafeText(f'"{place}$request_id"')
    return SafeText(f'"{word(salt)} {"$remote_addr" if sticky.address else f"$split_key_{place}"}"')


def _key(sticky: Sticky) -> KeyMap | None:
    if sticky.header:
        variable = SafeText(f"$http_{variable_part(sticky.header)}")
        return KeyMap(source=variable, key=None, value=variable)
    if sticky.cookie:
        key = f"~{cookie_expression(sticky.cookie, ANY_VALUE)}"
        return KeyMap(source=SafeText("$http_cookie"), key=key, value=SafeText("$1"))
    return None


def _of_cookie(split: Split) -> tuple[ChoiceLine, ...]:
    if not split.cookie:
        return ()
    if split.cookie_value is not None:
        key = f"~{cookie_expression(split.cookie, literal(split.cookie_value))}"
        return (ChoiceLine(key=key, value=SafeText(CANARY)),)
    return tuple(each.replace(key=f"~{cookie_expression(split.cookie, each.key)}") for each in _BY_WORD)
