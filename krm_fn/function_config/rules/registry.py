"""What must hold between fields of a functionConfig.

The rules read the plain data rather than the models: so they speak even where other fields are wrong, and cost no
import where all is right. Where a field has not the shape its type asks for, they pass it over: the types say that.
"""

from __future__ import annotations

from krm_fn.function_config.formats.kubernetes import MERGE_KEYS, is_byte_quantity
from krm_fn.function_config.formats.text import is_size
from krm_fn.function_config.generated import values
from krm_fn.function_config.problem import Problem, entries, mapping, text
from krm_fn.function_config.rules.routes import route_problems
from krm_fn.function_config.rules.targets import own_kind_problems, target_problems

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

_UNITS = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_SIZE_UNITS = {"k": 2**10, "m": 2**20, "g": 2**30}
_OF_ENGINES = {"engine", "snippets", "auth"}
_OF_ROUTES = {"upstream", "split", "rewrite", "redirect", "grpc"}
_OF_ACCESS = {"auth", "proxyProtocol", "errorPages"}
"""The fields of the spec, of listeners and of routes that some rules are about."""


def problems(data: dict[Any, Any]) -> Iterator[Problem]:
    r"""Yield all that does not go together in the document.

    - Either `spec.target` or `spec.targets` is set, unless `spec.remove` is true. A target sets kind, name,
      labelSelector or annotationSelector.
    - The `template` of a workload kind leads into no list. A referrer's port and namespace stand in the same list
      entries as its service does.
    - `spec.formerNames` does not hold the name that the ProxySidecar has.
    - Listeners, probes and metrics differ in `port` and in `name`.
    - In a listener, no two routes have the same `match` and `path`.
    - `path` starts with / unless `match` is regex, and holds none of `? # % \ "`, no //, /./ or /../. A regular
      expression is one that PCRE reads.
    - A route that serves `files` has no `cache`, and is exact or prefix. An exact one names a file: by its path's last
      segment, or by `key`. A prefix one ends with / and has no `key`.
    - A route with `redirect` has nothing else but its path. One with `grpc` has no `cache`, `websocket`, `buffering`,
      `substitution` or `rewrite`.
    - An upstream other than the listener's is one of `port`, `service` and `socket`.
    - `rewrite` has one of `prefix` and `path`: `prefix` only where a prefix matches, both with / at their end;
      $1 to $9 only in `path`, where a regular expression matches.
    - `auth` has one of `basic` and `external`. With engine caddy `basic` names its `users`.
    - Snippets are whole directives that stay in their block and touch no files, and `spec.snippets.allow` is true.
    - No route is the prefix that is the auth service's own. An error has one page.
    - `spec.headers` names each header once, and none that the proxy or the connection needs itself.
    - A `key` of a ConfigMap under `spec.files` is one that it has.
    - ConfigMaps under `spec.files` differ in `name`, also from `spec.configMap.name`; `data` and `binaryData` of one
      share no key.
    - Volumes differ in name; no mount path lies in another.
    - The exporter's name is unlike the sidecar's.
    - Entries of a container's `env`, `ports`, `volumeMounts` and `volumeDevices` have the field they are merged by.
    - With engine caddy a regular expression is one that RE2 reads as well.
    - `spec.cache.maxSize` is less than `spec.sidecar.cacheSizeLimit`.
    """
    spec = mapping(data, "spec")
    yield from target_problems(spec)
    yield from _former_names(spec, text(mapping(data, "metadata"), "name"))
    yield from own_kind_problems(spec)
    yield from _unlike_ports(spec)
    yield from route_problems(spec)
    yield from _of_less_used_fields(spec)
    yield from _files(spec)
    yield from _sidecar(mapping(spec, "sidecar"), text(mapping(data, "metadata"), "name"))
    yield from _exporter(spec, text(mapping(data, "metadata"), "name"))
    yield from _cache(spec)


