"""What the subcommands do where something was moved, is a link, stands in the way, or is not to be written."""

from __future__ import annotations

import errno
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.manifests import DEPLOYMENT, OTHER, SERVICE, as_json, config, done, marks, run, tree, write_tree

if TYPE_CHECKING:
    from pathlib import Path

ALL = f"{DEPLOYMENT}---\n{SERVICE}"
FN = ("render", "--config", "../fn.yaml")
OWN = "configmap_web-proxy-config.yaml"


pytestmark = pytest.mark.usefixtures("folder")


def refused(*arguments: str) -> list[str]:
    """Run a subcommand, which must write nothing and exit with 1; return what it says."""
    before = marks_here()
    outcome = run(*arguments)
    assert (outcome.exit_code, outcome.stdout, outcome.closing_line) == (1, b"", ""), outcome.lines
    assert marks_here() == before
    return list(outcome.lines)


def marks_here() -> dict[str, tuple[int, int]]:
    from pathlib import Path  # noqa: PLC0415

    return marks(Path())


def rendered_parts(folder: Path, files: dict[str, str | bytes]) -> tuple[str, str]:
    """Render one file; return what is in it now but for our ConfigMap, and that."""
    write_tree(folder, files)
    done(*FN, ".")
    text = (folder / "web.yaml").read_text()
    at = text.rindex("---\n")
    return text[:at], text[at + 4 :]


# What others did to our ConfigMap.

MOVED = {
    "first": ("{ours}---\n{rest}", "{rest}"),
    "first, behind a marker": ("---\n{ours}---\n{rest}", "---\n{rest}"),
    "first, below a comment at the head": ("# Copyright\n\n{ours}---\n{rest}", "# Copyright\n\n{rest}"),
    "first, above a comment on the marker": ("{ours}--- # rest\n{rest}", "--- # rest\n{rest}"),
    "in the middle": ("{rest}---\n{ours}---\n{other}", "{rest}---\n{other}"),
    "in the middle, behind an end": ("{rest}...\n---\n{ours}...\n---\n{other}", "{rest}...\n---\n{other}"),
    "last, with a comment on its marker": ("{other}---\n{rest}--- # nginx\n{ours}", "{other}---\n{rest}"),
    "last, with a comment and a blank line": ("{rest}---\n# nginx\n\n{ours}\n", "{rest}"),
}


@pytest.mark.parametrize(("text", "left"), MOVED.values(), ids=MOVED)
def test_a_configmap_that_was_moved_stays_and_goes_without_the_others(folder: Path, text: str, left: str) -> None:
    rest, ours = rendered_parts(folder, {"web.yaml": ALL})
    write_tree(folder, {"web.yaml": text.format(rest=rest, ours=ours, other=OTHER)})
    before = marks(folder)
    assert done(*FN, ".") == "proxy-sidecar: nothing to change."
    assert marks(folder) == before
    done("remove", ".")
    assert (folder / "web.yaml").read_text() == left.format(rest=ALL, other=OTHER)


def test_a_configmap_that_lost_its_last_line_break_gets_its_meaning_back(folder: Path) -> None:
    rest, ours = rendered_parts(folder, {"web.yaml": ALL})
    write_tree(folder, {"web.yaml": f"{rest}---\n{ours}".removesuffix("\n")})
    assert run(*FN, ".").lines == (), "blank ends are no edit: tools strip them"
    before = marks(folder)
    assert done(*FN, ".") == "proxy-sidecar: nothing to change."
    assert marks(folder) == before
    done("remove", ".")
    assert (folder / "web.yaml").read_text() == ALL


def test_a_configmap_that_was_moved_to_another_file(folder: Path) -> None:
    rest, ours = rendered_parts(folder, {"web.yaml": ALL})
    write_tree(folder, {"web.yaml": rest, "nginx.yaml": f"{OTHER}---\n{ours}", "z.yaml": OTHER})
    before = marks(folder)
    assert done(*FN, ".") == "proxy-sidecar: nothing to change."
    assert marks(folder) == before
    (folder.parent / "fn.yaml").write_text(config(spec="  listeners: [{port: 8888}]\n"))
    assert done(*FN, ".") == "proxy-sidecar: changed 2 files."
    assert b"8888" in tree(folder)["nginx.yaml"]
    assert done("remove", ".") == "proxy-sidecar: changed 2 files, removed 1 ConfigMap."
    assert tree(folder) == {"web.yaml": ALL.encode(), "nginx.yaml": OTHER.encode(), "z.yaml": OTHER.encode()}


