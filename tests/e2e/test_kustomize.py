"""Real `kubectl kustomize` of the example: the function as a container, carried by a Component."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.function_image import REPOSITORY
from tests.e2e.golden import assert_expected
from tests.e2e.hosts import kubectls, kustomize_build

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("kubectl", "image")]

EXAMPLE = REPOSITORY / "kustomization-examples" / "alertmanager"
HASH = r"-[0-9a-z]{10}$"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example to edit."""
    return shutil.copytree(EXAMPLE, tmp_path / "example")


@pytest.mark.parametrize("kubectl_version", list(kubectls()) or ["missing"])
def test_overlay_gives_the_expected_output(kubectl_version: str) -> None:
    built = kustomize_build(EXAMPLE / "overlay", kubectl_version)
    assert built.returncode == 0, built.stderr
    assert_expected(EXAMPLE / "expected" / "overlay", {"overlay.yaml": built.stdout})


def test_names_carry_prefix_and_hash_and_the_volumes_follow() -> None:
    resources = _build(EXAMPLE / "overlay")
    config_maps = _names(resources, "ConfigMap")
    assert {re.sub(HASH, "#", name) for name in config_maps} == {
        "prod-alertmanager-nginx-proxy-config#",
        "prod-alertmanager-script-js#",
    }
    assert _config_map_volumes(resources) == config_maps
    assert {resource["metadata"]["namespace"] for resource in resources} == {"production"}


def test_changed_file_changes_its_name_and_no_other(example: Path) -> None:
    before = _names(_build(EXAMPLE / "overlay"), "ConfigMap")
    _edit(example / "component" / "proxy.yaml", "script.js of the sidecar", "another script.js")
    resources = _build(example / "overlay")
    after = _names(resources, "ConfigMap")
    assert len(before & after) == 1
    assert [re.sub(HASH, "", name) for name in after - before] == ["prod-alertmanager-script-js"]
    assert _config_map_volumes(resources) == after


def test_namespace_of_the_workload_is_enough(example: Path) -> None:
    """An overlay that only prefixes: the ConfigMaps must be in the workload's namespace for references to follow."""
    _edit(example / "overlay" / "kustomization.yaml", "namespace: production\n", "")
    resources = _build(example / "overlay")
    assert {resource["metadata"]["namespace"] for resource in resources} == {"monitoring"}
    assert _config_map_volumes(resources) == _names(resources, "ConfigMap") != set()


def test_target_is_found_by_its_name_before_a_base_prefixed_it(example: Path) -> None:
    _edit(example / "base" / "kustomization.yaml", "resources:", "namePrefix: team-\nresources:")
    resources = _build(example / "overlay")
    assert _names(resources, "StatefulSet") == {"prod-team-monitor-alertmanager"}
    assert _config_map_volumes(resources) == _names(resources, "ConfigMap") != set()


def test_transformer_alone_leaves_names_as_they_are(example: Path) -> None:
    _edit(example / "component" / "proxy.yaml", "rollout: hash", "rollout: checksum")
    _edit(example / "component" / "kustomization.yaml", "generators:\n  - proxy.yaml\n", "")
    resources = _build(example / "overlay")
    names = {"prod-alertmanager-nginx-proxy-config", "prod-alertmanager-script-js"}
    assert _names(resources, "ConfigMap") == _config_map_volumes(resources) == names
    (workload,) = (resource for resource in resources if resource["kind"] == "StatefulSet")
    assert workload["spec"]["template"]["metadata"]["annotations"]


def test_what_was_built_is_known_again(example: Path) -> None:
    """The names have a prefix and a hash by then, and kustomize's notes of what they were are gone."""
    before = _build(example / "overlay")
    resources = _build(_on_what_was_built(example))
    assert [len(resource["spec"]["template"]["spec"]["containers"]) for resource in _workloads(resources)] == [2]
    assert _names(resources, "ConfigMap") == _config_map_volumes(resources)
    assert _names(resources, "ConfigMap") == {"alertmanager-nginx-proxy-config", "alertmanager-script-js"}
    assert [resource["spec"] for resource in resources if resource["kind"] in ("Service", "Ingress")] == [
        resource["spec"] for resource in before if resource["kind"] in ("Service", "Ingress")
    ]


