"""Moved: the ports of Services whose number or name changed, and those of Pods that are reached by a name of theirs."""

from __future__ import annotations

from krm_fn.referrers.sweep.addresses import ChangedAddress, ChangedAddresses
from krm_fn.referrers.sweep.covered import POD_WORDS, is_headless, names_of_pods, with_manifests
from krm_fn.referrers.sweep.variables import Variables, variables_of
from krm_fn.resource_list.identity import may_be_one, name_of, names_of, namespace_of
from krm_fn.services.port_changes import FrontedPort
from krm_fn.yaml_text.paths import mappings_at, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.references.reference import ServiceKey
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.services.port_changes import PortChange


_USED = {
    **dict.fromkeys(("configMap", "configMapRef", "configMapKeyRef"), "ConfigMap"),
    **dict.fromkeys(("secret", "secretRef", "secretKeyRef"), "Secret"),
}
"""The kinds of what a Pod uses, by the fields that name it."""


class Moved:
    """What texts and fields may name that is now elsewhere, and the items that may do so."""

    def __init__(self, items: Items, resolver: PortResolver, *, with_pods: bool) -> None:
        """Take all changes; those of Pods only where clients are to reach the proxy."""
        self.resolver = resolver
        self.with_pods = with_pods
        self._items = items
        renamed = (each for each in resolver.changes if each.is_renamed and each.service_names[0])
        numbers = [each for each in renamed if each.has_numbers]
        self.changes = list({(id(each.service), each.old_number): each for each in numbers}.values())
        self._of: list[PortChange | FrontedPort] = [*self.changes]
        addresses = list(map(_address, self.changes))
        self._pods: dict[str, list[tuple[str, FrontedPort]]] = {}
        """By the names of the Services whose names are the Pods': their namespace, and the port."""
        for fronted in resolver.fronted if with_pods else ():
            for names, namespace in names_of_pods(fronted, resolver):
                for name in names:
                    self._pods.setdefault(name, []).append((namespace, fronted))
                self._of.append(fronted)
                addresses.append(_pods_address(fronted, names, namespace))
        self.names = dict.fromkeys(name for each in addresses for name in each.names)
        self._ports = {word for each in resolver.fronted for word in (str(each.app_number), *each.app_names)}
        self.words = (*self.names, *(self._ports if with_pods else ()))
        """Of which each manifest has one that names what moved: names of Services, and ports of the Pods."""
        self._variables = [name for each in addresses for name in variables_of(each)]
        ours = {id(each.service) for each in resolver.changes if each.is_renamed}
        ours |= {
            id(service)
            for each in resolver.fronted
            for service in each.services
            if self._pods and is_headless(service.readable_data)
        }
        services = [each.readable_data for each in self._naming() if each.kind == "Service" and id(each) not in ours]
        others = frozenset((namespace_of(service), name_of(service)) for service in services)
        self.addresses = ChangedAddresses(addresses, others)
        self.variables = Variables(addresses)
        self._in_namespaces: dict[tuple[str, int], list[FrontedPort]] | None = None
        self._own: set[tuple[str, str, str]] | None = None
        self._workloads: dict[tuple[str, str], list[FrontedPort]] | None = None

    def __bool__(self) -> bool:
        return bool(self._of) or self.with_pods

    def __getitem__(self, position: int) -> PortChange | FrontedPort:
        return self._of[position]

    def items(self) -> Iterator[Item]:
        """Yield the items that may name what moved, some more than once."""
        yield from self._naming()
        if self.with_pods:
            for word in POD_WORDS:
                yield from self._items.mentioning(word)
            yield from with_manifests(self._items, self._ports)

    def services_named(self, key: ServiceKey) -> list[PortChange]:
        """Return the changes of the Service that a name means."""
        return [change for change in self.resolver.named(key) if change.is_renamed]

    def pods_named(self, key: ServiceKey) -> list[FrontedPort]:
        """Return the ports of the Pods that the name of a Service stands for."""
        return [
            fronted
            for namespace, fronted in self._pods.get(key.name, ())
            if namespace == key.namespace or may_be_one(namespace, key.namespace) or (key.explicit and not namespace)
        ]

    def is_meant(self, key: ServiceKey) -> bool:
        """Return whether something moved behind the name of a Service."""
        return bool(self.services_named(key) or self.pods_named(key))

    def workloads_named(self, kind: str, name: str, namespace: str) -> list[FrontedPort]:
        """Return the ports of the Pods of a workload."""
        if self._workloads is None:
            self._workloads = {}
            for each in self.resolver.fronted if self.with_pods else ():
                item = each.workload.item
                for own in names_of(item.readable_data):
                    self._workloads.setdefault((item.kind, own), []).append(each)
        found = self._workloads.get((kind, name), ())
        return [each for each in found if may_be_one(each.namespace, namespace)]

    def workloads_with(self, port: int, namespace: str) -> list[FrontedPort]:
        """Return the ports of that number of the Pods in a namespace; none where others there have it as well."""
        if self._in_namespaces is None:
            from krm_fn.references.reference import Selects  # noqa: PLC0415 # few texts name a Pod by its address

            self._in_namespaces = {}
            for each in self.resolver.fronted if self.with_pods else ():
                self._in_namespaces.setdefault((each.namespace, each.app_number), []).append(each)
            for other in self.resolver.bystanders.workloads(Selects(test=lambda _labels, _namespace: True)):
                for own in other.ports:
                    self._in_namespaces.pop((other.namespace, own.number), None)
        return self._in_namespaces.get((namespace, port), [])

    def is_own(self, item: Item) -> bool:
        """Return whether an item is a workload with a proxy, or a ConfigMap or Secret that one uses."""
        if self._own is None:
            self._own = set()
            for workload in {id(each.workload): each.workload for each in self.resolver.fronted}.values():
                self._own.add((workload.item.kind, workload.namespace, workload.name))
                for path, value in walk(workload.pod_spec):
                    kind = _USED.get(str(path[-2])) if len(path) > 1 and path[-1] in ("name", "secretName") else None
                    if kind:
                        self._own.add((kind, workload.namespace, str(value)))
        return (item.kind, namespace_of(item.loose_data), name_of(item.loose_data)) in self._own

    def _naming(self) -> list[Item]:
        names = [form for name in self.names for form in dict.fromkeys((name, name.upper(), name.capitalize()))]
        return self._items.mentioning_any([*names, *self._variables])


def _address(change: PortChange) -> ChangedAddress:
    ports = mappings_at(change.service.readable_data, ("spec", "ports"))
    return ChangedAddress(
        names=tuple(name.lower() for name in change.service_names if name),
        namespace=change.namespace,
        old_number=int(change.old_number),
        new_number=int(change.new_number),
        old_name=change.old_name,
        new_name=change.new_name,
        is_first=bool(ports) and ports[0].get("port") == change.old_number,
        by_dns=change.fronted is None or not is_headless(change.service.readable_data),
    )


def _pods_address(fronted: FrontedPort, names: tuple[str, ...], namespace: str) -> ChangedAddress:
    return ChangedAddress(
        names=names,
        namespace=namespace,
        old_number=fronted.app_number,
        new_number=fronted.number,
        old_name="",
        new_name="",
        by_dns=True,
        of_pods=True,
    )