def test_a_file_that_others_made_for_it_stays_empty(folder: Path) -> None:
    rest, ours = rendered_parts(folder, {"web.yaml": ALL})
    write_tree(folder, {"web.yaml": rest, "nginx.yaml": ours})
    done("remove", ".")
    assert tree(folder) == {"web.yaml": ALL.encode(), "nginx.yaml": b""}


def test_what_others_wrote_into_a_configmap_stays(folder: Path) -> None:
    rest, ours = rendered_parts(folder, {"web.yaml": ALL})
    mine = "# mine\n" + ours.replace("  annotations:\n", "  annotations:\n    wave: '1' # first\n")
    write_tree(folder, {"web.yaml": f"{rest}---\n{mine}---\n{OTHER}"})
    assert done(*FN, ".") == "proxy-sidecar: nothing to change."
    (folder.parent / "fn.yaml").write_text(config(spec="  listeners: [{port: 8888}]\n"))
    assert done(*FN, ".") == "proxy-sidecar: changed 1 file."
    text = tree(folder)["web.yaml"].decode()
    assert "---\n# mine\n" in text
    assert '    wave: "1"\n' in text
    assert text.endswith(f"---\n{OTHER}")
    assert text.count("8888") == 2 + mine.count("8080") - 1
    done("remove", ".")
    assert tree(folder) == {"web.yaml": f"{ALL}---\n{OTHER}".encode()}


def test_an_edit_of_what_a_configmap_holds_is_undone_with_a_word(folder: Path) -> None:
    write_tree(folder, {"web.yaml": ALL})
    done(*FN, ".")
    before = tree(folder)
    (folder / "web.yaml").write_bytes(before["web.yaml"].replace(b"return 404", b"return 410"))
    outcome = run(*FN, ".")
    assert outcome.exit_code == 0
    assert "(web.yaml): was changed since this function made it" in outcome.lines[0]
    assert tree(folder) == before


def test_a_comment_on_the_marker_of_a_configmap_stays(folder: Path) -> None:
    rest, ours = rendered_parts(folder, {"web.yaml": ALL})
    write_tree(folder, {"web.yaml": f"{rest}--- # nginx\n{ours}"})
    (folder.parent / "fn.yaml").write_text(config(spec="  listeners: [{port: 8888}]\n"))
    assert done(*FN, ".") == "proxy-sidecar: changed 1 file."
    assert b"--- # nginx\napiVersion: v1\nkind: ConfigMap\n" in tree(folder)["web.yaml"]


def test_a_configmap_that_stands_twice_is_not_taken_out(folder: Path) -> None:
    _, ours = rendered_parts(folder, {"web.yaml": ALL})
    write_tree(folder, {"copy/nginx.yaml": ours})
    assert done(*FN, ".") == "proxy-sidecar: nothing to change."
    assert done("remove", ".") == "proxy-sidecar: changed 2 files, removed 2 ConfigMaps."


def test_a_configmap_that_is_not_wanted_any_more_goes(folder: Path) -> None:
    write_tree(folder, {"web.yaml": ALL})
    (folder.parent / "fn.yaml").write_text(config(spec="  configMap: {name: nginx}\n"))
    done(*FN, ".")
    (folder.parent / "fn.yaml").write_text(config())
    assert done(*FN, ".") == "proxy-sidecar: changed 1 file, added 1 ConfigMap, removed 1 ConfigMap."
    assert tree(folder)["web.yaml"].count(b"kind: ConfigMap") == 1


# Links.


def test_a_link_stays_a_link(folder: Path) -> None:
    before = write_tree(folder, {"base/web.yaml": ALL})
    (folder / "web.yaml").symlink_to("base/web.yaml")
    for path in (".", "web.yaml"):
        done(*FN, path)
        assert (folder / "web.yaml").is_symlink()
        assert b"proxy" in tree(folder)["base/web.yaml"]
        done("remove", path)
        assert tree(folder) == {**before, "web.yaml": before["base/web.yaml"]}