def test_removal_from_what_was_built_leaves_nothing_of_ours(example: Path) -> None:
    again = _on_what_was_built(example)
    _edit(again / "proxy.yaml", "spec:\n", "spec:\n  remove: true\n")
    removed = _build(again)
    _edit(example / "overlay" / "kustomization.yaml", "components:\n  - ../component\n", "")
    assert removed == _build(example / "overlay")


def test_without_records_only_these_are_absent(example: Path) -> None:
    before = kustomize_build(example / "overlay").stdout
    _edit(example / "component" / "proxy.yaml", "spec:\n", "spec:\n  record: none\n")
    built = kustomize_build(example / "overlay").stdout
    assert "undo.krm-fn.dev" not in built
    assert "krm-fn.dev/owner: alertmanager-proxy" in built
    assert [_unannotated(each) for each in yaml.safe_load_all(built)] == [
        _unannotated(each) for each in yaml.safe_load_all(before)
    ]


def test_what_was_built_without_records_is_no_source(example: Path) -> None:
    _edit(example / "component" / "proxy.yaml", "spec:\n", "spec:\n  record: none\n")
    again = _on_what_was_built(example)
    for old, new in (("record: none", "record: annotation"), ("record: annotation", "remove: true")):
        built = kustomize_build(again)
        assert built.returncode == 1
        assert built.stdout == ""
        assert "PS716" in built.stderr
        assert "prod-alertmanager-nginx-proxy-config-" in built.stderr
        _edit(again / "proxy.yaml", old, new)
    assert "PS716" in kustomize_build(again).stderr


def test_nothing_of_the_machinery_leaks() -> None:
    built = kustomize_build(EXAMPLE / "overlay").stdout
    assert built
    assert re.findall("needs-hash|internal.config|config.kubernetes.io|config.k8s.io|kind: ProxySidecar", built) == []


def test_mistake_is_told_on_stderr_and_nothing_is_built(example: Path) -> None:
    _edit(example / "component" / "proxy.yaml", "upstream: {port: 9093}", "upstream: {port: nothing}")
    built = kustomize_build(example / "overlay")
    assert built.returncode == 1
    assert built.stdout == ""
    assert "ProxySidecar/alertmanager-proxy spec.listeners[0].upstream.port" in built.stderr
    assert "9093" in built.stderr


def _on_what_was_built(example: Path) -> Path:
    """A kustomization that runs the function on the output of the overlay."""
    folder = example / "again"
    folder.mkdir()
    built = kustomize_build(example / "overlay")
    assert built.returncode == 0, built.stderr
    (folder / "built.yaml").write_text(built.stdout)
    (folder / "kustomization.yaml").write_text("resources: [built.yaml]\ntransformers: [proxy.yaml]\n")
    shutil.copy(example / "component" / "proxy.yaml", folder)
    _edit(folder / "proxy.yaml", "rollout: hash", "rollout: checksum")
    _edit(folder / "proxy.yaml", "name: monitor-alertmanager", "name: prod-monitor-alertmanager")
    return folder


def _workloads(resources: list[Any]) -> list[Any]:
    """The resources with a Pod template."""
    return [resource for resource in resources if "template" in resource.get("spec", {})]


def _unannotated(resource: dict[str, Any]) -> dict[str, Any]:
    """A resource without its records and without annotations that are then empty."""
    annotations = resource["metadata"].pop("annotations", {})
    kept = {key: value for key, value in annotations.items() if not key.startswith("undo.krm-fn.dev/")}
    return {**resource, "metadata": {**resource["metadata"], **({"annotations": kept} if kept else {})}}


def _build(folder: Path) -> list[Any]:
    built = kustomize_build(folder)
    assert built.returncode == 0, built.stderr
    return list(yaml.safe_load_all(built.stdout))


def _names(resources: list[Any], kind: str) -> set[str]:
    return {resource["metadata"]["name"] for resource in resources if resource["kind"] == kind}


def _config_map_volumes(resources: list[Any]) -> set[str]:
    """Names of the ConfigMaps that volumes of Pod templates mount, directly or projected."""
    templates = (resource["spec"]["template"] for resource in _workloads(resources))
    return {name for template in templates for volume in template["spec"]["volumes"] for name in _mounted(volume)}


def _mounted(volume: dict[str, Any]) -> Iterator[str]:
    for source in [volume, *volume.get("projected", {}).get("sources", [])]:
        if "configMap" in source:
            yield source["configMap"]["name"]


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
