"""The quick reader gives the very tree that PyYAML's events give, or says that it is not sure."""

from pathlib import Path
from random import Random
from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.yaml_text.node import Collection, Mapping, Node, Scalar, Sequence
from krm_fn.yaml_text.quick_read import quick_block, quick_read
from krm_fn.yaml_text.read import YamlError, pyyaml_read

SURE = {
    "mapping": "a: 1\nb: two\n",
    "mappings in mappings": "a:\n  b:\n    c: d\n  e: f\n",
    "sequence under its key": "a:\n- 1\n- 2\nb: 3\n",
    "indented sequence": "a:\n    -   x: 1\n        y: 2\n    -   x: 3\n",
    "sequence in sequence": "- - a\n  - b\n- c\n",
    "nothing behind a colon or dash": "a:\nb:   # why\nc:\n- \n-\n",
    "collection below its dash": "-\n  a: 1\n-   # why\n  - 2\n",
    "comments and blank lines": "# head\n\na: 1 # one\n  # deeper\n\n# between\nb: 2\n# foot\n",
    "no newline at the end": "a: 1\nb: x y",
    "quotes": "a: 'it''s' # c\n\"b\": \"x \\\"y\\\" \\\\ \\n\"\n'c d': ''\n",
    "plain text with signs": "a: x:y#z\nb: -c\nc: http://x/?y=[1]\nd: 5 % & * !\n",
    "flow": "a: {b: c, \"d\":1, e: [f, 'g', {}], h: []} # c\ni: [ ]\nj: { }\n",
    "escapes": 'a: "x\\ty\\0\\/"\n',
    "two quotes in one, in flow": "a: {b: 'c''d', e: \"f\\\"g\"}\n",
    "words in flow": "a: [x:y, /p, $z, (w), a=b, 1-2, x y]\nb: {c:   d,e: f}\n",
    "keys with signs": "a.b/c_d-e: 1\nA1: 2\n",
    "literal": "a: |\n  x\n   y\n\n  z\nb: 1\n",
    "literal with chomping": "a: |-\n  x\n\nb: |+ # keep\n  y\n\n\nc: |\n\n  z\n\n",
    "literal in a sequence": "- |\n x\n- a: |\n    y\n  b: 1\n",
    "many collections": "".join(f"k{number}:\n  a: 1\n" for number in range(100)),
    "spaces before commas and brackets": "a: [b , c ]\nd: {e: f }\n",
    "a blank line at the head": "\na: 1\n",
    "dots that start a key one column in": "a:\n ...x: 1\n",
    "literal with spaces that end its lines": "a: |\n  x  \n  y \n",
    "literal behind a blank as wide as its indent": "a: |\n  \n  x\n",
    "literal behind narrower blanks": "a: |\n \n\n  x\nb: |+\n \n  y\n",
    "literal before an end without a newline": "a: |\n  x\nb: 1",
    "dots that start a key": "a:\n  ...x: 1\n",
    "colons in items": "- a:b\n- http://x\n",
    "a key as long as YAML has": f"{'k' * 1000}: 1\n",
    "capital letters": "Xa: Xb\nX: [X]\n",
    "an entry that is indented": "  # head\n  - a: 1\n    b: |\n      x\n    c:\n    - d\n",
    "a mapping that is indented": "    a: 1\n    b:\n    - c\n",
    "letters of all scripts": "a: é 日本 🚀\nb: 'ß'\n",
}
UNSURE = {
    "anchor": "a: &x 1\n",
    "alias": "a: *x\n",
    "tag": "a: !!str 1\n",
    "merge key": "<<: {a: 1}\n",
    "folded block": "a: >\n  x\n",
    "indented literal": "a: |2\n    x\n",
    "literal without a newline at the end": "a: |\n  x",
    "text on two lines": "a: x\n  y\n",
    "quotes over two lines": 'a: "x\n  y"\n',
    "flow over two lines": "a: [1,\n  2]\n",
    "tab": "a:\t1\n",
    "carriage return": "a: 1\r\n",
    "directive": "%YAML 1.1\n---\na: 1\n",
    "document marker": "---\na: 1\n",
    "question mark": "? a\n: b\n",
    "scalar": "a\n",
    "nothing": "",
    "comment only": "# a\n",
    "bad indentation": "a: 1\n b: 2\n",
    "colon in plain text": "a: b: c\n",
    "unicode line separator": "a: x\u2028y\n",
    "escape by number": 'a: "\\x41"\n',
    "trailing comma": "a: [1, ]\n",
    "pair in a list": "a: [b: c]\n",
    "a value that ends with a colon": "a: b:\n",
    "a dash for a value": "a: -\n",
    "a key that starts with a dash": "-a: 1\n",
    "a key beside its value in flow": "a: {b:c}\n",
    "a key alone in flow": "a: {b, c: 1}\n",
    "a list for a key in flow": "a: {[b]: c}\n",
    "brackets that do not match": "a: [b}\n",
    "nothing between commas": "a: [b,,c]\n",
    "a longer key than YAML has": f"{'k' * 1001}: 1\n",
    "text behind quotes": 'a: "b" c\n',
    "a capital behind quotes": 'a: "b" X\n',
    "a colon without a space": "a:b\n",
    "a blank wider than the literal": "a: |\n   \n  x\n",
    "a colon without a key": ": a\n",
    "a merge key for a value": "a: <<\n",
    "an equals sign": "a: =\n",
    "dots that start a line": "...: 1\n",
    "no comma behind quotes": "a: ['b' c]\n",
    "no comma behind a list": "a: [[b] [c]]\n",
    "an item behind a key": "a: - b\n",
    "a key behind a list": "- a\nb: 1\n",
    "a list behind a key": "a: 1\n- b\n",
    "less indentation than at the start": "  - a: 1\n- b: 2\n",
    "more indentation than at the start": "  - a: 1\n    - b: 2\n",
    "comment without a space": 'a: "b"#c\n',
}
MUTATIONS: tuple[str, ...] = (
    " ",
    "\n",
    "- ",
    ":",
    ": ",
    "#",
    " #",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    ",",
    "|",
    "|-",
    ">",
    "&a ",
    "*a",
    "!x ",
)
MUTATIONS += (
    "?",
    "-",
    "\n-",
    "%",
    "@",
    "`",
    "~",
    "\\",
    "=",
    "<<: ",
    "---",
    "...",
    "\n    ",
    "é",
    "\u2028",
    "\t",
    "- - ",
)


