from __future__ import annotations

from typing import Any

import pytest

from krm_fn.yaml_text.edit import Change, Editor
from krm_fn.yaml_text.places import node_at
from krm_fn.yaml_text.read import YamlError, read
from tests.yaml_text.test_edit_laws import take_out

Path = tuple[str | int, ...]

ADDED: dict[str, tuple[str, Path, Any, str]] = {
    "a key": ("a: 1\n", ("b",), 2, "a: 1\nb: 2\n"),
    "a key deep": ("a:\n  b: 1\n", ("a", "c", "d"), 2, "a:\n  b: 1\n  c:\n    d: 2\n"),
    "a key with the text's step": ("a:\n    b: 1\n", ("a", "c", "d"), 2, "a:\n    b: 1\n    c:\n        d: 2\n"),
    "an entry": ("a:\n- 1\n", ("a", -1), 2, "a:\n- 1\n- 2\n"),
    "an entry, indented": ("a:\n  - 1\nb: 1\n", ("a", -1), 2, "a:\n  - 1\n  - 2\nb: 1\n"),
    "an entry with a wide dash": ("a:\n-   b: 1\n", ("a", -1), {"c": 2}, "a:\n-   b: 1\n-   c: 2\n"),
    "a list in the text's manner": ("a:\n  - 1\nb: 1\n", ("c", -1), 2, "a:\n  - 1\nb: 1\nc:\n  - 2\n"),
    "an entry below its dash": ("a:\n-\n  b: 1\n", ("a", -1), {"c": 2}, "a:\n-\n  b: 1\n- c: 2\n"),
    "in an item": ("- a: 1\n", ("b",), 2, "- a: 1\n  b: 2\n"),
    "behind comments that are deeper": (
        "a:\n  b: 1 # c\n   # d\n\n    # e\n  # f\n", ("a", "c"), 2,
        "a:\n  b: 1 # c\n   # d\n\n    # e\n  c: 2\n  # f\n",
    ),
    "before what is deeper of another": (
        "a:\n  b: 1\nc:\n    # d\n  e: 1\n", ("a", "f"), 2, "a:\n  b: 1\n  f: 2\nc:\n    # d\n  e: 1\n",
    ),
    "before a comma": ("a: [1,]\n", ("a", -1), 2, "a: [1, 2,]\n"),
    "before blank lines": ("a:\n  b: 1\n\nc: 1\n", ("a", "d"), 2, "a:\n  b: 1\n  d: 2\n\nc: 1\n"),
    "behind a block scalar": ("a:\n  b: |\n    x\n\nc: 1\n", ("a", "d"), 2, "a:\n  b: |\n    x\n  d: 2\n\nc: 1\n"),
    "behind one that keeps": ("a:\n  b: |+\n    x\n\nc: 1\n", ("a", "d"), 2, "a:\n  b: |+\n    x\n\n  d: 2\nc: 1\n"),
    "without a newline at the end": ("a: 1", ("b",), "x\ny\n", 'a: 1\nb: "x\\ny\\n"'),
    "before carriage returns at the end": ("a:\n  b: 1 # c\r\r", ("a", "d"), 2, "a:\n  b: 1 # c\n  d: 2\r\r"),
    "on one line before carriage returns": ("a: 1\r", ("b",), "x\ny", 'a: 1\nb: "x\\ny"\r'),
    "behind two carriage returns": ("a:\n  b:\r\r\n", ("c",), 2, "a:\n  b:\r\r\nc: 2\r\n"),
    "CRLF": ("a:\r\n  b: 1\r\n", ("a", "c"), "x\ny", "a:\r\n  b: 1\r\n  c: |-\r\n    x\r\n    y\r\n"),
    "behind an explicit key": ("? a\n: 1\n", ("b",), 2, "? a\n: 1\nb: 2\n"),
    "behind an anchored mapping": ("a: &x\n  b: 1\n", ("a", "c"), 2, "a: &x\n  b: 1\n  c: 2\n"),
    "behind an anchored list": ("a: &x\n  - b\n", ("a", -1), 2, "a: &x\n  - b\n  - 2\n"),
    "behind a tagged list": ("a: !!seq # c\n\n  # d\n - b\n", ("a", -1), 2, "a: !!seq # c\n\n  # d\n - b\n - 2\n"),
    "flow": ("a: {b: 1}\n", ("a", "c"), "x, y", 'a: {b: 1, c: "x, y"}\n'),
    "flow list": ("a: [1]\n", ("a", -1), {"b": [2, None]}, "a: [1, {b: [2, null]}]\n"),
    "flow on lines": ("a: {\n  b: 1\n  }\n", ("a", "c"), 2, "a: {\n  b: 1,\n  c: 2\n  }\n"),
    "flow, the last on its own line": ("a: {b: 1,\n  c: 2}\n", ("a", "d"), 3, "a: {b: 1,\n  c: 2,\n  d: 3}\n"),
    "flow list, the last on its own line": ("a: [1,\n  2]\n", ("a", -1), 3, "a: [1,\n  2,\n  3]\n"),
    "JSON": ('{"a": {"b": 1}}', ("a", "c"), "x", '{"a": {"b": 1, "c": "x"}}'),
    "JSON on lines": ('{\n  "a": [\n    1\n  ]\n}\n', ("a", -1), "x", '{\n  "a": [\n    1,\n    "x"\n  ]\n}\n'),
    "through the key of an alias": ("k: &k a\n*k : {b: 1}\n", ("a", "c"), 2, "k: &k a\n*k : {b: 1, c: 2}\n"),
    "beside a merge key": ("x: &x {a: 1}\ny:\n  <<: *x\n", ("y", "b"), 2, "x: &x {a: 1}\ny:\n  <<: *x\n  b: 2\n"),
    "nothing": ("a:\n", ("a", "b"), 1, "a:\n  b: 1\n"),
    "nothing, with a comment": ("a: # c\nb: 1\n", ("a", "b"), 1, "a: # c\n  b: 1\nb: 1\n"),
    "nothing, for a list": ("b:\n  - 1\na: ~\n", ("a", -1), 1, "b:\n  - 1\na:\n  - 1\n"),
    "an empty mapping": ("a: {} # c\n", ("a", "b"), 1, "a: # c\n  b: 1\n"),
    "an empty list below its key": ("a:\n  []\nb: 1\n", ("a", -1), 1, "a:\n- 1\nb: 1\n"),
    "an empty list over two lines": ("a: [\n]\n", ("a", -1), 1, "a:\n- 1\n"),
    "nothing behind a dash": ("a:\n-\n- 1\n", ("a", 0, "b"), 1, "a:\n- {b: 1}\n- 1\n"),
    "nothing behind a dash, with a space": ("a:\n- \n- 1\n", ("a", 0, "b"), 1, "a:\n- {b: 1} \n- 1\n"),
    "empty in flow": ("a: {b: {}, c: [null, ~]}\n", ("a", "b", "d"), 1, "a: {b: {d: 1}, c: [null, ~]}\n"),
    "empty in flow, behind spaces": ("a: {b:  {}}\n", ("a", "b", "d"), 1, "a: {b:  {d: 1}}\n"),
    "null in a flow list": ("a: [~, 1]\n", ("a", 0, "b"), 1, "a: [{b: 1}, 1]\n"),
    "null in flow": ("a: {b: , c: 1}\n", ("a", "b", "d"), 1, "a: {b: {d: 1} , c: 1}\n"),
    "empty at the end": ("a: {}", ("a", "b"), 1, "a:\n  b: 1"),
    "an alias": ("x: &x {b: 1}\na: *x\n", ("a", "c"), 2, "x: &x {b: 1}\na: {b: 1, c: 2}\n"),
    "an alias of nothing": ("x: &x\na: *x\n", ("a", "c"), 2, "x: &x\na:\n  c: 2\n"),
    "what a merge provides": (
        "x: &x {a: {b: 1}}\ny: {<<: *x}\n", ("y", "a", "c"), 2,
        "x: &x {a: {b: 1}}\ny: {<<: *x, a: {b: 1, c: 2}}\n",
    ),
    "a list that a merge provides": (
        "x: &x\n  a:\n  - b # c\ny:\n  <<: *x\n  d: 1\n", ("y", "a", -1), 2,
        "x: &x\n  a:\n  - b # c\ny:\n  <<: *x\n  d: 1\n  a: [b, 2]\n",
    ),
    "what the first of two merges provides": (
        "x: &x {a: [1]}\nz: &z {a: [2]}\ny: {<<: [*x, *z]}\n", ("y", "a", -1), 3,
        "x: &x {a: [1]}\nz: &z {a: [2]}\ny: {<<: [*x, *z], a: [1, 3]}\n",
    ),
    "what only the second of two merges provides": (
        "x: &x {b: 1}\nz: &z {a: [2]}\ny: {<<: [*x, *z]}\n", ("y", "a", -1), 3,
        "x: &x {b: 1}\nz: &z {a: [2]}\ny: {<<: [*x, *z], a: [2, 3]}\n",
    ),
    "what a merge provides in JSON's manner": (
        '{"x": &x {"a": [1]}, "y": {<<: *x}}', ("y", "a", -1), 2,
        '{"x": &x {"a": [1]}, "y": {<<: *x, "a": [1, 2]}}',
    ),
    "what a merge in a merge provides": (
        "x: &x {a: [1]}\nz: &z {<<: *x}\ny: {<<: *z}\n", ("y", "a", -1), 2,
        "x: &x {a: [1]}\nz: &z {<<: *x}\ny: {<<: *z, a: [1, 2]}\n",
    ),
    "nothing that a merge provides": (
        "x: &x {a: }\ny: {<<: *x}\n", ("y", "a", "b"), 2, "x: &x {a: }\ny: {<<: *x, a: {b: 2}}\n",
    ),
    "what is its own before a merge that has it too": (
        "x: &x {a: {c: 1}}\ny: {a: {b: 1}, <<: *x}\n", ("y", "a", "d"), 2,
        "x: &x {a: {c: 1}}\ny: {a: {b: 1, d: 2}, <<: *x}\n",
    ),
    "what a merge in an alias provides": (
        "x: &x {a: [1]}\nz: &z {<<: *x}\ny: *z\n", ("y", "a", -1), 2,
        "x: &x {a: [1]}\nz: &z {<<: *x}\ny: {a: [1, 2]}\n",
    ),
    "an alias on the way": ("x: &x {b: {}}\na: *x\n", ("a", "b", "d"), 2, "x: &x {b: {}}\na: {b: {d: 2}}\n"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "path", "value", "edited"), ADDED.values(), ids=ADDED)
