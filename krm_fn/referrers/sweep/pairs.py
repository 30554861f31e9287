"""Pairs: a Service's name in one place and a port beside it in another, in fields, variables, flags and texts.

| the port's key is beside                                    | and counts where                                   |
|-------------------------------------------------------------|----------------------------------------------------|
| a key for a host, or `name` below one, in the same mapping  | their stems are the same, or there is but one host |
| likewise, in a mapping around it                            | their stems are the same, or the port's is empty   |
| variables, keys of a ConfigMap, flags                       | their stems are the same                           |
| variables of a container, and its flags                     | all other words are the same, and there are some   |
| in a mapping under the name of a Service, or that is itself | always, but not where it is defined                |
"""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.references.field_spec import service_key
from krm_fn.referrers.sweep.key_words import (
    defines,
    describes,
    flag,
    goes_on,
    host_stem,
    is_looked_up,
    listens,
    names_namespace,
    port_stem,
    refers,
    spelled_out,
    whose,
)
from krm_fn.referrers.sweep.spaces import Space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    from krm_fn.references.reference import ServiceKey
    from krm_fn.referrers.sweep.key_words import Stem
    from krm_fn.referrers.sweep.moved import Moved
    from krm_fn.yaml_text.node import Path

    Hosts: TypeAlias = dict[Stem, dict[ServiceKey, bool]]
    """The Services that are meant, by the stems of the keys that name them, and whether they are looked up by DNS."""

_APART = frozenset(("template", "containers", "initContainers", "env", "metadata", "status", "podTemplate"))
"""Keys below which the Service named above is not meant."""
_INSIDE = frozenset(("number", "name", "value", "port", "portNumber", "portName", "targetPort"))
"""Keys of a mapping that stands for a port."""
_NO_SERVICES = ("TraefikService", "MeshExternalService", "ServiceAccount", "ServiceEntry")
_SCHEMES = ("http://", "https://", "ws://", "wss://", "grpc://", "tcp://", "dns:///")
_VARIABLE = "_service_host"
"""What the kubelet's variable with a Service's address ends in."""
_DEFINITIONS = frozenset(("image", "replicas", "replicaCount", "containers", "template", "command", "build"))
"""Keys of a mapping that defines what has the name above it."""
_HOST_WORDS = ("host", "hostname", "address", "addr", "url", "uri", "fqdn", "domain", "name")
_LONGEST = 300
"""Characters of a host."""


class Pair(Record):
    """A port, and a Service that is named beside it."""

    path: Path
    """Where the port is."""
    port: Any
    service: ServiceKey
    is_own: bool
    """Whether it may be what the Pods themselves are and listen on: variables of no prefix."""
    by_dns: bool
    """Whether the name is looked up by DNS, and is not that of an object."""


def pairs(data: Any, namespace: str, moved: Moved, *, is_flat: bool = False) -> Iterator[Pair]:
    """Yield the ports beside the names of the Services that are meant, in plain data of an object in a namespace.

    Flat data has the keys of many things beside each other, as a ConfigMap has.
    """
    yield from _Search(Space(namespace=namespace), moved).within(data, (), {}, flat=is_flat)


