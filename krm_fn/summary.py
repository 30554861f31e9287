"""What a run returns: the Outcome, the lines that it reports on stderr, and the last line, which sums it up."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import MANY, listed
from krm_fn.record import Record
from krm_fn.resource_list.identity import title_of
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from krm_fn.resource_list.resource_list import Buffer, Resources


class ObjectSummary(Record):
    """What a run did to the objects of a ResourceList."""

    changed: tuple[str, ...] = ()
    """Such as Deployment/web."""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    warnings: int = 0

    def line(self, name: str) -> str:
        """Return the line, which names the function: several of them may write to one host's stderr."""
        objects = [("changed", self.changed), ("added", self.added), ("removed", self.removed)]
        parts = [f"{did} {listed(names, MANY)}" for did, names in objects if names] or ["nothing to change"]
        if self.warnings:
            parts.append(_counted(self.warnings, "warning"))
        return Result(code=codes.SUMMARY, message="; ".join(parts) + ".").line(name)


class FileSummary(Record):
    """How many files and ConfigMaps a run changed, or would change."""

    is_done: bool
    """Whether it did; else it only shows what it would do."""
    changed: int = 0
    created: int = 0
    deleted: int = 0
    config_maps_added: int = 0
    config_maps_removed: int = 0

    def line(self, _name: str) -> str:
        """Return the line, which names the program: that is what the reader has called."""
        counts = [
            ("changed", "change", "file", self.changed),
            ("made", "make", "file", self.created),
            ("deleted", "delete", "file", self.deleted),
            ("added", "add", "ConfigMap", self.config_maps_added),
            ("removed", "remove", "ConfigMap", self.config_maps_removed),
        ]
        parts = [f"{did if self.is_done else do} {_counted(count, noun)}" for did, do, noun, count in counts if count]
        would = "" if self.is_done else "would "
        return f"proxy-sidecar: {would}{', '.join(parts)}." if parts else "proxy-sidecar: nothing to change."


class Outcome(Record):
    """What a run returns. On failure a ResourceList holds the items as they came."""

    exit_code: int
    parts: Sequence[Buffer] = ()
    """What goes to stdout. What is untouched is not copied there."""
    results: tuple[Result, ...] = ()
    name: str = ""
    """The ProxySidecar's; empty where it is not known, and where there may be several."""
    summary: ObjectSummary | FileSummary | None = None
    """What was done; None on failure."""

    @property
    def stdout(self) -> bytes:
        """The parts as one."""
        return b"".join(self.parts)

    @property
    def lines(self) -> tuple[str, ...]:
        """One for each error and warning, for stderr: kustomize shows nothing else."""
        return tuple(result.line(self.name) for result in self.results if result.severity != "info")

    @property
    def closing_line(self) -> str:
        """The last line for stderr, once all is written; empty on failure."""
        return self.summary.line(self.name) if self.summary else ""


def object_summary(resources: Resources, results: Sequence[Result]) -> ObjectSummary:
    """Return which of the objects are changed, added and removed, and how many of the results are warnings."""
    touched = resources.items.touched()
    return ObjectSummary(
        changed=_names([item.data for item in touched if not item.removed and item.is_changed]),
        added=_names([new.data for new in resources.new_items]),
        removed=_names([item.data for item in touched if item.removed]),
        warnings=sum(result.severity == "warning" for result in results),
    )


def _names(objects: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(f"{data.get('kind')}/{title_of(data)}" for data in objects)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
