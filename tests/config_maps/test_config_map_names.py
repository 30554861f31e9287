"""Names of ConfigMaps at the limits of Kubernetes and of file systems."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from krm_fn.config_maps.config_map import SIZE_LIMIT, file_name, made_name
from krm_fn.config_maps.split import parts_of
from krm_fn.function_config.formats.kubernetes import is_resource_name
from krm_fn.function_config.generated.values import FilesConfigMap
from tests.cli.manifests import DEPLOYMENT, as_json, config, run, write_tree

LONGEST = 240
ROOM = LONGEST - len("-px-config")


@pytest.mark.parametrize(
    ("stem", "name"), [("web", "web-px-config"), ("", "px-config"), ("w" * ROOM, "w" * ROOM + "-px-config")]
)
def test_a_name_that_fits_stays(stem: str, name: str) -> None:
    assert made_name(stem, "px-config") == name


@pytest.mark.parametrize("stem", ["w" * (ROOM + 1), "w" * 253, f"{'w' * 220}.{'w' * 10}", "ab." * 84])
def test_a_name_that_does_not_fit_is_cut(stem: str) -> None:
    name = made_name(stem, "px-config")
    assert is_resource_name(name)
    assert len(name) <= LONGEST
    assert name.endswith("-px-config")


def test_names_that_are_cut_differ_as_before() -> None:
    assert made_name("w" * 250 + "a", "px-config") != made_name("w" * 250 + "b", "px-config")


@pytest.mark.parametrize("length", [1, LONGEST, LONGEST + 1, 253])
def test_a_file_system_accepts_the_name_of_a_file(length: int, tmp_path: Path) -> None:
    (tmp_path / file_name("w" * length)).write_text("")
    assert len(os.listdir(tmp_path)) == 1


def test_parts_of_a_name_at_the_limit() -> None:
    files = {"a.txt": "a" * (SIZE_LIMIT - 10), "b.txt": "b" * (SIZE_LIMIT - 10)}
    first, second = parts_of(FilesConfigMap(name="f" * 253, data=files))
    assert first.name == "f" * 253
    assert is_resource_name(second.name)
    assert second.name.endswith("-2")


@pytest.mark.parametrize("name", ["w" * 253, "w" * 230, "web"])
def test_a_file_of_a_long_name_is_written_and_removed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = as_json(DEPLOYMENT.replace("name: web #", f"name: {name} #"))
    write_tree(tmp_path, {"fn.yaml": config().replace("name: web", f"name: {name}"), "deploy/web.json": text})
    assert run("render", "--config", "fn.yaml", "deploy/web.json").exit_code == 0
    (made,) = (path for path in os.listdir("deploy") if path != "web.json")
    volumes = json.loads(Path("deploy/web.json").read_text())["spec"]["template"]["spec"]["volumes"]
    assert f"  name: {volumes[0]['configMap']['name']}\n" in Path("deploy", made).read_text()
    assert run("remove", "deploy/web.json").exit_code == 0
    assert os.listdir("deploy") == ["web.json"]
    assert Path("deploy/web.json").read_text() == text
