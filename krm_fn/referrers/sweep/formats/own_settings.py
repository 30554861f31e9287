"""What a functionConfig itself names by an old port: a Service as an upstream, and addresses in its texts."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated.values import ServiceAddress
from krm_fn.function_config.settings import settings
from krm_fn.quoting import shown
from krm_fn.references.reference import ServiceKey
from krm_fn.result import Result, scalar
from krm_fn.services.port_changes import FrontedPort
from krm_fn.yaml_text.paths import shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.referrers.sweep.moved import Moved
    from krm_fn.referrers.sweep.pairs import Pair
    from krm_fn.result import ResourceRef
    from krm_fn.yaml_text.node import Path


def in_own_settings(spec: Spec, moved: Moved, namespaces: Collection[str], ref: ResourceRef) -> Iterator[Result]:
    """Yield a warning for each old port, given the namespaces of the Pods that get the settings."""
    within: set[Path] = set()
    for path, value in settings(spec):
        if isinstance(value, ServiceAddress):
            named = (value.namespace,) if value.namespace else namespaces
            keys = [ServiceKey(namespace=each, name=value.name, explicit=bool(value.namespace)) for each in named]
            yield from _of_services(keys, value.port, (*path, "port"), moved, ref)
        elif isinstance(value, dict):  # a part of a manifest, or files
            within.add(path)
            for pair in _pairs(value, path, moved, namespaces) if path[:-1] not in within else ():
                yield from _of_services([pair.service], pair.port, (*path, *pair.path), moved, ref)
        elif isinstance(value, str) and moved.addresses.has_names(value):
            for namespace in namespaces:
                yield from _in_text(value, path, moved, namespace, ref)


def _pairs(value: dict[str, Any], path: Path, moved: Moved, namespaces: Collection[str]) -> Iterator[Pair]:
    from krm_fn.referrers.sweep.pairs import pairs  # noqa: PLC0415 # few have files or a container's fields

    for namespace in namespaces:
        yield from pairs(value, namespace, moved, is_flat=path[:2] == ("spec", "files"))


def _of_services(keys: Iterable[ServiceKey], port: Any, path: Path, moved: Moved, ref: ResourceRef) -> Iterator[Result]:
    for key in keys:
        for change in moved.services_named(key):
            new = change.instead_of(port)
            if new is not None and new != port:
                message = f"looks like the old port of Service {shown(key.name)}. Change it to {new}."
                yield Result(
                    code=codes.ADDRESS_IN_FIELDS,
                    ref=ref,
                    path=shown_path(path),
                    message=message,
                    current_value=scalar(port),
                    proposed_value=new,
                )


def _in_text(text: str, path: Path, moved: Moved, namespace: str, ref: ResourceRef) -> Iterator[Result]:
    for position, found in moved.addresses.found_in(text, namespace):
        thing = moved[position]
        line = f" (line {found.line})" if found.line else ""
        if isinstance(thing, FrontedPort):
            code, of = codes.POD_PORT_IN_TEXT, f"port {thing.app_number} of {thing.workload.ref} itself"
            message = (
                f"names {found.address}{line}: that is {of}, with port {thing.number} of the proxy in front of it now."
            )
        else:
            code, of = codes.ADDRESS_IN_TEXT, f"that port of Service {shown(thing.service_names[0])}"
            message = f"names {found.address}{line}: {of} is now {thing.new_number}."
        yield Result(
            code=code,
            ref=ref,
            path=shown_path(path),
            message=f"{message} Change it to {found.proposed}.",
            current_value=found.address,
            proposed_value=found.proposed,
        )