def test_a_link_to_outside_is_read_and_its_edit_refused(folder: Path) -> None:
    write_tree(folder, {"deploy/web.yaml": DEPLOYMENT, "shared/service.yaml": SERVICE})
    (folder / "deploy/service.yaml").symlink_to("../shared/service.yaml")
    assert refused(*FN, "deploy") == [
        f'[error] PS018 ProxySidecar "proxy": (deploy/service.yaml): must stay as it is: '
        f"it is a link to {folder}/shared/"
        "service.yaml, which is outside of the folders given. To have that file changed, name it as well."
    ]
    assert done(*FN, "deploy", "shared/service.yaml") == "proxy-sidecar: changed 2 files, added 1 ConfigMap."
    assert len(refused("remove", "deploy")) == 1
    assert done("remove", "deploy", "deploy/service.yaml") == "proxy-sidecar: changed 2 files, removed 1 ConfigMap."


def test_a_link_to_outside_that_needs_no_edit(folder: Path) -> None:
    write_tree(folder, {"deploy/web.yaml": ALL, "shared/other.yaml": OTHER})
    (folder / "deploy/other.yaml").symlink_to("../shared/other.yaml")
    assert done(*FN, "deploy") == "proxy-sidecar: changed 1 file, added 1 ConfigMap."


def test_a_new_file_lies_beside_the_file_that_a_link_leads_to(folder: Path) -> None:
    write_tree(folder, {"base/web.json": as_json(DEPLOYMENT), "base/service.yaml": SERVICE})
    (folder / "link").symlink_to("base")
    (folder / "web.json").symlink_to("base/web.json")
    done(*FN, "web.json", "link")
    assert f"base/{OWN}" in tree(folder)
    assert done(*FN, "web.json", "base/service.yaml") == "proxy-sidecar: nothing to change."
    assert OWN not in tree(folder)
    done("remove", "web.json", "base/service.yaml")
    assert f"base/{OWN}" not in tree(folder)


# What stands in the way.


@pytest.mark.parametrize("text", [OTHER, "", "# mine\n"])
def test_a_file_of_that_name_with_other_content(folder: Path, text: str) -> None:
    write_tree(folder, {"a/web.json": as_json(DEPLOYMENT), "a/service.json": as_json(SERVICE), f"a/{OWN}": text})
    report = [
        f'[error] PS016 ProxySidecar "proxy": (a/{OWN}): must be free for the ConfigMap '
        '"web-proxy-config", got a file with '
        "other content. Rename that, or make a/web.json a YAML file that ends in a line break, so that it can hold "
        "the ConfigMap."
    ]
    assert refused(*FN, ".") == report
    assert refused(*FN, "a/web.json", "a/service.json") == report


def test_a_link_of_that_name_stays_a_link(folder: Path) -> None:
    write_tree(folder, {"a/web.json": as_json(DEPLOYMENT), "a/service.json": as_json(SERVICE), "shared/none": ""})
    done(*FN, "a")
    (folder / "a" / OWN).rename(folder / "shared" / OWN)
    (folder / "a" / OWN).symlink_to(f"../shared/{OWN}")
    assert done(*FN, "a/web.json", "a/service.json") == "proxy-sidecar: nothing to change."
    (folder.parent / "fn.yaml").write_text(config(spec="  listeners: [{port: 8888}]\n"))
    assert f"(a/{OWN}): must be free" in refused(*FN, "a/web.json", "a/service.json")[0]
    assert f"(a/{OWN}): must stay as it is" in refused(*FN, "a")[0]


def test_two_configmaps_of_that_name(folder: Path) -> None:
    for name in ("one", "two"):
        documents = [
            text.replace("  name: web", f"  namespace: {name}\n  name: web", 1) for text in (DEPLOYMENT, SERVICE)
        ]
        write_tree(folder, {f"{name}.json": as_json(documents[0]), f"{name}-service.json": as_json(documents[1])})
    assert done(*FN, ".") == "proxy-sidecar: changed 4 files, made 2 files, added 2 ConfigMaps."
    assert {OWN.replace("_", f"_{name}_") for name in ("one", "two")} <= set(tree(folder))


