from __future__ import annotations

import pytest

from krm_fn.resource_list.glance import may_end_open
from krm_fn.resource_list.layout import Layout
from krm_fn.resource_list.quick_layout import quick_layout
from tests.resource_list.layouts import HEAD, quick_is_right

POD = "- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: web\n"
CONFIG = "functionConfig:\n  kind: ProxySidecar\n"

QUICK = {
    "hosts' form": HEAD + "items:\n" + POD + POD + CONFIG,
    "a directives end marker first": "---\n" + HEAD + "items:\n" + POD + CONFIG,
    "functionConfig first": HEAD + CONFIG + "items:\n" + POD,
    "items first": "items:\n" + POD + HEAD + CONFIG,
    "functionConfig in flow style": HEAD + "items:\n" + POD + "functionConfig: {kind: X}\n",
    "functionConfig in flow style, on several lines": HEAD + "functionConfig: {kind: X,\n  a: b\n }\nitems:\n" + POD,
    "functionConfig as JSON, first": HEAD + 'functionConfig: {"kind": "X", "a": ["b"]} # c\nitems:\n' + POD,
    "functionConfig empty": HEAD + "items:\n" + POD + "functionConfig: {}\n",
    "no functionConfig": HEAD + "items:\n" + POD,
    "results": HEAD + "items:\n" + POD + "results:\n- message: x\n- message: y\n",
    "blank lines": HEAD + "\nitems:\n" + POD + "\n\n\n" + POD + "\n\n" + CONFIG,
    "comments": HEAD + "# - x\nitems:\n" + POD + "# c\n" + POD + "#\n" + CONFIG,
    "an item behind a comment": HEAD + "items:\n- # c\n  apiVersion: v1\n  kind: Pod\n" + CONFIG,
    "quotes that close on their line": HEAD
    + "items:\n"
    + POD
    + "    a: \"b\"\n    c: 'd'\n    e: '''f'' g'\n"
    + CONFIG,
    "quotes that must be read": HEAD + "items:\n" + POD + '    a: \' \'\n    b: "\\""\n    c: " "\n' + CONFIG,
    "apostrophes": HEAD + "items:\n" + POD + "    a: it's, the boys'\n    b: |\n      'x\n" + CONFIG,
    "quoted kind of the list": HEAD.replace("ResourceList", "'ResourceList' # c") + "items:\n" + POD,
    "dashes in a block scalar": HEAD + "items:\n" + POD + "    a: |\n      - apiVersion: x\n      items:\n" + CONFIG,
    "a quoted scalar that goes on deeper": HEAD + "items:\n" + POD + '    a: "x\n      y"\n' + CONFIG,
    "letters of other scripts": HEAD + "items:\n" + POD + "    a: é “x”\n" + CONFIG,
}


