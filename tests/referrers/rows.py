"""Objects made from the rows of the kinds: each with one port in one of a row's fields, and what must become of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from codegen.referrer_kinds import declarations
from krm_fn.references.field_spec import FieldSpec, Finder
from krm_fn.yaml_text.paths import EACH, parse
from tests.referrers.finder_rows import SAMPLES

if TYPE_CHECKING:
    from krm_fn.references.field_spec import KnownKind
    from krm_fn.yaml_text.paths import Pattern

Object = dict[str, Any]
SERVICE_PORT, SERVICE_NAME, POD_PORT, POD_NAME, ADDRESS = 80, "http", 3000, "http", "10.0.0.1:"
BECOMES = {SERVICE_PORT: 8999, SERVICE_NAME: "proxied"}
POD_BECOMES = {POD_PORT: 8080, POD_NAME: "proxy-http"}


class Case(NamedTuple):
    """An object that refers to a port of the app, and twins that refer to another one."""

    name: str
    object: Object
    path: tuple[str | int, ...]
    """Where the port is, or comes to be."""
    before: Any
    after: Any
    twins: tuple[Object, ...]
    stays_with: str = ""
    """The code of the warning with which it stays."""
    service_port: int = SERVICE_PORT


class Place(NamedTuple):
    """One place of a row, in objects of a kind and group."""

    row: FieldSpec
    kind: str
    group: str
    at: str


def cases() -> Iterator[Case]:
    """Yield a case for each row, each of its kinds and groups, each of its places, and each of the fields there."""
    for module, declared in declarations():
        for index, row in enumerate(declared):
            for kind in row.kinds:
                for group in row.groups:
                    found = _of_finder(row, kind, group) if isinstance(row, Finder) else _of_fields(row, kind, group)
                    for number, case in enumerate(found):
                        yield case._replace(name=f"{module}-{index}-{group or 'core'}-{kind}-{number}")


def _of_finder(row: Finder, kind: str, group: str) -> Iterator[Case]:
    """Yield the cases of a row whose places a function finds: its samples, which a twin has for other Pods or ports."""
    for sample in SAMPLES[row.find.__name__]:
        data = {"apiVersion": _api(row, group), "kind": kind, "metadata": {"name": "here"}}
        twins = (
            {**data, "metadata": {"name": "other-pods"}, "spec": sample.spec("api", 0)},
            {**data, "metadata": {"name": "other-port"}, "spec": sample.spec("web", 1)},
            {**data, "apiVersion": "example.com/v1", "spec": sample.spec("web", 0)},
        )
        object_ = {**data, "spec": sample.spec("web", 0)}
        yield Case("", object_, sample.path, sample.before, sample.after, twins, sample.stays_with)


def _of_fields(row: FieldSpec, kind: str, group: str) -> Iterator[Case]:
    """Yield the cases of a row of field paths; of its other kinds and groups one, to show that they are known."""
    fields = [*row.ports, *row.addresses, *row.hosts]
    if row.default or row.default_field or row.every:
        fields = ["", *fields]
    is_first = (kind, group) == (row.kinds[0], row.groups[0])
    for at in row.at if is_first else row.at[:1]:
        place = Place(row, kind, group, at)
        for field in fields if is_first else fields[:1]:
            for port in _ports(row, field, with_names=is_first and at == row.at[0]):
                yield _case(place, field, port)


def _ports(row: FieldSpec, field: str, *, with_names: bool) -> list[Any]:
    """Return the ports to write into a field; None where it is left out, and its default counts."""
    if not field:
        return [None]
    if field in row.addresses:
        return [f"{ADDRESS}{POD_PORT}"]
    if field in row.hosts:
        host = f"{HOST}.default" if row.elsewhere else HOST
        texts = [f"{host}:{SERVICE_PORT}", f"http://{host}:{SERVICE_PORT}/x", f"http://{host}"]
        return [*texts, host] if row.tls_by else texts
    number = (row.default or SERVICE_PORT) if row.of == "service" else POD_PORT
    return [number, SERVICE_NAME] if with_names else [number]


def _case(place: Place, field: str, port: Any) -> Case:
    row = place.row
    is_address = isinstance(port, str) and port.startswith(ADDRESS)
    is_of_pods = row.of == "pods" or (row.of == "endpoints" and port != SERVICE_NAME)
    if field in row.hosts:
        return _case_of_host(place, field, port)
    after: Any = f"{ADDRESS}8080" if is_address else (POD_BECOMES if is_of_pods else BECOMES).get(port, 8999)
    after = 8080 if row.default_field and not field else after
    data = _object(place, field, port, "web")
    twins = [_object(place, field, port, "api", called="other"), {**data, "apiVersion": "example.com/v1"}]
    if field:
        other = f"{ADDRESS}81" if is_address else "other" if port == SERVICE_NAME else 81
        twins.append(_object(place, field, other, "web", called="other-port"))
    path = (*_steps(place.at), *_steps(field or (row.ports[0] if row.ports else "")))
    stays_with = "PS601" if row.fixed else "PS645" if row.checks == "https" else ""
    return Case("", data, path, port, after, tuple(twins), stays_with, row.default or SERVICE_PORT)


def _case_of_host(place: Place, field: str, text: str) -> Case:
    """Return the case of a field that holds a host, with a port or without."""
    has_port = f":{SERVICE_PORT}" in text
    after = text.replace(f":{SERVICE_PORT}", ":8999") if has_port else f"{text}:8999"
    twins = [
        _object(place, field, text.replace(HOST, "api", 1), "", called="other"),
        _object(place, field, text.replace(":80", ":81"), "", called="other-port"),
        {**_object(place, field, text, ""), "apiVersion": "example.com/v1"},
    ]
    data = _object(place, field, text, "")
    return Case("", data, (*_steps(place.at), *_steps(field)), text, after, tuple(twins if has_port else twins[::2]))


HOST = "web"


def _object(place: Place, field: str, port: Any, name: str, *, called: str = "here") -> Object:
    """Return an object that names, or selects by its labels, what has a name."""
    row, where = place.row, parse(place.at) if place.at else ()
    data: Object = {"apiVersion": _api(row, place.group), "kind": place.kind, "metadata": {"name": called}}
    _set(data, where, {})
    for services in row.services[:1] if field else row.services:
        _put(data, where, services, name)
    for condition, default, required in row.only:
        if required or default:
            _put(data, where, condition, required)
    if row.selector:
        _put(data, (), row.selector, {"matchLabels": {"app": name}})
    if row.labels:
        _put(data, (), row.labels, {"app": name})
    if row.workload:
        _put(data, (), row.workload, {"apiVersion": "apps/v1", "kind": "Deployment", "name": name})
    if row.default_field and not field:
        _put(data, where, row.default_field, POD_PORT)
    if field:
        _put(data, where, field, port)
    return data


def _put(data: Object, where: Pattern, field: str, value: Any) -> None:
    """Set a field below a place, or of the object where its path begins with a dot."""
    start = () if field.startswith(".") else where
    _set(data, (*start, *parse(field.removeprefix("."))), value)


def _set(data: Any, steps: Pattern, value: Any) -> None:
    """Set the value at a pattern, in the first entry of each list; what is there as a mapping stays."""
    for position, step in enumerate(steps):
        is_last = position == len(steps) - 1
        empty: Any = [] if not is_last and steps[position + 1] == EACH else {}
        if step == EACH:
            if not data:
                data.append(value if is_last else empty)
            elif is_last and value != {}:
                data[0] = value
            data = data[0]
        elif is_last:
            if value != {} or step not in data:
                data[step] = value
        else:
            data = data.setdefault(step, empty)


def _steps(text: str) -> tuple[str | int, ...]:
    return tuple(0 if step == EACH else str(step) for step in parse(text)) if text else ()


def _api(row: KnownKind, group: str) -> str:
    version = row.versions[0] if row.versions else "v1"
    return f"{group}/{version}" if group else version
