"""Laws of a ResourceList's text: the quick cut is the full one, and what is not touched is written as it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import example, given
from hypothesis import strategies as st

from krm_fn.resource_list.resource_list import NewItem, ResourceList
from krm_fn.result import FunctionError
from krm_fn.yaml_text.read import YamlError
from tests.manifests import load
from tests.resource_list.layouts import HEAD, quick_is_right
from tests.yaml_text.styles import documents, randoms, written

if TYPE_CHECKING:
    from random import Random

CONFIG = "functionConfig:\n  kind: ProxySidecar\n"
LINES = [
    "- apiVersion: v1",
    "- kind: Pod",
    "- metadata:",
    "- # c",
    "functionConfig:",
    "items:",
    "results:",
    "kind: X",
    "---",
    "...",
]
LINES += [
    "# c",
    "",
    " ",
    "  kind: Pod",
    "  a: b",
    "  a: 'b",
    "  b'",
    '  a: "b',
    '  b"',
    "  #'",
    '  #"',
    "  - a",
    "    - b",
    "  a: {b: c,",
    "  }",
]
LINES += [
    "  a: [b,",
    "  c]",
    "  a: |",
    "    - apiVersion: v1",
    "  a: >-",
    "  ? a",
    "  : b",
    "  a: &x b",
    "  c: *x",
    "  'kind': Y",
    "\t",
    "  a: it's",
]
LINES += [
    "  a: 'b'",
    '  a: "\\"',
    "  a: '''",
    "  a: ''",
    "  kind: Pod # c",
    "  a: b\u2028- kind: X",
    "  a: b\x85- kind: X",
    "%YAML 1.1",
    "- a",
]
lines = st.lists(st.sampled_from(LINES), max_size=12)
kinds = st.sampled_from(["Pod", "Service", "ConfigMap"])


@given(lines)
@example(["  a: {b: c,", "functionConfig:", "  }"])
def test_quick_layout_of_any_lines_equals_the_full_one(drawn: list[str]) -> None:
    text = HEAD + "items:\n- apiVersion: v1\n  kind: Pod\n" + "".join(f"{line}\n" for line in drawn) + CONFIG
    quick_is_right(text.encode())
    quick_is_right(text.replace("items:\n- apiVersion: v1\n  kind: Pod\n", "items:\n").encode())


def _item(kind: str, text: str, indent: str) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    body = [*f"apiVersion: v1\nkind: {kind}".split("\n"), *text.rstrip("\r\n").split(newline)]
    first, *rest = body
    return newline.join([f"{indent}- {first}", *(f"{indent}  {line}" if line else "" for line in rest)]) + newline


@given(st.lists(st.tuples(kinds, documents, randoms), max_size=4), st.sampled_from(["", "  "]))
def test_list_is_written_as_it_came(drawn: list[tuple[str, dict[str, Any], Random]], indent: str) -> None:
    items = []
    for kind, data, random in drawn:
        text = written({f"x-{key}": value for key, value in data.items()}, random)
        if text is not None:
            items.append((_item(kind, text, indent), kind))
    whole = (HEAD + "items:\n" + "".join(item for item, _ in items) + CONFIG).encode()
    try:
        resource_list = ResourceList(whole)
    except YamlError:  # a block scalar that ends its document takes what is indented behind it
        return
    assert b"".join(resource_list.written([])) == whole
    assert [item.kind for item in resource_list.items] == [kind for _, kind in items]
    assert [item.data for item in resource_list.items] == [item.readable_data for item in resource_list.items]
    if not indent:
        quick_is_right(whole)

    results = [{"message": "m", "severity": "info"}]
    resource_list.new_items.append(NewItem(data={"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b\nc\n"}}))
    try:
        out = b"".join(resource_list.written(results))
    except FunctionError:
        assert indent or b"\r" in whole
        return
    after = load(out.decode())
    assert after["results"] == results
    assert after["items"][-1]["data"] == {"a": "b\nc\n"}
    rest = out
    for item, _ in items:
        before, found, rest = rest.partition(item.rstrip("\r\n ").encode())
        assert found, item
        assert not before.strip() or before == (HEAD + "items:\n").encode()
    again = ResourceList(out)
    assert b"".join(again.written(results)) == out
    list(again.items)[-1].removed = True
    if items:
        assert b"".join(again.written([])) == whole
