"""The editor on every document of the corpus that has containers: added to, and taken out of again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from krm_fn.yaml_text.data import duplicate_key
from krm_fn.yaml_text.edit import Editor
from krm_fn.yaml_text.read import YamlError, read
from tests.corpus.files import corpus_files, documents_of
from tests.corpus.lines import only_gains, replaced_lines
from tests.yaml_text.test_edit_laws import add, take_out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Place = tuple[str | int, ...]

CONTAINER = {
    "name": "proxy",
    "image": "nginx:stable",
    "command": ["nginx", "-g", "daemon off;"],
    "ports": [{"name": "proxy-http", "containerPort": 8080}],
    "env": [{"name": "time", "value": "22:22"}, {"name": "text", "value": "a\n b\n\n"}, {"name": "no", "value": "no"}],
    "resources": {},
}
FORMS = {
    "as it is": lambda text: text + "\n",
    "as an item": lambda text: "- " + text.replace("\n", "\n  ") + "\n",
    "CRLF": lambda text: text.replace("\n", "\r\n") + "\r\n",
    "no newline at the end": lambda text: text,
}


@pytest.mark.corpus
@pytest.mark.parametrize("path", corpus_files())
@pytest.mark.parametrize("form", FORMS)
def test_containers_are_added_and_taken_out(path: Path, form: str) -> None:
    for document in documents_of(path):
        text = FORMS[form](document.text)
        if document.is_yaml and not duplicate_key(read(text)):
            for place in containers(Editor(text).data):
                check(text, place, form)


def check(text: str, place: Place, form: str) -> None:
    places: list[tuple[Place, Any]] = [
        ((*place, -1), CONTAINER),
        ((*place[:-1], "volumes", -1), {"name": "v", "emptyDir": {}}),
        ((*place[:-2], "metadata", "annotations", "a.b/c"), "line\nline\n"),
        (("metadata", "annotations", "d.e/f"), "x: y"),
    ]
    editor, wanted = Editor(text), Editor(text).data
    changes = []
    try:
        for where, value in places:
            changes += editor.add(where, value)
            add(wanted, where, value)
        edited = editor.finish()
    except YamlError:
        assert form == "no newline at the end" or "*" in text, text
        return
    assert Editor(edited).data == wanted
    for went, came in replaced_lines(text.replace("\r", ""), edited.replace("\r", "")):
        for line, replacement in zip(went, [*came, *[""] * len(went)], strict=False):
            assert only_gains(line, replacement), (line, came)
    assert take_out(Editor(edited), changes) == text


def containers(data: Any, path: Place = ()) -> Iterator[Place]:
    """Yield the places of all lists of containers."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "containers" and isinstance(value, list):
                yield (*path, key)
            else:
                yield from containers(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from containers(value, (*path, index))
