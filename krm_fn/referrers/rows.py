"""Rows: a kind of referrer as field paths, and how its references are found by them."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.referrers.reference import Reference, ServiceKey
from krm_fn.resource_list.identity import namespace_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal

    from krm_fn.function_config.values import ReferrerKind as OwnKind
    from krm_fn.yaml_text.node import Path


class ReferrerKind(Record):
    """A kind that names Services. Paths are names joined by dots, with [] behind a list, to go into its entries."""

    groups: tuple[str, ...]
    """The API groups that have it, in any version that is in `versions`."""
    kind: str
    at: tuple[str, ...]
    """Where the mappings stand below which the rest is found; empty for the object itself."""
    services: tuple[str, ...]
    """The Service's name, or its host such as web.shop.svc.cluster.local; where several stand, the ports are of all."""
    ports: tuple[str, ...]
    """The port, by number or by name."""
    namespace: str = ""
    """The Service's namespace. Where nothing stands there it is the object's own."""
    versions: tuple[str, ...] = ()
    """The versions of this form; empty for all."""
    only: tuple[tuple[str, str, str], ...] = ()
    """Fields, their defaults, and what they must be for this to be a reference to a Service."""
    default: int = 0
    """The port that is meant where none is set; 0 where nothing is meant then."""
    of: Literal["service", "endpoints"] = "service"
    fixed: str = ""
    """Why the port cannot be written, where it cannot."""

    def references_of(self, data: dict[str, Any]) -> Iterator[Reference]:
        """Yield the references of an object of this kind."""
        for place in self.at:
            for path, holder in found(data, place):
                if isinstance(holder, dict) and all(_is(holder, *condition) for condition in self.only):
                    yield from self._in(holder, path, namespace_of(data))

    def _in(self, holder: dict[str, Any], path: Path, own: str) -> Iterator[Reference]:
        namespaces = [str(value) for _, value in found(holder, self.namespace) if value] if self.namespace else []
        hosts = [value for services in self.services for _, value in found(holder, services)]
        keys = tuple(key for host in hosts if (key := service_key(host, own, *namespaces[:1])))
        if not keys:
            return
        ports = [(*path, *below) for ports in self.ports for below, _ in found(holder, ports)]
        for place, port in ((place, at(holder, place[len(path) :])) for place in ports):
            if isinstance(port, int | str) and port != "":
                yield Reference(path=place, port=port, of=self.of, services=keys, fixed=self.fixed)
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


def found(data: Any, pattern: str) -> Iterator[tuple[Path, Any]]:
    """Yield what a path of the rows' form leads to, with the path to each; an empty one leads to the data itself."""
    return _found(data, pattern.replace("[]", ".[]").split(".") if pattern else [], ())


def at(data: Any, path: Path) -> Any:
    """Return what a path that was found leads to."""
    for step in path:
        data = data[step]
    return data


def _found(data: Any, steps: list[str], path: Path) -> Iterator[tuple[Path, Any]]:
    if not steps:
        yield path, data
    elif steps[0] == "[]":
        for index, entry in enumerate(data if isinstance(data, list) else []):
            yield from _found(entry, steps[1:], (*path, index))
    elif isinstance(data, dict) and steps[0] in data:
        yield from _found(data[steps[0]], steps[1:], (*path, steps[0]))


def row_of(kind: OwnKind) -> ReferrerKind:
    """Return the row for a kind of the user's own. All its paths start with the lists that the Service's goes into."""
    lists = kind.service.rfind("[]") + 2 if "[]" in kind.service else 0
    below = lists + 1 if lists else 0
    return ReferrerKind(
        groups=(kind.group,),
        kind=kind.kind,
        at=(kind.service[:lists],),
        services=(kind.service[below:],),
        ports=(kind.port[below:],),
        namespace=(kind.namespace or "")[below:],
    )


def _is(holder: dict[str, Any], field: str, default: str, wanted: str) -> bool:
    value = next((value for _, value in found(holder, field)), None)
    return (default if value is None else value) == wanted
