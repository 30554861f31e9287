"""What an engine does not support is refused, by field: see [Engines](#engines).

No text, and no list that is sent as one, is longer than the engine reads at once: see [Engines](#engines).

No field needs a later version than `spec.kubernetesVersion`: `sidecar.mode: native` needs 1.29.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.formats.kubernetes import is_kubernetes_version
from krm_fn.function_config.generated import values
from krm_fn.function_config.generated.engine_facts import LENGTHS, LONGEST_TEXT, UNSUPPORTED
from krm_fn.function_config.problem import Problem, engine_of, entries, listeners_of, mapping, routes_of, text
from krm_fn.yaml_text.paths import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = (
    *("spec.kubernetesVersion", "spec.headers"),
    *(f"spec.listeners[].routes[].{field}" for field in ("redirect", "respond", "cors", "substitution", "headers")),
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
    """Yield what the engine, or the version of Kubernetes, does not support."""
    yield from _by_engine(document)
    yield from _by_length(document)
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


def _by_length(document: dict[Any, Any]) -> Iterator[Problem]:
    engine = engine_of(document)
    longest, lengths = LONGEST_TEXT.get(engine), LENGTHS.get(engine, {})
    if longest is None:
        return
    for steps, value in _texts(document):
        size = _size(value, lengths)
        if size > longest:
            counts = ", ".join(f"{char} counts as {length}" for char, length in lengths.items() if char in value)
            must = f"must be at most {longest} bytes with engine {engine}, and is {size}{counts and f': {counts}'}"
            yield Problem(code=codes.TEXT_TOO_LONG, steps=steps, must=must, remedy="Shorten it.")
    for steps, names in _lists(document):
        size = len(", ".join(map(str, names)).encode(errors="replace"))
        if size > longest:
            must = f"must be names of at most {longest} bytes together with engine {engine}, and is {size}"
            yield Problem(code=codes.TEXT_TOO_LONG, steps=steps, must=must, remedy="Name fewer.")


def _size(value: str, lengths: dict[str, int]) -> int:
    more = sum((length - 1) * value.count(char) for char, length in lengths.items())
    return len(value.encode(errors="replace")) + more


def _texts(document: dict[Any, Any]) -> Iterator[tuple[Steps, str]]:
    """Yield the texts that may be longer than an engine reads at once."""
    yield from _values(mapping(mapping(document, "spec"), "headers"), ("spec", "headers"))
    for place, listener in listeners_of(document):
        for steps, route in routes_of(listener, place):
            yield from _values(mapping(route, "headers"), (*steps, "headers"))
            yield (*steps, "redirect", "to"), text(mapping(route, "redirect"), "to")
            body = text(mapping(route, "respond"), "body")
            yield (*steps, "respond", "body"), body.replace("\n", "\\").replace("\t", "\\")  # two characters each
            for old, new in mapping(mapping(route, "substitution"), "texts").items():
                if isinstance(new, str):
                    yield (*steps, "substitution", "texts", old), new


def _values(headers: dict[Any, Any], steps: Steps) -> Iterator[tuple[Steps, str]]:
    for direction in ("request", "response"):
        changes = mapping(headers, direction)
        for field in ("set", "default", "add"):
            for name, value in mapping(changes, field).items():
                if isinstance(value, str):
                    yield (*steps, direction, field, name), value


def _lists(document: dict[Any, Any]) -> Iterator[tuple[Steps, list[Any]]]:
    """Yield the lists of names that are sent as one text."""
    for place, listener in listeners_of(document):
        for steps, route in routes_of(listener, place):
            for field in ("methods", "headers", "expose"):
                yield (*steps, "cors", field), entries(mapping(route, "cors"), field)


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
