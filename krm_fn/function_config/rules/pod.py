"""The exporter's name differs from the sidecar's.

The image's name does not say another proxy than `spec.engine`; the exporter's does not say a proxy alone.

Fields of a container are what Kubernetes lets them be, and entries of its lists have the field by which they are
merged. What the defaults may complete is judged when it is merged over them.

Volumes differ in name; no mount path is inside another.

`spec.cache.maxSize` is less than `spec.sidecar.cacheSizeLimit`.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.formats.kubernetes import find_odd, holds_mappings, is_byte_quantity
from krm_fn.function_config.formats.text import is_size
from krm_fn.function_config.generated import values
from krm_fn.function_config.generated.engine_facts import UNSUPPORTED
from krm_fn.function_config.problem import Problem, engine_of, listeners_of, mapping, name_of, routes_of, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.sidecar", "spec.companions.metrics.exporter", "spec.cache.maxSize")
_PROXIES = (*UNSUPPORTED, "traefik", "haproxy", "httpd", "apache", "envoy", "varnish", "squid", "lighttpd")
"""Programs that cannot be started as another one."""
_UNITS = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_SIZE_UNITS = {"k": 2**10, "m": 2**20, "g": 2**30}


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check what is added to the Pod: the containers of sidecar and exporter, and the volumes."""
    spec, stem, steps = mapping(document, "spec"), name_of(document), ("spec", "sidecar")
    sidecar = mapping(spec, "sidecar")
    version = text(spec, "kubernetesVersion")
    yield from _exporter(mapping(mapping(spec, "companions"), "metrics"), text(sidecar, "name") or stem, version)
    yield from _container(mapping(sidecar, "container"), (*steps, "container"), version)
    yield from _image_of_engine(text(mapping(sidecar, "container"), "image"), engine_of(document))
    unused = () if _has_images(document) else ("images",)
    yield from _volumes(mapping(sidecar, "volumes"), stem, (*steps, "volumes"), unused)
    yield from _mount_paths(mapping(sidecar, "mountPaths"), (*steps, "mountPaths"), unused)
    yield from _cache(mapping(spec, "cache"), sidecar)


def _exporter(metrics: dict[Any, Any], sidecar: str, version: str) -> Iterator[Problem]:
    exporter = mapping(metrics, "exporter")
    steps: Steps = ("spec", "companions", "metrics", "exporter")
    name = text(exporter, "name")
    if name and name == sidecar:
        yield Problem(
            code=codes.CONTAINERS_ALIKE, steps=(*steps, "name"), must="must differ from the sidecar's name", value=name
        )
    yield from _container(mapping(exporter, "container"), (*steps, "container"), version)
    image = text(mapping(exporter, "container"), "image")
    words = _words_of(image)
    other = next(filter(words.__contains__, _PROXIES), "")
    if other and "exporter" not in words:
        yield Problem(
            code=codes.IMAGE_OF_OTHER_PROGRAM,
            steps=(*steps, "container", "image"),
            must=f"must be an image of an exporter, and its name says {other}",
            value=image,
            remedy="Use an image of an exporter, or leave the field out.",
        )


def _image_of_engine(image: str, engine: str) -> Iterator[Problem]:
    words = _words_of(image)
    other = next(filter(words.__contains__, _PROXIES), "")
    if not other or engine not in UNSUPPORTED or engine in words:
        return
    use = f"Use an image of {engine}."
    yield Problem(
        code=codes.IMAGE_OF_OTHER_PROGRAM,
        steps=("spec", "sidecar", "container", "image"),
        must=f"must be an image of {engine}, which spec.engine is, and its name says {other}",
        value=image,
        remedy=f"Set engine: {other}, or use an image of {engine}." if other in UNSUPPORTED else use,
    )


def _words_of(image: str) -> list[str]:
    """Return the words in the last part of an image's repository, such as nginx and unprivileged."""
    last = image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    return "".join(char if char.isalpha() else " " for char in last).split()


def _container(container: dict[Any, Any], steps: Steps, version: str) -> Iterator[Problem]:
    if container.get("image", "") is None:
        remedy = "Remove the field to keep the default image."
        yield Problem(
            code=codes.TEXT_REFUSED,
            steps=(*steps, "image"),
            must="must be an image reference",
            value=None,
            remedy=remedy,
        )
    sound = {field: value for field, value in container.items() if holds_mappings(value) and find_odd(value) is None}
    if sound:
        from krm_fn.function_config.container import Circumstances, check  # noqa: PLC0415 # few set any field

        yield from check.problems(sound, steps, Circumstances(version=version))


def _volumes(names: dict[Any, Any], stem: str, steps: Steps, unused: Collection[str]) -> Iterator[Problem]:
    fields = [field for field in values.VolumeNames._fields if field not in unused]
    used = {field: text(names, field) or f"{stem}-{field}" for field in fields}
    for field in fields:
        twin = next((other for other in fields if other != field and used[other] == used[field]), None)
        if twin and field in names and (twin not in names or field > twin):
            must = f"must differ from the name of the volume {twin}"
            yield Problem(code=codes.VOLUMES_ALIKE, steps=(*steps, field), must=must, value=used[field])


def _has_images(document: dict[Any, Any]) -> bool:
    """Return whether a route serves files of an image: else nothing is mounted where these are."""
    listeners = listeners_of(document)
    return any(
        mapping(route, "files").get("image") is not None
        for steps, listener in listeners
        for _, route in routes_of(listener, steps)
    )


def _mount_paths(paths: dict[Any, Any], steps: Steps, unused: Collection[str]) -> Iterator[Problem]:
    """Check that no path is inside another: a ConfigMap's volume is read-only, nothing can be mounted in it."""
    fields = [field for field in values.MountPaths._fields if field not in unused]
    given = {field: text(paths, field) or getattr(values.MountPaths, field) for field in fields}
    for field, path in given.items():
        for other, outer in given.items():
            if field != other and (path.startswith(outer + "/") or (path == outer and field > other)):
                blamed = field if field in paths else other
                must = f"must not lie in one path with {other if blamed == field else field}"
                value = given[blamed]
                yield Problem(
                    code=codes.MOUNT_PATHS_OVERLAP,
                    steps=(*steps, blamed),
                    must=must,
                    value=value,
                    remedy="Use paths beside each other.",
                )


def _cache(cache: dict[Any, Any], sidecar: dict[Any, Any]) -> Iterator[Problem]:
    """Check that the cache fits: a volume that outgrows its sizeLimit evicts the Pod."""
    size = cache.get("maxSize", values.CacheStorage.max_size)
    limit = sidecar.get("cacheSizeLimit", values.Sidecar.cache_size_limit)
    if not (isinstance(size, str) and is_size(size) and isinstance(limit, str) and is_byte_quantity(limit)):
        return
    if _bytes(size, _SIZE_UNITS) >= _bytes(limit, _UNITS):
        must = f"must be less than spec.sidecar.cacheSizeLimit ({limit}), or a full cache evicts the Pod"
        field: Steps = ("spec", "cache", "maxSize")
        if "maxSize" not in cache:
            must = f"must be more than spec.cache.maxSize ({size}), or a full cache evicts the Pod"
            field, size = ("spec", "sidecar", "cacheSizeLimit"), limit
        yield Problem(code=codes.CACHE_LARGER_THAN_VOLUME, steps=field, must=must, value=size)


def _bytes(quantity: str, units: dict[str, int]) -> float:
    unit = quantity.lstrip("0123456789.")
    return float(quantity.removesuffix(unit)) * units.get(unit, 1)
