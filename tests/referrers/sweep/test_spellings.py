"""Every spelling of a Service's port, or of the Pods', is reported; with another Service, port or Pod it is not."""

from __future__ import annotations

import textwrap
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from krm_fn.function import process
from tests.laws.items import as_json
from tests.referrers.sweep.spellings import (
    CONTAINERS,
    FIELDS,
    NO_FIELDS,
    NO_SELECTED,
    NO_TEXTS,
    OBJECTS,
    POD_CONTAINERS,
    POD_FIELDS,
    POD_OBJECTS,
    POD_TEXTS,
    PODS,
    TEXTS,
)

if TYPE_CHECKING:
    from krm_fn.result import Result

APP: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {"name": "web", "image": "web:1", "ports": [{"name": "http-app", "containerPort": 3000}]}
                ]
            },
        },
    },
}
SERVICE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop", "labels": {"tier": "front"}},
    "spec": {"selector": {"app": "web"}, "ports": [{"name": "plain", "port": 80, "targetPort": 3000}]},
}
OTHERS = [
    {
        **SERVICE,
        "metadata": {"name": "api", "namespace": "shop"},
        "spec": {"selector": {"app": "api"}, "ports": [{"name": "plain", "port": 80}]},
    },
    *(
        {
            **SERVICE,
            "metadata": {"name": f"{app}-headless", "namespace": "shop"},
            "spec": {"clusterIP": "None", "selector": {"app": app}, "ports": [{"port": 3000}]},
        }
        for app in ("web", "api")
    ),
]
WORDS = {
    "HOST": "web",
    "NUMBER": "80",
    "NAME": "plain",
    "LABEL": "web",
    "POD": "3000",
    "TIER": "front",
    "HEADLESS": "web-headless",
    "SPACE": "shop",
}
TWINS = {
    "another Service": {"HOST": "api", "LABEL": "api", "TIER": "back", "HEADLESS": "api-headless", "SPACE": "other"},
    "another port": {"NUMBER": "81", "NAME": "other", "POD": "3001"},
}


def planted(text: str, changes: dict[str, str]) -> str:
    words = {**WORDS, **changes}
    upper = {f"{name}_UPPER": words[name].upper() for name in ("HOST", "NAME")}
    for name, word in {**upper, **words}.items():
        text = text.replace(f"<{name}>", word)
    return text.replace("http-app", "other-app") if "POD" in changes else text


METADATA = "metadata: {name: client, namespace: shop}\n"
APART = "metadata: {name: client, namespace: apart}\n"


def objects() -> dict[str, str]:
    """Return all spellings, each as an object's YAML."""
    own = {name: _sluice(f"spec: {{to: {text}}}") for name, text in FIELDS.items()}
    own |= {f"a text: {name}": _config_map(text) for name, text in TEXTS.items()}
    own["keys of a ConfigMap"] = "apiVersion: v1\nkind: ConfigMap\ndata: {WEB_HOST: <HOST>, WEB_PORT: '<NUMBER>'}\n"
    own |= {f"a container: {name}": _deployment(text) for name, text in CONTAINERS.items()}
    own |= {f"Pods: {name}": text for name, text in of_pods().items()}
    whole = {name: f"{text}{METADATA}" for name, text in own.items()}
    return whole | {f"an object: {name}": _apart(text) for name, text in OBJECTS.items()}


def of_pods() -> dict[str, str]:
    """Return the spellings of the Pods' own port."""
    own = {name: _sluice(f"spec: {text}") for name, text in PODS.items()}
    own |= {f"a field: {name}": _sluice(f"spec: {{to: {text}}}") for name, text in POD_FIELDS.items()}
    own |= {f"a text: {name}": _config_map(text) for name, text in POD_TEXTS.items()}
    return own | {f"a container: {name}": _deployment(text) for name, text in POD_CONTAINERS.items()}


def _sluice(text: str) -> str:
    return f"apiVersion: example.com/v1\nkind: Sluice\n{text}\n"


def _apart(text: str) -> str:
    return f"{textwrap.dedent(text).strip()}\n{APART}"


def _config_map(text: str) -> str:
    lines = textwrap.indent(textwrap.dedent(text).strip(), "    ")
    return f"apiVersion: v1\nkind: ConfigMap\ndata:\n  settings: |\n{lines}\n"


def _deployment(text: str) -> str:
    pod = f"{{template: {{metadata: {{labels: {{app: client}}}}, spec: {{containers: [{text}]}}}}}}"
    return f"apiVersion: apps/v1\nkind: Deployment\nspec: {pod}\n"