def test_add(text: str, path: Path, value: Any, edited: str) -> None:
    editor = Editor(text)
    changes = editor.add(path, value)
    assert editor.finish() == edited
    assert take_out(Editor(edited), changes) == text


ODD_ALIASES = {
    "floats": ("b: 1.5\n  c: 1e3\n  d: .5\n  e: .inf", "b: 1.5, c: 1e3, d: .5, e: .inf"),
    "octal and booleans of YAML 1.1": ("b: 0644\n  c: yes\n  d: 0o7", "b: 0644, c: yes, d: 0o7"),
    "times": ("b: 2001-12-14\n  c: 12:30\n  d: ~", "b: 2001-12-14, c: 12:30, d: ~"),
    "nulls": ("b:\n  c: null", "b: null, c: null"),
    "strings": ("b: '1.5'\n  c: x, y\n  d: it's", 'b: "1.5", c: "x, y", d: "it\'s"'),
    "block scalars": ("b: |\n    x\n    y\n  c: >-\n    x\n    y", 'b: "x\\ny\\n", c: "x y"'),
    "string tags": ("b: !!str 1\n  c: ! 2", 'b: "1", c: 2'),
    "collections": ("b: [1, {c: 2}]\n  d: {}", "b: [1, {c: 2}], d: {}"),
    "a merge": ("<<: {b: 1, c: 1}\n  c: 2", "b: 1, c: 2"),
    "merges": ("<<: [{b: 1}, {b: 2, c: 1}, x]\n  d: 2", "b: 1, c: 1, d: 2"),
    "other numbers": ("b: .nan\n  c: .NaN\n  d: 0xabcdef\n  e: 0XABCDEF", "b: .nan, c: .NaN, d: 0xabcdef, e: 0XABCDEF"),
    "words": ("b: False\n  c: TRUE\n  d: Null\n  e: Off", "b: False, c: TRUE, d: Null, e: Off"),
    "a merge of an alias of a list": ("l: &l [{b: 1}]\n  <<: *l", "b: 1, l: [{b: 1}]"),
    "a merge of a list of aliases": ("l: &l {b: 1}\n  <<: [*l]", "b: 1, l: {b: 1}"),
    "aliases": ("b: &y {z: 1}\n  c: *y", "b: {z: 1}, c: {z: 1}"),
    "colons": ("c: x::y\n  d: '1:'", 'c: x::y, d: "1:"'),
}


