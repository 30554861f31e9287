"""Compressed twins of static files, and parts of what one ConfigMap cannot hold."""

from __future__ import annotations

import base64
import gzip
import json
from itertools import pairwise
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.config_maps.config_map import SIZE_LIMIT
from krm_fn.config_maps.split import parts_of
from krm_fn.function import process
from krm_fn.function_config.generated.values import FilesConfigMap
from tests.function_config.documents import document
from tests.test_tasks import APP

TEXT = "body { color: black; }\n" * 100


def test_a_twin_is_the_same_text_without_name_and_time() -> None:
    (part,) = parts_of(FilesConfigMap(name="files", data={"app.css": TEXT, "small.css": "a {}"}, precompress=True))
    assert list(part.binary_data) == ["app.css.gz"]
    packed = base64.b64decode(part.binary_data["app.css.gz"])
    assert gzip.decompress(packed).decode() == TEXT
    assert packed[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    assert parts_of(FilesConfigMap(name="files", data={"app.css": TEXT}, precompress=True))[0].binary_data == {
        "app.css.gz": part.binary_data["app.css.gz"]
    }


@pytest.mark.parametrize(
    "files",
    [
        FilesConfigMap(name="files", data={"app.css": TEXT}),
        FilesConfigMap(name="files", data={"LICENSE": TEXT, "photo.png": TEXT}, precompress=True),
        FilesConfigMap(name="files", data={"app.css": TEXT[:1000]}, precompress=True),
    ],
)
def test_what_gains_nothing_has_none(files: FilesConfigMap) -> None:
    assert parts_of(files)[0].binary_data == {}


def test_a_twin_of_the_users_own_stays() -> None:
    own = {"app.css.gz": base64.b64encode(gzip.compress(b"own")).decode()}
    (part,) = parts_of(FilesConfigMap(name="files", data={"app.css": TEXT}, binary_data=own, precompress=True))
    assert part.binary_data == own


def run(resource_list: dict[str, Any], files: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return the items by kind and name, where a prefix serves these files."""
    route = {"path": "/site/", "match": "prefix", "files": {"configMap": "site"}}
    spec = {"files": [{"name": "site", "data": files}], "listeners": [{"routes": [route]}]}
    outcome = process(json.dumps({**resource_list, "functionConfig": document(spec)}).encode())
    assert outcome.exit_code == 0, outcome.lines
    made = json.loads(outcome.stdout) if outcome.stdout.startswith(b"{") else yaml.safe_load(outcome.stdout)
    return {f"{item['kind']}/{item['metadata']['name']}": item for item in made["items"]}


def test_more_than_a_config_map_holds_is_served_from_several() -> None:
    items = list(yaml.safe_load_all(APP))
    empty = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": items}
    names = ["site", "site-2", "site-3"]
    files = {f"{number}.js": str(number) * 600_000 for number in range(3)}
    first = run(empty, files)
    assert [list(first[f"ConfigMap/{name}"]["data"]) for name in names] == [["0.js"], ["1.js"], ["2.js"]]
    volume = next(
        each for each in first["Deployment/web"]["spec"]["template"]["spec"]["volumes"] if "projected" in each
    )
    held = [(each["configMap"]["name"], each["configMap"]["items"]) for each in volume["projected"]["sources"]]
    assert held == [(name, [{"key": f"{number}.js", "path": f"site/{number}.js"}]) for number, name in enumerate(names)]
    again = run({**empty, "items": list(first.values())}, dict(list(files.items())[:1]))
    assert [name for name in names if f"ConfigMap/{name}" in again] == ["site"]


def test_an_empty_one_is_one_part() -> None:
    assert [(part.name, part.data) for part in parts_of(FilesConfigMap(name="files"))] == [("files", {})]


@given(st.lists(st.integers(0, SIZE_LIMIT), max_size=8))
def test_parts_hold_each_file_once_and_fit(sizes: list[int]) -> None:
    data = {f"{index}.txt": "x" * size for index, size in enumerate(sizes)}
    parts = parts_of(FilesConfigMap(name="files", data=data))
    assert [part.name for part in parts] == ["files", *(f"files-{number}" for number in range(2, len(parts) + 1))]
    assert [item for part in parts for item in part.data.items()] == list(data.items())
    for part in parts:
        size = sum(len(key) + len(text) for key, text in part.data.items())
        assert size <= SIZE_LIMIT or len(part.data) == 1
    for first, second in pairwise(parts):
        key, text = next(iter(second.data.items()))
        assert sum(len(k) + len(t) for k, t in first.data.items()) + len(key) + len(text) > SIZE_LIMIT