def test_a_folder_of_that_name(folder: Path) -> None:
    write_tree(folder, {"web.json": as_json(DEPLOYMENT), "service.json": as_json(SERVICE)})
    (folder / OWN).mkdir()
    assert len(refused(*FN, ".")) == 1


def test_a_target_that_is_no_yaml_is_reported_with_its_file_and_line(folder: Path) -> None:
    broken = DEPLOYMENT.replace("image: web:1", "image: {{ .image }}:1")
    write_tree(folder, {"a.yaml": SERVICE, "b/web.yaml": f"{OTHER}---\n{broken}"})
    (line,) = refused(*FN, ".")
    assert line.startswith(
        '[error] PS201 ProxySidecar "proxy": (b/web.yaml): a Deployment that may be the target must be YAML'
    )
    assert "(line 18 of b/web.yaml). Correct it there." in line


@pytest.mark.parametrize("form", ["kind first", "CRLF"])
def test_a_target_that_is_no_yaml_is_seen_in_other_forms(folder: Path, form: str) -> None:
    broken = DEPLOYMENT.replace("image: web:1", "image: {{ .image }}:1")
    if form == "kind first":
        broken = "kind: Deployment\n" + broken.replace("kind: Deployment\n", "")
    else:
        broken = broken.replace("\n", "\r\n")
    write_tree(folder, {"web.yaml": broken})
    (line,) = refused(*FN, ".")
    assert "(web.yaml): a Deployment that may be the target must be YAML" in line


def test_other_results_name_the_file(folder: Path) -> None:
    taken = DEPLOYMENT.replace("name: web\n", "name: proxy\n").replace("name: web # the app", "name: web")
    write_tree(folder, {"deploy/web.yaml": taken + "---\n" + SERVICE})
    lines = refused(*FN, "deploy/")
    assert lines
    assert all("(deploy/web.yaml)" in line or "ProxySidecar/proxy" in line for line in lines), lines


def test_a_record_edited_by_hand_is_refused_by_file(folder: Path) -> None:
    write_tree(folder, {"web.yaml": ALL})
    done(*FN, ".")
    text = (folder / "web.yaml").read_text().replace("      added spec.template.spec.containers", "      add spec")
    (folder / "web.yaml").write_text(text)
    (line,) = refused("remove", ".")
    assert "(web.yaml): must be as this function wrote it" in line


@pytest.mark.parametrize("command", [("remove",), FN])
def test_a_document_with_a_record_that_is_no_yaml_is_not_passed_over(folder: Path, command: tuple[str, ...]) -> None:
    write_tree(folder, {"web.yaml": DEPLOYMENT, "service.yaml": f"{OTHER}---\n{SERVICE}"})
    done(*FN, ".")
    text = (folder / "service.yaml").read_text()
    (folder / "service.yaml").write_text(text.replace("spec:\n", "spec: a: b\n"))
    (line,) = refused(*command, ".")
    assert line.startswith(
        "[error] PS017 ProxySidecar: (service.yaml): holds what a ProxySidecar added, and must be YAML: "
    )
    assert line.endswith(" of service.yaml). Correct it there.")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must be"),
        ("# nothing\n", "must be"),
        (config() + "---\n" + OTHER, "must hold one document, the ProxySidecar, got 2. Put it into a file of its own."),
        ("a: [\n", "functionConfig must be YAML"),
        (config(spec="  listener: 1\n"), "spec.listener"),
        (OTHER, "must be"),
    ],
)
def test_a_functionconfig_that_is_none_is_reported_with_its_file(folder: Path, text: str, problem: str) -> None:
    write_tree(folder, {"web.yaml": ALL})
    (folder.parent / "fn.yaml").write_text(text)
    for line in refused(*FN, "."):
        assert "(../fn.yaml)" in line
        assert problem in line


@pytest.mark.parametrize("text", ["---\n{}", "# c\n---\n{}---\n", "\ufeff{}", "{}...\n"])
def test_a_functionconfig_in_a_file_of_another_form(folder: Path, text: str) -> None:
    write_tree(folder, {"web.yaml": ALL, "fn.yaml": text.format(config())})
    assert done("render", "--config", "fn.yaml", "web.yaml") == "proxy-sidecar: changed 1 file, added 1 ConfigMap."
    assert done("render", "--config", "fn.yaml", ".") == "proxy-sidecar: nothing to change."


# A kustomization beside the file.


