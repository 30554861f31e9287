from __future__ import annotations

import pytest

from krm_fn import codes
from krm_fn.resource_list.item import Item
from krm_fn.yaml_text.read import YamlError


def item(text: str) -> Item:
    return Item(text.encode(), (0, len(text.encode())))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("- apiVersion: v1\n  kind: Pod\n", "Pod"),
        ("- apiVersion: v1\n  kind: Pod\n  metadata:\n    kind: X\n", "Pod"),
        ("- apiVersion: v1\n  kind: Pod # c\n", "Pod"),
        ("- apiVersion: v1\n  kind: 'Pod'\n", "Pod"),
        ("- apiVersion: v1\n  kind:   Pod\n", "Pod"),
        ("- apiVersion: v1\n  kind: &x Pod\n", "Pod"),
        ("- apiVersion: v1\n  kind: Pod\n    Foo\n", "Pod Foo"),
        ("- apiVersion: v1\n  kind: Pod\n\n    Foo\n", "Pod\nFoo"),
        ("- kind: Pod\n", "Pod"),
        ("- {kind: Pod}\n", "Pod"),
        ('{"kind": "Pod"}', "Pod"),
        ("- apiVersion: v1\n  data: {a: b,\n  kind: Pod\n  }\n  'kind': X\n", "X"),
        ("- apiVersion: v1\n  data: {a: b, # c\n  kind: Pod\n  }\n  'kind': X\n", "X"),
        ("- apiVersion: v1\n  data: '\n  kind: Pod\n  '\n  'kind': X\n", "X"),
        ('- apiVersion: v1\n  data: "\n  kind: Pod\n  "\n  "kind": X\n', "X"),
        ("- apiVersion: v1\n  data: ' '\n  kind: Pod\n", "Pod"),
        ("- apiVersion: v1\n  kind: Pod\n  kind: X\n", "X"),
        ("- apiVersion: v1\n", ""),
        ("- apiVersion: v1\n  a: b: c\n", ""),
        ("apiVersion: v1\nkind: Pod\n", "Pod"),
        ("# c\napiVersion: v1\nkind: Pod\nspec:\n  kind: X\n", "Pod"),
        ("apiVersion: v1\nkind: Pod\n Foo\n", "Pod Foo"),
        ("apiVersion: v1\nkind: Pod", "Pod"),
        ("apiVersion: 'v1\n\nkind: X'\nkind: Pod\n", "Pod"),
        ("- apiVersion: 'v1\n\n  kind: X'\n  'kind': Pod\n", "Pod"),
        ("- text\n", ""),
        ("kind: Pod\napiVersion: v1\n", "Pod"),
        ("kind: Pod\n Foo\n", "Pod Foo"),
        ("kind: Pod\nkind: X\n", "X"),
        ("kind: Pod\na: b: c\n", "Pod"),
        ("apiVersion: v1\nkind: Pod\na: b: c\n", "Pod"),
        ("apiVersion: v1\r\nkind: Pod\r\na: b: c\r\n", "Pod"),
        ("apiVersion: v1\r\nkind: Pod\r\n  Foo\r\n", "Pod Foo"),
        ("apiVersion: v1\r\nkind: Pod\r\n\r\n  Foo\r\n", "Pod\nFoo"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert item(text).kind == kind


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- a\n", "must be a mapping"),
        ("- a: 1\n- b: 1\n", "must be a mapping"),
        ("- a: {b: 1, b: 2}\n", r'must have each key once, got "a.b" twice \(line 1\)'),
        ("- a: 'b\n", "found unexpected end of stream"),
        ("- a: *b\n", r"must have an anchor &b before the alias \*b"),
    ],
)
def test_no_data(text: str, problem: str) -> None:
    with pytest.raises(YamlError, match=problem):
        item(text).data  # noqa: B018 # a property
    assert item(text).readable_data == {}


def test_text_that_is_not_utf_8() -> None:
    broken = Item(b"- kind: \xff\n", (0, 10))
    with pytest.raises(YamlError, match="must be UTF-8"):
        broken.text  # noqa: B018 # a property
    assert broken.kind == ""
    assert broken.output == b"- kind: \xff\n"


def test_an_alias_stands_for_what_an_item_before_has() -> None:
    whole = b"items:\n- a: &x {b: 1}\n  c: &x 2\n- d: *x\n- e: &x 3\n"
    start = whole.index(b"- d")
    assert Item(whole, (start, whole.index(b"- e"))).data == {"d": 2}


def test_an_alias_in_a_text_that_is_not_yaml_stands_for_nothing() -> None:
    whole = b"items:\n- a: &x {b: 1\n- d: *x\n"
    assert Item(whole, (whole.index(b"- d"), len(whole))).readable_data == {}


def test_place_and_words() -> None:
    whole = b"items:\n- a: 1\n- kind: Pod\n"
    second = Item(whole, (whole.index(b"- kind"), len(whole)))
    assert second.first_line == 3
    assert second.mentions("Pod")
    assert not second.mentions("items")


@pytest.mark.parametrize(("file", "place"), [("", " (line 3 of stdin)"), ("a/b.yaml", " (line 3 of a/b.yaml)")])
def test_an_error_is_placed_in_stdin_or_the_file(file: str, place: str) -> None:
    whole = b"---\n- a: 1\n- a: b: c\n"
    second = Item(whole, (whole.index(b"- a: b"), len(whole)), file)
    for item_of_text in (second, second.as_it_came()):
        with pytest.raises(YamlError) as caught:
            item_of_text.data  # noqa: B018 # reading it is what fails
        assert item_of_text.place_of(caught.value) == place
    assert second.place_of(YamlError("must be UTF-8")) == place.replace("(", "(in what starts at ")


@pytest.mark.parametrize(("file", "expected"), [("", "said.yaml"), ("a/b.yaml", "a/b.yaml")])
def test_a_result_names_the_file_that_was_read_or_that_the_host_says(file: str, expected: str) -> None:
    whole = b"kind: Pod\nmetadata: {annotations: {config.kubernetes.io/path: said.yaml}}\n"
    assert Item(whole, (0, len(whole)), file).result(codes.REMOVED, "", "").file == expected


def test_an_edit_is_what_is_read_and_written_then() -> None:
    pod = item("- kind: Pod\n")
    editor = pod.editor()
    editor.add(("metadata", "name"), "web")
    pod.text = editor.finish()
    assert pod.output == b"- kind: Pod\n  metadata:\n    name: web\n"
    assert pod.original == b"- kind: Pod\n"
    assert pod.data == {"kind": "Pod", "metadata": {"name": "web"}}
