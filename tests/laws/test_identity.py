"""Which object is which: an absent namespace is default, and a folder with copies is as if it were alone."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from krm_fn.cli.command_line import run_command
from krm_fn.function import process
from krm_fn.summary import Outcome
from tests.cli.manifests import tree

EXAMPLES = Path(__file__).parent.parent / "examples"
SOME = 15
"""Each example of so many."""
NOT = ("again", "record", "copies", "namespace", "encrypted", "list")
"""How the names begin of those that are about files, records and namespaces themselves."""
OF_CLUSTERS = ("Namespace", "APIService", "CustomResourceDefinition")
CLUSTER_WIDE = ("Global", "Cluster", "Validating", "Mutating", "Gateway", "IngressClass", "CiliumClusterwide")


def some_examples() -> list[str]:
    """Return the names of examples whose items name no namespace, file, or earlier run."""
    names = sorted(path.name for path in EXAMPLES.iterdir() if not path.name.startswith(NOT))
    texts = {name: (EXAMPLES / name / "input.yaml").read_text() for name in names}
    words = (
        "namespace",
        "undo.krm-fn.dev",
        "krm-fn.dev/owner",
        "sops",
        "/path",
        "List\n",
        "record: none",
        "remove: true",
        "!!",
        ": &",
        "- &",
    )
    plain = [name for name in names if not any(word in texts[name].replace("ResourceList", "") for word in words)]
    return [name for name in plain if all(map(_has_metadata, _input(name).get("items") or [{}]))][::SOME]


def _input(name: str) -> Any:
    return yaml.safe_load((EXAMPLES / name / "input.yaml").read_text())


def _has_metadata(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("metadata"), dict) and item.get("kind") != "ProxySidecar"


def run(resource_list: Any) -> Outcome:
    return process(yaml.safe_dump(resource_list, sort_keys=False).encode())


def without_namespaces(outcome: Outcome) -> list[str]:
    """Return the items without their namespaces and records."""
    items = yaml.safe_load(outcome.stdout)["items"]
    for item in items:
        metadata = item["metadata"]
        metadata.pop("namespace", None)
        annotations = metadata.pop("annotations", None) or {}
        metadata["annotations"] = {key: value for key, value in annotations.items() if not key.startswith("undo.")}
    return [json.dumps(item, sort_keys=True, default=str) for item in items]


def reports(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Return what is reported, but for the namespaces."""
    results = [each for each in outcome.results if each.severity != "info" and each.code.number != "PS630"]
    return sorted((each.code.number, each.ref.kind if each.ref else "", each.path) for each in results)


@pytest.mark.parametrize("name", some_examples())
def test_an_absent_namespace_is_default(name: str) -> None:
    plain, mixed, random = _input(name), _input(name), Random(name)
    for item in mixed["items"]:
        is_of_cluster = item["kind"] in OF_CLUSTERS or item["kind"].startswith(CLUSTER_WIDE)
        if not is_of_cluster and random.random() < 1 / 2:
            item["metadata"]["namespace"] = "default"
    expected, outcome = run(deepcopy(plain)), run(mixed)
    assert outcome.exit_code == expected.exit_code
    assert without_namespaces(outcome) == without_namespaces(expected)
    assert reports(outcome) == reports(expected)


@pytest.mark.parametrize("name", [*some_examples(), "workload-argo-rollout-with-a-workloadref"])
def test_a_folder_with_copies_is_as_if_it_were_alone(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    resource_list = _input(name)
    text = yaml.safe_dump_all(resource_list["items"], sort_keys=False)
    (tmp_path / "fn.yaml").write_text(yaml.safe_dump(resource_list["functionConfig"], sort_keys=False))
    for folder in ("alone", "both/eu", "both/us"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "all.yaml").write_text(text)
    alone = run_command(["render", "--config", "fn.yaml", "alone"])
    both = run_command(["render", "--config", "fn.yaml", "both"])
    assert both.exit_code == alone.exit_code
    assert tree(tmp_path / "both/eu") == tree(tmp_path / "both/us") == tree(tmp_path / "alone")
    run_command(["remove", "both"])
    assert set(tree(tmp_path / "both").values()) == {text.encode()}