@pytest.mark.parametrize(("below", "flow"), ODD_ALIASES.values(), ids=ODD_ALIASES)
def test_an_alias_is_written_out_as_every_reader_takes_it(below: str, flow: str) -> None:
    text = f"x: &x\n  {below}\na: *x\n"
    editor = Editor(text)
    changes = editor.add(("a", "new"), "z")
    assert editor.finish().removeprefix(f"x: &x\n  {below}\n") == f"a: {{{flow}, new: z}}\n"
    assert changes[0] == Change(verb="expanded", path=("a",), old="*x")
    assert take_out(Editor(editor.text), changes) == text


REFUSED: dict[str, tuple[str, Path, str]] = {
    "what is there": ("a: 1\n", ("a",), "already holds 'a'"),
    "what is there, deep": ("a: {b: {c: 1}}\n", ("a", "b", "c"), "already holds 'c'"),
    "below text": ("a: x\n", ("a", "b"), "must be a mapping to hold 'b'"),
    "in a list by name": ("a: [1]\n", ("a", "b"), "must be a mapping to hold 'b'"),
    "in a mapping by number": ("a: {b: 1}\n", ("a", -1), "must be a sequence to hold -1"),
    "behind a list's end": ("a: [1]\n", ("a", 3, "b"), "3 comes from an alias or a merge key"),
    "in nothing at all": ("{}\n", ("a",), "must hold an entry at least"),
    "below an alias of text": ("x: &x y\na: *x\n", ("a", "b"), "must be a mapping to hold 'b'"),
    "in what others share": ("a: &x {b: 1}\nc: *x\n", ("a", "d"), "cannot be edited safely: c.d would also change"),
    "in what a merge shares": ("a: &x {b: 1}\nc: {<<: *x}\n", ("a", "d"), "safely: c.d would also change"),
    "over what a merge provides": ("x: &x {a: 1}\ny: {<<: *x}\n", ("y", "a"), "'a' comes from an alias"),
    "with a tag in what a merge provides": (
        "x: &x {a: [!Ref b]}\ny: {<<: *x}\n", ("y", "a", -1), "must have no tag '!Ref' below an alias",
    ),
    "in an anchored null with an alias": ("a: &x\nc: *x\n", ("a", "b"), r"&x before the alias \*x after that"),
    "with a tag below the alias": ("x: &x {b: !Ref c}\na: *x\n", ("a", "d"), "must have no tag '!Ref' below an alias"),
    "with a tag of YAML": ("x: &x {b: !!set {}}\na: *x\n", ("a", "d"), "must have no tag '!!set' below an alias"),
    "with a long text below the alias": (f"x: &x {{b: {'y' * 99_999}}}\na: *x\n", ("a", "d"), "at most 100000"),
    "a key without a colon": ("a: {b, c: 1}\n", ("a", "b", "d"), "must have a colon behind 'b'"),
    "a comment before what is empty": ("a: # c\n  {}\n", ("a", "b"), "a comment comes before '{}'"),
    "behind a block scalar that ends the file": ("a: |\n  x", ("b",), "cannot be edited safely: a would also change"),
    "in a pair of a list": ("a: [b: 1]\n", ("a", 0, "c"), "cannot be edited safely"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "path", "problem"), REFUSED.values(), ids=REFUSED)