SETTINGS = {
    "the port moved": {
        "target": {"name": "web"},
        "listeners": [{"name": "front", "service": {"name": "proxied", "port": 8999}}],
    },
    "the defaults": {"target": {"name": "web"}, "listeners": [{"name": "front"}]},
}


def results(text: str, settings: str = "the port moved", app: dict[str, Any] | None = None) -> list[Result]:
    """Return what the sweep reports in an object, given more of the app's container; nothing in it changes."""
    data, spec = yaml.safe_load(text), SETTINGS[settings]
    config = {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": {"name": "p"}, "spec": spec}
    whole = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "functionConfig": config}
    outcome = process(as_json({**whole, "items": [_app(app or {}), SERVICE, *OTHERS, data]}).encode())
    assert outcome.exit_code == 0
    written = yaml.safe_load(outcome.stdout)
    assert written["items"][2 + len(OTHERS)] == data
    found = [each for each in outcome.results if each.ref and each.ref.name == "client"]
    assert all(each.code.number in ("PS607", "PS608", "PS612", "PS614", "PS615") for each in found)
    return found


def reported(text: str, settings: str = "the port moved", app: dict[str, Any] | None = None) -> list[str]:
    return [each.path or "" for each in results(text, settings, app)]


def _app(more: dict[str, Any]) -> dict[str, Any]:
    app = deepcopy(APP)
    app["spec"]["template"]["spec"]["containers"][0] |= more
    return app


@pytest.mark.parametrize("spelling", objects())
def test_what_refers_is_reported_once(spelling: str) -> None:
    places = reported(planted(objects()[spelling], {}))
    assert len(places) == len(set(places)) == 1


@pytest.mark.parametrize("spelling", of_pods())
def test_pods_are_reported_with_the_defaults_too(spelling: str) -> None:
    text = objects()[f"Pods: {spelling}"]
    assert len(reported(planted(text, {}), "the defaults")) == 1
    assert [reported(planted(text, twin), "the defaults") for twin in TWINS.values()] == [[], []]


@pytest.mark.parametrize("spelling", POD_OBJECTS)
def test_pods_elsewhere_are_reported_too(spelling: str) -> None:
    text = _apart(POD_OBJECTS[spelling])
    for settings in SETTINGS:
        assert len(reported(planted(text, {}), settings)) == 1
        assert [reported(planted(text, twin), settings) for twin in (*TWINS.values(), {"SPACE": "other"})] == [[]] * 3


@pytest.mark.parametrize("spelling", OBJECTS)
def test_a_name_is_of_the_namespace_that_is_written_there(spelling: str) -> None:
    assert reported(planted(_apart(OBJECTS[spelling]), {"SPACE": "other"})) == []


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("text", NO_FIELDS)
def test_fields_that_only_look_like_it_are_not(text: str, settings: str) -> None:
    assert reported(f"{_sluice(f'spec: {text}')}{METADATA}", settings) == []


@pytest.mark.parametrize("text", NO_SELECTED)
def test_ports_that_are_not_those_of_the_selected_pods_are_not(text: str) -> None:
    data = f"{_sluice(f'spec: {text}')}{METADATA}"
    assert [each.proposed_value for each in results(data, "the defaults")] == []


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("text", NO_TEXTS)
def test_texts_that_only_look_like_it_are_not(text: str, settings: str) -> None:
    assert reported(f"{_config_map(NO_TEXTS[text])}{METADATA}", settings) == []


def test_one_text_has_each_of_its_places_reported() -> None:
    text = _sluice("spec: {run: 'telnet web 80; nc -z web.shop 80; nc -z web 80; curl http://web/'}")
    messages = [each.message for each in results(f"{text}{METADATA}")]
    assert [each.partition(" what looks")[0].partition(": that")[0] for each in messages] == [
        "names http://web",
        'has in "web 80"',
        'has in "web.shop 80"',
    ]


def test_a_headless_service_that_an_object_names_has_its_own_port_and_the_pods_has_none() -> None:
    text = f"{_sluice('spec: {service: web-headless, port: 3000}')}{METADATA}"
    assert reported(text, "the defaults") == []
    assert [each.proposed_value for each in results(text)] == [8999]


@pytest.mark.parametrize("twin", TWINS)
@pytest.mark.parametrize("spelling", objects())
def test_what_refers_to_something_else_is_not(spelling: str, twin: str) -> None:
    text = planted(objects()[spelling], TWINS[twin])
    if text == planted(objects()[spelling], {}):
        pytest.skip("it names no port")
    assert reported(text) == []
