"""FieldSpec and Finder: the two ways to declare a kind of referrer, by field paths or by code that finds its places."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.references.reference import Reference, Selects, ServiceKey, Use
from krm_fn.resource_list.identity import group_version_of, namespace_of
from krm_fn.yaml_text.paths import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Literal, TypeAlias

    from krm_fn.function_config.generated.values import ReferrerKind as OwnKind
    from krm_fn.references.namespaces import Namespaces
    from krm_fn.references.reference import PolicyRule, WorkloadKey
    from krm_fn.resource_list.items import Items
    from krm_fn.yaml_text.node import Path

    Place: TypeAlias = Reference | PolicyRule
    KnownKind: TypeAlias = "FieldSpec | Finder"
    FoundBy: TypeAlias = Literal["names", "numbers", "labels", "ports", "workloads"]


class _Kind(Record):
    """What both declarations of a kind state."""

    groups: tuple[str, ...]
    """The API groups that have it."""
    kinds: tuple[str, ...]
    """Its name; several where they are alike."""
    versions: tuple[str, ...] = ()
    """The versions that have it in this form; empty for all."""
    read: str = ""
    """Where its fields are defined: the API or its repository, the API's version, and the page or file."""
    note: str = ""
    """What its row in the documentation says besides the fields, as sentences."""
    found_by: FoundBy = "names"
    """How an object that may refer to what changed is recognised before it is read.

    | names     | the name of a Service that changed is in its text                       |
    | numbers   | the number of a Service's port that changed is, without its name        |
    | labels    | a value of its labels or its Pods' is, or the object has no matchLabels |
    | ports     | a port of the app is, or what makes a range                             |
    | workloads | the name of a workload is                                               |
    """

    def is_for(self, data: dict[str, Any]) -> bool:
        """Return whether an object of a kind with that name has one of the groups and versions."""
        group, version = group_version_of(data)
        return group in self.groups and (not self.versions or version in self.versions)


class Says(Record):
    """A field in which a client says what it speaks."""

    field: str
    """Its path below the mapping that names the Service; behind a `.`, from the object."""
    words: dict[str, str]
    """What it speaks, by the field's value in lower case; another value says nothing."""


class Finder(_Kind):
    """A kind whose places a function finds, where field paths are not enough."""

    find: Callable[[dict[str, Any], Namespaces], Iterator[Place]]
    fields: tuple[str, ...] = ()
    """The fields that it reads, for the documentation."""

    @property
    def names_services(self) -> bool:
        """Whether it states where objects of the kind name Services."""
        return self.found_by in ("names", "numbers")

    @property
    def only_if_renamed(self) -> bool:
        """Whether its references change only where a Service's port has another number or name."""
        return self.names_services

    def places_among(self, items: Items) -> Callable[[dict[str, Any]], Iterator[Place]]:
        """Return what finds the places where an object, one of some items, names ports."""
        from krm_fn.references.namespaces import Namespaces  # noqa: PLC0415 # few kinds need them

        namespaces = Namespaces(items)
        return lambda data: self.find(data, namespaces)


