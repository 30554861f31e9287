"""Either `spec.target` or `spec.targets` is set, unless `spec.remove` is true.

A target sets kind, name, labelSelector or annotationSelector.

`spec.formerNames` does not contain the ProxySidecar's current name.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.problem import ABSENT, ALWAYS, Problem, entries, mapping, name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = ALWAYS
SELECTING = ("kind", "name", "labelSelector", "annotationSelector")
"""The fields of a target that select objects."""


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check that there is a target, or something to remove, and that each target selects something."""
    spec = mapping(document, "spec")
    several = entries(spec, "targets")
    given: list[tuple[Steps, Any]] = [(("spec", "targets", index), entry) for index, entry in enumerate(several)]
    if "target" in spec:
        given.append((("spec", "target"), spec["target"]))
    if spec.get("target") is None and not several and spec.get("remove") is not True:
        must = "must be a mapping" if "target" in spec else "must be set"
        remedy = 'For example target: {"kind": "Deployment", "name": "web"}.'
        yield Problem(
            code=codes.TARGET_MISSING,
            steps=("spec", "target"),
            must=must,
            value=spec.get("target", ABSENT),
            remedy=remedy,
        )
    elif spec.get("target") is not None and several:
        remedy = "Move it to targets."
        yield Problem(
            code=codes.TARGET_AND_TARGETS,
            steps=("spec", "target"),
            must="must be removed where targets are set",
            remedy=remedy,
        )
    for steps, target in given:
        if isinstance(target, dict) and not any(field in target for field in SELECTING):
            must = f"must set {', '.join(SELECTING[:-1])} or {SELECTING[-1]}"
            remedy = 'For example kind: Deployment. To select all workloads, set kind: ".*".'
            yield Problem(code=codes.TARGET_SELECTS_NOTHING, steps=steps, must=must, value=target, remedy=remedy)
    for index, name in enumerate(entries(spec, "formerNames")):
        if name == name_of(document):
            steps = ("spec", "formerNames", index)
            yield Problem(
                code=codes.FORMER_NAME_CURRENT,
                steps=steps,
                must="must differ from metadata.name",
                value=name,
                remedy="Remove it.",
            )
