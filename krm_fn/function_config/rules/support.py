"""What an engine does not support is refused, by field: see [Engines](#engines).

No field needs a later version than `spec.kubernetesVersion`: `sidecar.mode: native` needs 1.29.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.formats.kubernetes import is_kubernetes_version
from krm_fn.function_config.generated import values
from krm_fn.function_config.generated.engine_facts import UNSUPPORTED
from krm_fn.function_config.problem import Problem, engine_of, mapping, text
from krm_fn.yaml_text.paths import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

FIELDS = (
    "spec.kubernetesVersion",
    *UNSUPPORTED[values.Spec.engine],
    *(f"spec.engine: {engine}" for engine in UNSUPPORTED if engine != values.Spec.engine),
)
_CONTAINERS = ("spec.sidecar.container", "spec.companions.metrics.exporter.container")
_NATIVE = "1.29"
_SINCE = {
    **{f"{probe}Probe.grpc": "1.24" for probe in ("liveness", "readiness", "startup")},
    **{f"{probe}Probe.terminationGracePeriodSeconds": "1.25" for probe in ("liveness", "startup")},
    **{f"lifecycle.{hook}.sleep": "1.30" for hook in ("preStop", "postStart")},
    "lifecycle.stopSignal": "1.33",
    "securityContext.windowsOptions.hostProcess": "1.23",
    "securityContext.appArmorProfile": "1.30",
    "volumeMounts[].recursiveReadOnly": "1.31",
    "resizePolicy": "1.33",
}
"""The first version that has a container's field without a feature gate."""


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Yield the fields that the engine, or the version of Kubernetes, does not support."""
    yield from _by_engine(document)
    yield from _by_version(document)


def _by_engine(document: dict[Any, Any]) -> Iterator[Problem]:
    engine = engine_of(document)
    for field, why in UNSUPPORTED.get(engine, {}).items():
        other = next(
            (f"Set engine: {name}, or remove" for name in UNSUPPORTED if field not in UNSUPPORTED[name]), "Remove"
        )
        for steps, value in find(document, field):
            if value is not None:
                must = f"must be removed with engine {engine}: {why}"
                yield Problem(code=codes.FIELD_UNSUPPORTED, steps=steps, must=must, remedy=f"{other} the field.")


def _by_version(document: dict[Any, Any]) -> Iterator[Problem]:
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
