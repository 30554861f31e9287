"""The exporter's name differs from the sidecar's.

Entries of a container's `env`, `ports`, `volumeMounts` and `volumeDevices` have the field they are merged by.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.formats.kubernetes import MERGE_KEYS
from krm_fn.function_config.problem import Problem, entries, mapping, name_of, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.sidecar.container", "spec.companions.metrics.exporter")


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check the containers of the sidecar and of the exporter."""
    spec = mapping(document, "spec")
    sidecar, exporter = mapping(spec, "sidecar"), mapping(mapping(mapping(spec, "companions"), "metrics"), "exporter")
    steps: Steps = ("spec", "companions", "metrics", "exporter")
    name = text(exporter, "name")
    if name and name == (text(sidecar, "name") or name_of(document)):
        yield Problem(
            code=codes.CONTAINERS_ALIKE, steps=(*steps, "name"), must="must be unlike the sidecar's name", value=name
        )
    yield from _container(mapping(sidecar, "container"), ("spec", "sidecar", "container"))
    yield from _container(mapping(exporter, "container"), (*steps, "container"))


def _container(container: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    if container.get("image", "") is None:
        remedy = "Leave the field out to keep the default image."
        yield Problem(
            code=codes.TEXT_REFUSED,
            steps=(*steps, "image"),
            must="must be an image reference",
            value=None,
            remedy=remedy,
        )
    for field, key in MERGE_KEYS.items():
        for index, entry in enumerate(entries(container, field)):
            if isinstance(entry, dict) and entry.get(key) is None:
                remedy = f"Give each entry of {field} its {key}: they are merged by it."
                yield Problem(
                    code=codes.FIELD_MISSING, steps=(*steps, field, index, key), must="must be set", remedy=remedy
                )
