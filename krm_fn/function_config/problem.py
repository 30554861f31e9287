"""Problem: what a rule reports, and tolerant access to plain data, with which rules are written."""

from __future__ import annotations

from krm_fn.function_config.generated import values
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.result import Result, scalar
from krm_fn.yaml_text.paths import shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.codes import Code
    from krm_fn.result import ResourceRef

    Steps = tuple[str | int, ...]

ABSENT = object()
"""Stands for the value of a field that is not set."""
ALWAYS = ("spec",)
"""The FIELDS of a rule that holds for every document."""


class Problem(Record):
    """One thing wrong with a functionConfig."""

    code: Code
    steps: Steps
    """From the document to the field, in the user's spelling."""
    must: str
    """The requirement: starts with `must`, ends without a period."""
    value: Any = ABSENT
    """The value in the document; ABSENT where it is not shown, or there is none."""
    remedy: str = ""
    """A sentence that says what works."""
    proposed: str | int | bool | None = None
    """A value that works, where the remedy is a value."""

    @property
    def message(self) -> str:
        """The requirement, the value and the remedy."""
        got = "" if self.value is ABSENT else f", got {shown(self.value)}"
        return f"{self.must}{got}. {self.remedy}".rstrip()

    def result(self, ref: ResourceRef | None) -> Result:
        """Return what is said of it, in an object with this reference."""
        return Result(
            code=self.code,
            message=self.message,
            ref=ref,
            path=shown_path(self.steps),
            current_value=scalar(self.value),
            proposed_value=self.proposed,
        )


def mapping(data: Any, field: str) -> dict[Any, Any]:
    """Return the mapping in the field, or an empty one."""
    value = data.get(field) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def entries(data: Any, field: str) -> list[Any]:
    """Return the list in the field, or an empty one."""
    value = data.get(field) if isinstance(data, dict) else None
    return value if isinstance(value, list) else []


def text(data: Any, field: str) -> str:
    """Return the string in the field, or an empty one."""
    value = data.get(field) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


def name_of(document: Any) -> str:
    """Return the ProxySidecar's name, or an empty string."""
    return text(mapping(document, "metadata"), "name")


def engine_of(document: Any) -> str:
    """Return the engine's name, or an empty string where it is not a string."""
    engine = mapping(document, "spec").get("engine", values.Spec.engine)
    return engine if isinstance(engine, str) else ""


def listeners_of(document: Any) -> Iterator[tuple[Steps, dict[Any, Any]]]:
    """Yield the listeners that are mappings, and their paths."""
    for index, listener in enumerate(entries(mapping(document, "spec"), "listeners")):
        if isinstance(listener, dict):
            yield ("spec", "listeners", index), listener


def routes_of(listener: dict[Any, Any], steps: Steps) -> Iterator[tuple[Steps, dict[Any, Any]]]:
    """Yield the routes of a listener that are mappings, and their paths."""
    for index, route in enumerate(entries(listener, "routes")):
        if isinstance(route, dict):
            yield (*steps, "routes", index), route


def auths_of(listener: dict[Any, Any], steps: Steps) -> Iterator[tuple[Steps, dict[Any, Any]]]:
    """Yield what authenticates clients, the listener's own first, where it is a mapping, and the paths."""
    for place, holder in ((steps, listener), *routes_of(listener, steps)):
        if isinstance(holder.get("auth"), dict):
            yield (*place, "auth"), holder["auth"]
