from __future__ import annotations

import pytest

from krm_fn.resource_list.items import Items, Source
from tests.items import items_of

POD = "- apiVersion: v1\n  kind: Pod\n  metadata: {name: web}\n"
SERVICE = "- apiVersion: v1\n  kind: Service\n  metadata: {name: api}\n"


def service(selector: str) -> str:
    return f"- apiVersion: v1\n  kind: Service\n  spec:\n    selector:\n      app: {selector}\n"


def spans(*texts: str) -> Items:
    """Return items that stand one behind another in one text, between a head and a tail."""
    whole = "".join(("web head\n", *texts, "web tail\n")).encode()
    at, found = len(b"web head\n"), []
    for text in texts:
        found.append((at, at + len(text.encode())))
        at = found[-1][1]
    return Items([Source(whole, found)])


@pytest.mark.parametrize("items", [items_of(POD, SERVICE, POD), spans(POD, SERVICE, POD)], ids=["apart", "as one"])
class TestFinding:
    def test_all_in_order(self, items: Items) -> None:
        assert len(items) == 3
        assert [item.kind for item in items] == ["Pod", "Service", "Pod"]
        assert [item is other for item, other in zip(items, items, strict=True)] == [True] * 3

    def test_by_a_word(self, items: Items) -> None:
        first, second, third = items
        assert items.mentioning("web") == [first, third]
        assert items.mentioning("api") == [first, second, third]  # apiVersion
        assert items.mentioning("head") == []
        assert items.mentioning("tail") == []

    def test_by_kind(self, items: Items) -> None:
        first, second, third = items
        assert items.of_kind("Service") == [second]
        assert items.of_kind("Service", "Pod") == [first, second, third]
        assert items.of_kind("Deployment") == []
        assert items.of_kind("Pod", "Service", words=["web"]) == [first, third]
        assert items.kinds() == ["Pod", "Service"]

    def test_none_is_touched(self, items: Items) -> None:
        assert items.touched() == []


def test_an_edited_item_is_found_by_the_words_it_has_now() -> None:
    items = spans(POD, SERVICE)
    pod, other = items
    pod.text = pod.text.replace("web", "shop")
    assert items.mentioning("web") == []
    assert items.mentioning("shop") == [pod]
    assert items.of_kind("Pod", words=["shop"]) == [pod]
    assert items.touched() == [pod]
    other.removed = True
    assert items.mentioning("api") == [pod]
    assert items.of_kind("Service") == []
    assert items.touched() == [pod, other]


@pytest.mark.parametrize(
    "selector",
    [
        "web",
        '"web"',
        "'web'",
        '"we\\x62"',
        '"we\\\r\n        b"',
        '"we\\u0062"',
        '"we\\U00000062"',
        '"we\\\n        b"',
        "*anchor",
        "xweb",
    ],
)
def test_what_may_be_the_word_is_found(selector: str) -> None:
    assert len(items_of(service(selector)).of_kind("Service", words=["web", "shop"])) == 1


@pytest.mark.parametrize("selector", ["api", '"we\\nb"', '"\\"we"', "'we b'", "we-b"])
def test_what_cannot_be_the_word_is_left_out(selector: str) -> None:
    assert items_of(service(selector)).of_kind("Service", words=["web", "shop"]) == []


@pytest.mark.parametrize("word", ["two words", "it's", "é", ""])
def test_a_word_that_may_be_broken_or_escaped_leaves_nothing_out(word: str) -> None:
    assert len(items_of(service("api")).of_kind("Service", words=[word])) == 1


def test_an_item_whose_kind_does_not_show_at_a_glance_is_read() -> None:
    items = items_of("- {kind: Service}\n", '{"kind": "Service"}\n', "kind: Service\n", "- a: [\n")
    assert len(items.of_kind("Service")) == 3
    assert items.kinds() == ["Service", ""]


def annotated(value: str, name: str = "web") -> str:
    annotation = f"config.kubernetes.io/local-config: {value}"
    return f"- apiVersion: v1\n  kind: Pod\n  metadata: {{name: {name}, annotations: {{{annotation}}}}}\n"


LOCAL_LIST = """\
- apiVersion: v1
  kind: List
  metadata: {annotations: {config.kubernetes.io/local-config: "true"}}
  items:
  - {apiVersion: v1, kind: Pod, metadata: {name: web}}
"""
ALIAS = """\
- apiVersion: v1
  kind: Service
  metadata: {name: web, annotations: &local {config.kubernetes.io/local-config: "true"}}
- apiVersion: v1
  kind: Pod
  metadata: {name: web, annotations: *local}
"""


