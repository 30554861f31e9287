"""What the function makes of input that is no ResourceList, or an unusual one."""

from __future__ import annotations

import re
import time

import pytest

from krm_fn.function import EMPTY_LIST, process
from tests.resource_list.layouts import HEAD
from tests.yaml_text.test_data import BOMB

TARGET = """\
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: web
  spec:
    template:
      metadata:
        labels:
          app: web
      spec:
        containers:
        - name: app
          ports:
          - containerPort: 80
"""
CONFIG = """\
functionConfig:
  apiVersion: krm-fn.dev/v1alpha1
  kind: ProxySidecar
  metadata:
    name: proxy
  spec:
    target:
      kind: Deployment
      name: web
"""
BOMB_ITEM = "- apiVersion: v1\n" + "".join(f"  {line}\n" for line in BOMB.splitlines())
BOMB_IN_TARGET = TARGET + BOMB_ITEM.removeprefix("- apiVersion: v1\n")


@pytest.mark.parametrize(
    ("stdin", "problem"),
    [
        (b"", "stdin must hold a YAML document, got nothing"),
        (b"null\n", "stdin must be a mapping"),
        (b"\xff\n", r"stdin must be UTF-8 \(line 1\)"),
        (b"\xef\xbb\xbfa: 1\n\n\xff\n", r"stdin must be UTF-8 \(line 3\)"),
        (b"a: \x00\n", "stdin must be YAML: unacceptable character #x0000"),
        (b"a: b: c\n", r"stdin must be YAML: mapping values are not allowed in this context \(line 1\)"),
        (b"a: 1\n---\na: 1\n", "stdin must hold one YAML document, got several"),
        (b"a: 1\n", "got no kind of no apiVersion"),
        ((HEAD + "items: {}\n").encode(), "stdin must have a list under items"),
        ((HEAD + "items: []\nitems: []\n").encode(), "stdin must have each key once, got 'items' twice"),
        ((HEAD + "items:\n" + TARGET + CONFIG).replace("\n", "\r").encode(), "each item on lines of its own"),
        ((HEAD + "items:\n- kind: X\u2028" + TARGET + CONFIG).encode(), "each item on lines of its own"),
        ((HEAD + "? items\n: - kind: X\n" + CONFIG).encode(), "each item on lines of its own"),
        ((HEAD + "items: " + "[" * 300 + "]" * 300).encode(), "stdin must be nested at most 200 deep"),
    ],
)
def test_no_resource_list(stdin: bytes, problem: str) -> None:
    outcome = process(stdin)
    assert outcome.exit_code == 1
    assert outcome.stdout.startswith(EMPTY_LIST)
    assert len(outcome.lines) == 1
    assert re.search(problem, outcome.lines[0])


@pytest.mark.parametrize(
    "stdin",
    [
        HEAD + "items:\n" + BOMB_IN_TARGET + CONFIG,
        HEAD + "items:\n" + TARGET + CONFIG + BOMB_ITEM.removeprefix("- apiVersion: v1\n"),
        "# no room for results\n" + HEAD + "items:\n" + TARGET + BOMB_ITEM + CONFIG,
    ],
    ids=["in the target", "in the functionConfig", "beside the target, where all must be read"],
)
def test_aliases_without_end_are_refused(stdin: str) -> None:
    start = time.process_time()
    outcome = process(stdin.encode())
    assert time.process_time() - start < 10
    assert outcome.exit_code == 1
    assert "must be at most 100000 nodes, aliases expanded" in outcome.lines[0]
    assert outcome.stdout.startswith(stdin.encode())


def test_aliases_without_end_beside_the_target_are_not_looked_at() -> None:
    outcome = process((HEAD + "items:\n" + TARGET + BOMB_ITEM + CONFIG).encode())
    assert outcome.exit_code == 0
    assert BOMB_ITEM.encode() in outcome.stdout


def test_items_go_back_where_results_have_no_room() -> None:
    stdin = ("# a comment\n" + HEAD + "items:\n" + TARGET + "- a: *nothing\n" + CONFIG).encode()
    outcome = process(stdin)
    assert (outcome.exit_code, outcome.stdout) == (1, stdin)
    assert "the ResourceList must have an anchor &nothing before the alias *nothing" in outcome.lines[0]


SHARED = TARGET.replace("labels:\n", "labels: &labels\n").replace("spec:\n    t", "spec: &spec\n    t")


@pytest.mark.parametrize("first_line", ["", "# read in full\n"])
def test_a_change_that_would_alter_another_item_is_refused(first_line: str) -> None:
    stdin = (first_line + HEAD + "items:\n" + SHARED + "- kind: X\n  copy: *spec\n" + CONFIG).encode()
    outcome = process(stdin)
    assert outcome.exit_code == 1
    assert "apps/v1/Deployment/web: must have no anchor &spec: X has the alias *spec" in outcome.lines[0]
    assert outcome.stdout.startswith(stdin)


@pytest.mark.parametrize(
    "other",
    ["- kind: X\n  copy: *labels\n", "- kind: X\n  spec: &spec {}\n  copy: *spec\n", "- kind: X\n  x: '*spec'\n"],
    ids=["of what stays", "of its own", "in a string"],
)
def test_aliases_of_what_does_not_change_are_fine(other: str) -> None:
    outcome = process((HEAD + "items:\n" + SHARED + other + CONFIG).encode())
    assert outcome.exit_code == 0
    assert other.encode() in outcome.stdout
