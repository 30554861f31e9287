"""What an edit makes of a text is what the same change makes of its data, and taking it out gives the text back."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given
from hypothesis import strategies as st

from krm_fn.yaml_text.edit import Change, Editor
from krm_fn.yaml_text.read import YamlError
from tests.manifests import load
from tests.yaml_text.styles import documents, randoms, scalars, values, written

if TYPE_CHECKING:
    from random import Random

Path = tuple[str | int, ...]


def collections(data: Any, path: Path = ()) -> list[Path]:
    """Return the paths of all collections and nulls, which can be added to."""
    if isinstance(data, dict):
        return [path, *(found for key, value in data.items() for found in collections(value, (*path, key)))]
    if isinstance(data, list):
        return [path, *(found for index, value in enumerate(data) for found in collections(value, (*path, index)))]
    return [path] if data is None else []


def leaves(data: Any, path: Path = ()) -> list[Path]:
    """Return the paths of all entries."""
    if isinstance(data, dict):
        below = [found for key, value in data.items() for found in leaves(value, (*path, key))]
    elif isinstance(data, list):
        below = [found for index, value in enumerate(data) for found in leaves(value, (*path, index))]
    else:
        below = []
    return [path, *below] if path else below


def at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def add(data: Any, path: Path, value: Any) -> None:
    """Do to plain data what Editor.add does."""
    for position, step in enumerate(path):
        last = position == len(path) - 1
        empty: Any = value if last else ([] if path[position + 1] == -1 else {})
        if step == -1:
            data.append(empty)
            data = data[-1]
        elif last or not (data[step] if isinstance(step, int) else data.get(step)):
            data[step] = empty
            data = empty
        else:
            data = data[step]


def take_out(editor: Editor, changes: list[Change]) -> str:
    """Undo changes as the ownership record does."""
    for change in reversed(changes):
        if change.verb in ("added", "created"):
            editor.remove(change.path)
        elif change.verb == "filled":
            editor.refill(change.path, change.old)
        elif change.verb == "expanded":
            editor.fold(change.path, change.old)
        else:
            editor.restore(change.path, change.old)
    return editor.finish()


def refused_rightly(text: str) -> bool:
    """Tell whether an edit may be refused: the text ends without a newline, where a block scalar may end it."""
    return not text.endswith("\n")


@given(documents, randoms, st.data())
def test_add_and_take_out(data: Any, random: Random, draw: st.DataObject) -> None:
    text = written(data, random)
    assume(text is not None)
    assert text is not None
    parent = draw.draw(st.sampled_from(collections(data)))
    holder = at(data, parent)
    path: Path = (*parent, -1) if isinstance(holder, list) else (*parent, "new")
    if holder is None and draw.draw(st.booleans()):
        path = (*parent, -1)
    path += draw.draw(st.sampled_from([(), ("deep",), ("deep", -1), ("deep", -1, "deeper")]))
    value = draw.draw(values)
    wanted = copy.deepcopy(data)
    add(wanted, path, value)

    editor = Editor(text)
    try:
        changes = editor.add(path, value)
        edited = editor.finish()
    except YamlError:
        assert refused_rightly(text), (text, path, value)
        return
    assert editor.data == wanted
    assert Editor(edited).data == wanted
    assert load(edited) == load_of(wanted, edited)
    assert take_out(Editor(edited), changes) == text


def load_of(wanted: Any, edited: str) -> Any:
    """Return what another reader must see: the same, but for keys that it takes for numbers and the like."""
    seen = load(edited)
    return seen if _texts(seen) == _texts(wanted) else wanted


def _texts(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(key): _texts(value) for key, value in data.items()}
    return [_texts(value) for value in data] if isinstance(data, list) else data


@given(documents, randoms, st.data(), scalars.filter(lambda value: isinstance(value, str | int)))
def test_change_and_restore(data: Any, random: Random, draw: st.DataObject, value: Any) -> None:
    text = written(data, random)
    assume(text is not None)
    assert text is not None
    path = draw.draw(st.sampled_from(leaves(data)))
    assume(not isinstance(at(data, path), dict | list))
    wanted = copy.deepcopy(data)
    at(wanted, path[:-1])[path[-1]] = value

    editor = Editor(text)
    changes = editor.change(path, value)
    edited = editor.finish()
    assert Editor(edited).data == wanted
    assert take_out(Editor(edited), changes) == text


@given(documents, randoms, st.data())
def test_remove(data: Any, random: Random, draw: st.DataObject) -> None:
    text = written(data, random)
    assume(text is not None)
    assert text is not None
    path = draw.draw(st.sampled_from(leaves(data)))
    wanted = copy.deepcopy(data)
    del at(wanted, path[:-1])[path[-1]]

    editor = Editor(text)
    try:
        editor.remove(path)
        edited = editor.finish()
    except YamlError:
        assert refused_rightly(text) or not wanted, (text, path)
        return
    assert without_empty(Editor(edited).data) == without_empty(wanted)


def without_empty(data: Any) -> Any:
    """Return data with null for what is empty: taking the last entry out leaves either."""
    if isinstance(data, dict):
        return {key: without_empty(value) for key, value in data.items()} or None
    return ([without_empty(value) for value in data] or None) if isinstance(data, list) else data
