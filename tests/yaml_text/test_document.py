"""After each change, the tree is what reading the text again gives."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from krm_fn.yaml_text.document import Document
from krm_fn.yaml_text.edit import Editor
from krm_fn.yaml_text.quick_read import quick_read
from krm_fn.yaml_text.read import YamlError
from krm_fn.yaml_text.scalars import scalar_text
from tests.yaml_text.styles import TEXTS, documents, randoms, values, written
from tests.yaml_text.test_edit_laws import at, collections, leaves
from tests.yaml_text.test_quick_read import described

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

TEXT = """\
# head
a: 1 # one
b:
- x: 1
  y: |
    text

- z # last
  # below
c:
  d:
  e: 'f'
# foot
g: [1, {h: 2}]
i:
  j:
"""
CHANGES: dict[str, Callable[[Document], None]] = {
    "a scalar": lambda document: document.put_scalar(("a",), "22"),
    "a scalar in an item": lambda document: document.put_scalar(("b", 0, "x"), "long"),
    "a literal block": lambda document: document.put_scalar(("b", 0, "y"), "short"),
    "the last of an item": lambda document: document.put_scalar(("b", 1), "zzz"),
    "a null": lambda document: document.put_scalar(("c", "d"), "1"),
    "a null that ends its mapping": lambda document: document.put_scalar(("i", "j"), "1"),
    "a quoted one": lambda document: document.put_scalar(("c", "e"), "f"),
    "one to be quoted": lambda document: document.put_scalar(("c", "e"), '"yes"'),
    "one in flow": lambda document: document.put_scalar(("g", 1, "h"), "333"),
    "an item more": lambda document: document.append(("b",), lambda *_: "\n- p: 1\n  q:\n  - 2"),
    "a key more": lambda document: document.append(("c",), lambda *_: "\n  k: |\n    l\n    m"),
    "a key more at the end": lambda document: document.append((), lambda *_: "\nn: 1"),
    "a tab in what is added": lambda document: document.append((), lambda *_: "\nn: |\n  1\t2"),
    "the first key": lambda document: document.remove(("a",)),
    "a key": lambda document: document.remove(("b",)),
    "the first of an item": lambda document: document.remove(("b", 0, "x")),
    "the last of one": lambda document: document.remove(("b", 0, "y")),
    "an item": lambda document: document.remove(("b", 1)),
    "the last key": lambda document: document.remove(("g",)),
    "in flow": lambda document: document.remove(("g", 0)),
    "the last in flow": lambda document: document.remove(("g", 1)),
    "an item more in flow": lambda document: document.append_in_flow(("g",), "{p: [1, 2]}"),
    "a key more in flow": lambda document: document.append_in_flow(("g", 1), "q: {r: s}"),
    "a span": lambda document: document.splice(0, 7, ""),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_tree_moves_along(change: Callable[[Document], None]) -> None:
    document = Document(TEXT, None, None)
    change(document)
    assert document.text != TEXT
    assert document.is_plain is (quick_read(document.text) is not None)
    moved = described(document.root)
    document.read()
    assert described(document.root) == moved


READ_AGAIN: tuple[str, ...] = ("a tab in what is added", "the first key", "the first of an item")
READ_AGAIN += ("in flow", "a span")


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=CHANGES)
def test_only_some_changes_read_the_text_again(name: str, change: Callable[[Document], None]) -> None:
    document = Document(TEXT, None, None)
    root = document.root
    change(document)
    assert (document.root is not root) is (name in READ_AGAIN)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.put_scalar(("b",), "3"),
        lambda document: document.append((), lambda *_: "\nc: 3"),
        lambda document: document.remove(("b",)),
    ],
    ids=["put", "append", "remove"],
)
def test_a_text_of_another_style_is_always_read_again(change: Callable[[Document], None]) -> None:
    document = Document("a: &x 1\nb: 22\n", None, None)
    root = document.root
    change(document)
    assert document.root is not root
    assert described(document.root) == described(Document(document.text, None, None).root)


def test_what_has_not_moved_is_not_read_again() -> None:
    document = Document(TEXT, None, None)
    root = document.root
    document.read()
    assert document.root is root
    document.put_scalar(("a",), "2")
    document.read()
    assert document.root is not root


@pytest.mark.parametrize(
    ("text", "is_json"),
    [
        ('{"a": 1}', True),
        ('- {\n  "a": 1}\n', True),
        ("{a: 1}", False),
        ('"": 1\n', False),
        ("a\n", False),
        ('["a", 1]', False),
    ],
)
def test_is_json(text: str, is_json: bool) -> None:
    assert Document(text, None, None).is_json is is_json


def test_a_change_that_leaves_no_yaml_is_not_made() -> None:
    document = Document(TEXT, None, None)
    with pytest.raises(YamlError, match=r"cannot be edited safely: after that it must be YAML: .* \(line 12\)"):
        document.splice(0, 6, "'")
    assert document.text == TEXT
    assert described(document.root) == described(Document(TEXT, None, None).root)


@given(documents, randoms, st.data())
def test_the_tree_is_always_that_of_the_text(data: Any, random: Random, draw: st.DataObject) -> None:
    text = written(data, random)
    assume(text is not None and quick_read(text) is not None)
    assert text is not None
    editor = Editor(text)
    for _ in range(draw.draw(st.integers(1, 5))):
        try:
            _edit(editor, draw)
        except YamlError:
            break
        if quick_read(editor.text) is not None:
            assert editor.plain_root is not None, (text, editor.text)
            assert described(editor.plain_root) == described(Document(editor.text, None, None).root), (
                text,
                editor.text,
            )


@given(documents, randoms, st.data())
def test_changes_that_waited_give_what_they_give_at_once(data: Any, random: Random, draw: st.DataObject) -> None:
    text = written(data, random)
    assume(text is not None)
    assert text is not None
    together, apart = Editor(text), Editor(text)
    for _ in range(draw.draw(st.integers(2, 12))):
        edit = _drawn(together.data, draw)
        outcomes = [_outcome(edit, editor) for editor in (together, apart)]
        assert outcomes[0] == outcomes[1]
        if outcomes[0] is YamlError:
            return
        assert apart.text  # which makes the changes that wait
        assert together.data == apart.data
    assert together.text == apart.text
    if together.plain_root is not None:
        assert described(together.plain_root) == described(Document(together.text, None, None).root)


def _outcome(edit: Callable[[Editor], object], editor: Editor) -> object:
    try:
        return edit(editor)
    except YamlError as error:
        return type(error)


def _edit(editor: Editor, draw: st.DataObject) -> None:
    """Make an edit that is drawn."""
    _drawn(editor.data, draw)(editor)


def _drawn(data: Any, draw: st.DataObject) -> Callable[[Editor], object]:
    """Return an edit that is drawn, for a document that has this data."""
    data = copy.deepcopy(data)
    kind = draw.draw(st.sampled_from(("add", "add", "change", "restore", "remove")))
    if kind == "add":
        place = draw.draw(st.sampled_from(collections(data)))
        key = "new" + str(draw.draw(st.integers(0, 9)))
        step = -1 if isinstance(at(data, place), list) else key
        value = draw.draw(values)
        return lambda editor: editor.add((*place, step), value)
    paths = [path for path in leaves(data) if kind == "remove" or not isinstance(at(data, path), dict | list)]
    assume(paths)
    path = draw.draw(st.sampled_from(paths))
    if kind == "remove":
        return lambda editor: editor.remove(path)
    new = draw.draw(st.integers(-9, 99999) | st.sampled_from(TEXTS))
    if kind == "restore":
        return lambda editor: editor.restore(path, scalar_text(new))
    return lambda editor: editor.change(path, new)
