"""Where a text names a Service's old port, and where it only looks so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.referrers.sweep.addresses import ChangedAddress, ChangedAddresses, Found

WEB = ChangedAddress(
    names=("web", "former"), namespace="shop", old_number=80, new_number=8080, old_name="http", new_name="proxied"
)
OTHERS = frozenset({("shop", "web-2"), ("", "web")})


MANY = [WEB.replace(names=(f"other-{number}",)) for number in range(20)]


def places(
    text: str, service: ChangedAddress = WEB, namespace: str = "shop", others: frozenset[tuple[str, str]] = OTHERS
) -> list[Found]:
    """Return what is found of one address: by itself, and the same among many."""
    alone = list(ChangedAddresses([service], others).found_in(text, namespace))
    among = list(ChangedAddresses([*MANY, service], others).found_in(text, namespace))
    assert [(len(MANY), each) for _, each in alone] == among
    return [each for _, each in alone]


def found(text: str, service: ChangedAddress = WEB, namespace: str = "shop") -> list[tuple[str, str]]:
    return [(each.address, each.proposed) for each in places(text, service, namespace)]


NOT = [
    "",
    "web",
    "web:8080",
    "web:8",
    "web:800",
    "web:80a",
    "web:80-1",
    "web :80",
    "my-web:80",
    "web-2:80",
    "web2:80",
    "2web:80",
    "my.web:80",
    "web_:80",
    "web.other:80",
    "web.shop.example.com:80",
    "web.example.com:80",
    "web.other.svc:80",
    "pod-0.web.shop.svc:80",
    "registry/web:80",
    "image: library/web:80",
    "/web:80",
    "mail@web:80",
    "https://web/",
    "ftp://web/",
    "http://web:8443",
    "http://other/web",
    "http://web@other/",
    "http://websites",
    "éweb:80",
    "webé:80",
    "_grpc._tcp.web",
    "_http._udp.web",
    "_http._tcp.other",
    "http._tcp.web",
    "..web:80",
    "web..shop:80",
    "former-one:80",
]


@pytest.mark.parametrize("text", NOT)
def test_no_address_of_the_service(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "address", "proposed"),
    [
        ("web:80", "web:80", "web:8080"),
        ("former:80", "former:80", "former:8080"),
        ("web.shop:80", "web.shop:80", "web.shop:8080"),
        ("web.shop.svc:80/a", "web.shop.svc:80", "web.shop.svc:8080"),
        ("web.shop.svc.cluster.local:80", "web.shop.svc.cluster.local:80", "web.shop.svc.cluster.local:8080"),
        ("web.shop.svc.k8s.example.org:80", "web.shop.svc.k8s.example.org:80", "web.shop.svc.k8s.example.org:8080"),
        ("web.shop.svc.cluster.local.:80", "web.shop.svc.cluster.local.:80", "web.shop.svc.cluster.local.:8080"),
        ("WEB.Shop:80", "WEB.Shop:80", "WEB.Shop:8080"),
        ("http://web:80/", "web:80", "web:8080"),
        ("http://web", "http://web", "http://web:8080"),
        ("http://web/a", "http://web", "http://web:8080"),
        ("ws://web.shop?x", "ws://web.shop", "ws://web.shop:8080"),
        ("tcp://web:80", "web:80", "web:8080"),
        ("http://user:secret@web:80/", "web:80", "web:8080"),
        ("http://user:secret@web/", "http://web", "http://web:8080"),
        ("--upstream=web:80", "web:80", "web:8080"),
        ("a:1,web:80,b:2", "web:80", "web:8080"),
        ("[web:80]", "web:80", "web:8080"),
        ('{"to": "web:80"}', "web:80", "web:8080"),
        ("proxy_pass http://web:80/;", "web:80", "web:8080"),
        ("server web:80;", "web:80", "web:8080"),
        ("targets: ['web:80', 'x:1']", "web:80", "web:8080"),
        ("web-2:80 web:80", "web:80", "web:8080"),
        ("İ web:80", "web:80", "web:8080"),
        ("_http._tcp.web", "_http._tcp.web", "_proxied._tcp.web"),
        ("dnssrv+_http._tcp.web.shop.svc", "_http._tcp.web.shop.svc", "_proxied._tcp.web.shop.svc"),
    ],
)
def test_address(text: str, address: str, proposed: str) -> None:
    assert found(text) == [(address, proposed)]


def test_lines_are_counted() -> None:
    assert [each.line for each in places("a\nweb:80\n\nhttp://web\n", WEB, "shop")] == [2, 4]
    assert [each.line for each in places("web:80\n", WEB, "shop")] == [0]


def test_a_short_name_is_a_service_of_the_objects_namespace() -> None:
    assert found("web:80", namespace="other") == found("web:80", namespace="") == []
    assert found("web:80", namespace="default") == []
    assert found("web.shop:80", namespace="other") == [("web.shop:80", "web.shop:8080")]


def test_a_service_whose_namespace_is_not_known_may_be_in_any_where_no_other_is() -> None:
    web = WEB.replace(namespace="")
    assert found("web.shop:80 web.web-2:80", web, "") == [
        ("web.shop:80", "web.shop:8080"),
        ("web.web-2:80", "web.web-2:8080"),
    ]
    assert places("web.shop:80", web, "", frozenset({("shop", "web")})) == []
    assert found("web:80", web, "shop") == []
    assert found("web:80", web, "") == [("web:80", "web:8080")]


IN_DEFAULT = WEB.replace(namespace="default")


@pytest.mark.parametrize(
    ("service", "namespace", "others", "is_meant"),
    [
        (IN_DEFAULT, "", frozenset(), True),
        (IN_DEFAULT, "", frozenset({("", "web")}), False),
        (IN_DEFAULT, "shop", frozenset(), False),
        (WEB.replace(namespace=""), "default", frozenset(), True),
        (WEB.replace(namespace=""), "default", frozenset({("default", "web")}), False),
        (WEB.replace(namespace=""), "shop", frozenset(), False),
    ],
)
def test_an_absent_namespace_may_be_default_where_no_other_service_is(
    service: ChangedAddress, namespace: str, others: frozenset[tuple[str, str]], *, is_meant: bool
) -> None:
    of = places("web:80", service, namespace, others)
    assert bool(of) is is_meant
    assert all(each.of_own_namespace for each in of)


def test_of_two_changed_services_each_is_meant_in_its_own_namespace() -> None:
    both = ChangedAddresses([IN_DEFAULT, WEB.replace(namespace="")], frozenset())
    assert [position for position, _ in both.found_in("web:80", "default")] == [0]
    assert [position for position, _ in both.found_in("web:80", "")] == [1]
    assert [position for position, _ in both.found_in("web.default:80", "")] == [0]


def test_only_what_changed_is_told() -> None:
    assert found("web:80 _http._tcp.web", WEB.replace(new_number=80)) == [("_http._tcp.web", "_proxied._tcp.web")]
    assert found("web:80 _http._tcp.web", WEB.replace(new_name="http")) == [("web:80", "web:8080")]


def test_https_means_443() -> None:
    secure = WEB.replace(old_number=443, new_number=8443)
    assert found("https://web/ http://web/", secure) == [("https://web", "https://web:8443")]


def test_long_texts_take_no_long_time() -> None:
    assert found("web" * 300_000 + "." * 1000 + "web.web." * 30_000) == []
    assert len(found("web:80 " * 10_000)) == 10_000


BEFORE = st.text(st.characters(codec="utf-8"), max_size=20).map(lambda text: text + "\n")
AFTER = st.text(st.characters(codec="utf-8"), max_size=20).map(lambda text: "\n" + text)


@given(BEFORE, st.sampled_from(["web:80", "http://web.shop:80/x", "_http._tcp.web"]), AFTER)
def test_an_address_is_found_whatever_stands_around(before: str, planted: str, after: str) -> None:
    around = len(found(before)) + len(found(after))
    assert len(found(before + planted + after)) == around + 1


@given(BEFORE, st.sampled_from(NOT), AFTER)
def test_what_only_looks_so_is_not(before: str, planted: str, after: str) -> None:
    assert len(found(before + planted + after)) == len(found(before)) + len(found(after))
