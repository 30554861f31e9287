"""Key words: which keys of fields, variables and flags hold a host, which hold a port, and whose.

The words of a key that say neither are its stem: `WEB_HOST` and `WEB_PORT` have the same, and so have `serviceName` and
`servicePort`, whose stem is empty.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    Stem: TypeAlias = tuple[str, ...]

_FIRST = (
    "service",
    "svc",
    "server",
    "backend",
    "upstream",
    "target",
    "host",
    "port",
    "web",
    "http",
    "https",
    "grpc",
    "api",
    *("pg", "mysql", "redis", "mongo", "db", "smtp"),
)
_SECOND = frozenset(("name", "port", "ports", "number", "host", "address", "service", "url"))
"""Two words that are often written as one in small letters."""
_HOSTS = frozenset(
    (
        *("host", "hostname", "service", "services", "svc", "server", "servers"),
        *(
            "address",
            "addresses",
            "addr",
            "upstream",
            "upstreams",
            "backend",
            "backends",
            "destination",
            "destinations",
        ),
        *("target", "targets", "domain", "fqdn", "dns", "endpoint", "url", "uri", "origin"),
    )
)
_PORTS = frozenset(("port", "ports"))
_COUNTED = frozenset(("number", "numbers", "name", "names", "no", "num", "value"))
"""What may stand behind `port`."""
_FILL = frozenset((*_COUNTED, "ref", "refs", "reference", "section", "kube", "k8s", "kubernetes", "cluster"))
_OTHERS = frozenset(("node", "container", "local", "listen", "bind"))
"""With one of these it is a port of something else than a Service."""
_LISTENING = frozenset(("bind", "binds", "listen", "listener", "listeners", "frontend", "frontends", "gateway"))
"""With one of these a key holds what listens by itself, not what is requested."""
_REFERENCES = frozenset(("ref", "refs", "to", "kube", "targetref", "targetrefs", "backendref", "backendrefs"))
"""Keys of mappings whose `name` may be a Service's."""


def words_of(key: object) -> Stem:
    """Return the words of a key in lower case: of webHost, WEB_HOST, web-host and web.host they are the same."""
    if not isinstance(key, str):
        return ()
    if key not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[key] = tuple(part for word in _words_in(key) for part in _parted(word.lower()))
    return _known[key]


_known: dict[str, Stem] = {}
_MOST_KNOWN = 10_000


def _words_in(key: str) -> Iterator[str]:
    """Yield the words of a key: digits, and letters up to a capital that a small letter precedes or follows."""
    start = 0
    for at in range(1, len(key) + 1):
        before, here = key[at - 1], key[at : at + 1]
        is_cut = not here or not here.isalnum() or not before.isalnum() or before.isdigit() != here.isdigit()
        is_cut = is_cut or (here.isupper() and (before.islower() or key[at + 1 : at + 2].islower()))
        if is_cut:
            if before.isalnum():
                yield key[start:at]
            start = at


def _parted(word: str) -> Stem:
    first = next((each for each in _FIRST if word.startswith(each) and word[len(each) :] in _SECOND), "")
    return (first, word[len(first) :]) if first else (word,)


def host_stem(key: object) -> Stem | None:
    """Return the stem of a key that holds a host or the name of a Service, None for another key."""
    words = words_of(key)
    if _HOSTS.isdisjoint(words) or not _PORTS.isdisjoint(words):
        return None
    return _stem(words)


def port_stem(key: object) -> Stem | None:
    """Return the stem of a key that holds a port's number or name, None for another key."""
    words = words_of(key)
    if not words or not _OTHERS.isdisjoint(words):
        return None
    behind = len(words) > 1 and words[-1] in _COUNTED and words[-2] in (*_PORTS, "section")
    if words[-1] in _PORTS or behind or words in (("number",), ("numbers",)):
        return _stem(words)
    return None


def listens(key: object) -> bool:
    """Return whether below a key stands what listens by itself: its ports are its own."""
    return not _LISTENING.isdisjoint(words_of(key))


def refers(key: object) -> bool:
    """Return whether the name in a mapping under this key may be a Service's."""
    return host_stem(key) is not None or "".join(words_of(key)) in _REFERENCES


def _stem(words: Stem) -> Stem:
    return tuple(word for word in words if word not in _HOSTS and word not in _PORTS and word not in _FILL)
