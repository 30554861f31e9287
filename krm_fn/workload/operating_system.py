"""The operating system that a Pod is for, where its spec names another than Linux."""

from __future__ import annotations

from krm_fn.yaml_text.paths import get, mapping_at, mappings_at, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.workload.workload import Workload
    from krm_fn.yaml_text.node import Path

LINUX = "linux"
_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")
_BUILD = "node.kubernetes.io/windows-build"
"""A label that only nodes with Windows have."""
_REQUIRED = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
_WINDOWS = ("securityContext", "windowsOptions")


def other_system(workload: Workload) -> tuple[str, str] | None:
    """Return the field that says that the Pod is for another system than Linux, and what it says; None where none does.

    | the first of these that names a system decides                | as                                     |
    |---------------------------------------------------------------|----------------------------------------|
    | os.name                                                       | the API server holds the fields to it  |
    | nodeSelector, the label of the system                         | no other node takes the Pod            |
    | the terms of the required nodeAffinity, where all name one    | likewise                               |
    | windowsOptions of the Pod or of a container                   | they have no meaning elsewhere         |
    """
    spec = workload.pod_spec
    for path, system in _named(spec):
        return None if system == LINUX else (shown_path((*workload.spec_path, *path)), system)
    return None


def _named(spec: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield each place that names a system, the strongest first."""
    name = get(spec, ("os", "name"))
    if isinstance(name, str) and name:
        yield ("os", "name"), name
    selector = mapping_at(spec, ("nodeSelector",))
    for label in _LABELS:
        if isinstance(selector.get(label), str):
            yield ("nodeSelector", label), selector[label]
    if _BUILD in selector:
        yield ("nodeSelector", _BUILD), "windows"
    terms = mappings_at(spec, _REQUIRED)
    systems = [system for term in terms for system in _of_term(term)[:1]]
    if terms and len(systems) == len(terms):
        yield _REQUIRED, LINUX if LINUX in systems else systems[0]
    if mapping_at(spec, _WINDOWS):
        yield _WINDOWS, "windows"
    for field in ("containers", "initContainers"):
        for index, container in enumerate(mappings_at(spec, (field,))):
            if mapping_at(container, _WINDOWS):
                yield (field, index, *_WINDOWS), "windows"


def _of_term(term: dict[str, Any]) -> list[str]:
    """Return the system of the nodes that a term selects: none where these may be of several, Linux where it may be."""
    for expression in mappings_at(term, ("matchExpressions",)):
        values = expression.get("values")
        if expression.get("key") in _LABELS and isinstance(values, list) and values:
            names = list(map(str, values))
            if expression.get("operator") == "In":
                return [LINUX if LINUX in names else names[0]]
            if expression.get("operator") == "NotIn" and LINUX in names:
                return [f"not {LINUX}"]
    return []
