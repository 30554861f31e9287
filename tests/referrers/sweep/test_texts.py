"""What is special in texts: Secrets, values in base64, variables, and settings about scraping."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from krm_fn.referrers.sweep.formats.commands import forwards, owners_of, two_words
from tests.referrers.sweep.spellings import POD_TEXTS
from tests.referrers.sweep.test_spellings import METADATA, SETTINGS, planted, reported, results


def _object(kind: str, **fields: Any) -> str:
    return yaml.safe_dump({"apiVersion": "v1", "kind": kind, **fields}) + METADATA


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize("text", ["http://user:password@web:80/", "password=x\nhost=web\nport=80\n", "nc web 80"])
def test_secrets_are_searched_and_not_shown(text: str) -> None:
    for fields in ({"data": {"a": _base64(text)}}, {"stringData": {"a": text}}):
        (result,) = results(_object("Secret", **fields))
        assert result.path == f"{next(iter(fields))}.a"
        assert result.current_value is None
        assert not any(part in result.message for part in ("password", "web:", "web 80"))


def test_a_secret_with_a_headless_address_is_not_shown() -> None:
    (result,) = results(
        _object("Secret", stringData={"a": "http://a:password@web-0.web-headless:3000"}), "the defaults"
    )
    assert "web-0" not in result.message
    assert result.current_value is result.proposed_value is None


def test_binary_data_is_read_where_it_is_text() -> None:
    assert reported(_object("ConfigMap", binaryData={"a": _base64("http://web:80"), "b": "/w=="})) == ["binaryData.a"]
    assert reported(_object("ConfigMap", binaryData={"a": _base64("http://web:81")})) == []


def test_data_of_a_config_map_is_not_decoded() -> None:
    assert reported(_object("ConfigMap", data={"a": _base64("http://web:80")})) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("http://$WEB_SERVICE_HOST:$WEB_SERVICE_PORT/", ["PS615"]),
        ("$(WEB_SERVICE_PORT)", ["PS615"]),
        ("$API_SERVICE_PORT $XWEB_SERVICE_PORT WEB_SERVICE_PORT", []),
        ("${WEB_SERVICE_PORT_PLAIN}", ["PS607"]),
    ],
)
def test_the_kubelets_variables(text: str, codes: list[str]) -> None:
    found = results(_object("ConfigMap", data={"a": text}))
    assert [each.code.number for each in found] == codes


def test_a_variable_that_the_container_sets_is_not_the_kubelets() -> None:
    container = {"env": [{"name": "WEB_SERVICE_PORT", "value": "81"}], "args": ["--to=x:$(WEB_SERVICE_PORT)"]}
    assert reported(_object("Job", spec={"template": {"spec": {"containers": [container]}}})) == []


OWN = {"a.yaml": "web:\n  port: 80\n", "WEB": "http://web:80", "PORT": "80", "HOST": "web"}


def test_what_the_app_itself_uses_may_be_its_own() -> None:
    data = _object("ConfigMap", data=OWN)
    assert sorted(reported(data)) == ["data.PORT", "data.WEB", 'data["a.yaml"]']
    assert reported(data, app={"envFrom": [{"configMapRef": {"name": "client"}}]}) == ["data.WEB"]


PIECES = [
    *("web", "80", "3000", ":", " ", "\n", "\n---\n", "- ", "{", "}", "[", "]", '"', "$", "(", ")", "=", "--", "a"),
    *("apiVersion: v1\n", "kind: Service\n", "kind: NetworkPolicy\n", "spec:", "metadata:", "selector:", "ports:"),
    *("relabel_configs:\n", "source_labels:", "__meta_kubernetes_pod_label_app", "regex:", "action: keep", "*", "&"),
    *("port-forward ", "svc/web", "/pods/web-0", "WEB_SERVICE_PORT", "web-0.web-headless", "host", "port", "nc "),
]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_searched(text: str) -> None:
    first = results(_object("ConfigMap", data={"a": text}))
    assert len(first) == len(set(first))


def test_variables_of_another_container_are_not_expanded() -> None:
    containers = [{"env": [{"name": "A", "value": "web"}]}, {"env": [], "args": ["$(A):80"]}, {"args": ["$(A):80"]}]
    assert reported(_object("Job", spec={"template": {"spec": {"containers": containers}}})) == []


@pytest.mark.parametrize("name", [name for name in POD_TEXTS if "scrape" in name])
def test_what_is_to_scrape_the_app_is_not_reported(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = planted(_object("ConfigMap", data={"a": POD_TEXTS[name].replace("\n        ", "\n")}), {})
    assert len(reported(text, "the defaults")) == 1
    monkeypatch.setitem(SETTINGS, "of the app", {**SETTINGS["the defaults"], "referrers": {"scrape": "app"}})
    assert reported(text, "of the app") == []


def test_while_it_is_staged_the_pods_port_is_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SETTINGS, "staged", {**SETTINGS["the defaults"], "cutover": "staged"})
    assert reported(_object("ConfigMap", data={"a": "web-0.web-headless:3000"}), "staged") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nc -z web 80", [("web", "80")]),
        ("! nc -z -w 2 web 80 || exit", [("web", "80")]),
        ('["nc", "web", "80"]', []),
        ("a: wait-for web.shop 80 -- run", [("web.shop", "80")]),
        ("web 80", []),
        ("a web 80 b", []),
        ("# nc web 80", []),
        ("x is a web 80", []),
        ("cat </dev/tcp/web/80", [("web", "80")]),
        ("cat </dev/tcp/web/80.5", []),
    ],
)
def test_two_words(text: str, found: list[tuple[str, str]]) -> None:
    assert [(each.host, each.port) for each in two_words(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kubectl port-forward svc/web 8080:80", [("Service", "web", "", "80")]),
        (
            "kubectl port-forward -n a service/web 80 :http",
            [("Service", "web", "a", "80"), ("Service", "web", "a", "http")],
        ),
        ("kubectl --namespace=a port-forward deployment.apps/web 1:2 & x 3:4", [("Deployment", "web", "a", "2")]),
        ("kubectl port-forward web-0 1:2", [("Pod", "web-0", "", "2")]),
        ("kubectl port-forward node/web 1:2", []),
        ("/api/v1/namespaces/a/pods/https:web-0:2/proxy", [("Pod", "web-0", "a", "2")]),
        ("http://1-2-3-4.a.pod.cluster.local:2/", [("Pod", "", "a", "2")]),
        ("http://1-2-3.a.pod:2/ x1-2-3-4.a.pod:2", []),
    ],
)
def test_forwards(text: str, found: list[tuple[str, str, str, str]]) -> None:
    assert [(each.kind, each.name, each.namespace, each.port) for each in forwards(text)] == found


def test_owners_of_a_pod() -> None:
    assert ("StatefulSet", "web") in owners_of("web-0")
    assert ("Deployment", "web") in owners_of("web-6b8c7d9f5b-x2x4z")
    assert ("DaemonSet", "web") in owners_of("web-x2x4z")
