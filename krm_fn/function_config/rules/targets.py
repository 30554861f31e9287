"""What must hold between the fields that name objects: targets, and kinds of the user's own."""

from __future__ import annotations

from krm_fn.function_config.problem import ABSENT, Problem, entries, mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

_SELECTING = ("kind", "name", "labelSelector", "annotationSelector")


def target_problems(spec: dict[Any, Any]) -> Iterator[Problem]:
    """Check that there is a target, or something to take out, and that each target selects something."""
    several = entries(spec, "targets")
    given: list[tuple[Steps, Any]] = [(("spec", "targets", index), entry) for index, entry in enumerate(several)]
    if "target" in spec:
        given.append((("spec", "target"), spec["target"]))
    if spec.get("target") is None and not several and spec.get("remove") is not True:
        must = "must be a mapping" if "target" in spec else "must be set"
        remedy = 'For example target: {"kind": "Deployment", "name": "web"}.'
        yield Problem(steps=("spec", "target"), must=must, value=spec.get("target", ABSENT), remedy=remedy)
    elif spec.get("target") is not None and several:
        remedy = "Put it under targets, too."
        yield Problem(steps=("spec", "target"), must="must be left out where targets are set", remedy=remedy)
    for steps, target in given:
        if isinstance(target, dict) and not any(field in target for field in _SELECTING):
            must = f"must set {', '.join(_SELECTING[:-1])} or {_SELECTING[-1]}"
            remedy = 'For example kind: Deployment. To take all workloads, set kind: ".*".'
            yield Problem(steps=steps, must=must, value=target, remedy=remedy)


def own_kind_problems(spec: dict[Any, Any]) -> Iterator[Problem]:
    """Check that paths of the user's own kinds lead where they can be followed."""
    for index, kind in enumerate(entries(spec, "workloadKinds")):
        if "[]" in text(kind, "template"):
            steps: Steps = ("spec", "workloadKinds", index, "template")
            remedy = "A kind with several Pod templates cannot be a target."
            yield Problem(steps=steps, must="must lead into no list", value=text(kind, "template"), remedy=remedy)
    for index, kind in enumerate(entries(mapping(spec, "referrers"), "kinds")):
        service = text(kind, "service")
        for field in ("port", "namespace"):
            path = text(kind, field)
            if path and not _lists(path).startswith(_lists(service)):
                steps = ("spec", "referrers", "kinds", index, field)
                must = f"must stand in the same list entry as service ({service})"
                yield Problem(steps=steps, must=must, value=path, remedy=f"Start it with {_lists(service)}.")


def _lists(path: str) -> str:
    """Return the part of a path up to its last list."""
    return path[: path.rfind("[]") + 2] if "[]" in path else ""
