"""Key words: which keys of fields, variables and flags hold a host, which hold a port, and whose.

The words of a key that say neither are its stem: `WEB_HOST` and `WEB_PORT` have the same, and so have `serviceName` and
`servicePort`, whose stem is empty.
"""

from __future__ import annotations

from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias, TypeVar

    from krm_fn.yaml_text.node import Path

    T = TypeVar("T")
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
_LISTENING = frozenset(
    (
        *("bind", "binds", "listen", "listener", "listeners"),
        *("frontend", "frontends", "gateway", "entry", "entrypoint", "entrypoints"),
    )
)
"""With one of these a key holds what listens by itself, not what is requested."""
_IMAGES = frozenset(("image", "images", "chart", "tag"))
_BINDS = frozenset(("bind", "binds", "listen"))
_NAMES_OF_DNS = _HOSTS - {"service", "services", "svc", "backend", "backends", "target", "targets"}
"""Words of keys that hold what a client looks up, and not the name of an object."""
_OF_ANY = frozenset((*_PORTS, *_COUNTED, "host", "hostname", "address", "addr", "fqdn", "url", "uri", "domain"))
"""Words that any host or port may have in its key."""
_DEFINES = frozenset(("containers", "deployments", "workloads", "components", "apps", "images"))
"""Keys of mappings whose keys are names of what they define."""
_ABOUT_IT = frozenset(
    (
        *(*_HOSTS, *_PORTS, *_FILL, "endpoints", "to", "spec", "config", "options", "settings", "connection"),
        *("rule", "rules", "route", "routes", "path", "paths", "match", "matches", "default", "http", "https"),
        *("http2", "grpc", "tcp", "tls", "forward", "mappings"),
    )
)
"""Words of keys below which it is still about the Service that is named above."""
_SETTING = r"""(?<![\w.-])([A-Za-z_][\w.-]*)=("[^"]*"|'[^']*'|[^\s"'>,;&]+)"""
"""`name=value` between other words: variables of a command, attributes of XML, fields of a connection string."""
_LABEL_FLAGS = (("label",), ("labels",), ("selector",), ("l",))
"""Last words of the names of flags whose values are labels."""
_SHORT = {"h": "host", "p": "port", "P": "port"}
_REFERENCES = frozenset(("ref", "refs", "to", "kube", "targetref", "targetrefs", "backendref", "backendrefs"))
"""Keys of mappings whose `name` may be a Service's."""

_kept = lru_cache(maxsize=10_000)
"""Keys come again and again."""


@_kept
def words_of(key: object) -> Stem:
    """Return the words of a key in lower case: of webHost, WEB_HOST, web-host and web.host they are the same."""
    if not isinstance(key, str):
        return ()
    return tuple(part for word in _words_in(key) for part in _parted(word.lower()))


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


@_kept
def host_stem(key: object) -> Stem | None:
    """Return the stem of a key that holds a host or the name of a Service, None for another key."""
    words = words_of(key)
    if _HOSTS.isdisjoint(words) or not _PORTS.isdisjoint(words):
        return None
    return _stem(words)


@_kept
def port_stem(key: object) -> Stem | None:
    """Return the stem of a key that holds a port's number or name, None for another key."""
    words = words_of(key)
    if not words or not _OTHERS.isdisjoint(words):
        return None
    behind = len(words) > 1 and words[-1] in _COUNTED and words[-2] in (*_PORTS, "section")
    if words[-1] in _PORTS or behind or words in (("number",), ("numbers",)):
        return _stem(words)
    return None


def whose(key: object) -> Stem:
    """Return the words of a key that say whose host or port it holds: those of backend also, where a stem has none."""
    return tuple(word for word in words_of(key) if word not in _OF_ANY)


@_kept
def is_looked_up(key: object) -> bool:
    """Return whether under a key of a host stands what is looked up by DNS, and not the name of an object."""
    return not _NAMES_OF_DNS.isdisjoint(words_of(key))


@_kept
def defines(key: object) -> bool:
    """Return whether the keys below a key are names of what stands there, and refer to nothing."""
    return not _DEFINES.isdisjoint(words_of(key))


@_kept
def listens(key: object) -> bool:
    """Return whether below a key stands what listens by itself: its ports are its own."""
    return not _LISTENING.isdisjoint(words_of(key))


@_kept
def goes_on(key: object) -> bool:
    """Return whether below a key it is still about the Service that is named above, and not about something else."""
    return _ABOUT_IT.issuperset(words_of(key))


@_kept
def names_namespace(key: object) -> bool:
    """Return whether under a key stands the namespace of what is beside it."""
    return words_of(key)[-1:] == ("namespace",)


@_kept
def describes(key: object) -> bool:
    """Return whether below a key stand labels or annotations: they say what something is, and refer to nothing."""
    return words_of(key)[-1:] in (("labels",), ("annotations",))


def is_of_image(path: Path) -> bool:
    """Return whether at a path stands an image or a chart: behind its colon comes no port."""
    last = [words_of(step) for step in reversed(path) if isinstance(step, str)][:2]
    is_part = last[1:] and "image" in last[1] and last[0] in (("ref",), ("name",), ("reference",))
    return bool(last) and (not _IMAGES.isdisjoint(last[0]) or bool(is_part))


def listens_at(path: Path) -> bool:
    """Return whether at a path stands an address on which something listens by itself."""
    last = next((step for step in reversed(path) if isinstance(step, str)), "")
    return not _BINDS.isdisjoint(words_of(last))


@_kept
def refers(key: object) -> bool:
    """Return whether the name in a mapping under this key may be a Service's."""
    return host_stem(key) is not None or "".join(words_of(key)) in _REFERENCES


def _stem(words: Stem) -> Stem:
    return tuple(word for word in words if word not in _HOSTS and word not in _PORTS and word not in _FILL)


def settings(text: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values in a text of the form `name=value` with something between."""
    import re  # noqa: PLC0415 # few texts are read

    yield from ((found[1], found[2]) for found in re.finditer(_SETTING, text))


def flag(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield a flag; of one whose value is settings, such as `--set host=web,port=80`, these."""
    is_label = words_of(name)[-1:] in _LABEL_FLAGS
    inside = list(settings(value.strip("\"'"))) if "=" in value and not is_label else []
    if name[:1] == "D" and name[1:2].islower():  # a property of Java
        name = name[1:]
    yield from inside or ((name, value),)


def spelled_out(flagged: Iterable[tuple[str, T]]) -> list[tuple[str, T]]:
    """Return flags with names for `-h` and `-p` or `-P`, by which clients of databases take a host and a port."""
    return [(_SHORT.get(name, name), value) for name, value in flagged]