def ports_in(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    """Yield the ports that the value of a port's key holds: itself, those in a list, a number or name in a mapping."""
    if isinstance(value, dict):
        for key, below in value.items() if not speaks_no_tcp(value) else ():
            if type(below) is int or (str(key) in _INSIDE and not isinstance(below, dict | list)):
                yield (*path, key), below
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from ports_in((*path, index), below)
    else:
        yield path, value


def is_service(kind: str) -> bool:
    """Return whether a `kind` beside a name may mean a Service, or what stands for one in a mesh or another cluster."""
    return "service" in kind.lower() and kind not in _NO_SERVICES


def speaks_no_tcp(holder: dict[str, Any]) -> bool:
    """Return whether a mapping says that what is in it is not of TCP."""
    return str(holder.get("protocol")).upper() in ("UDP", "SCTP")


def _is_of_gateways(holder: dict[str, Any]) -> bool:
    """Return whether the ports in a mapping are those of gateways, by which the hosts in it are reached."""
    gateways = holder.get("gateways")
    return isinstance(gateways, list) and bool(gateways) and "mesh" not in gateways


def flags(words: list[Any]) -> dict[str, tuple[int, str]]:
    """Return the flags in the arguments of a command, each with the position of the argument that has its value."""
    found: dict[str, tuple[int, str]] = {}
    for position, word in enumerate(words):
        if not isinstance(word, str) or not word.startswith("-"):
            continue
        name, equals, value = word.lstrip("-").partition("=")
        behind = words[position + 1] if position + 1 < len(words) else None
        if not equals and isinstance(behind, int | str) and not str(behind).startswith("-"):
            value, position = str(behind), position + 1  # noqa: PLW2901 # the value is there
        elif not equals:
            continue
        for each, text in flag(name, value):
            found.setdefault(each, (position, text))
    return dict(spelled_out(found.items())) if "h" in found else found


class _Search:
    def __init__(self, space: Space, moved: Moved) -> None:
        self._space = space
        self._namespace = space.namespace
        self._moved = moved
        self._is_meant = moved.is_meant
        self._is_of_pods = moved.pods_named
        self._names = moved.names

    def within(self, value: Any, path: Path, around: Hosts, *, flat: bool = False) -> Iterator[Pair]:
        """Yield the pairs in a value, given the hosts that the mappings around it name."""
        if isinstance(value, dict):
            space = self._space.inside(value)
            search = self if space is self._space else _Search(space, self._moved)
            yield from search._in_mapping(value, path, around, flat=flat)
        elif isinstance(value, list):
            yield from self._in_list(value, path, around)

    def _in_mapping(self, holder: dict[str, Any], path: Path, around: Hosts, *, flat: bool) -> Iterator[Pair]:
        if speaks_no_tcp(holder):
            return
        named = list(self._hosts(holder, path))
        here: Hosts = {} if named else around
        for stem, service, by_dns in named:
            if service and self._is_meant(service):
                few = here.setdefault(stem, {})
                few[service] = few.get(service, False) or by_dns
        if _is_of_gateways(holder) or any(map(listens, path[-2:])):
            here = {}
        is_one = not flat and len({stem for stem, _, _ in named}) == 1
        found: set[Path] = set()
        for key, value in holder.items():
            own = port_stem(key)
            if own is not None and here:
                any_host = is_one or (not flat and not named and not own)
                few = (
                    {each: by for all_of in here.values() for each, by in all_of.items()}
                    if any_host
                    else here.get(own, {})
                )
                for place, port in ports_in((*path, key), value) if few else ():
                    found.add(place)
                    for service, by_dns in few.items():
                        is_own = flat and not own
                        yield Pair(path=place, port=port, service=service, is_own=is_own, by_dns=by_dns or flat)
            if own and "." in key and (*path, key) not in found:
                yield from self._in_dotted(key, value, holder, path)
            if not flat and own is None:
                yield from self._under_name(key, value, path)
            if isinstance(value, dict | list) and not describes(key):
                inside = {} if key in _APART or flat or listens(key) or not goes_on(key) else here
                yield from (each for each in self.within(value, (*path, key), inside) if each.path not in found)
        if "env" in holder and not flat:
            yield from self._in_container(holder, path)

    def _under_name(self, key: str, value: Any, path: Path) -> Iterator[Pair]:
        """Yield the ports in a mapping under the name of a Service; or the port that stands there itself."""
        if not isinstance(key, str) or key.partition(".")[0] not in self._names:
            return
        above = path[-1] if path else ""
        service = service_key(key, self._namespace)
        if service is None or not self._is_meant(service) or any(map(listens, path[-2:])) or describes(above):
            return
        place = (*path, key)
        if isinstance(value, dict):
            is_defined = not _DEFINITIONS.isdisjoint(value) or defines(above) or above in _APART
            if is_defined or speaks_no_tcp(value) or any(True for _ in self._hosts(value, place)):
                return
            for each, below in value.items():
                for where, port in ports_in((*place, each), below) if port_stem(each) == () else ():
                    yield Pair(path=where, port=port, service=service, is_own=True, by_dns=False)
        elif isinstance(value, int | str) and host_stem(above) is not None:
            yield Pair(path=place, port=value, service=service, is_own=True, by_dns=False)

    def _in_dotted(self, key: str, value: Any, holder: dict[str, Any], path: Path) -> Iterator[Pair]:
        """Yield the port under a key as `services.web.port`, where no host has the same key before its last part."""
        stem, _, last = key.rpartition(".")
        above, _, name = stem.rpartition(".")
        service = service_key(name, self._namespace) if name in self._names else None
        if service is None or not self._is_meant(service) or port_stem(last) != ():
            return
        if host_stem(above.rpartition(".")[2]) is None or isinstance(value, dict | list):
            return
        if not any(
            str(each).startswith(f"{stem}.") and host_stem(str(each)[len(stem) + 1 :]) is not None for each in holder
        ):
            yield Pair(path=(*path, key), port=value, service=service, is_own=False, by_dns=False)

    def _in_container(self, holder: dict[str, Any], path: Path) -> Iterator[Pair]:
        """Yield the pairs of a container's variables and flags, of which one may have the host and one the port."""
        flat: dict[str, tuple[Path, Any]] = {}
        for field in ("env", "command", "args"):
            entries = holder.get(field)
            for name, (below, value) in _flat(entries).items() if isinstance(entries, list) else ():
                flat.setdefault(name, ((field, *below), value))
        alike: dict[Stem, dict[str, tuple[Path, Any]]] = {}
        for name, placed in flat.items():
            alike.setdefault(whose(name), {})[name] = placed
        for stem, values in alike.items():
            if stem and len(values) > 1:
                yield from self._in_flat(values, path)

    def _in_flat(self, flat: dict[str, tuple[Path, Any]], path: Path) -> Iterator[Pair]:
        """Yield the pairs among variables and flags, given each with its place below a path."""
        values = {name: value for name, (_, value) in flat.items()}
        for pair in self._in_mapping(values, (), {}, flat=True) if values else ():
            below, _ = flat[str(pair.path[0])]
            yield pair.replace(path=(*path, *below))

    def _in_list(self, entries: list[Any], path: Path, around: Hosts) -> Iterator[Pair]:
        yield from self._in_flat(_flat(entries), path)
        for index, entry in enumerate(entries):
            yield from self.within(entry, (*path, index), around)

    def _hosts(self, holder: dict[str, Any], path: Path) -> Iterator[tuple[Stem, ServiceKey | None, bool]]:
        """Yield the Services that a mapping names, each with the stem of its key, and whether it is looked up by DNS.

        None for another host.
        """
        namespace = next((each for key, each in holder.items() if names_namespace(key)), "")
        named = namespace if isinstance(namespace, str) else ""
        for key, value in holder.items():
            listed = _listed(key, value, holder, path)
            stem = () if listed else host_stem(key)
            if stem is None and not (isinstance(value, dict) and refers(key)):
                continue
            by_dns = bool(listed) or (is_looked_up(key) and not isinstance(value, dict))
            for host in _hosts_in(listed or value):
                yield stem or (), self._service(host, named), by_dns
        name, kind = holder.get("name"), str(holder.get("kind") or "")
        above = next((step for step in reversed(path) if isinstance(step, str)), "")
        if path and isinstance(name, str) and (is_service(kind) if kind else refers(above) or bool(named)):
            yield (), self._service(name, named), False
        elif path and isinstance(name, str) and kind:
            yield (), None, False

    def _service(self, host: str, named: str) -> ServiceKey | None:
        for scheme in _SCHEMES:
            if host.startswith(scheme):
                host = host[len(scheme) :].partition("/")[0]
        if host.endswith((_VARIABLE, f"{_VARIABLE})", f"{_VARIABLE}}}")) and host.startswith("$"):
            host = host.strip("$(){}").removesuffix(_VARIABLE).replace("_", "-")
        space, slash, name = host.partition("/")
        if slash:
            return service_key(name, self._namespace, space)
        service = service_key(host, self._namespace, named)
        rest = host.partition(".")[2]
        if rest and not (service and self._is_meant(service)):  # the name of a Pod before that of its Service
            behind = service_key(rest, self._namespace, named)
            return behind if behind and self._is_meant(behind) and self._is_of_pods(behind) else service
        return service


def _flat(entries: list[Any]) -> dict[str, tuple[Path, Any]]:
    """Return the variables and flags in a list, each with the place of its value in that."""
    flat: dict[str, tuple[Path, Any]] = {}
    for index, each in enumerate(entries):
        if isinstance(each, dict) and isinstance(each.get("name"), str) and isinstance(each.get("value"), str | int):
            flat[each["name"]] = ((index, "value"), each["value"])
    return flat | {name: ((position,), value) for name, (position, value) in flags(entries).items()}


def _hosts_in(value: Any) -> Iterator[str]:
    """Yield the names in the value of a host's key: itself, those in a list, the name in a mapping or in its `ref`."""
    if isinstance(value, str):
        if 0 < len(value) < _LONGEST:
            yield value.lower()
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, str) or (isinstance(each, dict) and len(each) == 1):
                yield from _hosts_in(each)
    elif isinstance(value, dict):
        if isinstance(value.get("name"), str) and is_service(str(value.get("kind") or "Service")):
            space = value.get("namespace")
            yield f"{space}/{value['name']}" if isinstance(space, str) and space else value["name"]
        for key in ("ref", "serviceRef", "backendRef"):
            if isinstance(value.get(key), dict):
                yield from _hosts_in(value[key])


def _listed(key: str, value: Any, holder: dict[str, Any], path: Path) -> list[str]:
    """Return the hosts in a list beside a port that only together with that, or with the path, is one of hosts."""
    if key == "names" and "dns_sd_configs" in path and isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    if key == "hosts" and "ports" in holder and isinstance(value, list):
        return [each for each in value if isinstance(each, str) and ".svc" in each]
    return []