@pytest.mark.parametrize("text", SURE.values(), ids=SURE.keys())
def test_reads_plain_style(text: str) -> None:
    node = quick_read(text)
    assert node is not None
    assert described(node) == described(pyyaml_read(text))


@pytest.mark.parametrize("text", UNSURE.values(), ids=UNSURE.keys())
def test_is_not_sure_of_other_style(text: str) -> None:
    assert quick_read(text) is None


@pytest.mark.parametrize(
    ("text", "start", "end", "is_sure"),
    [
        ("a: 1\nb: 2\n", 5, 9, True),
        ("a:\n  b: 1\n  c: 2\nd: 3\n", 10, 16, True),
        ("- 1\n- 2", 4, 7, True),
        ("a: 1\nb: 2\nc: 3\n", 5, 9, False),
        ("a: 1\nb: |\n  x\ty\n", 5, 16, False),
        ("a: 1\n# b", 5, 8, False),
    ],
)
def test_block_of_a_span(text: str, start: int, end: int, is_sure: bool) -> None:
    block = quick_block(text, start, end)
    assert (block is not None) is is_sure
    assert block is None or block.end == end


@given(st.randoms(use_true_random=False), st.sampled_from(list(SURE.values())))
def test_never_differs_on_mutated_text(random: Random, text: str) -> None:
    _agree(_mutated(text, random))


@given(st.randoms(use_true_random=False), st.sampled_from(list(SURE.values())), st.sampled_from([1, 2, 4]))
def test_never_differs_on_mutated_text_that_is_indented(random: Random, text: str, width: int) -> None:
    _agree(_mutated(indent(text, " " * width), random))


def test_nesting_has_an_end() -> None:
    assert quick_read("".join("  " * depth + "a:\n" for depth in range(100))) is None
    assert quick_read("a: " + "[" * 100 + "]" * 100 + "\n") is None


@pytest.mark.parametrize("text", ["".join("  " * depth + "a:\n" for depth in range(60)), "a: " + "[" * 61 + "]" * 61])
def test_nesting_to_the_end_of_it(text: str) -> None:
    assert _agree(text)
    deeper = text + "  " * 60 + "a:\n" if text.endswith("\n") else text.replace("[]", "[[]]")
    assert not _agree(deeper)


@pytest.mark.corpus
def test_agrees_on_the_corpus_and_its_mutations() -> None:
    shared = Path(__file__).parents[3] / "shared"
    files = [path for folder in ("corpus", "nasty") for path in sorted((shared / folder).rglob("*")) if path.is_file()]
    if not files:
        pytest.skip("no manifests in ../shared")
    random = Random(7)
    sure = 0
    for path in files:
        try:
            whole = path.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        for text in ("\n" + whole).split("\n---"):
            sure += _agree(text)
            for _ in range(10 if len(text) < 2000 else 0):
                _agree(_mutated(text, random))
    assert sure > len(files)


def described(node: Node) -> tuple[object, ...]:
    """Return all that a tree says, to compare it."""
    own: tuple[object, ...] = (type(node).__name__, node.start, node.end, node.anchor, node.tag)
    if isinstance(node, Scalar):
        return (*own, node.value, node.plain)
    assert isinstance(node, Collection)
    if isinstance(node, Mapping):
        return (*own, node.flow, node.column, [(described(key), described(value)) for key, value in node.entries])
    assert isinstance(node, Sequence)
    return (*own, node.flow, node.column, [described(item) for item in node.items])


def _agree(text: str) -> bool:
    """Tell whether the quick reader is sure; where it is, PyYAML must agree."""
    node = quick_read(text)
    if node is None:
        return False
    try:
        other = pyyaml_read(text)
    except YamlError as error:
        pytest.fail(f"{text!r} is refused by PyYAML: {error}")
    assert described(node) == described(other), text
    return True


def _mutated(text: str, random: Random) -> str:
    for _ in range(random.choice((1, 1, 2, 3))):
        at = random.randrange(len(text) + 1)
        if random.random() < 0.6:
            text = text[:at] + random.choice(MUTATIONS) + text[at:]
        else:
            text = text[:at] + text[at + random.randrange(1, 6) :]
    return text
