"""No field needs a later version than `spec.kubernetesVersion`: `sidecar.mode: native` needs 1.29."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.formats.kubernetes import is_kubernetes_version
from krm_fn.function_config.problem import Problem, mapping, text
from krm_fn.yaml_text.paths import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

FIELDS = ("spec.kubernetesVersion",)
_CONTAINERS = ("spec.sidecar.container", "spec.companions.metrics.exporter.container")
_NATIVE = "1.29"
_SINCE = {
    **{f"{probe}Probe.grpc": "1.24" for probe in ("liveness", "readiness", "startup")},
    **{f"lifecycle.{hook}.sleep": "1.30" for hook in ("preStop", "postStart")},
    "securityContext.appArmorProfile": "1.30",
    "volumeMounts[].recursiveReadOnly": "1.31",
    "resizePolicy": "1.33",
}
"""The first version that has a container's field without a feature gate."""


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check what is set against the version."""
    spec = mapping(document, "spec")
    version = text(spec, "kubernetesVersion")
    if not is_kubernetes_version(version):
        return
    mode = text(mapping(spec, "sidecar"), "mode")
    if mode == "native" and version < _NATIVE:
        yield Problem(
            code=codes.FIELD_NEEDS_LATER_KUBERNETES,
            steps=("spec", "sidecar", "mode"),
            must=f"must be classic with Kubernetes {version}: init containers keep running from {_NATIVE} on",
            value=mode,
            remedy="Set classic, or a later kubernetesVersion.",
            proposed="classic",
        )
    for place in _CONTAINERS:
        for field, since in _SINCE.items():
            for steps, value in find(document, f"{place}.{field}"):
                if value is not None and version < since:
                    must = f"must be removed with Kubernetes {version}: it is there from {since} on"
                    remedy = "Remove the field, or set a later kubernetesVersion."
                    yield Problem(code=codes.FIELD_NEEDS_LATER_KUBERNETES, steps=steps, must=must, remedy=remedy)
