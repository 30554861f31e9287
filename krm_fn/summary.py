"""The line that tells a reader of a build's output what a run did."""

from __future__ import annotations

from krm_fn.resource_list.identity import name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.resource_list.items import Resources
    from krm_fn.result import Result

_MOST = 8
"""Objects that are named; the others are counted."""


def summary(resources: Resources, results: list[Result]) -> str:
    """Return the line: which objects were changed, added and taken out, and how many warnings there are."""
    touched = resources.items.touched()
    done = [
        ("changed", [item.data for item in touched if not item.removed and item.output != item.original]),
        ("added", [new.data for new in resources.new_items]),
        ("took out", [item.data for item in touched if item.removed]),
    ]
    told = [f"{what} {_named(objects)}" for what, objects in done if objects] or ["nothing to change"]
    warnings = sum(result.severity == "warning" for result in results)
    if warnings:
        told.append(f"{warnings} warning{'' if warnings == 1 else 's'}")
    return "; ".join(told) + "."


def _named(objects: list[dict[str, Any]]) -> str:
    names = [f"{data.get('kind')}/{name_of(data)}" for data in objects]
    return ", ".join(names[:_MOST]) + (f" and {len(names) - _MOST} more" if len(names) > _MOST else "")
