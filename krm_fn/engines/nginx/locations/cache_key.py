"""A cache key of a route's own: which parts of the query, which headers and which cookies choose between answers.

What an app could read in another way than the proxy stays in the key as it came: two requests never share an answer
because the proxy took one parameter for another. So names with other characters, a name twice or in another case, and
`;` between parameters make the whole query count, or the part of it that is not plain.
"""

from __future__ import annotations

from krm_fn.engines.nginx.quoting import regex_of, variable_part
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krm_fn.function_config.generated.values import CacheKey

_MANY = 5
"""How many parameters that begin alike are left out; more count."""
_PLAIN = r"~^([^?]*)(?:\?(?:[A-Za-z0-9_~-]+(?:=[^&;]*)?(?:&|$))*)?$"


class KeyLine(Record):
    """A regular expression with what stands before it, and the value where it matches."""

    pattern: str
    value: SafeText


class KeyMap(Record):
    """A map of a key: each goes on from the one before it."""

    variable: SafeText
    source: SafeText
    lines: tuple[KeyLine, ...]
    default: SafeText


def key_maps(key: CacheKey, place: str) -> tuple[KeyMap, ...]:
    """Return the maps; the last one's variable stands for the target and all that counts beside it."""
    chain = _Chain(place)
    if key.only_query is not None:
        _only(chain, key.only_query)
    elif key.ignore_query:
        _ignore(chain, key.ignore_query)
    for name in dict.fromkeys(key.headers):
        chain.beside(SafeText(f"$http_{variable_part(name)}"))
    for name in dict.fromkeys(key.cookies):
        _cookie(chain, name)
    return tuple(chain.maps)


class _Chain:
    def __init__(self, place: str) -> None:
        self._place = place
        self.maps: list[KeyMap] = []
        self.last = SafeText("$request_uri")

    def add(self, source: str, lines: Iterable[tuple[str, str]], default: str) -> SafeText:
        """Add a map, and return its variable."""
        variable = SafeText(f"$cached_key_{self._place}_{len(self.maps) + 1}")
        found = tuple(KeyLine(pattern=pattern, value=SafeText(value)) for pattern, value in lines)
        self.maps.append(KeyMap(variable=variable, source=SafeText(source), lines=found, default=SafeText(default)))
        return variable

    def follow(self, source: str, lines: Iterable[tuple[str, str]], default: str) -> None:
        """Add a map that goes on from the last one."""
        self.last = self.add(source, lines, default)

    def beside(self, value: SafeText) -> None:
        """Add a value that counts beside the rest."""
        self.follow('""', (), f'"{self.last}\\n{value}"')


def _only(chain: _Chain, names: Iterable[str]) -> None:
    """Add the path, and each parameter with a blank before it, which no target has; or the target as a whole."""
    chain.follow("$request_uri", [(_PLAIN, "$1")], "$request_uri")
    for name in dict.fromkeys(names):
        part = regex_of(name)
        lines = [
            (r"~^[^ ]*\?", chain.last),
            (rf"~* [^ ?]*\?(?:[^ ]*&)?{part}(?:[=&][^ ]*)?&{part}(?:[=&][^ ]*)?$", "$request_uri"),
            (rf"~ [^ ?]*\?(?:[^ ]*&)?{part}(=[^& ]*)?(?:&[^ ]*)?$", f'"{chain.last} {name}$1"'),
            (rf"~* [^ ?]*\?(?:[^ ]*&)?{part}(?:[=&][^ ]*)?$", "$request_uri"),
            (r"~^", chain.last),
        ]
        chain.follow(f'"{chain.last} $request_uri"', lines, "$request_uri")


def _ignore(chain: _Chain, names: Iterable[str]) -> None:
    """Add the target with & before each parameter, and take the names away."""
    chain.follow("$request_uri", [(r"~^([^?]*)\?(.+)$", '"$1?&$2"'), (r"~^[^?]*$", '"$request_uri?"')], "$request_uri")
    for name in dict.fromkeys(names):
        begins = name.endswith("*")
        part = regex_of(name.removesuffix("*")) + ("[A-Za-z0-9_~-]*" if begins else "")
        for _ in range(_MANY if begins else 1):
            lines = [(rf"~^([^?]*\?.*)&{part}(?:=[^&;]*)?(&.*)?$", '"$1$2"')]
            chain.follow(chain.last, lines, chain.last)


def _cookie(chain: _Chain, name: str) -> None:
    """Add a cookie's value, with = before it; or the whole header with ; behind it, where an app could read another."""
    part = regex_of(name)
    lines = [
        (rf"~^(?!{_PLAIN_COOKIES}$)", _ALL_COOKIES),
        (rf"~*(?:^|; ){part}=.*; {part}=", _ALL_COOKIES),
        (rf"~(?:^|; ){part}=([^;]*)", '"=$1"'),
        (rf"~*(?:^|; ){part}=", _ALL_COOKIES),
        (r"~^", '""'),
    ]
    chain.beside(chain.add("$http_cookie", lines, _ALL_COOKIES))


_PLAIN_COOKIES = r"(?:[A-Za-z0-9_~-]+=[^\"',;\s]*(?:; (?=.)|$))*"
"""Several cookies that every app reads alike: no quotes, commas, other blanks, nor names that some apps decode."""
_ALL_COOKIES = '"$http_cookie;"'