def _of_less_used_fields(spec: dict[Any, Any]) -> Iterator[Problem]:
    """Yield the problems of fields that most documents do without: their rules are imported on demand."""
    listeners = [listener for listener in entries(spec, "listeners") if isinstance(listener, dict)]
    routes = [route for listener in listeners for route in entries(listener, "routes") if isinstance(route, dict)]
    of_routes = {field for route in routes for field in route}
    used = {*spec, *of_routes, *(field for listener in listeners for field in listener)}
    if used & _OF_ENGINES:
        from krm_fn.function_config.rules.engines import engine_problems  # noqa: PLC0415

        yield from engine_problems(spec)
    if of_routes & _OF_ROUTES or "auth" in used:
        from krm_fn.function_config.rules.upstreams import upstream_problems  # noqa: PLC0415

        yield from upstream_problems(spec)
    if used & _OF_ACCESS:
        from krm_fn.function_config.rules.access import access_problems  # noqa: PLC0415

        yield from access_problems(spec)
    if "headers" in used:
        from krm_fn.function_config.rules.headers import header_problems  # noqa: PLC0415

        yield from header_problems(spec)
    if used & {"snippets", "snippet"}:
        from krm_fn.function_config.rules.snippets import snippet_problems  # noqa: PLC0415

        yield from snippet_problems(spec)


def _former_names(spec: dict[Any, Any], own: str) -> Iterator[Problem]:
    for index, name in enumerate(entries(spec, "formerNames")):
        if name == own:
            steps: Steps = ("spec", "formerNames", index)
            yield Problem(steps=steps, must="must be another than metadata.name", value=name, remedy="Leave it out.")


def _unlike_ports(spec: dict[Any, Any]) -> Iterator[Problem]:
    """Check the ports of listeners and probes: the Pod's containers share them."""
    for field in ("port", "name"):
        seen: dict[object, str] = {}
        for holder, steps, value in _ports(spec, field):
            if not isinstance(value, (int, str)):
                continue
            if value in seen:
                must, remedy = f"must be unlike the {field} of {seen[value]}", f"Set one of them to another {field}."
                yield Problem(steps=steps, must=must, value=value, remedy=remedy)
            seen.setdefault(value, holder)


def _ports(spec: dict[Any, Any], field: str) -> Iterator[tuple[str, Steps, object]]:
    """Yield the ports' numbers or names, where they are set, and what holds them."""
    default = getattr(values.Listener, field)
    listeners = entries(spec, "listeners") if "listeners" in spec else [{}]
    for index, listener in enumerate(listeners):
        if isinstance(listener, dict):
            steps: Steps = ("spec", "listeners", index)
            yield f"spec.listeners[{index}]", (*steps, field), listener.get(field, default)
    for index, listener in enumerate(listeners):
        tls, own = mapping(listener, "tls"), "redirect" + field.capitalize()
        if tls.get("redirectPort") is not None:
            steps = ("spec", "listeners", index, "tls", own)
            yield f"spec.listeners[{index}].tls", steps, tls.get(own, values.TLS.redirect_name)
    yield "spec.probes", ("spec", "probes", field), mapping(spec, "probes").get(field, getattr(values.Probes, field))
    metrics = mapping(spec, "companions").get("metrics")
    if isinstance(metrics, dict):
        place = "spec.companions.metrics"
        yield place, (*place.split("."), field), metrics.get(field, getattr(values.Metrics, field))


def _files(spec: dict[Any, Any]) -> Iterator[Problem]:
    """Check that each generated ConfigMap has a name of its own, and each of its files is there once."""
    own = text(mapping(spec, "configMap"), "name")
    seen: set[str] = set()
    for index, files in enumerate(entries(spec, "files")):
        name = text(files, "name")
        steps: Steps = ("spec", "files", index)
        if name and name in seen:
            yield Problem(steps=(*steps, "name"), must="must be unlike the names of the ConfigMaps before", value=name)
        if name and name == own:
            must = "must be unlike spec.configMap.name: that ConfigMap holds the proxy's configuration"
            yield Problem(steps=(*steps, "name"), must=must, value=name)
        seen.add(name)
        for key in mapping(files, "binaryData"):
            if key in mapping(files, "data"):
                must = "must be left out: data has the same key"
                yield Problem(steps=(*steps, "binaryData", key), must=must, remedy="Keep one of the two.")


