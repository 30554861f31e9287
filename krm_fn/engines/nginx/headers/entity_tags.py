"""Entity tags under compression: nginx makes a strong one weak, and what the app then gets must be its own again.

A strong tag of an answer that may be compressed is marked: `"v2"` reaches the client as `W/"v2-gzip"`, or `"v2-gzip"`
where it was not compressed after all. On the way to the app the mark is taken off, and with it the `W/` that nginx put
before. The app's weak tags have no mark, and pass both ways as they are. So a tag means to the app what it meant when
the app sent it, and no other tag can be taken for it.
"""

from __future__ import annotations

from krm_fn.engines.headers import names_of
from krm_fn.engines.media_types import COMPRESSED
from krm_fn.engines.nginx.headers.header_plan import Header
from krm_fn.engines.nginx.quoting import regex_of
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import Spec

_MARKED = 8
"""The number of marked tags in one header that the app gets without the mark; what follows the last one stays."""
_TYPES = 20
"""The number of media types in one expression: nginx reads at most 4095 bytes as a word."""
_UNMARKED = r'(?:[\s,]|(?:W/)?"[^"]*(?<!-gzip)")*'

_SENT = (
    Header(name=SafeText("If-Match"), value=SafeText("$app_if_match")),
    Header(name=SafeText("If-None-Match"), value=SafeText("$app_if_none_match")),
    Header(name=SafeText("If-Range"), value=SafeText("$app_if_range")),
)
_SENT_PAST_CACHE = (Header(name=SafeText("If-Match"), value=SafeText("$cached_if_match")),)


class EntityTags(Record):
    """The regular expressions and values of the maps for entity tags."""

    types: tuple[str, ...]
    """The answers that are compressed, by Content-Type: expressions."""
    marked: str
    """A list of tags of which some are marked."""
    unmarked: SafeText
    """What the list becomes."""
    sent: tuple[Header, ...]
    """The headers that the app gets, but for those that the user sets."""
    sent_past_cache: tuple[Header, ...]
    """Those on a cached route, where nginx itself answers what depends on other tags."""


def entity_tags(spec: Spec) -> EntityTags | None:
    """Return what the maps need; None where nothing is compressed."""
    compression, changes = spec.compression, spec.headers.request
    if not compression.enabled:
        return None
    types = COMPRESSED if compression.types is None else ("text/html", *compression.types)
    names = tuple(map(regex_of, dict.fromkeys(types)))
    groups = ("|".join(names[start : start + _TYPES]) for start in range(0, len(names), _TYPES))
    numbers = range(1, _MARKED + 1)
    first, *others = (rf'(?:W/)?(?<tag_{n}>"[^"]*)-gzip(?<tags_{n}>"{_UNMARKED})' for n in numbers)
    values = "".join(f"${{tag_{n}}}${{tags_{n}}}" for n in numbers)
    routes = (route for listener in spec.listeners for route in listener.routes)
    every = (changes, *(route.headers.request for route in routes if route.headers))
    own = {name.lower() for each in every for name in names_of(each)}
    return EntityTags(
        sent=tuple(header for header in _SENT if header.name.lower() not in own),
        sent_past_cache=tuple(header for header in _SENT_PAST_CACHE if header.name.lower() not in own),
        types=tuple(rf"~*^({group})\s*(;|$)" for group in groups),
        marked=f"~^(?<tags_0>{_UNMARKED}){first}{''.join(f'(?:{each})?' for each in others)}(?<tags_rest>.*)$",
        unmarked=SafeText(f'"${{tags_0}}{values}${{tags_rest}}"'),
    )
