from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.ledger.digest import digest, entry_digest
from krm_fn.ledger.locate import located
from krm_fn.ledger.record_format import holders_first, merged, record_text
from krm_fn.yaml_text.edit import Change
from krm_fn.yaml_text.paths import Among, Named, Names, format_pattern, pattern_of
from krm_fn.yaml_text.scalars import quoted
from tests.ledger.records import changes_of

if TYPE_CHECKING:
    from krm_fn.yaml_text.paths import Pattern

ODD = [
    "",
    " ",
    ".",
    "a.b",
    "a b",
    "[",
    "]",
    '"',
    "\\",
    "=",
    "name=x",
    "a\nb",
    "\t",
    "0",
    "é",
    "\u2028",
    "\ufeff",
    "\x85",
    "😀",
    "-1",
]
keys = st.text(max_size=8) | st.sampled_from(ODD)
texts = keys | st.sampled_from(["80", " []", " ~", "&port 3000", "*port", "'80'", "\r\n", "from", "to"])
documents = st.recursive(
    st.none() | st.integers(),
    lambda inner: (
        st.dictionaries(keys, inner, min_size=1, max_size=3)
        | st.lists(inner, min_size=1, max_size=3)
        | st.lists(st.fixed_dictionaries({"name": keys}), min_size=1, max_size=3)
    ),
    max_leaves=12,
)


@st.composite
def places(draw: st.DrawFn) -> tuple[Any, tuple[str | int, ...]]:
    """Draw a document and a path that leads somewhere in it."""
    document: Any = draw(documents)
    at = document
    path: tuple[str | int, ...] = ()
    while isinstance(at, dict | list) and (not path or draw(st.booleans())):
        step: Any = draw(st.sampled_from(list(at))) if isinstance(at, dict) else draw(st.integers(0, len(at) - 1))
        path, at = (*path, step), at[step]
    return document, path


def value_at(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


@given(places(), st.sampled_from(["added", "created", "filled", "expanded", "changed"]), texts)
def test_record_tells_a_change_exactly(place: tuple[Any, tuple[str | int, ...]], verb: str, old: str) -> None:
    document, path = place
    if not path:
        return
    value = value_at(document, path)
    if verb == "changed" and isinstance(value, dict | list):
        return
    new = quoted(str(value))
    change = Change(
        verb=verb,
        path=path,
        old=old.lstrip(" \t#") if verb == "changed" else old if verb in ("filled", "expanded") else "",
        new=new if verb == "changed" else entry_digest(value, str(path[-1])) if verb == "added" else "",
    )
    record = record_text([change], document)
    assert record.count("\n") == 1 + record.startswith("format 2\n")
    assert changes_of(record, document) == [change]


@given(st.lists(places(), max_size=4))
def test_record_holds_a_line_for_each_change(found: list[tuple[Any, tuple[str | int, ...]]]) -> None:
    document = [document for document, _ in found]
    changes = [
        Change(
            verb="added",
            path=(index, *path),
            new=entry_digest(value_at(document[index], path), str((index, *path)[-1])),
        )
        for index, (_, path) in enumerate(found)
    ]
    assert sorted(changes_of(record_text(changes, document), document), key=repr) == sorted(changes, key=repr)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}, True),
        ({"a": 1}, {"a": "1"}, False),
        ({"a": None}, {}, False),
        ([1, 2], [2, 1], False),
        ({"a": True}, {"a": 1}, False),
        ("\ud800", "\ud801", False),
        ({"configMap": {"name": "a", "key": "k"}}, {"configMap": {"name": "dev-a-6h4", "key": "k"}}, True),
        ({"configMap": {"name": "a", "key": "k"}}, {"configMap": {"name": "a", "key": "l"}}, False),
        ({"secret": {"name": "a"}}, {"secret": {"name": "b"}}, False),
    ],
)
def test_digest(one: Any, other: Any, same: bool) -> None:
    assert (digest(one) == digest(other)) is same
    assert len(digest(one)) == 8
    assert digest(one).isalpha()


