"""Several ProxySidecars on one workload: in whatever order they come, come again and go, nothing of them is left."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from krm_fn.function import process
from krm_fn.injection.config_maps import prune
from krm_fn.injection.ownership import take_out
from krm_fn.resource_list.resource_list import ResourceList

EXAMPLES = Path(__file__).parent.parent / "examples"
NAMES = ("one", "two", "three")
INPUTS = (
    "smallest-functionconfig",
    "null-annotations-volumes-and-template-metadata",
    "empty-annotations-and-volumes",
    "missing-template-metadata",
    "flow-style-containers",
    "json-items-on-one-line-as-kpt-sends-them",
    "json-items-on-many-lines",
    "four-spaces-indentation",
    "comments-everywhere",
    "anchors-in-the-target",
    "annotations-are-an-alias",
    "aliases-between-items",
    "kpt-configmap-lands-beside-the-workload",
)
inputs = pytest.mark.parametrize("name", INPUTS)


def items_of(name: str) -> bytes:
    return (EXAMPLES / name / "input.yaml").read_bytes().partition(b"functionConfig:")[0]


def injected(items: bytes, owner: str) -> bytes:
    """Return the items with the sidecar of this ProxySidecar."""
    port = 18000 + 10 * NAMES.index(owner)
    config = f"""\
functionConfig:
  apiVersion: krm-fn.dev/v1alpha1
  kind: ProxySidecar
  metadata: {{name: {owner}}}
  spec:
    target: {{kind: Deployment, name: web}}
    listeners: [{{name: {owner}-http, port: {port}, upstream: {{port: 3000}}, service: {{port: {port}}}}}]
    probes: {{name: {owner}-status, port: {port + 1}}}
"""
    outcome = process(items + config.encode())
    assert outcome.exit_code == 0, outcome.lines
    return outcome.stdout.partition(b"functionConfig:")[0]


def removed(items: bytes, owner: str) -> bytes:
    resource_list = ResourceList(items)
    assert take_out(resource_list.items, owner) == []
    prune(resource_list, owner, [])
    return resource_list.written([])


@inputs
@pytest.mark.parametrize("going", list(itertools.permutations(NAMES[:2])), ids="-".join)
def test_two_go_in_any_order(name: str, going: tuple[str, ...]) -> None:
    given = items_of(name)
    items = injected(injected(given, "one"), "two")
    for owner in going:
        items = removed(items, owner)
    assert items == given


@inputs
def test_three_come_again_and_go(name: str) -> None:
    given = items = items_of(name)
    for owner in (*NAMES, "one", "three", "one"):
        items = injected(items, owner)
    for owner in ("two", "one", "three"):
        items = removed(items, owner)
    assert items == given


@inputs
def test_pipeline_of_two_run_twice_is_run_once(name: str) -> None:
    once = injected(injected(items_of(name), "one"), "two")
    assert injected(injected(once, "one"), "two") == once