def test_add_is_refused(text: str, path: Path, problem: str) -> None:
    editor = Editor(text)
    with pytest.raises(YamlError, match=problem):  # noqa: PT012 # either may tell
        editor.add(path, 1)
        editor.finish()


CHANGED: dict[str, tuple[str, Path, str | int, str]] = {
    "plain": ("a: 80 # c\n", ("a",), "http", "a: http # c\n"),
    "quoted": ("a: '80'\n", ("a",), 80, "a: 80\n"),
    "block scalar": ("a: |\n  x\n\nb: 1\n", ("a",), "z", "a: z\n\nb: 1\n"),
    "null": ("a:\n", ("a",), "x", "a: x\n"),
    "null behind a dash": ("-\n- 1\n", (0,), "x", "- x\n- 1\n"),
    "a word of YAML 1.1": ("a: b\n", ("a",), "yes", 'a: "yes"\n'),
    "JSON": ('{"a": 1}', ("a",), "x", '{"a": "x"}'),
    "an alias": ("x: &x 1\na: *x\n", ("a",), 2, "x: &x 1\na: 2\n"),
    "below an alias": ("x: &x {a: 1}\nb: *x\n", ("b", "a"), 2, "x: &x {a: 1}\nb: {a: 2}\n"),
    "by a merge": ("x: &x {a: 1}\nb: {<<: *x}\n", ("b", "a"), 2, "x: &x {a: 1}\nb: {<<: *x, a: 2}\n"),
    "its own behind a merge": ("x: &x {a: 1}\nb: {<<: *x, a: 3}\n", ("b", "a"), 2, "x: &x {a: 1}\nb: {<<: *x, a: 2}\n"),
    "its own before a merge": ("x: &x {a: 1}\nb: {a: 3, <<: *x}\n", ("b", "a"), 2, "x: &x {a: 1}\nb: {a: 2, <<: *x}\n"),
    "by a merge of lines": ("x: &x {a: 1}\nb:\n  <<: *x\n", ("b", "a"), 2, "x: &x {a: 1}\nb:\n  <<: *x\n  a: 2\n"),
    "an anchor without an alias": ("a: &x 1\n", ("a",), 2, "a: 2\n"),
    "tagged": ("a: !!int '1'\n", ("a",), 2, "a: 2\n"),
    "in flow": ("a: [1, {b: 2}]\n", ("a", 1, "b"), "x y", "a: [1, {b: x y}]\n"),
    "beside a list for a key": ("{? [a] : 1, b: 2}\n", ("b",), 3, "{? [a] : 1, b: 3}\n"),
    "behind a quoted key, which is no JSON": ('"": 1\n', ("",), "x", '"": x\n'),
    "a duplicate elsewhere": ("a: 1\nb: {c: 1, c: 2}\n", ("a",), 3, "a: 3\nb: {c: 1, c: 2}\n"),
}


