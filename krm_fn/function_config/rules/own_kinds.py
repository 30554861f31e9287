"""The path in a workload kind's `template` passes no list.

A referrer's port and namespace are in the same list entries as its service.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.problem import Problem, entries, mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.workloadKinds", "spec.referrers.kinds")


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check that paths of the user's own kinds can be followed."""
    spec = mapping(document, "spec")
    for index, kind in enumerate(entries(spec, "workloadKinds")):
        if "[]" in text(kind, "template"):
            steps: Steps = ("spec", "workloadKinds", index, "template")
            remedy = "A kind with several Pod templates cannot be a target."
            yield Problem(
                code=codes.TEMPLATE_IN_LIST,
                steps=steps,
                must="must have no list in it",
                value=text(kind, "template"),
                remedy=remedy,
            )
    for index, kind in enumerate(entries(mapping(spec, "referrers"), "kinds")):
        service = text(kind, "service")
        for field in ("port", "namespace"):
            path = text(kind, field)
            if path and not _lists(path).startswith(_lists(service)):
                steps = ("spec", "referrers", "kinds", index, field)
                must = f"must be in the same list entry as service ({service})"
                yield Problem(
                    code=codes.REFERRER_PATHS_APART,
                    steps=steps,
                    must=must,
                    value=path,
                    remedy=f"Start it with {_lists(service)}.",
                )


def _lists(path: str) -> str:
    """Return the part of a path up to its last list."""
    return path[: path.rfind("[]") + 2] if "[]" in path else ""
