"""Files of every form: rendered, rendered again, and given back to the byte."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.cli.manifests import (
    DEPLOYMENT,
    OTHER,
    SERVICE,
    as_json,
    config,
    done,
    marks,
    objects,
    run,
    tree,
    write_tree,
)

if TYPE_CHECKING:
    from pathlib import Path

BOM = "\ufeff"
HELM = "{{- if .Values.on }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n{{- end }}\n"
TAGGED = DEPLOYMENT.replace("web:1", "!a!b web:1")
ALL = f"{DEPLOYMENT}---\n{SERVICE}"
ONE_FILE: dict[str, str | bytes] = {
    "two documents": ALL,
    "a leading marker": f"---\n{ALL}",
    "the workload last": f"{SERVICE}---\n{DEPLOYMENT}",
    "a comment at the head": f"# Copyright\n---\n{ALL}",
    "comments on the markers' lines": f"--- # one\n{DEPLOYMENT}---\t# two\n{SERVICE}# the end\n",
    "blank lines and comments at the end": f"{ALL}\n# the end\n\n",
    "empty documents": f"---\n---\n{DEPLOYMENT}---\n\n---\n# nothing\n---\n{SERVICE}---\n",
    "CRLF": ALL.replace("\n", "\r\n"),
    "keys in quotes, one escaped": ALL.replace("apiVersion:", '"apiVers\\x69on":').replace("kind:", '"k\\u0069nd":'),
    "a byte order mark": f"{BOM}{ALL}",
    "a byte order mark and a marker": f"{BOM}---\n{ALL}",
    "a byte order mark and CRLF": f"{BOM}---\n{ALL}".replace("\n", "\r\n"),
    "directives": f"%YAML 1.1\n---\n{DEPLOYMENT}...\n%YAML 1.1\n---\n{SERVICE}",
    "a directive that the workload needs": f"%TAG !a! tag:a,1:\n---\n{TAGGED}---\n{SERVICE}",
    "ends between documents": f"{DEPLOYMENT}...\n---\n{SERVICE}",
    "a tag behind the marker": f"--- !!map\n{DEPLOYMENT}--- !!map\n{SERVICE}",
    "the same anchor in two documents": f"{DEPLOYMENT.replace('{app: web}', '&a {app: web}', 1)}---\n"
    f"{SERVICE.replace('{app: web}', '&a {app: web}')}",
    "a document that is no YAML": f"{HELM}---\n{ALL}---\n{HELM}",
    "a document that is no UTF-8": f"{ALL}---\n{OTHER}".encode() + b"# \xe9\n",
    "a List and other things": f"{ALL}---\nkind: List\napiVersion: v1\nitems:\n- a: b\n---\n[1, 2]\n---\ntext\n",
    "block scalars that are kept": f"{ALL}---\n{OTHER}data: |+\n  text\n\n\n",
}
OWN_FILE = {
    "no line break at the end": ALL.removesuffix("\n"),
    "CRLF and none at the end": ALL.replace("\n", "\r\n").removesuffix("\r\n"),
    "an end": f"{ALL}...\n",
    "an end with a comment": f"{ALL}... # end\n",
    "JSON in a YAML file": f"{as_json(DEPLOYMENT)}---\n{SERVICE}",
    "JSON behind a marker": f"{SERVICE}--- {as_json(DEPLOYMENT)}",
}


pytestmark = pytest.mark.usefixtures("folder")


FN = ("render", "--config", "../fn.yaml")


def check_rendered(folder: Path, text: str | bytes, name: str, config_map: str) -> None:
    before = write_tree(folder, {name: text, "other.yaml": OTHER})
    assert done(*FN, ".").startswith("proxy-sidecar: changed 1 file, ")
    after = tree(folder)
    assert after["other.yaml"] == before["other.yaml"]
    check_again_and_undone(folder, before)
    (made,) = [data for data in objects(after[config_map]) if data.get("kind") == "ConfigMap"]
    assert made["metadata"]["name"] == "web-proxy-config"
    lines = set(before[name].splitlines()) - {b"      targetPort: 9000", b"    - name: http", b"      port: 80"}
    if name.endswith(".yaml") and b'"kind"' not in before[name]:
        assert lines <= set(after[name].splitlines())


def check_again_and_undone(folder: Path, before: dict[str, bytes]) -> None:
    files = marks(folder)
    assert done(*FN, ".") == "proxy-sidecar: nothing to change."
    assert marks(folder) == files
    done("remove", ".")
    assert tree(folder) == before
    files = marks(folder)
    assert done("remove", ".") == "proxy-sidecar: nothing to change."
    assert marks(folder) == files


@pytest.mark.parametrize("text", ONE_FILE.values(), ids=ONE_FILE)
def test_the_configmap_goes_into_the_workloads_file(folder: Path, text: str | bytes) -> None:
    if isinstance(text, bytes) or "{{" in text:
        check_unread(folder, text)
    else:
        check_rendered(folder, text, "web.yaml", "web.yaml")
        assert list(tree(folder)) == ["other.yaml", "web.yaml"]


def check_unread(folder: Path, text: str | bytes) -> None:
    """Check a file that has a document that is no YAML, so that none of it can be loaded."""
    before = write_tree(folder, {"web.yaml": text})
    assert done(*FN, ".") == "proxy-sidecar: changed 1 file, added 1 ConfigMap."
    assert tree(folder)["web.yaml"].endswith(b"    }\n")
    check_again_and_undone(folder, before)


@pytest.mark.parametrize("text", OWN_FILE.values(), ids=OWN_FILE)
def test_the_configmap_gets_a_file_of_its_own(folder: Path, text: str) -> None:
    check_rendered(folder, text, "web.yaml", "configmap_web-proxy-config.yaml")


def test_json_files(folder: Path) -> None:
    before = write_tree(folder, {"a/web.json": as_json(DEPLOYMENT), "a/service.json": as_json(SERVICE).strip()})
    assert done(*FN, ".") == "proxy-sidecar: changed 2 files, made 1 file, added 1 ConfigMap."
    after = tree(folder)
    assert list(after) == ["a/configmap_web-proxy-config.yaml", "a/service.json", "a/web.json"]
    assert not after["a/service.json"].endswith(b"\n")
    check_again_and_undone(folder, before)


def test_objects_in_several_files_and_folders(folder: Path) -> None:
    before = write_tree(
        folder,
        {
            "b/deployment.yaml": DEPLOYMENT,
            "a/service.yml": SERVICE,
            "values.yaml": "kind: none\nreplicas: 1\n",
            "templates/x.yaml": HELM,
            "README.md": "# web\n",
            ".git/web.yaml": DEPLOYMENT,
            "fn-config.yaml": config(),
        },
    )
    assert done(*FN, ".") == "proxy-sidecar: changed 2 files, added 1 ConfigMap."
    after = tree(folder)
    assert {name for name, text in after.items() if text != before[name]} == {"b/deployment.yaml", "a/service.yml"}
    check_again_and_undone(folder, before)


def test_the_functionconfig_beside_the_only_manifest_is_no_call_of_a_generator(folder: Path) -> None:
    write_tree(folder, {"fn-config.yaml": config()})
    outcome = run("render", "--config", "fn-config.yaml", ".")
    assert outcome.exit_code == 1
    assert 'no Deployment "web" among the items' in outcome.lines[0]


@pytest.mark.parametrize("paths", [("web.json", "web.yaml"), ("./web.yaml", "./web.json"), ("../work",)])
def test_a_file_of_its_own_need_not_be_named(folder: Path, paths: tuple[str, ...]) -> None:
    before = write_tree(folder, {"web.json": as_json(DEPLOYMENT), "web.yaml": SERVICE, "configmap_mine.yaml": OTHER})
    done(*FN, *paths)
    rendered = tree(folder)
    files = marks(folder)
    assert done(*FN, *paths) == "proxy-sidecar: nothing to change."
    assert marks(folder) == files
    (folder.parent / "fn.yaml").write_text(config(spec="  listeners: [{port: 8888}]\n"))
    assert done(*FN, *paths) == "proxy-sidecar: changed 2 files."
    assert tree(folder)["configmap_web-proxy-config.yaml"] != rendered["configmap_web-proxy-config.yaml"]
    assert done("remove", *paths) == "proxy-sidecar: changed 2 files, deleted 1 file, removed 1 ConfigMap."
    assert tree(folder) == before


CONFIGS = {
    "the same": config(),
    "another port": config(spec="  listeners: [{port: 8888}]\n"),
    "other labels": config(spec="  configMap: {labels: {a: b}}\n"),
    "another name of the ConfigMap": config(spec="  configMap: {name: nginx}\n"),
    "files as well": config(
        spec="  files: [{name: static, data: {a.js: 'x = 1'}}]\n"
        "  listeners: [{routes: [{path: /a.js, files: {configMap: static, key: a.js}}, {path: /}]}]\n"
    ),
}


PAIRS = [
    (first, second, form) for first in CONFIGS for second in CONFIGS for form in ("two documents", "CRLF", "an end")
]
PAIRS += [("the same", "files as well", form) for form in (*ONE_FILE, *OWN_FILE)]


@pytest.mark.parametrize(("first", "second", "form"), PAIRS)
def test_another_functionconfig_is_removal_and_render(folder: Path, first: str, second: str, form: str) -> None:
    before = write_tree(folder, {"web.yaml": (ONE_FILE | OWN_FILE)[form]})
    (folder.parent / "first.yaml").write_text(CONFIGS[first])
    (folder.parent / "second.yaml").write_text(CONFIGS[second])
    done("render", "--config", "../second.yaml", ".")
    wanted = tree(folder)
    done("remove", ".")
    assert tree(folder) == before
    done("render", "--config", "../first.yaml", ".")
    done("render", "--config", "../second.yaml", ".")
    assert tree(folder) == wanted


def test_one_of_two_proxysidecars(folder: Path) -> None:
    before = write_tree(folder, {"web.yaml": ALL})
    second = "  listeners: [{name: b, port: 8888, upstream: {port: 9000}}]\n  probes: {port: 8889, name: b-status}\n"
    (folder.parent / "a.yaml").write_text(config("a"))
    (folder.parent / "b.yaml").write_text(config("b", second))
    done("render", "--config", "../a.yaml", ".")
    only_a = tree(folder)
    assert run("render", "--config", "../b.yaml", ".").exit_code == 0
    both = tree(folder)
    assert done("render", "--config", "../a.yaml", ".") == "proxy-sidecar: nothing to change."
    assert tree(folder) == both
    assert done("remove", "--name", "b", ".") == "proxy-sidecar: changed 1 file, removed 1 ConfigMap."
    assert tree(folder) == only_a
    (folder / "web.yaml").write_bytes(both["web.yaml"])
    done("remove", "--name", "a", ".")
    assert b"web-a-config" not in tree(folder)["web.yaml"]
    assert b"web-b-config" in tree(folder)["web.yaml"]
    done("remove", "--name=b", ".")
    assert tree(folder) == before
    (folder / "web.yaml").write_bytes(both["web.yaml"])
    assert done("remove", ".") == "proxy-sidecar: changed 1 file, removed 2 ConfigMaps."
    assert tree(folder) == before
    (folder / "web.yaml").write_bytes(both["web.yaml"])
    assert done("remove", "--name", "b", "--name", "a", ".") == "proxy-sidecar: changed 1 file, removed 2 ConfigMaps."
    assert tree(folder) == before


def test_a_name_that_put_nothing_in(folder: Path) -> None:
    write_tree(folder, {"web.yaml": ALL})
    outcome = run("remove", "--name", "prxy", ".")
    line = '[warning] PS021 ProxySidecar: nothing in these files was added by a ProxySidecar "prxy".'
    assert outcome.exit_code == 0
    assert outcome.lines == (f"{line} No other added anything either.",)
    assert outcome.closing_line == "proxy-sidecar: nothing to change."
    done(*FN, ".")
    before = tree(folder)
    assert run("remove", "--name", "prxy", ".").lines[0] == f"{line} There are: proxy."
    assert tree(folder) == before
    assert os.listdir(folder) == ["web.yaml"]


def test_a_functionconfig_that_removes(folder: Path) -> None:
    before = write_tree(folder, {"web.yaml": ALL})
    done(*FN, ".")
    (folder.parent / "fn.yaml").write_text(config().replace("spec:\n", "spec:\n  remove: true\n"))
    assert done(*FN, ".") == "proxy-sidecar: changed 1 file, removed 1 ConfigMap."
    assert tree(folder) == before
    assert done(*FN, ".") == "proxy-sidecar: nothing to change."


def test_a_former_name(folder: Path) -> None:
    before = write_tree(folder, {"web.yaml": ALL})
    (folder.parent / "new.yaml").write_text(config("new", "  formerNames: [proxy]\n"))
    done("render", "--config", "../new.yaml", ".")
    wanted = tree(folder)
    done("remove", ".")
    done(*FN, ".")
    assert done("render", "--config", "../new.yaml", ".").endswith("added 1 ConfigMap, removed 1 ConfigMap.")
    assert tree(folder) == wanted
    done("remove", ".")
    assert tree(folder) == before