@pytest.mark.parametrize(("text", "path", "value", "edited"), CHANGED.values(), ids=CHANGED)
def test_change(text: str, path: Path, value: str | int, edited: str) -> None:
    editor = Editor(text)
    changes = editor.change(path, value)
    assert editor.finish() == edited
    assert changes[-1].new in ("", editor.text_at(path))
    assert take_out(Editor(edited), changes) == text


@pytest.mark.parametrize(
    ("text", "path", "problem"),
    [
        ("a: &x 1\nb: *x\n", ("a",), r"safely: it must have an anchor &x before the alias \*x after that"),
        ("z: &x 0\na: &x 1\nb: *x\n", ("a",), "cannot be edited safely: b would also change"),
        ("a: {b}\n", ("a", "b"), "cannot be edited safely"),
        ("a: {b: 1}\n", ("a", "c"), "^cannot be edited safely: 'c' comes from an alias or a merge key"),
    ],
)  # fmt: skip
def test_change_is_refused(text: str, path: Path, problem: str) -> None:
    editor = Editor(text)
    with pytest.raises(YamlError, match=problem):  # noqa: PT012 # either may tell
        editor.change(path, 2)
        editor.finish()


REMOVED: dict[str, tuple[str, Path, str]] = {
    "a key": ("a: 1\nb: 2\n", ("b",), "a: 1\n"),
    "a key behind a blank line": ("\na: 1\nb: 2\n", ("a",), "\nb: 2\n"),
    "a key with what is below": ("a:\n  b:\n  - 1\nc: 1\n", ("a",), "c: 1\n"),
    "the last": ("a:\n  b: 1\n", ("a", "b"), "a:\n"),
    "at the end of a text without a newline": ("a: 1\nb: 2", ("b",), "a: 1"),
    "with CRLF": ("a: 1\r\nb: 2", ("b",), "a: 1"),
    "an entry": ("- 1\n- 2\n- 3\n", (1,), "- 1\n- 3\n"),
    "behind a dash": ("a:\n- b: 1\n  c: 2\n", ("a", 0, "b"), "a:\n- c: 2\n"),
    "the first of three behind a dash": ("a:\n- b: 1\n  c: 2\n  d: 3\n", ("a", 0, "b"), "a:\n- c: 2\n  d: 3\n"),
    "alone behind a dash": ("a:\n- b: 1\n- 2\n", ("a", 0, "b"), "a:\n- \n- 2\n"),
    "a list's first behind a dash": ("- - 1\n  - 2\n- 3\n", (0, 0), "- - 2\n- 3\n"),
    "first in flow": ("a: {b: 1, c: 2}\n", ("a", "b"), "a: {c: 2}\n"),
    "last in flow": ("a: {b: 1, c: 2}\n", ("a", "c"), "a: {b: 1}\n"),
    "alone in flow": ("a: [1]\n", ("a", 0), "a: []\n"),
    "over what a merge has, which shows again": (
        "x: &x {a: 1}\ny: {<<: *x, b: 1, a: 2}\n",
        ("y", "a"),
        "x: &x {a: 1}\ny: {<<: *x, b: 1}\n",
    ),
    "the only one of all, in flow": ("{a: 1}\n", ("a",), "{}\n"),
    "a dash above its entry": ("a:\n  -\n\n    # c\n    b: 1\n  - 2\n", ("a", 0), "a:\n  - 2\n"),
    "before carriage returns at the end": ("a: 1\nb: 2\r\r", ("b",), "a: 1\r\r"),
    "an explicit key": ("a:\n  ? b\n  : 1\n  ? c\n  : 2\n", ("a", "b"), "a:\n  ? c\n  : 2\n"),
    "the last explicit key": ("a:\n  ? b\n  : 1\n  ? c\n  : 2\n", ("a", "c"), "a:\n  ? b\n  : 1\n"),
    "the only explicit key": ("a:\n  ? b\n  : 1\nc: 2\n", ("a", "b"), "a:\nc: 2\n"),
    "the first explicit key in flow": ("a: {? b : 1, ? c : 2}\n", ("a", "b"), "a: {? c : 2}\n"),
    "the only explicit key in flow": ("a: {? b : 1}\n", ("a", "b"), "a: {}\n"),
    "an explicit key on lines in flow": ("a: {\n  ?\n  b : 1}\n", ("a", "b"), "a: {\n  }\n"),
    "a key behind a value with a question mark": ("a: {b: c?, d: 1}\n", ("a", "d"), "a: {b: c?}\n"),
}


