"""Rows: a kind of referrer as field paths, and how its references are found by them."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.referrers.reference import Reference, ServiceKey
from krm_fn.resource_list.identity import namespace_of
from krm_fn.yaml_text.paths import find, get

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal

    from krm_fn.function_config.generated.values import ReferrerKind as OwnKind
    from krm_fn.yaml_text.node import Path


class FieldSpec(Record):
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


def field_spec_of(kind: OwnKind) -> FieldSpec:
    """Return the row for a kind of the user's own. All its paths start with the lists that the Service's goes into."""
    lists = kind.service.rfind("[]") + 2 if "[]" in kind.service else 0
    below = lists + 1 if lists else 0
    return FieldSpec(
        groups=(kind.group,),
        kind=kind.kind,
        at=(kind.service[:lists],),
        services=(kind.service[below:],),
        ports=(kind.port[below:],),
        namespace=(kind.namespace or "")[below:],
    )


def _is(holder: dict[str, Any], field: str, default: str, wanted: str) -> bool:
    value = next((value for _, value in find(holder, field)), None)
    return (default if value is None else value) == wanted