@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
def test_a_kustomization_that_must_list_a_new_file(folder: Path, name: str) -> None:
    before = write_tree(
        folder,
        {
            "a/web.json": as_json(DEPLOYMENT),
            "a/service.yaml": SERVICE,
            f"a/{name}": "resources: [web.json, service.yaml]\n",
        },
    )
    outcome = run(*FN, "a")
    assert outcome.exit_code == 0
    assert outcome.lines[0] == (
        f'[warning] PS019 ProxySidecar "proxy": (a/{OWN}): is new, and not in a/{name}: add it to the resources there.'
    )
    assert done("remove", "a").endswith("deleted 1 file, removed 1 ConfigMap.")
    assert tree(folder) == before
    listed = f"resources: [web.json, service.yaml, {OWN}]\n"
    write_tree(folder, {f"a/{name}": listed})
    assert done(*FN, "a").endswith("made 1 file, added 1 ConfigMap.")
    assert run("remove", "a").lines[0] == (
        f"[warning] PS020 ProxySidecar: (a/{OWN}): is deleted, and still in a/{name}: "
        "remove it from the resources there."
    )


def test_a_kustomization_may_write_the_files_name_with_escapes(folder: Path) -> None:
    listed = '"' + OWN.replace("_", "\\x5f").replace("web", "w\\u0065b") + '"'
    kustomization = f"resources: [web.json, {listed}]\n"
    write_tree(folder, {"web.json": as_json(DEPLOYMENT), "kustomization.yaml": kustomization})
    assert "PS019" not in "".join(run(*FN, ".").lines)
    assert "PS020" in "".join(run("remove", ".").lines)


def test_a_kustomization_stays_complete_where_the_file_takes_the_configmap(folder: Path) -> None:
    write_tree(folder, {"web.yaml": ALL, "kustomization.yaml": "resources: [web.yaml]\n"})
    done(*FN, ".")


# --diff.


@pytest.mark.parametrize(
    "files",
    [
        {"web.yaml": ALL},
        {"a/web.yaml": DEPLOYMENT, "b/service.yaml": SERVICE.replace("\n", "\r\n")},
        {"web.json": as_json(DEPLOYMENT).strip(), "service.yaml": SERVICE.strip()},
    ],
)
def test_diff_writes_nothing_and_can_be_applied(folder: Path, files: dict[str, str | bytes]) -> None:
    before = write_tree(folder, files)
    at = marks(folder)
    outcome = run(*FN, "--diff", ".")
    assert outcome.exit_code == 0
    assert outcome.closing_line.startswith("proxy-sidecar: would change ")
    assert marks(folder) == at
    done(*FN, ".")
    rendered = tree(folder)
    undo = run("remove", "--diff", ".")
    assert tree(folder) == rendered
    apply(folder, undo.stdout)
    assert tree(folder) == before
    apply(folder, outcome.stdout)
    assert tree(folder) == rendered
    assert run(*FN, "--diff", ".").stdout == b""


def apply(folder: Path, diff: bytes) -> None:
    subprocess.run(["git", "apply", "-p1", "-"], input=diff, check=True, cwd=folder)


def test_diff_is_refused_as_the_run_would_be(folder: Path) -> None:
    write_tree(folder, {"deploy/web.yaml": DEPLOYMENT, "shared/service.yaml": SERVICE})
    (folder / "deploy/service.yaml").symlink_to("../shared/service.yaml")
    assert refused(*FN, "--diff", "deploy") == refused(*FN, "deploy")


# What cannot be read.


@pytest.mark.parametrize("name", ["Kustomization", OWN])
def test_a_file_beside_a_manifest_that_cannot_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    write_tree(folder, {"web.json": as_json(DEPLOYMENT), "service.yaml": SERVICE})
    if name == OWN:
        done(*FN, ".")
    (folder / name).touch()
    stat = os.stat

    def fail(path: str, **options: bool) -> os.stat_result:
        if os.fspath(path).endswith(name):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", fail)
    outcome = run(*FN, "web.json", "service.yaml")
    message = "cannot be read: Input/output error. Allow it, or name the files to work on."
    assert outcome.exit_code == 1
    assert [result.line() for result in outcome.results] == [f"[error] PS011 ProxySidecar: ({name}): {message}"]
