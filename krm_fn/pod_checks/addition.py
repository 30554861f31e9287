"""Addition: what a Pod gets, and what it is judged by."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import group_version_of, may_be_one, namespace_of, ref_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.companions import PodPort
    from krm_fn.function_config.generated.values import Spec
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef
    from krm_fn.workload.workload import Workload
    from krm_fn.yaml_text.node import Path


class AddedContainer(Record):
    """A container that the Pod gets, as it is going to be."""

    container: dict[str, Any]
    override: dict[str, Any]
    """What the user set of it."""
    field: str
    """Where in the functionConfig that is."""
    written: Path | None = None
    """Where below the Pod's spec the user wrote a container under its name."""

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.container.get("name"))


class Addition(Record):
    """What one workload's Pod gets, and what it is judged by."""

    workload: Workload
    containers: tuple[AddedContainer, ...]
    """Those that keep running."""
    first: tuple[AddedContainer, ...] = ()
    """Init containers that come to an end."""
    volumes: tuple[dict[str, Any], ...]
    ports: tuple[PodPort, ...]
    spec: Spec
    items: Items
    ref: ResourceRef
    """The functionConfig, for results on its fields."""

    @property
    def every(self) -> tuple[AddedContainer, ...]:
        """All containers that are added."""
        return (*self.containers, *self.first)

    @property
    def running(self) -> list[dict[str, Any]]:
        """All containers that run at the same time, those that are added included."""
        names = {each.name for each in self.containers}
        others = [each for each in self.workload.long_running if str(each.get("name")) not in names]
        return [*others, *(each.container for each in self.containers)]


def in_namespace(added: Addition, kind: str) -> Iterator[tuple[dict[str, Any], ResourceRef]]:
    """Yield the objects of a kind of the core group that are in the workload's namespace, and their references."""
    for item in added.items.of_kind(kind):
        data = item.readable_data
        if group_version_of(data)[0] == "" and may_be_one(namespace_of(data), added.workload.namespace):
            yield data, ref_of(data)
