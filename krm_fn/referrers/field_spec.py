"""FieldSpec and Finder: the two ways to declare a kind of referrer, by field paths or by code that finds its places."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.referrers.reference import Reference, ServiceKey
from krm_fn.resource_list.identity import group_version_of, namespace_of
from krm_fn.yaml_text.paths import find, get

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Literal, TypeAlias

    from krm_fn.function_config.generated.values import ReferrerKind as OwnKind
    from krm_fn.referrers.namespaces import Namespaces
    from krm_fn.referrers.reference import PolicyRule
    from krm_fn.resource_list.items import Items
    from krm_fn.yaml_text.node import Path

    Place: TypeAlias = Reference | PolicyRule
    KnownKind: TypeAlias = "FieldSpec | Finder"
    FoundBy: TypeAlias = Literal["names", "labels", "ports", "fronted"]


class _Kind(Record):
    """What both ways of declaring a kind state."""

    groups: tuple[str, ...]
    """The API groups that have it."""
    kinds: tuple[str, ...]
    """Its name; several where they are alike."""
    versions: tuple[str, ...] = ()
    """The versions that have it in this form; empty for all."""
    found_by: FoundBy = "names"
    """How an object that may refer to what changed is recognised before it is read.

    | names   | the name of a Service that changed is in its text                       |
    | labels  | a value of a Service's or Pods' labels is, or nothing that selects is   |
    | ports   | a port of the app is, or what makes a range                             |
    | fronted | it is a Service whose Pods have the proxy; it comes behind all other    |
    """

    def is_for(self, data: dict[str, Any]) -> bool:
        """Tell whether an object of a kind with that name has one of the groups and versions."""
        group, version = group_version_of(data)
        return group in self.groups and (not self.versions or version in self.versions)


class Finder(_Kind):
    """A kind whose places a function finds, where field paths are not enough."""

    find: Callable[[dict[str, Any], Namespaces], Iterator[Place]]
    names_services = False
    only_if_renamed = False

    def places_among(self, items: Items) -> Callable[[dict[str, Any]], Iterator[Place]]:
        """Return what finds the places where an object speaks of ports, one of some items."""
        from krm_fn.referrers.namespaces import Namespaces  # noqa: PLC0415 # few kinds need them

        namespaces = Namespaces(items)
        return lambda data: self.find(data, namespaces)


class FieldSpec(_Kind):
    """A kind that names Services. Paths are names joined by dots, with [] behind a list, to go into its entries."""

    at: tuple[str, ...]
    """Where the mappings stand below which the rest is found; empty for the object itself."""
    services: tuple[str, ...]
    """The Service's name, or its host such as web.shop.svc.cluster.local; where several stand, the ports are of all."""
    ports: tuple[str, ...]
    """The port, by number or by name."""
    namespace: str = ""
    """The Service's namespace. Where nothing stands there it is the object's own."""
    only: tuple[tuple[str, str, str], ...] = ()
    """Fields, their defaults, and what they must be for this to be a reference to a Service."""
    default: int = 0
    """The port that is meant where none is set; 0 where nothing is meant then."""
    of: Literal["service", "endpoints", "pods"] = "service"
    """Whose the port is, as in a Reference."""
    scrapes: bool = False
    """Whether metrics are requested there."""
    fixed: str = ""
    """Why the port cannot be written, where it cannot."""

    names_services = True
    """Whether it states all places where objects of the kind name Services."""

    @property
    def only_if_renamed(self) -> bool:
        """Whether its references change only where a Service's port has another number or name."""
        return self.of == "service"

    def places_among(self, _items: Items) -> Callable[[dict[str, Any]], Iterator[Place]]:
        """Return what finds the references of an object, whatever the other items are."""
        return self._references

    def _references(self, data: dict[str, Any]) -> Iterator[Reference]:
        for place in self.at:
            for path, holder in find(data, place):
                if isinstance(holder, dict) and all(_is(holder, *condition) for condition in self.only):
                    yield from self._in(holder, path, namespace_of(data))

    def _in(self, holder: dict[str, Any], path: Path, own: str) -> Iterator[Reference]:
        namespaces = [str(value) for _, value in find(holder, self.namespace) if value] if self.namespace else []
        hosts = [value for services in self.services for _, value in find(holder, services)]
        keys = tuple(key for host in hosts if (key := service_key(host, own, *namespaces[:1])))
        if not keys:
            return
        ports = [(*path, *below) for ports in self.ports for below, _ in find(holder, ports)]
        for place, port in ((place, get(holder, place[len(path) :])) for place in ports):
            if isinstance(port, int | str) and port != "":
                yield Reference(
                    path=place, port=port, of=self.of, services=keys, scrapes=self.scrapes, fixed=self.fixed
                )
        if self.default and not ports:
            place = (*path, *self.ports[0].split(".")) if self.ports else path
            port = self.default
            yield Reference(path=place, port=port, of=self.of, services=keys, fixed=self.fixed, absent=True)


def service_key(host: object, own: str, named: str = "") -> ServiceKey | None:
    """Return the Service that a name or host means in an object of a namespace, None where it is another host."""
    if not isinstance(host, str):
        return None
    labels = host.removesuffix(".").split(".")
    if len(labels) == 1:
        return ServiceKey(namespace=named or own, name=labels[0], explicit=bool(named))
    is_service = len(labels) == 2 or labels[2] == "svc"  # noqa: PLR2004 # web.shop, and web.shop.svc with any domain
    return ServiceKey(namespace=labels[1], name=labels[0], explicit=True) if is_service else None


def field_spec_of(kind: OwnKind) -> FieldSpec:
    """Return the row for a kind of the user's own. All its paths start with the lists that the Service's goes into."""
    lists = kind.service.rfind("[]") + 2 if "[]" in kind.service else 0
    below = lists + 1 if lists else 0
    return FieldSpec(
        groups=(kind.group,),
        kinds=(kind.kind,),
        at=(kind.service[:lists],),
        services=(kind.service[below:],),
        ports=(kind.port[below:],),
        namespace=(kind.namespace or "")[below:],
    )


def _is(holder: dict[str, Any], field: str, default: str, wanted: str) -> bool:
    value = next((value for _, value in find(holder, field)), None)
    return (default if value is None else value) == wanted
