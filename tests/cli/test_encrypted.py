"""What SOPS has encrypted is never changed in its file: what would have to be is refused, and the rest stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.manifests import DEPLOYMENT, SERVICE, config, done, run, tree, write_tree

if TYPE_CHECKING:
    from pathlib import Path

FN = ("render", "--config", "../fn.yaml")
VALUE = "ENC[AES256_GCM,data:eHl6,iv:aXY=,tag:dGFn,type:str]"
SOPS = f'sops:\n  lastmodified: "2026-01-05T10:00:00Z"\n  mac: {VALUE}\n  version: 3.9.4\n'
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: other}}\ndata: {{token: '{VALUE}'}}\n{SOPS}"


def refused(folder: Path, *arguments: str) -> list[tuple[str, str]]:
    before = tree(folder)
    outcome = run(*arguments)
    assert outcome.exit_code == 1
    assert tree(folder) == before
    assert all(f"sops -d -i {result.file}" in result.message for result in outcome.results)
    return [(result.code.number, result.file) for result in outcome.results]


def test_an_encrypted_secret_stays_beside_what_changes(folder: Path) -> None:
    write_tree(folder, {"web.yaml": f"{SECRET}---\n{DEPLOYMENT}", "service.yaml": SERVICE, "secret.yaml": SECRET})
    before = tree(folder)
    done(*FN, ".")
    assert tree(folder)["secret.yaml"] == SECRET.encode()
    assert tree(folder)["web.yaml"].startswith(SECRET.encode())
    done("remove", ".")
    assert tree(folder) == before


@pytest.mark.parametrize(
    "sign",
    [SOPS, "sops: {mac: x}\n", "sops: {version: 3.9.4}\n", f"data: {{a: ['{VALUE}']}}\n", '"so\\x70s": {mac: x}\n'],
)
def test_what_was_encrypted_after_a_run(folder: Path, sign: str) -> None:
    """A second run has nothing to change; a removal, or another functionConfig, would."""
    write_tree(folder, {"web.yaml": DEPLOYMENT, "service.yaml": SERVICE})
    done(*FN, ".")
    deployment, config_map = (folder / "web.yaml").read_text().split("---\n")
    write_tree(folder, {"web.yaml": deployment + sign, "config.yaml": config_map})
    done(*FN, ".")
    assert refused(folder, "remove", ".") == [("PS009", "web.yaml")]
    write_tree(folder.parent, {"fn.yaml": config(spec="  listeners: [{port: 8888}]\n")})
    assert refused(folder, *FN, ".") == [("PS009", "web.yaml")]
    write_tree(folder, {"web.yaml": deployment})
    assert run("remove", ".").exit_code == 0
    assert tree(folder)["web.yaml"] == DEPLOYMENT.encode()


def test_a_configmap_of_ours_that_was_encrypted(folder: Path) -> None:
    write_tree(folder, {"web.yaml": DEPLOYMENT, "service.yaml": SERVICE})
    done(*FN, ".")
    deployment, config_map = (folder / "web.yaml").read_text().split("---\n")
    write_tree(folder, {"web.yaml": deployment, "config.yaml": config_map + SOPS})
    done(*FN, ".")
    assert refused(folder, "remove", ".") == [("PS009", "config.yaml")]
    write_tree(folder.parent, {"fn.yaml": config(spec="  listeners: [{port: 8888}]\n")})
    assert refused(folder, *FN, ".") == [("PS009", "config.yaml")]


def test_entries_of_an_encrypted_list(folder: Path) -> None:
    def entry(text: str) -> str:
        first, *rest = text.splitlines(keepends=True)
        return f"- {first}" + "".join(f"  {line}" for line in rest)

    items = entry(DEPLOYMENT) + entry(SERVICE)
    text = f"apiVersion: v1\nkind: List\nitems:\n{items}"
    write_tree(folder, {"all.yaml": text + SOPS})
    assert set(refused(folder, *FN, ".")) == {("PS009", "all.yaml")}
    write_tree(folder, {"all.yaml": text})
    assert run(*FN, ".").exit_code == 0
