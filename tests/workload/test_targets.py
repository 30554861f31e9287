from __future__ import annotations

import re

import pytest

from krm_fn.function_config.generated.values import Spec, Target
from krm_fn.result import ResourceRef
from krm_fn.workload.name_pattern import is_plain_name
from krm_fn.workload.targets import find_targets
from tests.items import items_of

REF = ResourceRef(api_version="krm-fn.dev/v1alpha1", kind="ProxySidecar", name="proxy")


def item(
    name: str = "web", *, kind: str = "Deployment", api: str = "apps/v1", namespace: str = "", previous: str = ""
) -> str:
    text = f"- apiVersion: {api}\n  kind: {kind}\n  metadata:\n    name: {name}\n"
    text += f"    namespace: {namespace}\n" if namespace else ""
    text += f"    annotations: {{internal.config.kubernetes.io/previousNames: '{previous}'}}\n" if previous else ""
    text += "  spec: {template: {spec: {containers: [{name: app}]}}}\n"
    return text


def found(target: Target, *items: str) -> list[str]:
    return [workload.name for workload in find_targets(items_of(*items), Spec(target=target), REF).workloads]


@pytest.mark.parametrize(
    "target",
    [
        Target(kind="Deployment", name="we"),
        Target(kind="Deployment", name="eb"),
        Target(kind="Deployment", name="web-"),
        Target(kind="Deployment", name="WEB"),
        Target(kind="Deployment", name="w.b.+"),
        Target(kind="Deployment", name="we|eb"),
        Target(kind="deployment", name="web"),
        Target(kind="Deploy", name="web"),
        Target(kind="StatefulSet", name="web"),
        Target(kind="Deployment", name="web", namespace=""),
        Target(kind="Deployment", name="web", namespace="sho"),
        Target(kind="Deployment", name="web", group=""),
        Target(kind="Deployment", name="web", group="app"),
        Target(kind="Deployment", name="web", version="v1beta1"),
    ],
)
def test_no_match(target: Target) -> None:
    assert found(target, item(namespace="shop"), item("api")) == []


@pytest.mark.parametrize(
    "target",
    [
        Target(kind="Deployment", name="web"),
        Target(kind="Deployment", name="w.*"),
        Target(kind="Deployment", name="x|web"),
        Target(kind="Deploy.*", name="web"),
        Target(kind="Deployment|StatefulSet", name="web"),
        Target(kind="Deployment", name="web", namespace="shop"),
        Target(kind="Deployment", name="web", namespace="s.+"),
        Target(kind="Deployment", name="web", group="apps"),
        Target(kind="Deployment", name="web", group="apps", version="v1", namespace="shop"),
    ],
)
def test_match(target: Target) -> None:
    assert found(target, item(namespace="shop"), item("api")) == ["web"]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("web", ["prod-web"]),
        ("mid-web", ["prod-web"]),
        ("prod-web", ["prod-web"]),
        ("prod-.*", ["prod-web", "prod-api"]),
        ("web,mid-web", []),
    ],
)
def test_names_before_kustomize_changed_them(name: str, names: list[str]) -> None:
    items = [item("prod-web", previous="web,mid-web"), item("prod-api", previous="api")]
    assert found(Target(kind="Deployment", name=name), *items) == names


def test_targets_come_in_the_order_of_the_items() -> None:
    items = [item("c"), item("a"), item("b", kind="StatefulSet")]
    assert found(Target(kind=".*", name="[a-c]"), *items) == ["c", "a", "b"]


def test_a_name_is_taken_literally_before_it_is_a_pattern() -> None:
    assert found(Target(kind="Deployment", name="a.b"), item("a.b"), item("axb")) == ["a.b", "axb"]


@pytest.mark.parametrize("name", ["web", "web-1", "a_b", ""])
def test_plain_name(name: str) -> None:
    assert is_plain_name(name)


@pytest.mark.parametrize("name", ["web.*", "a|b", "^web$", "we?b", "[ab]", "(a)", "a\\d", "a+", "a{2}", "a.b"])
def test_pattern(name: str) -> None:
    assert not is_plain_name(name)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("- kind: Deployment\n  metadata: {name: [\n", Target(kind="Deployment", name="web")),
        ("- kind: StatefulSet\n  metadata: {name: web, name: web}\n", Target(kind="Deployment", name="web")),
    ],
)
def test_item_that_cannot_be_read_and_cannot_be_the_target(text: str, target: Target) -> None:
    assert found(target, text, item()) == ["web"]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: web\n", Target(kind="Deployment", name="web")),
        ("- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: [\n", Target(kind="Deployment", name="w.*")),
    ],
)
def test_item_that_cannot_be_read_and_may_be_the_target(text: str, target: Target) -> None:
    (problem,) = find_targets(items_of(text, item()), Spec(target=target), REF).problems
    assert "may be the target must be YAML" in problem.message


def test_nearest_names_are_shown_up_to_ten() -> None:
    items = items_of(*(item(f"app{number:02}") for number in range(12)))
    (problem,) = find_targets(items, Spec(target=Target(kind="Deployment", name="zzz")), REF).problems
    assert re.search(r"There are: app00, .*app09 and 2 more\.", problem.message)
