"""Mounts: what may not be together, within one mount and between mounts and devices."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.problem import Problem, entries, mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.container import Circumstances
    from krm_fn.function_config.problem import Steps


def propagation(container: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require a privileged container for a mount in which the node is to see others."""
    if mapping(container, "securityContext").get("privileged") is True:
        return
    for index, mount in enumerate(entries(container, "volumeMounts")):
        if text(mount, "mountPropagation") == "Bidirectional":
            yield Problem(
                code=codes.CONTAINER_FIELDS_CONFLICT,
                steps=(*steps, "volumeMounts", index, "mountPropagation"),
                must="must not be Bidirectional in a container that is not privileged",
                remedy="Use HostToContainer, or set securityContext.privileged: true.",
                proposed="HostToContainer",
            )


def recursive(mount: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require that a mount which is read-only with all in it is read-only, and that no other mounts reach it."""
    chosen = text(mount, "recursiveReadOnly")
    if not chosen:
        return
    if mount.get("readOnly") is not True:
        must, remedy = "must be removed where readOnly is not true", "Set readOnly: true, or remove the field."
    elif chosen != "Disabled" and text(mount, "mountPropagation") not in ("", "None"):
        must, remedy = "must be Disabled with this mountPropagation", "Remove mountPropagation, or this field."
    else:
        return
    yield Problem(
        code=codes.CONTAINER_FIELDS_CONFLICT,
        steps=(*steps, "recursiveReadOnly"),
        must=must,
        value=chosen,
        remedy=remedy,
    )


def devices(container: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require that a volume is mounted or is a device, each with a path of its own."""
    for field, key in (("name", "name"), ("devicePath", "mountPath")):
        mounted = {text(mount, key) for mount in entries(container, "volumeMounts")} - {""}
        for index, device in enumerate(entries(container, "volumeDevices")):
            if text(device, field) in mounted:
                yield Problem(
                    code=codes.CONTAINER_FIELDS_CONFLICT,
                    steps=(*steps, "volumeDevices", index, field),
                    must=f"must not be the {key} of a volumeMount",
                    value=text(device, field),
                    remedy="Remove one of the two, or set another.",
                )


RULES = {"Container": (propagation, devices), "VolumeMount": (recursive,)}
WHOLE_RULES: dict[str, tuple[()]] = {}
