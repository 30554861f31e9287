"""Warn of references that were set back to a port that their Service does not have: somebody changed that meanwhile."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import listed, shown
from krm_fn.references.field_spec import FieldSpec, field_spec_of
from krm_fn.references.kinds import known_of
from krm_fn.references.reference import NO_PORT, Reference
from krm_fn.resource_list.identity import may_be_one, names_of, namespace_of
from krm_fn.services.port_changes import ports_called
from krm_fn.yaml_text.paths import get, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.references.reference import ServiceKey
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result


def restored_in_vain(items: Items, spec: Spec | None) -> Iterator[Result]:
    """Yield a warning for each reference that has another port than it came with, which its Service does not have."""
    own = [field_spec_of(kind) for kind in spec.referrers.kinds] if spec else []
    for item in items.touched():
        data = {} if item.removed else item.readable_data
        for kind in known_of(data, own):
            if isinstance(kind, FieldSpec) and kind.names_services:
                came = item.as_it_came().readable_data
                for place in kind.places_among(items)(data):
                    if isinstance(place, Reference) and place.of == "service" and not (place.absent or place.fixed):
                        yield from _in_reference(item, came, place, items)


def _in_reference(item: Item, came: dict[str, Any], place: Reference, items: Items) -> Iterator[Result]:
    if get(came, place.path) == place.written:
        return
    for key in place.services:
        service = _service(items, key)
        there = ports_called(service) if service else ()
        if there and place.port not in [*there, *map(str, there), NO_PORT]:
            message = (
                f"must be a port of Service {shown(key.name)}, got {shown(place.port)}, which it was before this "
                f"function changed it. It has {listed([shown(each) for each in there])}."
            )
            path, code = shown_path(place.path), codes.REFERENCE_PORT_UNKNOWN
            yield item.result(code, path, message, current=place.port)


def _service(items: Items, key: ServiceKey) -> dict[str, Any] | None:
    named = (item.readable_data for item in items.of_kind("Service", words=[key.name]))
    found = [data for data in named if key.name in names_of(data)]
    exact = [data for data in found if namespace_of(data) == key.namespace]
    return next(iter(exact or [data for data in found if may_be_one(namespace_of(data), key.namespace)]), None)
