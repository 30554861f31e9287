"""Places of a record that are found again by what their entries say, whatever others did to the lists meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from krm_fn.ledger.locate import located
from krm_fn.ledger.record_format import record_text
from krm_fn.ledger.record_parser import NewerFormatError
from krm_fn.yaml_text.edit import Change
from krm_fn.yaml_text.paths import format_pattern


def backend(path: str, name: str, port: int, **more: Any) -> dict[str, Any]:
    return {"path": path, **more, "service": {"name": name, "port": port}}


def ingress(*paths: dict[str, Any], host: str = "a") -> dict[str, Any]:
    return {"rules": [{"host": host, "paths": list(paths)}]}


A = backend("/a", "web", 8999)
PLACE = ("rules", 0, "paths", 0, "service", "port")
CHANGED = Change(verb="changed", path=PLACE, old="80", new="8999", of="web")
RECORD = record_text([CHANGED], ingress(A))
OTHER = backend("/n", "other", 8999)
EDITED = backend("/a", "web", 8999, type="Exact")

NOW: dict[str, tuple[dict[str, Any], tuple[int, int] | None]] = {
    "as it was": (ingress(A), (0, 0)),
    "an entry above": (ingress(backend("/n", "other", 80), A), (0, 1)),
    "an entry above with the same number": (ingress(OTHER, A), (0, 1)),
    "a rule above": ({"rules": [{"host": "b", "paths": [OTHER]}, *ingress(A)["rules"]]}, (1, 0)),
    "a copy above, for another path": (ingress(backend("/b", "web", 8999), A), (0, 1)),
    "edited": (ingress(EDITED), (0, 0)),
    "edited, and an entry above with the same number": (ingress(OTHER, EDITED), (0, 1)),
    "edited, and its rule too": (ingress(EDITED, host="b"), (0, 0)),
    "edited and doubled: where it was": (ingress(EDITED, backend("/b", "web", 8999)), (0, 0)),
    "edited, doubled and moved: not sure": (ingress(OTHER, EDITED, backend("/b", "web", 8999)), None),
    "a Service of that name elsewhere": (
        ingress({"path": "/a", "service": {"namespace": "b", "name": "web", "port": 8999}}),
        None,
    ),
    "the name in another field": (ingress(backend("/w", "other", 8999, subset="web")), None),
    "deleted": (ingress(OTHER), None),
    "deleted, and one above": (ingress(OTHER, backend("/b", "third", 8999)), None),
    "given to another Service": (ingress(backend("/a", "other", 8999)), None),
    "another port": (ingress(backend("/a", "web", 81)), (0, 0)),
    "another port, and moved": (ingress(OTHER, backend("/a", "web", 81)), (0, 1)),
    "no list": ({"rules": {"a": "b"}}, None),
    "nothing": ({}, None),
}


@pytest.mark.parametrize(("data", "place"), NOW.values(), ids=NOW)
def test_a_changed_value_is_found_by_its_entry(data: dict[str, Any], place: tuple[int, int] | None) -> None:
    found = located(RECORD, data)
    paths = [change.path for change in found.changes]
    assert paths == ([("rules", place[0], "paths", place[1], "service", "port")] if place else [])
    assert list(map(format_pattern, found.gone)) == ([] if place else [format_pattern(PLACE)])


BY_NAME = ("rules", 0, "paths", 0, "service", "port", "name")


def by_name(path: str, service: str, **more: Any) -> dict[str, Any]:
    """A backend whose port has a name, in an Ingress that kustomize gave a prefix."""
    entry = {"path": path, **more, "service": {"name": service, "port": {"name": "proxy"}}}
    return {"metadata": {"name": "prod-front", "namespace": "shop"}, **ingress(entry)}


NAMED = record_text([Change(verb="changed", path=BY_NAME, old="http", new="proxy", of="web")], by_name("/a", "web"))
FRONT, WEB, OF_PROD = ("shop", "prod-front"), ("shop", "web"), ("shop", "prod-web")
RENAMED: dict[str, tuple[dict[str, Any], set[tuple[str, str]], bool]] = {
    "as it was": (by_name("/a", "web"), {FRONT, WEB}, True),
    "edited": (by_name("/b", "web"), {FRONT, WEB}, True),
    "a prefix on all": (by_name("/a", "prod-web"), {FRONT, OF_PROD}, True),
    "a prefix on all, and edited": (by_name("/b", "prod-web"), {FRONT, OF_PROD}, True),
    "a prefix that has the name": (
        {**by_name("/a", "web-web"), "metadata": {"name": "web-front"}},
        {("", "web-front"), ("", "web-web")},
        True,
    ),
    "a Service that was not changed": (by_name("/a", "prod-web"), {FRONT}, False),
    "the Service of the former name is there": (by_name("/a", "prod-web"), {FRONT, WEB, OF_PROD}, False),
    "only in another namespace": (by_name("/a", "prod-web"), {FRONT, ("b", "prod-web")}, False),
    "another prefix than the own": (by_name("/a", "next-web"), {FRONT, ("shop", "next-web")}, False),
    "another suffix than the own": (by_name("/a", "prod-web-2"), {FRONT, ("shop", "prod-web-2")}, False),
    "another name": (by_name("/a", "prod-api"), {FRONT, ("shop", "prod-api")}, False),
    "nothing but the affixes is the own name": (
        {**by_name("/a", "prod-web"), "metadata": {"name": "prod-"}},
        {("", "prod-web")},
        False,
    ),
}


@pytest.mark.parametrize(("data", "objects", "is_found"), RENAMED.values(), ids=RENAMED)
def test_an_entry_is_found_whose_service_a_tool_renamed(
    data: dict[str, Any], objects: set[tuple[str, str]], *, is_found: bool
) -> None:
    found = located(NAMED, data, objects)
    assert [change.path for change in found.changes] == [BY_NAME] * is_found
    assert len(found.gone) == (not is_found)


PORTS = {"ingress": [{"from": "a", "ports": [{"port": 1}, {"port": 8080}]}, {"from": "b", "ports": [{"port": 2}]}]}
ADDED = record_text([Change(verb="added", path=("ingress", 0, "ports", 1))], PORTS)
RULES: dict[str, tuple[list[dict[str, Any]], list[tuple[int, int]]]] = {
    "as it was": (PORTS["ingress"], [(0, 1)]),
    "ports above and below": ([{"from": "a", "ports": [{"port": 5}, {"port": 8080}, {"port": 1}]}], [(0, 1)]),
    "rules above": ([{"from": "b", "ports": [{"port": 8080}]}, {"from": "a", "ports": [{"port": 8080}]}], [(1, 0)]),
    "its rule was edited": ([{"from": "c", "ports": [{"port": 1}, {"port": 8080}]}], [(0, 1)]),
    "its rule was edited and moved": ([{"from": "b", "ports": []}, {"from": "c", "ports": [{"port": 8080}]}], []),
    "it was deleted": ([{"from": "a", "ports": [{"port": 1}]}, {"from": "b", "ports": [{"port": 8080}]}], []),
}


@pytest.mark.parametrize(("rules", "places"), RULES.values(), ids=RULES)
def test_an_added_entry_is_found_by_its_digest_and_its_rule(
    rules: list[dict[str, Any]], places: list[tuple[int, int]]
) -> None:
    found = located(ADDED, {"ingress": rules})
    assert [change.path for change in found.changes] == [("ingress", rule, "ports", port) for rule, port in places]
    assert bool(found.gone or found.apart) is not bool(places)


def test_each_of_many_places_is_found_once() -> None:
    paths = [backend(f"/{index}", "web", 8999) for index in range(50)]
    changes = [CHANGED.replace(path=("rules", 0, "paths", index, "service", "port")) for index in range(50)]
    record = record_text(changes, ingress(*paths))
    assert record.count("\n") == 2
    found = located(record, ingress(*paths[::-1]))
    assert [change.path[3] for change in found.changes] == list(range(50))[::-1]


def test_a_later_format_is_refused() -> None:
    for record in ("format 3\nadded a\n", "format 12\nwithout sense"):
        with pytest.raises(NewerFormatError, match="which a later release wrote"):
            located(record, {"a": 1})
    for record in ("format x\n", "format 2 \n", "format 1 2", "format"):
        with pytest.raises(ValueError, match=r"format|must"):
            located(record, {"a": 1})
    assert located("format 1\nadded a\n", {"a": 1}).changes == [Change(verb="added", path=("a",))]


@pytest.mark.parametrize("signs", ["a", "a,b,c", ""])
def test_each_place_has_a_sign(signs: str) -> None:
    with pytest.raises(ValueError, match=r"sign for each of its places|must"):
        located(f"format 2\nadded rules[0-1].x at {signs}", {})


def test_more_places_than_there_can_be_are_refused() -> None:
    data = {"rules": [{"x": 1}] * 1000}
    with pytest.raises(ValueError, match="more places than the object has"):
        located("added rules[0-999].x\n" * 1000, data)
