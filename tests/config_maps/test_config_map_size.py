"""Large ConfigMaps, made here: as golden files they would be a megabyte each."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from krm_fn.config_maps.config_map import APPLY_LIMIT, SIZE_LIMIT
from krm_fn.function import process
from krm_fn.summary import Outcome

SMALLEST = Path(__file__).parent.parent / "examples" / "smallest-functionconfig" / "input.yaml"
KEY = "a.txt"


def served(field: str, size: int) -> Outcome:
    """Run the function with a generated ConfigMap whose key and value have this size in bytes."""
    content = "a" * (size - len(KEY))
    value = content if field == "data" else base64.b64encode(content.encode()).decode()
    files = f"    files: [{{name: web-files, {field}: {{{KEY}: {value}}}}}]\n"
    routes = f"    listeners: [{{routes: [{{path: /{KEY}, files: {{configMap: web-files}}}}]}}]\n"
    return process(SMALLEST.read_bytes() + files.encode() + routes.encode())


@pytest.mark.parametrize(("field", "size"), [("data", 100), ("data", APPLY_LIMIT), ("binaryData", 196_600)])
def test_size_that_every_way_to_apply_takes(field: str, size: int) -> None:
    outcome = served(field, size)
    assert (outcome.exit_code, outcome.lines) == (0, ())


@pytest.mark.parametrize(
    ("field", "size", "applied"),
    [
        ("data", APPLY_LIMIT + 1, APPLY_LIMIT + 1),
        ("data", SIZE_LIMIT, SIZE_LIMIT),
        ("binaryData", 196_700, 262_265),
        ("binaryData", SIZE_LIMIT, 1_398_101),
    ],
)
def test_size_that_a_client_side_apply_cannot_hold(field: str, size: int, applied: int) -> None:
    outcome = served(field, size)
    assert outcome.exit_code == 0
    assert outcome.lines == (
        "[warning] PS404 krm-fn.dev/v1alpha1/ProxySidecar/proxy spec.files[0].name: ConfigMap web-files must fit into "
        f"the {APPLY_LIMIT} bytes of annotations that kubectl apply writes, got {applied}. Use kubectl apply "
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


def test_line_breaks_and_quotes_take_two_bytes_when_applied() -> None:
    text = '\\n\\"' * (APPLY_LIMIT // 4)
    files = f'    files: [{{name: web-files, data: {{{KEY}: "{text}"}}}}]\n'
    assert f"got {APPLY_LIMIT + len(KEY)}." in process(SMALLEST.read_bytes() + files.encode()).lines[0]


@pytest.mark.parametrize("text", ["é" * 1000, "\U0001f600" * 500])
def test_size_is_counted_in_bytes(text: str) -> None:
    size = len(KEY) + len(text.encode())
    padding = "a" * (SIZE_LIMIT + 1 - size)
    files = f'    files: [{{name: web-files, data: {{{KEY}: "{text}{padding}"}}}}]\n'
    outcome = process(SMALLEST.read_bytes() + files.encode())
    assert f"got {SIZE_LIMIT + 1}." in outcome.lines[0]