def _sidecar(sidecar: dict[Any, Any], stem: str) -> Iterator[Problem]:
    steps: Steps = ("spec", "sidecar")
    yield from _volume_names(mapping(sidecar, "volumes"), stem, (*steps, "volumes"))
    yield from _mount_paths(mapping(sidecar, "mountPaths"), (*steps, "mountPaths"))
    yield from _container(mapping(sidecar, "container"), (*steps, "container"))


def _exporter(spec: dict[Any, Any], stem: str) -> Iterator[Problem]:
    exporter = mapping(mapping(mapping(spec, "companions"), "metrics"), "exporter")
    steps: Steps = ("spec", "companions", "metrics", "exporter")
    name = text(exporter, "name")
    if name and name == (text(mapping(spec, "sidecar"), "name") or stem):
        yield Problem(steps=(*steps, "name"), must="must be unlike the sidecar's name", value=name)
    yield from _container(mapping(exporter, "container"), (*steps, "container"))


def _container(container: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    if container.get("image", "") is None:
        remedy = "Leave the field out to keep the default image."
        yield Problem(steps=(*steps, "image"), must="must be an image reference", value=None, remedy=remedy)
    for field, key in MERGE_KEYS.items():
        for index, entry in enumerate(entries(container, field)):
            if isinstance(entry, dict) and entry.get(key) is None:
                remedy = f"Give each entry of {field} its {key}: they are merged by it."
                yield Problem(steps=(*steps, field, index, key), must="must be set", remedy=remedy)


def _volume_names(names: dict[Any, Any], stem: str, steps: Steps) -> Iterator[Problem]:
    fields = values.VolumeNames._fields
    used = {field: text(names, field) or f"{stem}-{field}" for field in fields}
    for field in fields:
        twin = next((other for other in fields if other != field and used[other] == used[field]), None)
        if twin and field in names and (twin not in names or field > twin):
            must = f"must be unlike the name of the volume {twin}"
            yield Problem(steps=(*steps, field), must=must, value=used[field])


def _mount_paths(paths: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    """Check that no path lies in another: a ConfigMap's volume is read-only, nothing can be mounted inside."""
    given = {field: text(paths, field) or getattr(values.MountPaths, field) for field in values.MountPaths._fields}
    for field, path in given.items():
        for other, outer in given.items():
            if field != other and (path.startswith(outer + "/") or (path == outer and field > other)):
                blamed = field if field in paths else other
                must = f"must not lie in one path with {other if blamed == field else field}"
                value = given[blamed]
                yield Problem(steps=(*steps, blamed), must=must, value=value, remedy="Use paths beside each other.")


def _cache(spec: dict[Any, Any]) -> Iterator[Problem]:
    """Check that the cache fits: a volume that outgrows its sizeLimit takes the Pod with it."""
    size = mapping(spec, "cache").get("maxSize", values.CacheStorage.max_size)
    limit = mapping(spec, "sidecar").get("cacheSizeLimit", values.Sidecar.cache_size_limit)
    if not (isinstance(size, str) and is_size(size) and isinstance(limit, str) and is_byte_quantity(limit)):
        return
    if _bytes(size, _SIZE_UNITS) >= _bytes(limit, _UNITS):
        must = f"must be less than spec.sidecar.cacheSizeLimit ({limit}), or a full cache evicts the Pod"
        field: Steps = ("spec", "cache", "maxSize")
        if "maxSize" not in mapping(spec, "cache"):
            must = f"must be more than spec.cache.maxSize ({size}), or a full cache evicts the Pod"
            field, size = ("spec", "sidecar", "cacheSizeLimit"), limit
        yield Problem(steps=field, must=must, value=size)


def _bytes(quantity: str, units: dict[str, int]) -> float:
    unit = quantity.lstrip("0123456789.")
    return float(quantity.removesuffix(unit)) * units.get(unit, 1)