class FieldSpec(_Kind):
    """A kind as field paths: names joined by dots, with [] behind a list, to go into its entries.

    An object names the Services whose ports these are, or else selects Services or Pods by their labels. A path that
    begins with a dot starts at the object, and no other field of `at` is meant by it.
    """

    at: tuple[str, ...]
    """Where the mappings are below which the rest is found; empty for the object itself."""
    ports: tuple[str, ...]
    """The port, by number or by name."""
    of: Literal["service", "endpoints", "pods"] = "service"
    """Whose the port is, as in a Reference."""
    services: tuple[str, ...] = ()
    """The Service's name, or its host such as web.shop.svc.cluster.local. Of several, the ports are those of all."""
    by_slash: bool = False
    """Whether the name may have a namespace before it, as in shop/web."""
    namespace: str = ""
    """The Service's namespace. Where it is not set: the object's own."""
    selector: str = ""
    """Where in the object its LabelSelector is. It selects Pods where the ports are the Pods', else Services."""
    labels: str = ""
    """Where in the object, in place of a LabelSelector, a plain mapping is of the labels that the Pods have."""
    selects_all: bool = False
    """Whether it selects all Pods where it has no selector, or an empty mapping of labels."""
    workload: str = ""
    """Where in the object the `kind` and `name` of the workload are, in place of a selector."""
    namespace_selector: str = ""
    """Where in the object namespaces are chosen, by `any` or `matchNames`. Where that is not set: the object's own."""
    any_namespace: bool = False
    """Whether it selects in all namespaces."""
    only: tuple[tuple[str, str, str], ...] = ()
    """Fields, their defaults, and what they must be for this to be a reference to a Service."""
    first: bool = False
    """Whether only the first of `ports` that is set counts."""
    default: int = 0
    """The port that is meant where none is set; 0 where nothing is meant then."""
    default_field: str = ""
    """The key of the mapping whose value is meant where none is set."""
    every: bool = False
    """Whether each port of the Service is meant, without being named."""
    addresses: tuple[str, ...] = ()
    """Fields in which the port stands behind an address and a colon."""
    hosts: tuple[str, ...] = ()
    """Fields that hold [scheme://]host[:port][/path]. Where none is written, the scheme's port is meant."""
    tls_by: str = ""
    """The field by which a host without a scheme is requested by TLS; empty where nothing says what requests it."""
    elsewhere: bool = False
    """Whether something in another namespace requests these hosts, so that one without a namespace is not known."""
    app_field: str = ""
    """The key that, where none of `ports` is set, holds a port of the Pods."""
    makes_services: bool = False
    """Whether a controller makes Services of such objects, which point to the Pods' port that they name."""
    repeatable: bool = False
    """Whether the list may have a second such entry, for another port."""
    scrapes: bool = False
    """Whether metrics are requested there."""
    checks: str = ""
    """What the health check of a load balancer speaks there, where no field says otherwise; empty where it is none."""
    checks_by: str = ""
    """The field that says what it speaks: a protocol, or whether it is TLS."""
    guards: bool = False
    """Whether the object's policies hold for the one port alone that it names."""
    fixed: str = ""
    """Why the port cannot be written, where it cannot."""
    speaks: str = ""
    """What all such clients speak to the port, in the terms of `traffic.words`, where no field says otherwise."""
    says: tuple[Says, ...] = ()
    """The fields that say what a client speaks: the first that is set to one of its words counts."""

    @property
    def names_services(self) -> bool:
        """Whether it states where objects of the kind name Services."""
        return bool(self.services or self.hosts)

    @property
    def only_if_renamed(self) -> bool:
        """Whether its references change only where a Service's port has another number or name."""
        return self.of == "service" and not self.scrapes

    def places_among(self, items: Items) -> Callable[[dict[str, Any]], Iterator[Place]]:
        """Return what finds the references of an object, one of some items."""
        return lambda data: self.references(data, items)

    def uses(self, data: dict[str, Any], items: Items) -> Iterator[Use]:
        """Yield the uses of ports that an object, one of some items, declares; those included that name no port."""
        for holder, like in self.holders(data, items):
            speaks, says = self._spoken(data, holder, like.path)
            named = list(self._in(data, holder, like))
            for each in named or [like]:
                yield Use(
                    path=each.path,
                    port=each.port if named else None,
                    of=each.of,
                    services=each.services,
                    selects_services=like.selects_services,
                    selects_pods=like.selects_pods,
                    speaks=speaks,
                    says=says,
                    scrapes=self.scrapes,
                )

    def _spoken(self, data: dict[str, Any], holder: dict[str, Any], path: Path) -> tuple[str, Path]:
        """Return what a client speaks, and the field that says so."""
        for each in self.says:
            start, where = (data, ()) if each.field.startswith(".") else (holder, path)
            for below, value in find(start, each.field.removeprefix(".")):
                speaks = each.words.get(str(value).lower())
                if speaks is not None:
                    return speaks, (*where, *below)
        return self.speaks, ()

    def references(self, data: dict[str, Any], items: Items) -> Iterator[Reference]:
        """Yield the ports that an object, one of some items, names, each as a reference."""
        for holder, like in self.holders(data, items):
            yield from self._in(data, holder, like)

    def holders(self, data: dict[str, Any], items: Items) -> Iterator[tuple[dict[str, Any], Reference]]:
        """Yield the mappings that name or select Services or Pods, each with a reference that has its path."""
        selects = self._selects(data, items) if self.selector or self.labels or self.selects_all else None
        workload = self._workload(data) if self.workload else None
        for place in self.at:
            for path, holder in find(data, place):
                if not isinstance(holder, dict) or not all(_is(data, holder, *condition) for condition in self.only):
                    continue
                services = self._services(data, holder)
                if services or selects or workload or self.hosts:
                    yield (
                        holder,
                        Reference(
                            path=path,
                            port=self.default,
                            of=self.of,
                            services=services,
                            selects_services=None if self.of == "pods" else selects,
                            selects_pods=selects if self.of == "pods" else None,
                            entry=path if self.repeatable else (),
                            scrapes=self.scrapes,
                            app_field=self.app_field,
                            fixed=self.fixed,
                            guards=self.guards,
                            every=self.every,
                            workload=workload,
                            checks=self._checks(data, holder),
                        ),
                    )

    def _in(self, data: dict[str, Any], holder: dict[str, Any], like: Reference) -> Iterator[Reference]:
        """Yield the references of a mapping, all like one that has its path."""
        ports = [(below, port) for field in self.ports for below, port in find(holder, field)]
        if self.first:
            ports = [(below, port) for below, port in ports if port][:1]
        for below, port in ports:
            if isinstance(port, int | str) and port != "":
                yield like.replace(path=(*like.path, *below), port=port)
        default = self.default or (holder.get(self.default_field) if self.default_field else 0)
        if isinstance(default, int) and default and not ports:
            below = tuple(self.ports[0].split(".")) if self.ports else ()
            yield like.replace(path=(*like.path, *below), port=default, absent=True)
        for below, address in (each for field in self.addresses for each in find(holder, field)):
            before, colon, port = str(address).rpartition(":")
            if colon and port.isdecimal():
                yield like.replace(path=(*like.path, *below), port=port, before=before + colon, text=str(address))
        if self.hosts:
            yield from self._in_hosts(data, holder, like)
        if self.every:
            yield like
        if self.app_field and not any(port for _, port in ports):
            port = holder.get(self.app_field)
            if isinstance(port, int | str):
                yield like.replace(path=(*like.path, self.app_field), port=port, of="pods", app_field="")

    def _in_hosts(self, data: dict[str, Any], holder: dict[str, Any], like: Reference) -> Iterator[Reference]:
        """Yield the references of the fields with a host and a port."""
        from krm_fn.references.host_port import host_port  # noqa: PLC0415 # few kinds have such fields

        by_tls = next(_all(data, holder, self.tls_by), None) if self.tls_by else None
        is_tls = by_tls is True or str(by_tls or "http").lower() != "http"
        for below, text in (each for field in self.hosts for each in find(holder, field)):
            found = host_port(text, by_tls=is_tls) if isinstance(text, str) else None
            key = service_key(found.host, namespace_of(data)) if found and found.port else None
            if found and key and (key.explicit or not self.elsewhere):
                is_known = self.tls_by or "://" in found.before or isinstance(found.port, str)
                yield like.replace(
                    path=(*like.path, *below),
                    port=found.port,
                    services=(key,),
                    before=found.before,
                    after=found.after,
                    text=text,
                    fixed=like.fixed or ("" if is_known else _NO_SCHEME),
                )

    def _services(self, data: dict[str, Any], holder: dict[str, Any]) -> tuple[ServiceKey, ...]:
        """Return the Services that a mapping of an object names."""
        namespaces = [str(value) for value in _all(data, holder, self.namespace) if value] if self.namespace else []
        hosts = [value for services in self.services for value in _all(data, holder, services)]
        own = namespace_of(data)
        keys = [service_key(host, own, *namespaces[:1]) for host in hosts]
        if self.by_slash:
            pairs = [host.partition("/") for host in hosts if isinstance(host, str)]
            keys += [service_key(name, own, space) for space, slash, name in pairs if slash and space]
        return tuple(key for key in keys if key and "/" not in key.name)

    def _checks(self, data: dict[str, Any], holder: dict[str, Any]) -> str:
        """Return what a health check speaks."""
        said = _all(data, holder, self.checks_by) if self.checks_by else iter(())
        return str(next(said, self.checks)).lower()

    def _workload(self, data: dict[str, Any]) -> WorkloadKey | None:
        """Return the workload that an object names."""
        from krm_fn.references.reference import WorkloadKey  # noqa: PLC0415 # few kinds name one

        named = _first(data, self.workload)
        named = named if isinstance(named, dict) else {}
        kind, name = str(named.get("kind") or ""), str(named.get("name") or "")
        return WorkloadKey(namespace=namespace_of(data), kind=kind, name=name) if kind and name else None

    def _selects(self, data: dict[str, Any], items: Items) -> Selects | None:
        """Return what the selectors of an object select."""
        from krm_fn.selectors.label_index import required_label  # noqa: PLC0415 # few kinds select
        from krm_fn.selectors.label_selector import matches, requirements_of  # noqa: PLC0415 # likewise

        own, selector = namespace_of(data), _first(data, self.selector or self.labels)
        if self.labels:
            selector = {"matchLabels": selector} if selector and isinstance(selector, dict) else None
        if selector is None:
            if not self.selects_all:
                return None
            selector = {}
        chosen = _first(data, self.namespace_selector) if self.namespace_selector else None
        chosen = chosen if isinstance(chosen, dict) else {}
        names = chosen.get("matchNames")
        names = names if isinstance(names, list) and names else [own]
        is_any = self.any_namespace or chosen.get("any") is True

        def selects(labels: dict[str, Any], namespace: str) -> bool:
            there = is_any or namespace in names or any(items.are_one(str(name), namespace) for name in names)
            return there and matches(selector, labels)

        requirements = requirements_of(selector) if isinstance(selector, dict) else []
        spaces = None if is_any else tuple(map(str, names))
        return Selects(test=selects, label=required_label(requirements), namespaces=spaces)


_NO_SCHEME = "it has no scheme, and so what is requested is not known. Write the port if that is HTTP"


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
    """Return the declaration of a user's own kind. All its paths start with the lists in the Service's path."""
    lists = kind.service.rfind("[]") + 2 if "[]" in kind.service else 0
    below = lists + 1 if lists else 0
    return FieldSpec(
        groups=(kind.group,),
        kinds=(kind.kind,),
        at=(kind.service[:lists],),
        services=(kind.service[below:],),
        ports=(kind.port[below:],),
        namespace=(kind.namespace or "")[below:],
    )


def _is(data: dict[str, Any], holder: dict[str, Any], field: str, default: str, required: str) -> bool:
    value = next(_all(data, holder, field), None)
    return (default if value is None else value) == required


def _all(data: dict[str, Any], holder: dict[str, Any], field: str) -> Iterator[Any]:
    """Yield the values of a field of a mapping, or of the object where its path begins with a dot."""
    return (value for _, value in find(data if field.startswith(".") else holder, field.removeprefix(".")))


def _first(data: dict[str, Any], field: str) -> Any:
    return next((value for _, value in find(data, field)), None)