NAMED = {"ports": [{"name": "http"}, {"name": "metrics"}]}


@pytest.mark.parametrize(
    ("path", "document", "text"),
    [
        ((), {}, ""),
        (("ports", 1), NAMED, "ports[name=metrics]"),
        (("ports", 1), {"ports": [{"name": "a"}, {"name": "a"}]}, "ports[1]"),
        (("ports", 0), {"ports": [{"name": "a.b]"}]}, "ports[0]"),
        (("ports", 0), {"ports": [{"name": 80}]}, "ports[0]"),
        (("ports", 0), {"ports": ["a"]}, "ports[0]"),
        (("metadata", "annotations", "a.b/c"), {}, 'metadata.annotations["a.b/c"]'),
        (("a", ""), {}, 'a[""]'),
        (('a"b',), {}, '["a\\"b"]'),
    ],
)
def test_path_as_text(path: tuple[str | int, ...], document: object, text: str) -> None:
    assert format_pattern(pattern_of(path, document, Names())) == text


@pytest.mark.parametrize(
    ("record", "document"),
    [
        ("", {}),
        ("\n", {}),
        ("added ports[name=gone]\n", NAMED),
        ("added ports[name=http]\n", {"ports": [{"name": "http"}, {"name": "http"}]}),
        ("added ports[2]\n", NAMED),
        ("added ports[name=http].port\n", {}),
        ("changed ports[name=gone].port from 1 to 2\n", NAMED),
    ],
)
def test_change_whose_place_is_gone_is_left_out(record: str, document: object) -> None:
    assert changes_of(record, document) == []


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"ports": [{"name": "new"}, {"name": "metrics"}, {"name": "http"}]}, ("ports", 2)),
        ({"ports": [{"name": "http"}]}, ("ports", 0)),
    ],
)
def test_named_entry_is_found_where_it_stands_now(document: object, path: tuple[str | int, ...]) -> None:
    assert changes_of("added ports[name=http]", document) == [Change(verb="added", path=path)]


