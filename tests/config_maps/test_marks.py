"""Which ConfigMaps with a ProxySidecar's mark are removed, and which are taken for edited by hand."""

from __future__ import annotations

import pytest

from krm_fn import codes
from krm_fn.config_maps.reconcile import lost_edits, prune
from krm_fn.ledger.digest import digest
from krm_fn.resource_list.items import Items
from tests.items import item_of, items_of


def marked(name: str, *lines: str) -> str:
    more = "".join(f"    {line}\n" for line in lines)
    return (
        f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  annotations:\n    krm-fn.dev/owner: proxy\n"
        f"{more}data: {{nginx.conf: mine}}\n"
    )


def kept(items: Items, *names: str) -> bool:
    results = prune(items, ["proxy"], names=names)
    (item,) = items
    assert (codes.CONFIG_MAP_OF_ANOTHER_NAME in [result.code for result in results]) is not item.removed
    return not item.removed


@pytest.mark.parametrize(
    "name", ["web-proxy-config", "proxy-config", "prod-web-proxy-config", "web-proxy-config-5f7h2k8mtb"]
)
def test_a_name_made_from_the_owners_is_one_that_a_run_gives(name: str) -> None:
    assert not kept(items_of(marked(name)))


@pytest.mark.parametrize(
    "name", ["my-own", "web-proxy-config-copy", "web-proxy-configs", "webproxy-config", "web-other-config"]
)
def test_a_copy_of_another_name_stays(name: str) -> None:
    assert kept(items_of(marked(name)))


def test_kustomize_says_what_the_name_was() -> None:
    previous = "internal.config.kubernetes.io/previousNames: web-proxy-config"
    assert not kept(items_of(marked("web-proxy-config-v2", previous)))
    assert kept(items_of(marked("web-proxy-config-v2")))


def test_names_of_the_functionconfig_and_parts_of_these_are_given() -> None:
    assert not kept(items_of(marked("pages")), "pages")
    assert not kept(items_of(marked("pages-2")), "pages")
    assert kept(items_of(marked("pages-old")), "pages")


FORMER = {"data": {"nginx.conf": "events {} \n\n"}}


@pytest.mark.parametrize("text", ['"events {} \\n\\n"', '"events {}\\n"', '"events {}"'])
def test_blank_ends_are_no_edits(text: str) -> None:
    recorded = digest({"data": {"nginx.conf": "events {}"}})
    data = marked("web-proxy-config", f"krm-fn.dev/content: {recorded}").replace("mine", text)
    assert not lost_edits(item_of(data))


def test_a_digest_of_a_former_release_is_recognised() -> None:
    former = marked("web-proxy-config", f"krm-fn.dev/content: {digest(FORMER)}")
    assert not lost_edits(item_of(former.replace("mine", '"events {} \\n\\n"')))
    assert lost_edits(item_of(former.replace("mine", '"events { } \\n\\n"')))


def test_a_mark_without_a_digest_counts_as_edited() -> None:
    assert lost_edits(item_of(marked("web-proxy-config")))