@pytest.mark.parametrize(
    "local",
    [annotated('"true"'), annotated('""'), annotated('"yes"'), annotated("true"), LOCAL_LIST],
    ids=["true", "empty", "another value", "no text", "in a list"],
)
def test_a_local_item_is_found_only_by_what_asks_for_all(local: str) -> None:
    items = items_of(POD, local)
    first, second = items
    assert items.mentioning("web") == items.of_kind("Pod") == [first]
    assert items.mentioning("web", with_local=True) == [first, second]
    assert items.local() == [second]
    second.text += "\n"
    assert items.mentioning("web") == [first]


@pytest.mark.parametrize("value", ['"false"', "false", "null", '"False"'])
def test_an_item_that_says_it_is_not_local_is_found(value: str) -> None:
    items = items_of(POD, annotated(value))
    assert items.mentioning("web") == list(items)
    assert items.local() == []


def test_an_item_is_local_by_an_alias_too() -> None:
    whole = ALIAS.encode()
    second = whole.index(b"- apiVersion", 1)
    items = Items([Source(whole, [(0, second), (second, len(whole))])])
    assert items.local() == list(items)
    assert items.kinds() == []


def test_the_word_elsewhere_makes_no_item_local() -> None:
    text = POD + "  spec: {note: 'config.kubernetes.io/local-config: \"true\"'}\n"
    items = items_of(text)
    assert items.of_kind("Pod") == list(items)


OWN = "krm-fn.dev/owner"
SPELLED = {
    "as it is": OWN,
    "in quotes": f'"{OWN}"',
    "JSON's slash": r'"krm-fn.dev\/owner"',
    "a number": r'"krm-fn\u002edev/own\x65r"',
    "a long number": r'"\U0000006brm-fn.dev/owner"',
    "over lines": '"krm-fn.\\\n      dev/owner"',
    "over lines of Windows": '"krm-fn.\\\r\n      dev/owner"',
}


def owned(key: str) -> str:
    return f"- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    annotations:\n      ? {key}\n      : web\n"


@pytest.mark.parametrize("key", SPELLED.values(), ids=SPELLED)
def test_a_word_is_found_however_it_is_written(key: str) -> None:
    items = spans(POD, owned(key), SERVICE)
    _, second, _ = items
    assert items.mentioning(OWN) == items.mentioning(OWN, "krm-fn.dev/", with_local=True) == [second]
    assert second.mentions("web")
    second.text += "  data: {}\n"
    assert items.mentioning(OWN) == [second]
    second.text = owned("other")
    assert items.mentioning(OWN) == []
    second.restore()
    assert items.mentioning(OWN) == [second]


@pytest.mark.parametrize(
    "key", [r'"krm-fn.dev\\/owner"', r"'krm-fn.dev\/owner'", r"krm-fn.dev\/owner", '"krm-fn.dev owner"']
)
def test_what_only_looks_like_the_word_is_not_found(key: str) -> None:
    assert spans(POD, owned(key)).mentioning(OWN) == []


def test_what_cannot_be_read_has_only_the_words_that_are_written() -> None:
    items = spans(POD, '- a: [\n  b: "krm-fn.dev\\/owner krm-fn.dev"\n')
    assert items.mentioning(OWN) == []
    assert items.mentioning("krm-fn.dev") == [list(items)[1]]


def test_no_item_has_an_empty_word() -> None:
    items = spans(POD, owned(OWN), SERVICE)
    assert items.mentioning("") == items.mentioning("", with_local=True) == []
    assert not any(item.mentions("") for item in items)
    for item in items:
        item.text += "\n"
    assert items.mentioning("") == []


@pytest.mark.parametrize("kind", ["List", '"List"', r'"\u004cist"', r'"Li\x73t"'])
def test_a_list_is_opened_however_its_kind_is_written(kind: str) -> None:
    text = f"- apiVersion: v1\n  kind: {kind}\n  items:\n  - {{apiVersion: v1, kind: Pod, metadata: {{name: web}}}}\n"
    (item,) = items_of(text)
    assert item.kind == "Pod"


