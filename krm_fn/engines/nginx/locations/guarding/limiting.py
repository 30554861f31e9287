"""What requests are counted by in place of the client's address, and clients whose requests are not counted.

nginx does not count a request whose key is empty: so only exempt clients have one. A client must not have another key
by another spelling of what the app reads alike: what could be read in several ways counts for the client's address. A
key's length is bounded, and with that how many a zone holds.
"""

from __future__ import annotations

from krm_fn.engines.headers import of_trusted
from krm_fn.engines.nginx.locations.cache_key import KeyLine, KeyMap
from krm_fn.engines.nginx.quoting import variable_part
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import RateLimit, RateLimitKey

_CLIENT = SafeText("$limited_client")
_WORD = "[!-+.-~-]"
"""What a header's value has: no blanks and no comma, which joins several lines."""
_LONGEST = 128


class LimitKey(Record):
    """A zone's key, the maps that it needs, and the networks whose clients have none."""

    variable: SafeText
    maps: tuple[KeyMap, ...]
    exempt: tuple[str, ...]
    exempted: SafeText
    """The variable that is 1 for these clients."""


def limit_key(rate: RateLimit, zone: str) -> LimitKey | None:
    """Return the key; None where it is the client's address, for all clients."""
    if not (rate.key or rate.exempt):
        return None
    maps = [_map(SafeText(f"$counted_{zone}"), *_counted(rate.key))] if rate.key else []
    exempted = SafeText(f"$exempt_{zone}")
    if rate.exempt:
        usual = maps[-1].variable if maps else _CLIENT
        maps.append(_map(SafeText(f"$key_{zone}"), exempted, [("0", usual)], '""'))
    return LimitKey(
        variable=maps[-1].variable, maps=tuple(maps), exempt=tuple(dict.fromkeys(rate.exempt)), exempted=exempted
    )


def _map(variable: SafeText, source: str, lines: list[tuple[str, str]], default: str) -> KeyMap:
    found = tuple(KeyLine(pattern=pattern, value=SafeText(value)) for pattern, value in lines)
    return KeyMap(variable=variable, source=SafeText(source), lines=found, default=SafeText(default))


def _counted(key: RateLimitKey) -> tuple[str, list[tuple[str, str]], str]:
    """Return the source of a map, its lines, and its default."""
    if key.header:
        part = variable_part(key.header)
        if key.header.lower() in map(str.lower, of_trusted()):
            return f'"$from_trusted:$http_{part}"', _lines("^1:(?:[A-Za-z]+ )?", _WORD, "$"), _CLIENT
        return f"$http_{part}", _lines("^(?:[A-Za-z]+ )?", _WORD, "$"), _CLIENT
    if key.cookie:
        name = "".join("[._]" if char in "._" else char for char in key.cookie)  # some apps read both alike
        exactly = key.cookie.replace(".", "\\.")
        several = [(f"~^(?!{_PLAIN_COOKIES}$)", _CLIENT), (f"~*(?:^|; ){name}=.*; {name}=", _CLIENT)]
        return "$http_cookie", [*several, *_lines(f"(?:^|; ){exactly}=", "[^;]", "(?:;|$)")], _CLIENT
    if key.of == "user":
        return "$remote_user", [(f"~^(?s:.){{1,{_LONGEST}}}$", '"value:$remote_user"')], _CLIENT
    return '""', [], '"all"'


_PLAIN_COOKIES = r"(?:[A-Za-z0-9_.~-]+=[^\"',;\s]*(?:; (?=.)|$))*"


def _lines(before: str, char: str, after: str) -> list[tuple[str, str]]:
    """Return the lines for a value, and for the end of a longer one."""
    return [
        (f"~{before}({char}{{1,{_LONGEST}}}){after}", '"value:$1"'),
        (f"~{before}{char}++(?<=({char}{{{_LONGEST}}})){after}", '"value:$1"'),
    ]
