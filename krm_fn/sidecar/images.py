"""Static files of images: the volumes that hold them, where these are mounted, and the init containers that copy."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.record import Record
from krm_fn.result import Result
from krm_fn.workload.container import label_of, restricted, with_override
from krm_fn.yaml_text.paths import list_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.engines.engine import Engine
    from krm_fn.function_config.generated.values import FilesImage, InitContainer, Spec
    from krm_fn.result import ResourceRef

_COPY = ("cp", "-RLf")
"""Copies a folder with all that its links lead to, and again where a Pod is started again."""
_COPIER = "files"
"""What is behind the sidecar's name in the name of a container that copies."""
_CPU = "100m"
_USER = ("runAsUser", "runAsGroup", "runAsNonRoot")
"""The fields of a securityContext that say who runs a container."""
_WITHOUT_GATE = "1.35"
"""The first Kubernetes that has image volumes by default."""


class Copier(Record):
    """An init container that copies files, and where its settings are in the functionConfig."""

    container: dict[str, Any]
    override: dict[str, Any]
    """What the user set of it, by the sidecar too."""
    settings: InitContainer
    field: str


class Images(Record):
    """What the Pod gets for the files of images."""

    volumes: tuple[dict[str, Any], ...] = ()
    mounts: tuple[dict[str, Any], ...] = ()
    """Of the sidecar's container."""
    copiers: tuple[Copier, ...] = ()


class _Folder(Record):
    """A route to the files of an image."""

    path: str
    """The route's."""
    image: FilesImage
    root: str
    """The directory in the sidecar's container below which each file lies at its URL path."""
    field: str


def image_roots(spec: Spec, index: int) -> dict[str, str]:
    """Return the roots of a listener's routes to files of images, by the route's path."""
    start = f"spec.listeners[{index}]."
    return {folder.path: folder.root for folder in _folders(spec) if folder.field.startswith(start)}


def images_of(spec: Spec, sidecar: str, volume: str, engine: Engine) -> Images:
    """Return what the Pod gets, for the name of the sidecar's container, and that of the first volume.

    An image that is mounted for several routes is one volume, of several folders.
    """
    volumes: dict[Any, dict[str, Any]] = {}
    copiers: dict[str, Copier] = {}
    mounts = []
    for folder in _folders(spec):
        image, copied = folder.image, folder.image.init_container
        key = (image.reference, image.pull_policy, f"{image.path} {copied}" if copied else None)
        name = volumes[key]["name"] if key in volumes else _numbered(volume, len(volumes) + 1)
        where = folder.root + folder.path.rstrip("/")
        mount = {"name": name, "mountPath": where, "readOnly": True}
        if copied:
            volumes.setdefault(key, {"name": name, "emptyDir": {"sizeLimit": copied.size_limit}})
            if name not in copiers:
                number = len(copiers) + 1
                called = label_of(sidecar, _COPIER) if number == 1 else copiers_name(sidecar, str(number))
                copiers[name] = _copier(called, name, folder, spec, engine)
        else:
            policy = {"pullPolicy": image.pull_policy} if image.pull_policy else {}
            volumes.setdefault(key, {"name": name, "image": {"reference": image.reference, **policy}})
            mount |= {"subPath": image.path.lstrip("/")} if image.path else {}
        mounts.append(mount)
    return Images(volumes=tuple(volumes.values()), mounts=tuple(mounts), copiers=tuple(copiers.values()))


def gate_warnings(spec: Spec, ref: ResourceRef) -> Iterator[Result]:
    """Yield a warning for each image volume where the oldest cluster has these only with a feature gate."""
    version = spec.kubernetes_version or _WITHOUT_GATE
    for folder in _folders(spec):
        if version < _WITHOUT_GATE and not folder.image.init_container:
            message = (
                f"must have an initContainer with Kubernetes {version} where its feature gate ImageVolume is off, as "
                f"by default before {_WITHOUT_GATE}: the API server refuses the Pods there. Set initContainer: {{}}, "
                "which copies the files, or turn the gate on."
            )
            yield Result(code=codes.IMAGE_VOLUME_GATED, ref=ref, path=folder.field, message=message)


def copiers_name(sidecar: str, number: str) -> str:
    """Return the name of another container that copies than the first, for the name of the sidecar's container."""
    return label_of(label_of(sidecar, _COPIER), number)


def is_copier(container: dict[str, Any]) -> bool:
    """Return whether a container does what those that copy files do, whatever its image."""
    return list_at(container, ("command",))[: len(_COPY)] == [*_COPY] and container.get("restartPolicy") is None


def _folders(spec: Spec) -> Iterator[_Folder]:
    number = 0
    for index, listener in enumerate(spec.listeners):
        for position, route in enumerate(listener.routes):
            if route.files and route.files.image:
                number += 1
                yield _Folder(
                    path=route.path,
                    image=route.files.image,
                    root=f"{spec.sidecar.mount_paths.images}/{number}",
                    field=f"spec.listeners[{index}].routes[{position}].files.image",
                )


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else label_of(stem, str(number))


def _copier(name: str, volume: str, folder: _Folder, spec: Spec, engine: Engine) -> Copier:
    image, settings = folder.image, folder.image.init_container
    assert settings  # noqa: S101 # the caller has checked
    override = _with_user(settings.container, spec.sidecar.container)
    into = f"{spec.sidecar.mount_paths.images}/copied"
    resources: dict[str, Any] = {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}}
    if spec.sidecar.guaranteed:
        from krm_fn.workload.guaranteed import guaranteed  # noqa: PLC0415 # few Pods must be

        resources = guaranteed(resources, override, _CPU)
    defaults = {
        "name": name,
        "image": image.reference,
        **({"imagePullPolicy": image.pull_policy} if image.pull_policy else {}),
        "command": [*_COPY, f"{image.path}/.", into],
        "resources": resources,
        "securityContext": restricted(engine.user_id if engine.sets_user else None),
        "volumeMounts": [{"name": volume, "mountPath": into}],
    }
    container = with_override(defaults, override)
    return Copier(container=container, override=override, settings=settings, field=f"{folder.field}.initContainer")


def _with_user(override: dict[str, Any], sidecar: dict[str, Any]) -> dict[str, Any]:
    """Return what is set of a container that copies, with the user that is set of the sidecar's, or removed there."""
    field = "securityContext"
    given, own = sidecar.get(field, {}), override.get(field, {})
    followed = dict.fromkeys(_USER) if given is None else {name: given[name] for name in _USER if name in given}
    return {**override, field: {**followed, **own}} if followed and own is not None else override
