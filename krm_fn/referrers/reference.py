"""Reference: a place in an object that speaks of a port of a Service, and how such places are found."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.yaml_text.node import Path

EACH = "*"
"""A step that stands for each entry of a list."""


class Reference(Record):
    """A port of a Service that an object speaks of, by number or by name."""

    service: str
    path: Path
    """Where the port stands."""
    port: int | str


class ReferrerKind(Record):
    """A row of the table: a kind, and where in it the backends stand. All paths but the first start at a backend."""

    api_version: str
    kind: str
    backends: tuple[Path, ...]
    """Paths from the object's root to its backends; EACH for each entry of a list."""
    service: Path
    """The Service's name."""
    ports: tuple[Path, ...]
    """The port, by number or by name."""


def references_of(data: dict[str, Any], row: ReferrerKind) -> Iterator[Reference]:
    """Yield the references of an object."""
    for pattern in row.backends:
        for path, backend in _found(data, pattern):
            service = _at(backend, row.service)
            for port_path in row.ports:
                port = _at(backend, port_path)
                if isinstance(service, str) and isinstance(port, int | str):
                    yield Reference(service=service, path=(*path, *port_path), port=port)


def _found(data: Any, pattern: Path, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if not pattern:
        yield path, data
    elif pattern[0] == EACH:
        for index, entry in enumerate(data if isinstance(data, list) else []):
            yield from _found(entry, pattern[1:], (*path, index))
    elif isinstance(data, dict) and pattern[0] in data:
        yield from _found(data[pattern[0]], pattern[1:], (*path, pattern[0]))


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data
