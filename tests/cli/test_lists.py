"""Lists in files: their entries are rendered where they stand, and given back."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.manifests import DEPLOYMENT, OTHER, SERVICE, done, run, tree, write_tree

FN = ("render", "--config", "../fn.yaml")


def entry(document: str, indent: int) -> str:
    lines = textwrap.indent(document, " " * (indent + 2))
    return lines[:indent] + "- " + lines[indent + 2 :]


def block(indent: int) -> str:
    return "apiVersion: v1\nkind: List\nitems:\n" + "".join(
        entry(document, indent) for document in (DEPLOYMENT, OTHER, SERVICE)
    )


def flow() -> str:
    documents: list[Any] = [yaml.safe_load(document) for document in (DEPLOYMENT, OTHER, SERVICE)]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": documents}) + "\n"


pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.parametrize("text", [block(0), block(2), f"{OTHER}---\n{block(2)}---\n{OTHER}", flow()])
def test_entries_of_a_list_are_rendered_and_given_back(folder: Path, text: str) -> None:
    write_tree(folder, {"all.yaml": text})
    before = tree(folder)
    done(*FN, ".")
    changed = (folder / "all.yaml").read_text()
    assert "proxy-http" in changed
    listed = next(each for each in yaml.safe_load_all(changed) if each["kind"] == "List")
    kinds = [each["kind"] for each in listed["items"]]
    assert kinds == [each["kind"] for each in map(yaml.safe_load, (DEPLOYMENT, OTHER, SERVICE))]
    after = tree(folder)
    done(*FN, ".")
    assert tree(folder) == after
    done("remove", ".")
    assert tree(folder) == before


def test_an_own_config_map_that_was_put_in_a_list_leaves_it(folder: Path) -> None:
    write_tree(folder, {"all.yaml": f"{DEPLOYMENT}---\n{SERVICE}"})
    done(*FN, ".")
    made = [each for each in yaml.safe_load_all((folder / "all.yaml").read_text()) if each["kind"] == "ConfigMap"]
    made += [yaml.safe_load(path.read_text()) for path in folder.glob("configmap_*")]
    write_tree(folder, {"list.yaml": yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": made})})
    done("remove", "list.yaml")
    assert yaml.safe_load((folder / "list.yaml").read_text()) == {"apiVersion": "v1", "kind": "List", "items": []}


SHARED = block(2).replace("labels: {app: web}", "labels: &labels {app: web}").replace("{app: web}\n", "*labels\n")
SHARED = SHARED.replace("&labels *labels", "&labels {app: web}").replace(
    "matchLabels: *labels", "matchLabels: {app: web}"
)


@pytest.mark.parametrize("text", [SHARED, f"{SHARED}---\n{OTHER}"])
def test_an_entry_that_has_an_alias_to_another_follows_and_is_given_back(folder: Path, text: str) -> None:
    assert "selector: *labels" in text
    write_tree(folder, {"all.yaml": text})
    before = tree(folder)
    done(*FN, ".")
    assert b"targetPort: proxy-http" in tree(folder)["all.yaml"]
    after = tree(folder)
    done(*FN, ".")
    assert tree(folder) == after
    done("remove", ".")
    assert tree(folder) == before


@pytest.mark.parametrize("behind", ["", f"---\n{OTHER}"])
def test_an_entry_whose_anchor_another_uses_stays_with_it(folder: Path, behind: str) -> None:
    text = block(2).replace("metadata:\n      name: web # the app", "metadata: &web\n      name: web")
    text = text.replace("metadata: {name: other}", "metadata: *web") + behind
    assert text.count("*web") == text.count("&web") == 1
    before = write_tree(folder, {"all.yaml": text})
    outcome = run(*FN, ".")
    assert outcome.exit_code == 1
    assert outcome.lines == (
        '[error] PS004 ProxySidecar "proxy": apps/v1/Deployment/web (all.yaml): must '
        "have no anchor &web: v1/Secret/web has "
        "the alias *web, and would also change. Write it out.",
    )
    assert tree(folder) == before


def test_the_same_anchor_in_other_documents_and_files_is_another(folder: Path) -> None:
    text = block(2).replace("metadata:\n      name: web # the app", "metadata: &web\n      name: web")
    other = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A, metadata: &web {name: a}, x: *web}\n"
    write_tree(folder, {"all.yaml": f"{text}---\n{other}", "other.yaml": other})
    before = tree(folder)
    done(*FN, ".")
    assert tree(folder)["other.yaml"] == before["other.yaml"]
    assert tree(folder)["all.yaml"].count(other.encode()) == 1
    done("remove", ".")
    assert tree(folder) == before


def test_a_list_that_is_not_opened_is_reported(folder: Path) -> None:
    before = write_tree(folder, {"all.yaml": block(2).replace("items:", "items: &all") + "also: *all\n"})
    for command in ((*FN, "."), ("remove", ".")):
        lines = run(*command).lines
        assert any("(all.yaml)" in line and "got &all" in line and line.startswith("[warning]") for line in lines), (
            lines
        )
    assert tree(folder) == before