@pytest.mark.parametrize(("text", "path", "edited"), REMOVED.values(), ids=REMOVED)
def test_remove(text: str, path: Path, edited: str) -> None:
    editor = Editor(text)
    editor.remove(path)
    assert editor.finish() == edited


@pytest.mark.parametrize("path", [("b",), ("a", "b"), ("x", "c"), ("l", "c"), ("l", 1), ("l", -1)])
def test_what_is_not_there_is_not_removed(path: Path) -> None:
    with pytest.raises(YamlError):
        Editor("a: 1\nx: &x {b: 1}\ny: *x\nl: [0]\n").remove(path)


def test_an_alias_is_folded_only_where_it_means_the_same() -> None:
    editor = Editor("x: &x {b: 1}\na: {b: 1}\nc: {b: 2}\nd: {b: 1}\n")
    editor.fold(("a",), "*x")
    editor.fold(("c",), "*x")
    editor.fold(("d",), "*y")
    assert editor.finish() == "x: &x {b: 1}\na: *x\nc: {b: 2}\nd: {b: 1}\n"


def test_anchors_of_an_enclosing_text() -> None:
    anchors = {node.anchor: node for node in [node_at(read("x: &x {b: 1}\n"), ("x",))] if node.anchor}
    editor = Editor("- a: *x\n", anchors)
    changes = editor.add(("a", "c"), 2)
    assert editor.finish() == "- a: {b: 1, c: 2}\n"
    assert take_out(Editor(editor.text, anchors), changes) == "- a: *x\n"


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("a:\n  b: {d: 1}\n", []),
        ("a:\n  b: {}\n", ["filled"]),
        ("a:\n  d: 1\n", ["created"]),
        ("d: 1\n", ["created", "created"]),
        ("x: &x {d: 1}\na: {b: *x}\n", ["expanded"]),
        ("x: &x {d: 1}\na: {b: {d: '*'}}\n", []),
        ("a: {<<: {b: {d: 1}}}\n", ["expanded"]),
        ("x: &x {}\na: {b: *x}\n", ["filled"]),
        ("a: {<<: {b: }}\n", ["expanded", "filled"]),
    ],
)
def test_what_adding_would_do_besides_is_told_and_not_done(text: str, verbs: list[str]) -> None:
    editor = Editor(text)
    assert [change.verb for change in editor.besides(("a", "b", "c"))] == verbs
    assert editor.finish() == text
    assert [change.verb for change in editor.add(("a", "b", "c"), 1)] == [*verbs, "added"]


