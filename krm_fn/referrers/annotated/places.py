"""Places: the objects whose annotations are about the Services and Pods that changed."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.references.kinds import known_of
from krm_fn.references.reference import Reference, ServiceKey
from krm_fn.resource_list.identity import DEFAULT_NAMESPACE, name_of, names_of, namespace_of
from krm_fn.yaml_text.paths import mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import Referrers
    from krm_fn.references.annotations.grammars import Mention
    from krm_fn.references.annotations.row import On
    from krm_fn.references.annotations.table import Annotation
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.services.port_changes import FrontedPort
    from krm_fn.yaml_text.node import Path

OF_OBJECT: Path = ("metadata", "annotations")


class Place(Record):
    """The annotations of one object."""

    item: Item
    path: Path
    on: On
    services: tuple[ServiceKey, ...]
    """The Services that they are for: of a Pod template, those in front."""
    fronted: tuple[FrontedPort, ...]
    """The fronted ports that they are for."""

    @property
    def annotations(self) -> dict[str, Any]:
        """The annotations, as they came."""
        return mapping_at(self.item.readable_data, self.path)

    def reference(self, annotation: Annotation, mention: Mention) -> Reference:
        """Return what a port in an annotation refers to."""
        own = namespace_of(self.item.readable_data)
        named = (ServiceKey(namespace=own, name=mention.service, explicit=False),) if mention.service else self.services
        of = "pods" if annotation.row.of == "other" else annotation.row.of
        path = (*self.path, annotation.key)
        return Reference(path=path, port=mention.port, of=of, services=named, scrapes=annotation.row.scrapes)


def of_pods(fronted: Iterable[FrontedPort]) -> list[Place]:
    """Return the places in the workloads: the Pod templates, and the workloads themselves."""
    by_item: dict[int, list[FrontedPort]] = {}
    for each in fronted:
        by_item.setdefault(id(each.workload.item), []).append(each)
    places = []
    for few in by_item.values():
        workload = few[0].workload
        keys = tuple(key_of(service) for service in few[0].services)
        like = Place(item=workload.item, path=workload.annotations_path, on="Pod", services=keys, fronted=tuple(few))
        places.append(like)
        if workload.annotations_path != OF_OBJECT:
            places.append(like.replace(path=OF_OBJECT, on="workload"))
    return places


def of_services(resolver: PortResolver) -> list[Place]:
    """Return the places in the Services in front of the workloads."""
    fronted: dict[Item, list[FrontedPort]] = {}
    for each in resolver.fronted:
        for service in each.services:
            fronted.setdefault(service, []).append(each)
    for change in resolver.changes:
        fronted.setdefault(change.service, [])
    return [
        Place(item=service, path=OF_OBJECT, on="Service", services=(key_of(service),), fronted=tuple(few))
        for service, few in fronted.items()
    ]


def of_ingresses(items: Items, resolver: PortResolver) -> Iterator[Place]:
    """Yield the places in Ingresses that name the Services."""
    fronted: dict[tuple[str, str], list[FrontedPort]] = {}
    for each in resolver.fronted:
        for service in each.services:
            for name in names_of(service.readable_data):
                fronted.setdefault((each.namespace or DEFAULT_NAMESPACE, name), []).append(each)
    names = {name for change in resolver.changes for name in change.service_names} | {name for _, name in fronted}
    for item in items.of_kind("Ingress", words=names) if names else ():
        data = item.readable_data
        holders = [like for each in known_of(data) for _, like in each.holders(data, items)]  # type: ignore[union-attr]
        keys = tuple(dict.fromkeys(key for like in holders for key in like.services))
        few = [each for key in keys for each in fronted.get((key.namespace or DEFAULT_NAMESPACE, key.name), ())]
        yield Place(item=item, path=OF_OBJECT, on="Ingress", services=keys, fronted=tuple(few))


def of_namespaces(items: Items, fronted: Iterable[FrontedPort]) -> Iterator[Place]:
    """Yield the places in the Namespaces of the workloads."""
    by_name: dict[str, list[FrontedPort]] = {}
    for each in fronted:
        if each.namespace:
            by_name.setdefault(each.namespace, []).append(each)
    for item in items.of_kind("Namespace", words=by_name) if by_name else ():
        few = by_name.get(name_of(item.readable_data))
        if few:
            yield Place(item=item, path=OF_OBJECT, on="Namespace", services=(), fronted=tuple(few))


def places(items: Items, resolver: PortResolver, settings: Referrers, *, is_staged: bool) -> Iterator[Place]:
    """Yield all places, except in kinds that are to be ignored; staged, only what is about the Pods themselves."""
    found: list[Place] = of_pods(resolver.fronted)
    if not is_staged:
        found += of_services(resolver)
        found += of_ingresses(items, resolver) if "Ingress" not in settings.ignore else ()
    found += of_namespaces(items, resolver.fronted)
    return (place for place in found if place.item.kind not in settings.ignore)


def key_of(service: Item) -> ServiceKey:
    """Return the key of a Service that is among the items."""
    data = service.readable_data
    return ServiceKey(namespace=namespace_of(data), name=name_of(data), explicit=True)
