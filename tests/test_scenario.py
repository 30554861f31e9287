"""The reference scenario: fn-config.yaml on Alertmanager's manifests, field by field as one would write it by hand."""

import difflib
from pathlib import Path
from typing import Any

import pytest
import yaml

from krm_fn.function import process

ROOT = Path(__file__).parent.parent
BASE = ROOT / "kustomization-examples" / "alertmanager" / "base"


def _indented(text: str) -> str:
    return "".join(f"  {line}" if line.strip() else line for line in text.splitlines(keepends=True))


def scenario() -> bytes:
    """Return the ResourceList that scripts/scenario makes."""
    items = "".join(
        "- " + _indented((BASE / f"{name}.yaml").read_text())[2:] for name in ("statefulset", "service", "ingress")
    )
    config = _indented((ROOT / "fn-config.yaml").read_text())
    head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
    return f"{head}{items}functionConfig:\n{config}".encode()


@pytest.fixture(scope="module")
def objects() -> dict[str, Any]:
    outcome = process(scenario())
    assert outcome.exit_code == 0, outcome.lines
    (line,) = outcome.lines
    assert "PS381" in line, "the name of its listener is given"
    assert "spec.listeners[0].name is set" in line
    items = yaml.safe_load(outcome.stdout)["items"]
    return {f"{item['kind']}/{item['metadata']['name']}": item for item in items}


def _pod(objects: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = objects["StatefulSet/monitor-alertmanager"]["spec"]["template"]["spec"]
    return spec


def test_there_are_the_three_objects_and_two_config_maps(objects: dict[str, Any]) -> None:
    assert list(objects) == [
        "StatefulSet/monitor-alertmanager",
        "Service/monitor-alertmanager",
        "Ingress/monitor-alertmanager",
        "ConfigMap/alertmanager-script-js",
        "ConfigMap/alertmanager-nginx-proxy-config",
    ]


def test_configuration_is_in_a_config_map(objects: dict[str, Any]) -> None:
    config_map = objects["ConfigMap/alertmanager-nginx-proxy-config"]
    assert config_map["metadata"]["namespace"] == "monitoring"
    assert config_map["metadata"]["labels"]["app.kubernetes.io/name"] == "alertmanager"
    assert list(config_map["data"]) == ["nginx.conf"]
    assert "127.0.0.1:9093" in config_map["data"]["nginx.conf"]


def test_script_is_in_a_config_map_to_the_byte(objects: dict[str, Any]) -> None:
    config = yaml.safe_load((ROOT / "fn-config.yaml").read_text())
    script = config["spec"]["files"][0]["data"]["script.js"]
    assert script.startswith("//"), "a folded block would join the lines behind a comment"
    assert objects["ConfigMap/alertmanager-script-js"]["data"] == {"script.js": script}


def test_container_is_the_one_written_by_hand(objects: dict[str, Any]) -> None:
    app, proxy = _pod(objects)["containers"]
    assert app["name"] == "alertmanager"
    assert proxy["name"] == "alertmanager-proxy"
    assert proxy["image"] == "nginx:stable"
    assert proxy["command"] == ["nginx", "-g", "daemon off;", "-c", "/nginx/nginx.conf"]
    assert proxy["ports"][0] == {"name": "nginx-http", "containerPort": 8080, "protocol": "TCP"}
    assert proxy["securityContext"]["runAsUser"] == 101
    assert proxy["securityContext"]["runAsGroup"] == 101
    assert proxy["securityContext"]["readOnlyRootFilesystem"] is True


def test_mounts_lead_to_volumes_with_keys_as_paths(objects: dict[str, Any]) -> None:
    pod = _pod(objects)
    mounts = {mount["mountPath"]: mount["name"] for mount in pod["containers"][1]["volumeMounts"]}
    assert mounts == {
        "/nginx": "alertmanager-nginx",
        "/usr/share/nginx/html": "html",
        "/var/cache/nginx": "nginx-home",
    }
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert list(volumes) == ["storage", "alertmanager-nginx", "html", "nginx-home"]
    assert volumes["alertmanager-nginx"]["configMap"] == {
        "name": "alertmanager-nginx-proxy-config",
        "items": [{"key": "nginx.conf", "path": "nginx.conf"}],
        "defaultMode": 292,
    }
    assert volumes["html"]["configMap"] == {
        "name": "alertmanager-script-js",
        "items": [{"key": "script.js", "path": "script.js"}],
        "defaultMode": 292,
    }
    assert volumes["nginx-home"] == {"name": "nginx-home", "emptyDir": {"sizeLimit": "256Mi"}}


def test_service_port_is_the_proxys(objects: dict[str, Any]) -> None:
    assert objects["Service/monitor-alertmanager"]["spec"]["ports"] == [
        {"name": "nginx-http", "port": 8080, "targetPort": "nginx-http", "protocol": "TCP", "appProtocol": "http"}
    ]


def test_ingress_follows(objects: dict[str, Any]) -> None:
    rule = objects["Ingress/monitor-alertmanager"]["spec"]["rules"][0]
    assert rule["http"]["paths"][0]["backend"]["service"]["port"] == {"name": "nginx-http"}


def test_only_the_lines_meant_are_replaced() -> None:
    before, after = (text.decode().splitlines() for text in (scenario(), process(scenario()).stdout))
    removed = [line[2:].strip() for line in difflib.ndiff(before, after) if line.startswith("- ")]
    assert removed == [
        "- name: http",
        "port: 9093 # becomes the sidecar's",
        "targetPort: http",
        "name: http # follows the Service",
    ]


def test_twice_is_once() -> None:
    once = process(scenario()).stdout
    assert process(once).stdout.partition(b"results:")[0] == once.partition(b"results:")[0]
