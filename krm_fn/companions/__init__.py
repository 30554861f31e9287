"""Companions: containers beside the sidecar, or ports that it opens, for one field under `spec.companions`.

Each is one module here, named like its field, that returns all that it adds as a Companion.
"""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.engines.engine import Engine
    from krm_fn.function_config.generated.values import ProxySidecar


class PodPort(Record):
    """A port that a container of ours opens, and where in the functionConfig it is set."""

    number: int
    name: str
    number_field: str
    name_field: str


class Companion(Record):
    """All that one companion adds to a Pod."""

    containers: tuple[dict[str, Any], ...] = ()
    """Containers beside the sidecar, complete."""
    name_fields: tuple[str, ...] = ()
    """Where in the functionConfig the name of each of these is set."""
    volumes: tuple[dict[str, Any], ...] = ()
    """Volumes of the Pod for these containers or for the sidecar."""
    mounts: tuple[dict[str, Any], ...] = ()
    """Mounts that the sidecar's container has for it."""
    ports: tuple[PodPort, ...] = ()
    """Ports that it opens in the Pod."""
    is_in_proxy: bool = False
    """Whether the proxy itself opens these ports."""
    summary: str = ""
    """A sentence for the result on the workload."""


def companions_of(config: ProxySidecar, sidecar: str, engine: Engine) -> Iterator[Companion]:
    """Yield the companions of a functionConfig. A field of `spec.companions` is the module here of the same name.

    Each module has `companion(settings, config, sidecar, engine)`, where `sidecar` is the name of its container.
    """
    settings = config.spec.companions
    for field in settings._fields:
        chosen = getattr(settings, field)
        if chosen is not None:
            from importlib import import_module  # noqa: PLC0415 # few functionConfigs have companions

            companion: Companion = import_module(f"krm_fn.companions.{field}").companion(
                chosen, config, sidecar, engine
            )
            yield companion