@pytest.mark.parametrize("key", [r'"config.kubernetes.io\/local-config"', r'"config.kubernetes.io/l\u006fcal-config"'])
def test_an_item_is_local_however_that_is_written(key: str) -> None:
    items = items_of(POD, f"- apiVersion: v1\n  kind: Pod\n  metadata: {{annotations: {{{key}: 'true'}}}}\n")
    assert items.local() == [list(items)[1]]


def items_in(*spaces: tuple[str, str]) -> Items:
    """Return Services, each by its namespace and name."""
    texts = [
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {space}}}\n" for space, name in spaces
    ]
    text, spans = b"", []
    for each in texts:
        spans.append((len(text), len(text) + len(each)))
        text += each.encode()
    return Items([Source(text, spans)])


def test_an_absent_namespace_is_default_unless_a_name_stands_in_both() -> None:
    items = items_in(("default", "web"), ('""', "web"), ("default", "api"), ("shop", "web"))
    assert items.are_one("shop", "shop")
    assert not items.are_one("shop", "")
    assert not items.are_one("", "default")
    assert not items.are_one("default", "", "web", "api")
    assert items.are_one("default", "", "api")
    assert items_in(("default", "web"), ('""', "api")).are_one("", "default")


def test_what_is_hidden_is_found_only_where_it_is_not_hidden() -> None:
    items = items_in(("a", "web"), ("b", "web"), ("c", "api"))
    first, second, third = items
    some = items.without([second])
    fewer = some.without([third])
    assert [list(each) for each in (items, some, fewer)] == [[first, second, third], [first, third], [first]]
    assert [len(each) for each in (items, some, fewer)] == [3, 2, 1]
    assert [each.mentioning("web") for each in (items, some)] == [[first, second], [first]]
    assert [each.of_kind("Service") for each in (items, fewer)] == [[first, second, third], [first]]
    assert [each.of_kind("Service", words=["web"]) for each in (items, some)] == [[first, second], [first]]
    assert second in items
    assert second not in some


def test_an_edit_is_seen_by_all_that_look_at_the_same_texts() -> None:
    items = items_in(("a", "web"), ("b", "web"))
    some = items.without([list(items)[1]])
    assert [each.mentioning("changed") for each in (items, some)] == [[], []]
    first = next(iter(some))
    first.text = first.text.replace("web", "changed")
    assert [each.mentioning("changed") for each in (items, some)] == [[first], [first]]
    assert items.touched() == [first]


class TestOnly:
    """Some of the items are as if they were all that there are."""

    LOCAL = "- apiVersion: v1\n  kind: Pod\n  metadata:\n    annotations: {config.kubernetes.io/local-config: 'true'}\n"
    ESCAPED = '- apiVersion: v1\n  kind: Pod\n  metadata: {name: "we\\x62"}\n'

    def items(self) -> tuple[Items, Items]:
        every = spans(POD, SERVICE, self.LOCAL, POD, self.ESCAPED)
        listed = list(every)
        return every, every.only([listed[4], listed[2], listed[3], listed[1]])

    def test_they_are_seen_in_order(self) -> None:
        every, some = self.items()
        assert len(some) == 4
        assert list(some) == list(every)[1:]
        assert next(iter(every)) not in some
        assert all(item in some for item in some)

    def test_they_are_found(self) -> None:
        every, some = self.items()
        listed = list(every)
        assert some.mentioning("web") == [listed[3], listed[4]]
        assert some.mentioning("local-config") == []
        assert some.mentioning("local-config", with_local=True) == [listed[2]]
        assert some.local() == [listed[2]]
        assert some.of_kind("Pod") == [listed[3], listed[4]]
        assert some.of_kind("Pod", words=["web"]) == [listed[3], listed[4]]
        assert some.of_kind("Service", words=["web"]) == []
        assert some.mentioning_any([*map(str, range(50)), "api"]) == [listed[1]]

    def test_without_some_of_them(self) -> None:
        every, some = self.items()
        rest = some.without([list(every)[3]])
        assert list(rest) == [list(every)[1], list(every)[2], list(every)[4]]

    def test_an_edit_is_seen(self) -> None:
        every, some = self.items()
        assert some.mentioning("edited") == []
        assert some.once("name", lambda: 1) == some.once("name", lambda: 2) == 1
        list(every)[1].text = SERVICE[2:].replace("api", "edited")
        assert some.mentioning("edited") == [list(every)[1]]
        assert some.once("name", lambda: 2) == 2
