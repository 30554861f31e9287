"""The line that tells what was written."""

from __future__ import annotations

from krm_fn.cli.files.config_map_placement import key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.cli.arguments import Arguments
    from krm_fn.cli.files.file_change import FileChange
    from krm_fn.cli.files.manifests import Manifests


def summary(changes: list[FileChange], manifests: Manifests, arguments: Arguments) -> str:
    """Return the line: how many files and ConfigMaps were concerned, and how."""
    if not changes:
        return "proxy-sidecar: nothing to change."
    made = {key_of(new.data) for new in manifests.new_items}
    gone = {key_of(item.data) for item in manifests.items.touched() if item.removed}
    counts = [
        ("changed", "change", "file", sum(None not in (change.old, change.new) for change in changes)),
        ("made", "make", "file", sum(change.old is None for change in changes)),
        ("deleted", "delete", "file", sum(change.new is None for change in changes)),
        ("added", "add", "ConfigMap", len(made - gone)),
        ("took out", "take out", "ConfigMap", len(gone - made)),
    ]
    done = [
        f"{would if arguments.diff else did} {count} {noun}{'' if count == 1 else 's'}"
        for did, would, noun, count in counts
        if count
    ]
    return f"proxy-sidecar: {'would ' if arguments.diff else ''}{', '.join(done)}."