@pytest.mark.parametrize(
    "record",
    [
        "removed a",
        "Added a",
        "changed a",
        "changed a from 1",
        "changed a from 1 to",
        "changed a to 2 from 1",
        "filled a",
        "filled a with 1",
        'changed a from "1 to 2',
        'added ["a',
        "added [0",
        'added a["\\',
        'added a["\\u12"]',
        'added a["\\uzzzz"]',
        'added a["\\Uffffffff"]',
        "added a[x=1]",
        "added a[1-0]",
        "added a[1,0]",
        "added a[٣]",
        "added a[0-٣]",
        "added a[0-1,1]",
        "added a[-1]",
        "added a[0-]",
        "added a[0,]",
        "added a[0-1-2]",
        "added a[0,name=x]",
        "added a b",
        "added",
        'renamed a from " # note"',
        'changed a from "# note" to b',
    ],
)
def test_line_that_is_no_record(record: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # its text is told in the result, see tests/errors
        changes_of(record, {"a": 1})


RULES = {"rules": [{"paths": [{"port": 8080} for _ in range(3)]} for _ in range(20)], "ports": [{"name": "a"}] * 2}
NAMES = {"ports": [{"name": name, "port": 8080} for name in ("b", "a", "d", "c")]}


def changed(*path: str | int) -> Change:
    return Change(verb="changed", path=path, old="80", new="8080")


@pytest.mark.parametrize(
    ("document", "changes", "record"),
    [
        (RULES, [("rules", 0, "x")], "changed rules[0].x from 80 to 8080\n"),
        (RULES, [("rules", 1, "x"), ("rules", 0, "x")], "changed rules[0-1].x from 80 to 8080\n"),
        (
            RULES,
            [("rules", index, "x") for index in (0, 1, 2, 5, 7, 8)],
            "changed rules[0-2,5,7-8].x from 80 to 8080\n",
        ),
        (
            RULES,
            [("rules", rule, "paths", path, "port") for rule in range(9) for path in (0, 2)],
            "changed rules[0-8].paths[0,2].port from 80 to 8080\n",
        ),
        (
            RULES,
            [("rules", 0, "paths", 0), ("rules", 0, "paths", 1), ("rules", 1, "paths", 0)],
            "changed rules[0].paths[0-1] from 80 to 8080\nchanged rules[1].paths[0] from 80 to 8080\n",
        ),
        (
            RULES,
            [("rules", 0, "x"), ("rules", 0, "y")],
            "changed rules[0].x from 80 to 8080\nchanged rules[0].y from 80 to 8080\n",
        ),
        (NAMES, [("ports", 3, "port"), ("ports", 0, "port")], "changed ports[name=c,b].port from 80 to 8080\n"),
        (RULES, [("ports", 0), ("ports", 1)], "changed ports[0-1] from 80 to 8080\n"),
    ],
)
def test_equal_changes_are_one_line(document: object, changes: list[tuple[str | int, ...]], record: str) -> None:
    written = record_text([changed(*path) for path in changes], document)
    assert re.sub(r"^format 2\n| at \S+$", "", written, flags=re.MULTILINE) == record


def test_changes_that_differ_are_lines_of_their_own() -> None:
    other = changed("rules", 1, "x").replace(new="8081")
    assert record_text([changed("rules", 0, "x"), other], RULES).count("\n") == 3


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 2)), unique=True), st.sampled_from([RULES, NAMES]))
def test_the_line_of_many_changes_is_read_back(places: list[tuple[int, int]], document: Any) -> None:
    paths: list[tuple[str | int, ...]] = [("rules", rule, "paths", path, "port") for rule, path in places]
    if document is NAMES:
        paths = list(dict.fromkeys(("ports", rule % 4, "port") for rule, _ in places))
    changes = [changed(*path) for path in paths]
    record = record_text(changes, document)
    assert sorted(changes_of(record, document), key=repr) == sorted(changes, key=repr)
    assert len(record.splitlines()) <= 8, "as many as there are sets of paths, at most"
    single = holders_first("".join(record_text([change], document) for change in changes))
    assert sorted(changes_of(single, document), key=repr) == sorted(changes, key=repr), "the form with a line for each"


@pytest.mark.parametrize(
    ("record", "places", "gone"),
    [
        ("added rules[18-21].x", [("rules", 18, "x"), ("rules", 19, "x")], ["rules[20-21].x"]),
        ("added rules[20-999999999999].x", [], ["rules[20-999999999999].x"]),
        (
            "added rules[0,30].paths[1-3]",
            [("rules", 0, "paths", 1), ("rules", 0, "paths", 2)],
            ["rules[30].paths[1-3]", "rules[0].paths[3]"],
        ),
        ("added ports[name=a,b]", [], ["ports[name=a]", "ports[name=b]"]),
        ("added x[0-1]", [], ["x[0-1]"]),
    ],
)
def test_of_many_places_only_those_that_are_gone_are_left_out(
    record: str, places: list[tuple[str | int, ...]], gone: list[str]
) -> None:
    found = located(record, RULES)
    assert [change.path for change in found.changes] == places
    assert list(map(format_pattern, found.gone)) == gone


def test_ranges_of_which_several_are_gone_are_reported_as_one() -> None:
    rules = ("spec", "rules")
    gone: list[Pattern] = [(*rules, Among([range(2, 3)])), (*rules, Among([range(1)])), (*rules, 1)]
    assert [format_pattern(each) for each in merged(gone)] == ["spec.rules[0-2]"]
    mixed = [*gone, (*rules, Named("a")), (*rules, Among([Named("b")]))]
    assert [format_pattern(each) for each in merged(mixed)] == ["spec.rules[0-2]", "spec.rules[name=a,b]"]