@pytest.mark.parametrize("text", ["x: &x {b: {a: 1}}\ny: *x\n", "x: &x {b: {a: 1}}\ny: {<<: *x}\n"])
def test_what_is_an_alias_of_what_was_changed_is_not_changed(text: str) -> None:
    editor = Editor(text)
    editor.change(("x", "b", "a"), 2)
    with pytest.raises(YamlError, match="'a' is an alias or a merge of what also changes"):
        editor.change(("y", "b", "a"), 2)
    other = Editor(text)  # the other way round each keeps its own
    changes = [*other.change(("y", "b", "a"), 2), *other.change(("x", "b", "a"), 3)]
    assert Editor(other.finish()).data == {"x": {"b": {"a": 3}}, "y": {"b": {"a": 2}}}
    assert take_out(Editor(other.text), changes) == text


@pytest.mark.parametrize(
    ("text", "old", "restored"),
    [("a:\n", "", "a:\n"), ("a:\n", "1", "a: 1\n"), ("a: x # c\n", "", "a: # c\n"), ("a: x\n", "'y'", "a: 'y'\n")],
)
def test_restore(text: str, old: str, restored: str) -> None:
    editor = Editor(text)
    editor.restore(("a",), old)
    assert editor.finish() == restored


def test_an_alias_that_lost_its_anchor_is_not_put_back() -> None:
    editor = Editor("a:\n  b:\n    - 1\n")
    editor.remove(("a", "b", 0))
    editor.refill(("a", "b"), " *x")
    assert (editor.data, editor.finish()) == ({"a": {"b": None}}, "a:\n  b:\n")
    editor = Editor("x: &x []\na:\n  b:\n    - 1\n")
    editor.remove(("a", "b", 0))
    editor.refill(("a", "b"), " *x")
    assert (editor.data["a"], editor.finish()) == ({"b": []}, "x: &x []\na:\n  b: *x\n")


def test_data_that_is_known_is_not_loaded_again() -> None:
    data = {"a": 1}
    editor = Editor("a: 1\n", data=data)
    assert editor.data is data
    editor.change(("a",), 2)
    assert (editor.data, data) == ({"a": 2}, {"a": 1})


def test_the_root_is_told_while_the_text_is_plain() -> None:
    editor = Editor("a: 1\n")
    assert editor.plain_root is not None
    editor.add(("b",), 2)
    assert editor.plain_root is not None
    editor.add(("c",), "x\ty\n")
    assert editor.plain_root is None


def test_the_proof_is_by_the_text_and_not_by_the_tree() -> None:
    editor = Editor("a: 1\nb: 2\n", root=read("a: 1\nc: 2\n"))
    editor.change(("a",), 3)
    with pytest.raises(YamlError, match="cannot be edited safely: b would also change"):
        editor.finish()


@pytest.mark.parametrize(
    ("path", "alias", "folded"), [(("a",), "*x", True), (("c",), "*x", False), (("a",), "*y", False)]
)
def test_fold_tells_whether_it_does(path: Path, alias: str, folded: bool) -> None:
    editor = Editor("x: &x {b: 1}\na: {b: 1}\nc: {b: 2}\n")
    assert editor.fold(path, alias) is folded


def test_a_text_is_plain_again_once_its_anchor_is_gone() -> None:
    editor = Editor("a: 1\nb: &x 2\n")
    assert editor.plain_root is None
    editor.remove(("b",))
    assert editor.plain_root is not None


