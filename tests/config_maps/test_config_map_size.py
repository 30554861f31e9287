"""Large ConfigMaps, made here: as golden files they would be a megabyte each."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from krm_fn.config_maps.config_map import SIZE_LIMIT
from krm_fn.function import process
from krm_fn.ledger.annotation_size import LIMIT, applied_size
from krm_fn.summary import Outcome
from tests.manifests import load

SMALLEST = Path(__file__).parent.parent / "examples" / "smallest-functionconfig" / "input.yaml"
KEY = "a.txt"


def served(field: str, size: int) -> Outcome:
    """Run the function with a generated ConfigMap whose key and value have this size in bytes."""
    content = "a" * (size - len(KEY))
    value = content if field == "data" else base64.b64encode(content.encode()).decode()
    files = f"    files: [{{name: web-files, {field}: {{{KEY}: {value}}}}}]\n"
    routes = f"    listeners: [{{routes: [{{path: /{KEY}, files: {{configMap: web-files}}}}]}}]\n"
    return process(SMALLEST.read_bytes() + files.encode() + routes.encode())


@pytest.mark.parametrize(("field", "size"), [("data", 100), ("data", LIMIT - 700), ("binaryData", 196_000)])
def test_size_that_every_way_to_apply_takes(field: str, size: int) -> None:
    outcome = served(field, size)
    assert (outcome.exit_code, outcome.lines) == (0, ())


@pytest.mark.parametrize(
    ("field", "size"),
    [("data", LIMIT - 300), ("data", SIZE_LIMIT), ("binaryData", 196_700), ("binaryData", SIZE_LIMIT)],
)
def test_size_that_a_client_side_apply_cannot_hold(field: str, size: int) -> None:
    outcome = served(field, size)
    assert outcome.exit_code == 0
    (applied,) = (applied_size(item) for item in _items(outcome) if item["metadata"]["name"] == "web-files")
    assert applied > LIMIT
    assert outcome.lines == (
        "[warning] PS404 krm-fn.dev/v1alpha1/ProxySidecar/proxy spec.files[0].name: ConfigMap web-files must fit into "
        f"the {LIMIT} bytes of annotations that kubectl apply writes, got {applied}. Use kubectl apply "
        "--server-side --force-conflicts. If it was applied without before, use kubectl replace once first.",
    )
    assert b"name: web-files" in outcome.stdout


@pytest.mark.parametrize("field", ["data", "binaryData"])
def test_size_that_the_api_server_refuses(field: str) -> None:
    outcome = served(field, SIZE_LIMIT + 1)
    assert outcome.exit_code == 1
    assert outcome.lines == (
        "[error] PS403 krm-fn.dev/v1alpha1/ProxySidecar/proxy spec.files[0].name: "
        f"ConfigMap web-files must hold at most {SIZE_LIMIT} bytes, got {SIZE_LIMIT + 1}. Split it into several.",
    )
    assert outcome.stdout.startswith(SMALLEST.read_bytes())


@pytest.mark.parametrize("text", ['\\n\\"', "<", ">&"])
def test_what_json_escapes_counts_for_what_apply_records(text: str) -> None:
    content = text * (LIMIT // 2 // (len(text) if text[0] != "\\" else len(text) // 2))
    files = f'    files: [{{name: web-files, data: {{{KEY}: "{content}"}}}}]\n'
    assert " PS404 " in process(SMALLEST.read_bytes() + files.encode()).lines[0]


def _items(outcome: Outcome) -> list[Any]:
    return list(load(outcome.stdout.decode())["items"])


@pytest.mark.parametrize("text", ["é" * 1000, "\U0001f600" * 500])
def test_size_is_counted_in_bytes(text: str) -> None:
    size = len(KEY) + len(text.encode())
    padding = "a" * (SIZE_LIMIT + 1 - size)
    files = f'    files: [{{name: web-files, data: {{{KEY}: "{text}{padding}"}}}}]\n'
    outcome = process(SMALLEST.read_bytes() + files.encode())
    assert f"got {SIZE_LIMIT + 1}." in outcome.lines[0]
