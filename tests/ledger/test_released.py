"""The records of every release stay readable: what it wrote is removed, and rendered again, by the program as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from krm_fn import __version__
from krm_fn.ledger.record_format import is_record
from krm_fn.removal import remove
from krm_fn.resource_list.identity import annotations_of, ref_of
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.result import ResourceRef
from krm_fn.yaml_text.paths import walk
from tests.ledger.released import FILES, FUNCTION_CONFIGS, INPUT, RENDERED, add, cases, releases, rendered, shortened

VERBS = {"added", "changed", "created", "expanded", "filled", "renamed"}
PARTS = ("[name=", "[0-", ",2-", "[name=first,third]", ' "', " as ")
"""What lines have: names, ranges, unions of both, quoted words, digests."""


def _name(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


each_case = pytest.mark.parametrize("case", cases(), ids=_name)


@each_case
def test_what_a_release_wrote_is_removed(case: Path) -> None:
    resources = ResourceList((case / RENDERED).read_bytes())
    results = remove(resources, _owners(case))
    assert b"".join(resources.written([])) == (case / INPUT).read_bytes()
    assert {result.severity for result in results} <= {"info"}, "nothing is taken for an edit by hand"


@each_case
def test_one_after_the_other_they_are_removed(case: Path) -> None:
    text = (case / RENDERED).read_bytes()
    for owner in _owners(case):
        resources = ResourceList(text)
        remove(resources, [owner])
        text = b"".join(resources.written([]))
    assert text == (case / INPUT).read_bytes()


@each_case
def test_again_each_object_is_as_the_release_wrote_it_or_as_if_the_release_had_never_run(case: Path) -> None:
    """An object keeps its text, and with it the record that the release wrote, unless it means something else now."""
    earlier, fresh = (_texts(text) for text in ((case / RENDERED).read_bytes(), _fresh(case)))
    again = _texts(shortened(rendered(case, (case / RENDERED).read_bytes())))
    assert again.keys() == fresh.keys()
    for ref, text in again.items():
        assert _meaning(text) == _meaning(fresh[ref]), ref
        if len(_owners(case)) == 1:  # of several, the one that runs appends its own behind the others'
            assert text in (earlier[ref], fresh[ref]), ref


@each_case
def test_again_and_then_removed_it_is_the_input(case: Path) -> None:
    resources = ResourceList(rendered(case, (case / RENDERED).read_bytes()))
    remove(resources, _owners(case))
    assert b"".join(resources.written([])) == (case / INPUT).read_bytes()


@each_case
def test_a_case_has_these_files_and_no_other(case: Path) -> None:
    assert {path.name for path in case.iterdir()} == set(FILES)


@pytest.mark.parametrize("release", releases(), ids=lambda release: str(release.name))
def test_the_records_of_a_release_have_all_that_a_record_can(release: Path) -> None:
    records = [record for case in release.iterdir() for record in _records((case / RENDERED).read_bytes())]
    lines = [line for record in records for line in record.splitlines()]
    assert {line.partition(" ")[0] for line in lines} & VERBS == VERBS
    assert [part for part in PARTS if not any(part in line for line in lines)] == []
    assert any(line.startswith("added ") and " as " not in line for line in lines)


def test_the_version_has_its_folder() -> None:
    assert __version__ in [release.name for release in releases()], "run python -m tests.ledger.released"


def test_a_release_adds_its_folder_with_the_cases_of_the_one_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    case = next(each for each in cases() if each.name == "words-that-are-quoted")
    shutil.copytree(case, tmp_path / "0.0.9" / case.name)
    shutil.copytree(case, tmp_path / "0.0.10" / case.name)
    monkeypatch.setattr("tests.ledger.released.RELEASES", tmp_path)
    assert add() == tmp_path / __version__
    assert [path.name for path in releases()] == ["0.0.9", "0.0.10", __version__]
    made = tmp_path / __version__ / case.name
    assert {path.name for path in made.iterdir()} == set(FILES)
    assert _records((made / RENDERED).read_bytes())


def _owners(case: Path) -> list[str]:
    configs = yaml.safe_load_all((case / FUNCTION_CONFIGS).read_bytes())
    return [config["metadata"]["name"] for config in configs]


def _fresh(case: Path) -> bytes:
    return shortened(rendered(case, (case / INPUT).read_bytes()))


def _texts(resource_list: bytes) -> dict[ResourceRef, bytes]:
    return {ref_of(item.readable_data): item.original for item in ResourceList(resource_list).items}


def _records(resource_list: bytes) -> list[str]:
    items = ResourceList(resource_list).items
    return [str(value) for item in items for key, value in annotations_of(item.readable_data).items() if is_record(key)]


def _meaning(text: bytes) -> object:
    """Return the data of an object, without what its records say, and with a Pod's lists in the order of names."""
    (data,) = yaml.safe_load(text)
    for key in filter(is_record, annotations_of(data)):
        data["metadata"]["annotations"][key] = ""
    for path, value in walk(data):
        if path[-1:] in (("containers",), ("volumes",)) and isinstance(value, list):
            value.sort(key=lambda entry: str(entry["name"]))
    return data
