"""go-yaml's reading, by way of kubectl kustomize: what the function made means the same to it as to us."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from krm_fn.function import process
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.yaml_text.data import first_difference
from krm_fn.yaml_text.read import YamlError
from tests.fuzz.laws import Broken
from tests.fuzz.seeds import block_text
from tests.laws.items import as_json
from tests.manifests import load_quickly

if TYPE_CHECKING:
    from collections.abc import Iterable

    from krm_fn.resource_list.item import Item

KUBECTL = ("kubectl", "kustomize", "--load-restrictor", "LoadRestrictionsNone")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,200}")
_TEXT_OF_LISTS = re.compile(
    r"kind: [\"']?\w*List\b|[&*!%\t\r\x85\u2028\u2029\ufeff]|---|\.\.\.|#|\{[^:{}]*[^:{}\s][^:{}]*\}|\d{4}-\d\d?-\d"
)
"""What kustomize handles in a way of its own, or where go-yaml is known to read another thing than YAML says."""


def go_yaml_agrees(inputs: Iterable[bytes]) -> int:
    """Check what comes of several inputs in one run of kustomize; return how many changed objects it read."""
    pairs: dict[tuple[str, ...], tuple[str, str, Any, Any]] = {}
    for stdin in inputs:
        for old, new in _changed(stdin):
            texts = block_text(old.text), block_text(new.text)
            data = new.readable_data
            if texts[0] and texts[1] and _is_buildable(data) and not _TEXT_OF_LISTS.search(texts[0]):
                pairs.setdefault(_identity(data), (texts[0], texts[1], data, old.readable_data))
    return _compare(list(pairs.values()))


def _changed(stdin: bytes) -> list[tuple[Item, Item]]:
    outcome = process(stdin)
    if outcome.exit_code:
        return []
    try:
        before, after = list(ResourceList(stdin).items), list(ResourceList(outcome.stdout).items)
    except YamlError:
        return []
    pairs = zip(before, after, strict=False)
    return [
        (old, new)
        for old, new in pairs
        if old.original != new.original and _identity(old.readable_data) == _identity(new.readable_data)
    ]


def _identity(data: dict[str, Any]) -> tuple[str, ...]:
    metadata = data.get("metadata")
    namespace, name = (metadata.get("namespace"), metadata.get("name")) if isinstance(metadata, dict) else (None, None)
    return tuple(map(str, (data.get("apiVersion"), data.get("kind"), namespace or "default", name)))


def _is_buildable(data: dict[str, Any]) -> bool:
    metadata = data.get("metadata")
    named = [data.get("apiVersion"), data.get("kind"), metadata.get("name") if isinstance(metadata, dict) else None]
    return all(isinstance(each, str) for each in named) and bool(_NAME.fullmatch(str(named[2])))


def _compare(pairs: list[tuple[str, str, Any, Any]]) -> int:
    """Compare what it makes of our texts and of our reading of them, as JSON, which nobody reads otherwise.

    All is read at once; where something cannot be read, each half alone.
    """
    if not pairs:
        return 0
    built, meant = _built([new for _, new, _, _ in pairs]), _built([as_json(data) for _, _, data, _ in pairs])
    if built is not None and meant is not None:
        for old, new, data, came in pairs:
            identity = _identity(data)
            if not _mean_the_same(built.get(identity), meant.get(identity)) and _reads_alike(old, came):
                place = first_difference(built.get(identity), meant.get(identity))
                raise Broken(f"go-yaml reads another {data['kind']}\n{place}\n{new}")
        return len(pairs)
    if len(pairs) > 1:
        return _compare(pairs[: len(pairs) // 2]) + _compare(pairs[len(pairs) // 2 :])
    if built is None and meant is not None and _built([pairs[0][0]]) is not None:
        raise Broken(f"go-yaml does not read a changed {pairs[0][2]['kind']}, and reads what came:\n{pairs[0][1]}")
    return 0


def _reads_alike(text: str, data: Any) -> bool:
    """Return whether go-yaml reads what came as we do: not, for example, some folded lines that it writes anew."""
    built, meant = _built([text]), _built([as_json(data)])
    return built is not None and meant is not None and _mean_the_same(built, meant)


def _built(texts: list[str]) -> dict[tuple[str, ...], Any] | None:
    """Return what kustomize builds of documents, by their identities; None where it cannot."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        for index, text in enumerate(texts):
            Path(place, f"{index}.yaml").write_text(text + "\n", newline="")
        resources = "".join(f"- {index}.yaml\n" for index in range(len(texts)))
        Path(place, "kustomization.yaml").write_text(f"resources:\n{resources}")
        run = subprocess.run([*KUBECTL, place], capture_output=True, check=False, text=True, timeout=120)
    if run.returncode:
        return None
    documents = [_loaded(text) for text in re.split(r"^---\n", run.stdout, flags=re.MULTILINE) if text.strip()]
    return {_identity(data): data for data in documents}


def _loaded(text: str) -> dict[str, Any]:
    """Return the data of an object, none of one with a key that only go-yaml takes, such as <<."""
    try:
        data: dict[str, Any] = load_quickly(text)
    except (yaml.YAMLError, ValueError):
        return {}
    return data


def _mean_the_same(one: Any, other: Any) -> bool:
    """Tell whether what go-yaml read is what we read: of our reading, numbers with a fraction or exponent are texts."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_mean_the_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_mean_the_same, one, other))
    return one == other or (isinstance(one, int | float) and isinstance(other, str) and _as_number(other) == one)


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
