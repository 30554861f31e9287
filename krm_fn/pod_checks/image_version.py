"""The version of the engine where an image that the user chose does not say it: the current one is assumed."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines import engine_named
from krm_fn.engines.engine import engine_version
from krm_fn.result import Result
from krm_fn.yaml_text.paths import list_at, names_in, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.pod_checks.addition import Addition


def problems(added: Addition) -> Iterator[Result]:
    """Yield a warning for an image whose name does not say which version of the engine it has, where none is set.

    The default image moves too, and is no reason: it stays within what the configuration is tested with.
    """
    sidecar, engine = added.containers[0], added.spec.engine
    image = str(sidecar.override.get("image") or "")
    if not image or engine_version(engine, image, added.spec.engine_version):
        return
    default = engine_named(engine).default_image
    if image in (default, f"docker.io/library/{default}"):
        return
    message = (
        f'must say which version of {engine} it has, by a tag of two numbers or more, got "{image}": the '
        f"configuration is written for the current {engine}. Use such a tag, or set spec.engineVersion."
    )
    if "image" in added.spec.sidecar.container:
        yield Result(code=codes.VERSION_ASSUMED, ref=added.ref, path=f"{sidecar.field}.image", message=message)
    else:
        field = "initContainers" if added.spec.sidecar.mode == "native" else "containers"
        index = names_in(list_at(added.workload.pod_spec, (field,))).index(sidecar.name)
        path = shown_path((*added.workload.spec_path, field, index, "image"))
        yield added.workload.item.result(codes.VERSION_ASSUMED, path, message, current=image)
