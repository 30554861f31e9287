"""Into which sets copies divide files, and what nothing tells apart."""

from __future__ import annotations

import pytest

from krm_fn.copies.kustomizations import Closures, Kustomization
from krm_fn.copies.sets import FileSet, Sets, Unclear, sets_of

NONE = Closures([])


def closures(**lists: list[str]) -> Closures:
    """Return the closures of kustomizations in folders, by what they list."""
    return Closures(
        [
            Kustomization(place=f"{folder.replace('_', '/')}/kustomization.yaml", data={"resources": resources})
            for folder, resources in lists.items()
        ]
    )


def set_of(place: str, sets: list[FileSet]) -> FileSet | None:
    """Return the set that a file belongs to."""
    number = Sets(sets).of(place)
    return sets[number] if number >= 0 else None


@pytest.mark.parametrize(
    ("places", "folders"),
    [
        (["eu/web.yaml", "us/web.yaml"], ["eu", "us"]),
        (["eu/a/web.yaml", "us/b/c/web.yaml"], ["eu", "us"]),
        (["x/eu/web.yaml", "x/us/web.yaml"], ["x/eu", "x/us"]),
        (["eu/a/web.yaml", "eu/b/web.yaml", "us/web.yaml"], ["eu/a", "eu/b", "us"]),
        (["install.yaml", "parts/web.yaml"], ["", "parts"]),
        (["x/install.yaml", "x/parts/web.yaml"], ["x", "x/parts"]),
        (["/x/eu/web.yaml", "/x/us/web.yaml"], ["/x/eu", "/x/us"]),
        (["/x/web.yaml", "us/web.yaml"], ["/", "us"]),
        (["../eu/web.yaml", "../us/web.yaml"], ["../eu", "../us"]),
        (["eu/web.yaml", "eu-2/web.yaml"], ["eu", "eu-2"]),
    ],
)
def test_folders(places: list[str], folders: list[str]) -> None:
    assert sets_of(places, NONE) == [FileSet(folder=folder) for folder in folders]
    assert sets_of(places[::-1], NONE) == [FileSet(folder=folder) for folder in folders[::-1]]


@pytest.mark.parametrize(
    ("places", "positions", "known"),
    [
        (["", ""], (0, 1), NONE),
        (["web.yaml", ""], (0, 1), NONE),
        (["web.yaml", "web.yaml"], (0, 1), NONE),
        (["x/web.yaml", "x/install.yaml"], (0, 1), NONE),
        (["us/web.yaml", "x/web.yaml", "x/install.yaml"], (1, 2), NONE),
        (["x/a/web.yaml", "x/b/web.yaml"], (0, 1), closures(x=["a/web.yaml", "b/web.yaml"])),
        (["x/web.yaml", "x/one.yaml", "x/two.yaml"], (1, 2), closures(x=["web.yaml"])),
    ],
)
def test_what_nothing_tells_apart(places: list[str], positions: tuple[int, int], known: Closures) -> None:
    with pytest.raises(Unclear) as error:
        sets_of(places, known)
    assert error.value.positions == positions


def test_a_kustomization_holds_what_it_lists_and_the_folder_the_rest() -> None:
    known = closures(x=["web.yaml", "proxy.yaml"])
    taken, rest = sets_of(["x/web.yaml", "x/install.yaml"], known)
    assert taken.files == frozenset({"x/web.yaml", "x/proxy.yaml"})
    assert rest == FileSet(folder="x")
    assert set_of("x/proxy.yaml", [taken, rest]) == taken
    assert set_of("x/other.yaml", [taken, rest]) == rest
    assert set_of("y/other.yaml", [taken, rest]) is None


def test_the_largest_kustomization_that_takes_no_other_copy_counts() -> None:
    known = closures(
        eu_app=["web.yaml"],
        eu=["app", "proxy.yaml"],
        us=["web.yaml", "../base"],
        base=["all.yaml"],
        all=["../eu", "../us"],
    )
    eu, us = sets_of(["eu/app/web.yaml", "us/web.yaml"], known)
    assert eu.files == frozenset({"eu/app/web.yaml", "eu/proxy.yaml"})
    assert us.files == frozenset({"us/web.yaml", "base/all.yaml"})


def test_what_two_kustomizations_take_is_in_none() -> None:
    known = closures(eu=["web.yaml", "../base"], us=["web.yaml", "../base"], base=["all.yaml"])
    sets = sets_of(["eu/web.yaml", "us/web.yaml"], known)
    assert set_of("base/all.yaml", sets) is None
    assert set_of("eu/other.yaml", sets) is None


def test_the_innermost_folder_counts() -> None:
    sets = [FileSet(folder="x"), FileSet(folder="x/parts"), FileSet(folder="y")]
    assert set_of("x/parts/a/web.yaml", sets) == sets[1]
    assert set_of("x/web.yaml", sets) == sets[0]
    assert set_of("z/web.yaml", sets) is None


def test_kustomizations_in_a_circle() -> None:
    known = closures(a=["../b", "web.yaml"], b=["../a", "api.yaml"])
    assert known.files["a"] == known.files["b"] == {"a/web.yaml", "b/api.yaml"}
