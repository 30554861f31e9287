"""The ownership record as text: one line for each change, readable in a review, exact enough to undo it.

    created spec.template.metadata.annotations
    filled spec.template.spec.volumes was " []"
    added spec.template.spec.containers[name=web-proxy] as cgqdrsjb
    changed spec.ports[name=http].targetPort from 80 to proxy-http
    renamed spec.endpoints[0].targetPort from port

An entry of a list is named where its name is unique, so that it is found after others are added or removed. What was
added has a digest, by which an edit by hand is noticed; except what is under a key of our own.
"""

from __future__ import annotations

from krm_fn.ledger.annotations import OWN_DOMAIN, RECORD_PREFIX
from krm_fn.ledger.digest import digest
from krm_fn.resource_list.identity import annotations_of
from krm_fn.yaml_text.edit import Change
from krm_fn.yaml_text.paths import format_path, get
from krm_fn.yaml_text.scalars import is_plain_safe, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.yaml_text.node import Path

HOLDERS = ("created", "filled", "expanded")
"""The verbs of what was made only to hold entries, and is undone after them."""


def record_text(changes: list[Change], data: Any) -> str:
    """Return the record of changes that were made to a document, as it now is."""
    return "".join(_line(change, data) + "\n" for change in changes)


def has_added(data: Any, own_key: str, path: Path) -> bool:
    """Return whether the record of another ProxySidecar on an object says that it added a path."""
    start = f"added {format_path(path, data)} as "
    records = (str(value) for key, value in annotations_of(data).items() if is_record(key) and key != own_key)
    return any(line.startswith(start) for record in records for line in record.splitlines())


def is_record(key: str) -> bool:
    """Return whether an annotation is an ownership record."""
    return key.startswith(RECORD_PREFIX)


def holders_first(record: str) -> str:
    """Return a record with what was made to hold entries before these: its one form, whatever order they came in."""
    return "".join(sorted(record.splitlines(keepends=True), key=lambda line: line.partition(" ")[0] not in HOLDERS))


def _line(change: Change, data: Any) -> str:
    line = f"{change.verb} {format_path(change.path, data)}"
    if change.verb == "added" and OWN_DOMAIN not in str(change.path[-1]):
        return f"{line} as {digest(get(data, change.path))}"
    if change.verb == "changed":
        return f"{line} from {_word(change.old)} to {_word(change.new)}"
    if change.verb == "renamed":
        return f"{line} from {_word(change.old)}"
    return f"{line} was {_word(change.old)}" if change.verb in ("filled", "expanded") else line


def _word(text: str) -> str:
    plain = text and " " not in text and (is_plain_safe(text) or text.isdecimal())
    return text if plain else quoted(text)
