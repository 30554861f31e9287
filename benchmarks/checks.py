"""Check that the contestants do what they are measured for; a CannotRun tells what they do instead."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

import yaml

from benchmarks.inputs import HEAD, TAIL
from benchmarks.measure import CannotRun

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.inputs import Scenario

OURS = "krm-fn.dev/"
"""In the names of the annotations by which the function knows and undoes its changes: no hand writes those."""


def check_large_output(scenario: Scenario, large: Path, output: Path, alone: bytes) -> None:
    """Check that the scenario became the same among many items as alone, and all else left as the bytes that came."""
    before, between, _ = scenario.split(large.read_bytes())
    starts = [match.start() for match in re.finditer(rb"^- ", alone, re.MULTILINE)]
    tail = alone.index(b"\n" + TAIL.encode()) + 1
    first_new = starts[len(scenario.manifests)]
    changed, new = alone[len(HEAD) : first_new], alone[first_new:tail]
    if output.read_bytes() != b"".join([before, changed, between, new, alone[tail:]]):
        msg = f"{large.name}: what comes out must differ only in the scenario's items, as it does for them alone"
        raise CannotRun(msg)


def check_same_change(alone: bytes, built: bytes) -> None:
    """Check the function's list against what kustomize built; the message shows the difference."""
    ours = _text(yaml.load(alone, yaml.CSafeLoader)["items"])
    by_hand = _text(list(yaml.load_all(built, yaml.CSafeLoader)))
    if ours != by_hand:
        lines = difflib.unified_diff(by_hand.splitlines(), ours.splitlines(), "by hand", "the function", lineterm="")
        msg = "benchmarks/by_hand must make the function's change, got:\n" + "\n".join(lines)
        raise CannotRun(msg)


def _text(objects: list[dict[str, Any]]) -> str:
    meaning = [_without_marks(item) for item in objects]
    meaning.sort(key=lambda item: (item["kind"], item["metadata"]["name"]))
    text: str = yaml.safe_dump([_in_order(item) for item in meaning])
    return text


def _without_marks(value: Any) -> Any:
    """Return the value without annotations and labels of ours, and without what is empty then."""
    if isinstance(value, list):
        return [_without_marks(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    kept = {key: entry for key, entry in value.items() if OURS not in key and key != "app.kubernetes.io/managed-by"}
    result = {key: _without_marks(entry) for key, entry in kept.items()}
    return {key: entry for key, entry in result.items() if key != "annotations" or entry}


def _in_order(value: Any) -> Any:
    """Return the value with named entries in the order of their names: kustomize puts new ones first."""
    if isinstance(value, list):
        entries = [_in_order(entry) for entry in value]
        named = all(isinstance(entry, dict) and "name" in entry for entry in entries)
        return sorted(entries, key=lambda entry: entry["name"]) if named else entries
    return {key: _in_order(entry) for key, entry in value.items()} if isinstance(value, dict) else value