@pytest.fixture(params=["small", "large"], autouse=True)
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take each text for a small one, and for one that is worth a regular expression."""
    if request.param == "large":
        monkeypatch.setattr("krm_fn.resource_list.quick_layout._LARGE", -1)


@pytest.mark.parametrize("text", QUICK.values(), ids=QUICK)
def test_quick_layout_equals_the_full_one(text: str) -> None:
    assert quick_is_right(text.encode())


def _inside(opening: str, closing: str) -> str:
    return f"{HEAD}items:\n- apiVersion: v1\n  data: {opening}\n{POD}    {closing}\n{CONFIG}"


UNPROVEN = {
    "no text": "",
    "no newline at the end": (HEAD + "items:\n" + POD).rstrip("\n"),
    "CRLF": (HEAD + "items:\n" + POD).replace("\n", "\r\n"),
    "CR in a block scalar": HEAD + "items:\n" + POD + "    a: |\n      x\r      y\n",
    "byte order mark": "\ufeff" + HEAD + "items:\n" + POD,
    "comment first": "# c\n" + HEAD + "items:\n" + POD,
    "directive": "%YAML 1.1\n---\n" + HEAD + "items:\n" + POD,
    "second document": HEAD + "items:\n" + POD + "---\n" + HEAD + "items:\n" + POD,
    "end of the document": HEAD + "items:\n" + POD + "...\n",
    "comment behind the directives end marker": "--- # c\n" + HEAD + "items:\n" + POD,
    "tab at column 0": HEAD + "items:\n" + POD + "\t\n",
    "no items": HEAD,
    "items without an item": HEAD + "items:\n",
    "items empty": HEAD + "items: []\n",
    "items in flow style": HEAD + "items: [{kind: Pod}]\n",
    "items behind a comment": HEAD + "items: # c\n" + POD,
    "items anchored": HEAD + "items: &x\n" + POD,
    "items indented": HEAD + "items:\n" + POD.replace("- ", "  - ").replace("\n ", "\n   "),
    "items twice": HEAD + "items:\n" + POD + "items:\n" + POD,
    "kind twice": HEAD + "kind: ResourceList\nitems:\n" + POD,
    "functionConfig twice": HEAD + CONFIG + "items:\n" + POD + CONFIG,
    "functionConfig null": HEAD + "items:\n" + POD + "functionConfig: null\n",
    "functionConfig in quotes": HEAD + "items:\n" + POD + "functionConfig: '{kind: X}'\n",
    "functionConfig in flow style, at column 0": HEAD + "items:\n" + POD + "functionConfig: {kind: X,\na: b\n}\n",
    "items in a functionConfig in flow style": HEAD + "functionConfig: {kind: X,\nitems:\n- kind: Pod\n" + POD,
    "results in a functionConfig in flow style": HEAD
    + "items:\n"
    + POD
    + "functionConfig: {a: {b: c},\nresults:\n- x}\n",
    "functionConfig is a list": HEAD + "items:\n" + POD + "functionConfig:\n- a\n",
    "unknown key": HEAD + "status: x\nitems:\n" + POD,
    "quoted key": HEAD + '"items":\n' + POD,
    "another kind": HEAD.replace("ResourceList", "List") + "items:\n" + POD,
    "kind goes on": HEAD.replace("ResourceList", "ResourceList\n  Foo") + "items:\n" + POD,
    "an item that starts with another key": HEAD + "items:\n- data: {}\n  kind: ConfigMap\n" + CONFIG,
    "an item behind an anchor": HEAD + "items:\n- &x\n  kind: ConfigMap\n" + CONFIG,
    "dash alone": HEAD + "items:\n-\n  kind: ConfigMap\n" + CONFIG,
    "LS": HEAD + "items:\n- apiVersion: v1\n  kind: X\u2028" + POD + CONFIG,
    "PS": HEAD + "items:\n- apiVersion: v1\n  kind: X\u2029" + POD + CONFIG,
    "NEL": HEAD + "items:\n- apiVersion: v1\n  kind: X\u0085" + POD + CONFIG,
    "double-quoted, closed in a comment": _inside('"x', '#"'),
    "single-quoted, closed in a comment": _inside("'x", "#'"),
    "double-quoted, with an escape": _inside('"x \\"', '#"'),
    "double-quoted, with two escapes": _inside('"\\\\ \\" \\"', '#"'),
    "single-quoted, with an escape": _inside("'x ''", "#'"),
    "single-quoted, starting with an escape": _inside("'''x", "#'"),
    "quoted in a flow sequence": _inside('[x,"x', '#"]'),
    "quoted in a JSON mapping": _inside('{"x":"x', '#"}'),
    "quoted on a line of its own": _inside('\n    "x', '#"'),
    "quoted behind a tag": _inside('!!str "x', '#"'),
    "quoted behind an anchor": _inside("&x 'x", "#'"),
    "items in a flow mapping": _inside("{a: b,", "c: d}"),
    "items in a flow mapping, behind a comment": _inside("{a: b, # c", "c: d}"),
    "items in a flow sequence": _inside("[a,", "]"),
    "a functionConfig in a flow mapping": HEAD + "items:\n- kind: X\n  data: {a: b,\n\nfunctionConfig:\n  x}\n",
    "opened two items before": _inside('"x', "#").replace(CONFIG, POD + '    #"\n' + CONFIG),
    "a functionConfig that is quoted": HEAD + "items:\n- apiVersion: v1\n  data: '\n" + CONFIG + "  #'\n",
    "items that are quoted": HEAD + "metadata:\n  x: '\nitems:\n- apiVersion: v1\n  #'\n" + CONFIG,
    "results that are quoted": HEAD + "items:\n" + POD + CONFIG + "  a: '\nresults:\n- x'\n",
}


@pytest.mark.parametrize("text", UNPROVEN.values(), ids=UNPROVEN)
def test_quick_layout_leaves_what_it_cannot_prove(text: str) -> None:
    assert quick_layout(text.encode()) is None


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("- a: b", False),
        ("- a: 'b'", False),
        ("- a: 'b", True),
        ("- a: b'", False),
        ("- a: ''", False),
        ("- a: ' '", False),
        ("- a: ' ", True),
        ('- a: "b"', False),
        ('- a: "b', True),
        ('- a: " "', False),
        ('- a: "\\"', True),
        ('- a: "\\\\"', False),
        ('- a: \\"', False),
        ("- a: 'it''s", True),
        ("- a\n- b: ' '", True),
        ("- {}", False),
        ("- a: b,", False),
        ("- {a: b,", True),
        ("- {a: b, # c", True),
        ("- {a: b,  # c # d", True),
        ("- {a: b, # c\n # d\n\n  # e", True),
        ("- {a: b # c", False),
        ("- a: b # c\n#d", False),
        ("- {", True),
        ("- &x", False),
    ],
)
def test_may_end_open(text: str, open_: bool) -> None:
    data = f"items:\n{text}\n".encode()
    assert may_end_open(data, 7, len(data)) is open_


def test_layout_of_the_hosts_form() -> None:
    text = HEAD + "items:\n" + POD + POD + CONFIG + "results:\n- x\n"
    first, second = text.index(POD), text.rindex(POD)
    config, results = text.index(CONFIG), text.index("results")
    layout = quick_layout(text.encode())
    assert layout
    assert layout.kinds in (["", ""], ["Pod", "Pod"])
    assert layout.replace(kinds=None) == Layout(
        api_version="config.kubernetes.io/v1",
        kind="ResourceList",
        items=[(first, second), (second, config)],
        function_config=(config, results),
        appendable=True,
        results=(results, len(text)),
    )
