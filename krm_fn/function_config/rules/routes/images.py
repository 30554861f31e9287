"""A route to `files` has one of `configMap` and `image`; `moreConfigMaps` goes with the first.

One to files of an `image` is prefix, and its path is of letters, digits, '.', '_' and '-' between slashes.

With an `initContainer` the `path` of the image is set, and neither holds `spec.sidecar.mountPaths.images` nor lies in
it; there is no `trustTimes`.

An image volume needs Kubernetes 1.33: see `spec.kubernetesVersion`.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.formats.kubernetes import find_odd, holds_mappings, is_directory, is_kubernetes_version
from krm_fn.function_config.generated import values
from krm_fn.function_config.problem import Problem, listeners_of, mapping, routes_of, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.listeners[].routes[].files",)
_SINCE = "1.33"
"""The first version that mounts a folder of an image volume."""


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check where the files of routes come from."""
    spec = mapping(document, "spec")
    version = text(spec, "kubernetesVersion")
    mounted = text(mapping(mapping(spec, "sidecar"), "mountPaths"), "images") or values.MountPaths.images
    for place, listener in listeners_of(document):
        for steps, route in routes_of(listener, place):
            files = route.get("files")
            if not isinstance(files, dict):
                continue
            given = [field for field in ("configMap", "image") if files.get(field) is not None]
            if len(given) != 1:
                must, remedy = "must be one of configMap and image", "Set one of them."
                yield Problem(code=codes.NOT_EXACTLY_ONE, steps=(*steps, "files"), must=must, remedy=remedy)
            if files.get("moreConfigMaps") and "configMap" not in given:
                must = "must be removed where there is no configMap, beside which these would be"
                yield Problem(code=codes.ROUTE_FIELDS_CONFLICT, steps=(*steps, "files", "moreConfigMaps"), must=must)
            if isinstance(files.get("image"), dict):
                yield from _route(route, steps)
                yield from _image(files["image"], version, mounted, (*steps, "files", "image"))


def _route(route: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    """Check the route: its path is one in the container, too."""
    if route.get("match", "exact") != "prefix":
        must, remedy = "must be prefix where files of an image are served", "Set prefix, and let the path end with /."
        yield Problem(
            code=codes.FILE_OF_OTHER_MATCH,
            steps=(*steps, "match"),
            must=must,
            value=route.get("match", "exact"),
            remedy=remedy,
            proposed="prefix",
        )
    path = text(route, "path")
    if path != "/" and path.endswith("/") and not is_directory(path.removesuffix("/")):
        must = "must be of letters, digits, '.', '_' and '-' between slashes where files of an image are served"
        yield Problem(code=codes.IMAGE_ROUTE_REFUSED, steps=(*steps, "path"), must=must, value=path)


def _image(image: dict[Any, Any], version: str, mounted: str, steps: Steps) -> Iterator[Problem]:
    copied, path = image.get("initContainer"), text(image, "path")
    if copied is None:
        if is_kubernetes_version(version) and version < _SINCE:
            yield Problem(
                code=codes.FIELD_NEEDS_LATER_KUBERNETES,
                steps=steps,
                must=f"must have an initContainer with Kubernetes {version}: image volumes with folders are there from "
                f"{_SINCE} on",
                remedy="Set initContainer: {}, which copies the files, or a later kubernetesVersion.",
            )
        return
    if image.get("trustTimes") is True:
        must = "must be removed where the files are copied: their times are those of the copies"
        yield Problem(code=codes.ROUTE_FIELDS_CONFLICT, steps=(*steps, "trustTimes"), must=must)
    if not path:
        must = "must be set where the files are copied: the image's root has more than files"
        yield Problem(code=codes.IMAGE_FOLDER_REFUSED, steps=(*steps, "path"), must=must)
    elif f"{mounted}/".startswith(f"{path}/") or path.startswith(f"{mounted}/"):
        hold = "hold" if len(path) <= len(mounted) else "lie in"
        must = f"must not {hold} {mounted}, into which the files are copied"
        remedy = "Set another spec.sidecar.mountPaths.images."
        yield Problem(code=codes.IMAGE_FOLDER_REFUSED, steps=(*steps, "path"), must=must, value=path, remedy=remedy)
    container = mapping(copied, "container")
    sound = {field: value for field, value in container.items() if holds_mappings(value) and find_odd(value) is None}
    if sound:
        from krm_fn.function_config.container import Circumstances, check  # noqa: PLC0415 # few set any field

        yield from check.problems(sound, (*steps, "initContainer", "container"), Circumstances(version=version))