def test_what_was_expanded_from_a_merge_key_is_taken_out_deep_below() -> None:
    editor = Editor("x: &x {a: 1}\ny: {z: {<<: *x, a: 1}}\n")
    assert editor.fold(("y", "z", "a"), "")
    assert editor.finish() == "x: &x {a: 1}\ny: {z: {<<: *x}}\n"


def test_what_was_expanded_from_a_merge_key_stays_where_that_is_gone() -> None:
    editor = Editor("x: &x {a: 1}\ny: {b: *x, a: 1}\n")
    assert not editor.fold(("y", "a"), "")
    assert editor.finish() == "x: &x {a: 1}\ny: {b: *x, a: 1}\n"


def test_removing_is_refused_where_what_stays_would_change() -> None:
    editor = Editor("z: &x 0\na: {b: &x 1, c: *x}\n")
    editor.remove(("a", "b"))
    with pytest.raises(YamlError, match=r"cannot be edited safely: a\.c would also change"):
        editor.finish()


@pytest.mark.parametrize(
    ("text", "path", "renamed"),
    [
        ("a: 1\nb: 2 # c\n", ("b",), "a: 1\nnew: 2 # c\n"),
        ("'a': 1\n", ("a",), "'new': 1\n"),
        ("a:\n- b: 1\n  c: 2\n", ("a", 0, "b"), "a:\n- new: 1\n  c: 2\n"),
        ("{a: {b: 1}}\n", ("a", "b"), "{a: {new: 1}}\n"),
        ('{"a": 1}\n', ("a",), '{"new": 1}\n'),
        ("a: &x {b: 1}\nc: *x\n", ("c",), "a: &x {b: 1}\nnew: *x\n"),
    ],
)
def test_rename_and_back(text: str, path: Path, renamed: str) -> None:
    editor = Editor(text)
    (change,) = editor.rename(path, "new")
    assert (editor.finish(), change.verb, change.path) == (renamed, "renamed", (*path[:-1], "new"))
    editor.rename_back(change.path, change.old)
    assert editor.finish() == text


@pytest.mark.parametrize("text", ["b: 1\n", "x: &x {a: 1}\nc:\n  <<: *x\n", "a: &x 1\n*x : 2\n"])
def test_what_cannot_be_renamed(text: str) -> None:
    with pytest.raises(YamlError, match="cannot be edited safely"):
        Editor(text).rename(("c", "a") if "c:" in text else ("a.b",), "new")


@pytest.mark.parametrize(
    ("text", "old", "restored"),
    [
        ("a:\n        b: y\n", "x\n  z", "a:\n        b: x\n         z\n"),
        ("a:\n        b: y\n", "'x\n  z'", "a:\n        b: 'x\n         z'\n"),
        ("a: [{b: y}]\n", '"x\n  z"', 'a: [{b: "x\n  z"}]\n'),
        ("a:\n  b: y\n", "x\n    z", "a:\n  b: x\n    z\n"),
        ("a:\n  b: y\n", "x\n\n   z", "a:\n  b: x\n\n   z\n"),
        ("a: [{b: y}]\n", "80, 443", 'a: [{b: "80, 443"}]\n'),
        ("a: [{b: y}]\n", "x\n  [z]", 'a: [{b: "x [z]"}]\n'),
        ("a:\n  b: y\n", "80, 443", "a:\n  b: 80, 443\n"),
        ("a: [{b: y}]\n", "http://x?z", "a: [{b: http://x?z}]\n"),
        ("a: [{b: 'y'}]\n", "http://x?z", 'a: [{b: "http://x?z"}]\n'),
        ("a:\n  b: 'y'\n", "http://x?z", "a:\n  b: http://x?z\n"),
        ('{"a": [{"b": "y"}]}\n', "http://x?z", '{"a": [{"b": "http://x?z"}]}\n'),
    ],
)
def test_a_scalar_is_restored_where_the_text_is_further_in_or_in_flow_style(text: str, old: str, restored: str) -> None:
    editor = Editor(text)
    editor.restore(("a", "b") if "[" not in text else ("a", 0, "b"), old)
    assert editor.finish() == restored
