"""Covered: the places that rows of tables are about, which the sweep does not report again; and what it is for."""

from __future__ import annotations

from krm_fn.resource_list.identity import names_of, namespace_of
from krm_fn.result import KIND
from krm_fn.workload.kinds import kinds_with
from krm_fn.yaml_text.paths import get, mapping_at, text_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.references.field_spec import Place
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.services.port_changes import FrontedPort
    from krm_fn.yaml_text.node import Path


def is_written(item: Item, path: Path, drafts: Drafts) -> bool:
    """Return whether this run writes what will be at a place of an item."""
    return bool(get(item.readable_data, path) != get(drafts.data_of(item), path))


_DECIDED = ("Service", "ConfigMap", "Secret", "Endpoints", "EndpointSlice", "Namespace", KIND)
"""Kinds that select nothing, or whose ports are decided elsewhere."""


def searched_kinds(items: Items, spec: Spec) -> set[str]:
    """Return the kinds of the items that may select Pods or Services and name a port of theirs."""
    workloads = (kind.kind for kind in kinds_with(spec.workload_kinds))
    return set(items.kinds()) - {*_DECIDED, *workloads, *spec.referrers.ignore}


POD_WORDS = ("port-forward", "/pods/", ".pod:", ".pod.", "__meta_kubernetes_pod_", "kubernetes_sd_configs")
"""What else than a name of theirs, in a text, may lead to Pods."""


def may_name_pods(items: Items, resolver: PortResolver) -> bool:
    """Return whether texts may name the ports of Pods that have a proxy now: by a name of theirs, or by labels."""
    if any(True for each in resolver.fronted for _ in names_of_pods(each, resolver)):
        return True
    return any(map(items.mentioning, POD_WORDS)) or any(True for _ in with_manifests(items))


def is_headless(service: dict[str, Any]) -> bool:
    """Return whether a Service has no address, so that its name stands for the Pods and their own ports."""
    spec = mapping_at(service, ("spec",))
    return spec.get("clusterIP") == "None" or spec.get("clusterIPs") == ["None"]


def names_of_pods(fronted: FrontedPort, resolver: PortResolver) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the names of each Service whose name stands for the Pods, with its namespace.

    One that a StatefulSet or a Pod template names stands for them too, where it is not among the items.
    """
    for service in fronted.services:
        data = service.readable_data
        if is_headless(data):
            yield tuple(name.lower() for name in names_of(data) if name), namespace_of(data)
    workload = fronted.workload
    named = text_in(workload.item.readable_data.get("spec"), "serviceName") or text_in(workload.pod_spec, "subdomain")
    if named and not resolver.bystanders.service_named(fronted.namespace, named):
        yield (named.lower(),), fronted.namespace


def with_manifests(items: Items, words: Collection[str] = ()) -> Iterator[Item]:
    """Yield the items that may have manifests in texts; where words are given, with one of these."""
    for item in items.of_kind("ConfigMap", "Secret", words=words):
        if item.output.count(b"apiVersion") > 1:
            yield item


class Covered:
    """The places that rows of tables are about: what is to become of them is decided there."""

    def __init__(self) -> None:
        self._paths: dict[int, set[Path]] = {}

    def add(self, item: Item, places: Sequence[Place]) -> None:
        """Add the places that rows found in an item."""
        self._paths.setdefault(id(item), set()).update(place.path for place in places)

    def add_path(self, item: Item, path: Path) -> None:
        """Add a place that is reported, or that the row of an annotation is about."""
        self._paths.setdefault(id(item), set()).add(path)

    def has(self, item: Item, path: Path) -> bool:
        """Return whether a place, or one that it is in, is among them."""
        paths = self._paths.get(id(item), ())
        return bool(paths) and any(path[:end] in paths for end in range(1, len(path) + 1))
