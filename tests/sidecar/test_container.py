from __future__ import annotations

from typing import Any

import pytest

from krm_fn.workload.merge import merge, missing_fields

DEFAULT: dict[str, Any] = {
    "image": "nginx:stable",
    "ports": [{"name": "http", "containerPort": 8080}, {"name": "status", "containerPort": 8081}],
    "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
    "livenessProbe": {"httpGet": {"path": "/healthz"}, "periodSeconds": 10},
    "securityContext": {"runAsUser": 101, "runAsNonRoot": True},
    "command": ["nginx", "-g"],
    "env": [{"name": "HOME", "value": "/data"}],
}

PATH_OF_PROBE = ("livenessProbe", "httpGet", "path")


@pytest.mark.parametrize(
    "override",
    [
        {},
        {"image": "nginx:stable"},
        {"envFrom": None},
        {"ports": []},
        {"ports": [{"containerPort": 8080}]},
        {"resources": {}},
        {"resources": {"requests": {"cpu": "10m"}}},
        {"livenessProbe": {}},
        {"livenessProbe": {"httpGet": {"path": "/healthz"}}},
        {"livenessProbe": {"exec": None}},
        {"ports": [{"containerPort": 8080, "protocol": None}]},
        {"env": [{"name": "HOME", "value": "/data"}]},
        {"securityContext": {"fsGroup": None}},
    ],
)
def test_override_that_changes_nothing(override: dict[str, Any]) -> None:
    assert merge(DEFAULT, override) == DEFAULT


@pytest.mark.parametrize(
    ("override", "field", "merged"),
    [
        ({"image": "nginx:1"}, "image", "nginx:1"),
        ({"image": None}, "image", None),
        ({"command": ["sh"]}, "command", ["sh"]),
        ({"command": []}, "command", []),
        (
            {"resources": {"limits": {"cpu": 2}}},
            "resources",
            {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": 2}},
        ),
        ({"resources": {"requests": {"cpu": None}}}, "resources", {"requests": {"memory": "16Mi"}}),
        ({"resources": {"requests": None}}, "resources", {}),
        ({"securityContext": {"runAsUser": None}}, "securityContext", {"runAsNonRoot": True}),
        (
            {"livenessProbe": {"periodSeconds": 5}},
            "livenessProbe",
            {"httpGet": {"path": "/healthz"}, "periodSeconds": 5},
        ),
        (
            {"livenessProbe": {"tcpSocket": {"port": 1}}},
            "livenessProbe",
            {"periodSeconds": 10, "tcpSocket": {"port": 1}},
        ),
        (
            {"livenessProbe": {"exec": {"command": ["a"]}}},
            "livenessProbe",
            {"periodSeconds": 10, "exec": {"command": ["a"]}},
        ),
        ({"livenessProbe": None}, "livenessProbe", None),
        (
            {"ports": [{"containerPort": 8081, "hostPort": 1}]},
            "ports",
            [{"name": "http", "containerPort": 8080}, {"name": "status", "containerPort": 8081, "hostPort": 1}],
        ),
        (
            {"ports": [{"containerPort": 9000}]},
            "ports",
            [
                {"name": "http", "containerPort": 8080},
                {"name": "status", "containerPort": 8081},
                {"containerPort": 9000},
            ],
        ),
        (
            {"livenessProbe": {"httpGet": {"port": 1}}},
            "livenessProbe",
            {"httpGet": {"path": "/healthz", "port": 1}, "periodSeconds": 10},
        ),
        (
            {"ports": [{"containerPort": 8080, "protocol": "UDP"}]},
            "ports",
            [
                {"name": "http", "containerPort": 8080},
                {"name": "status", "containerPort": 8081},
                {"containerPort": 8080, "protocol": "UDP"},
            ],
        ),
        (
            {"env": [{"name": "A", "value": "1"}]},
            "env",
            [{"name": "HOME", "value": "/data"}, {"name": "A", "value": "1"}],
        ),
        (
            {"env": [{"name": "HOME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]},
            "env",
            [{"name": "HOME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
        ),
        ({"volumeMounts": [{"mountPath": "/a"}]}, "volumeMounts", [{"mountPath": "/a"}]),
        ({"lifecycle": {"preStop": {"sleep": {"seconds": 1}}}}, "lifecycle", {"preStop": {"sleep": {"seconds": 1}}}),
    ],
)
def test_override(override: dict[str, Any], field: str, merged: object) -> None:
    assert merge(DEFAULT, override).get(field) == merged


@pytest.mark.parametrize(
    ("existing", "missing"),
    [
        (DEFAULT, []),
        ({**DEFAULT, "livenessProbe": {"exec": {"command": ["a"]}}}, [(("livenessProbe", "periodSeconds"), 10)]),
        ({**DEFAULT, "livenessProbe": {"httpGet": {"port": 1}, "periodSeconds": 1}}, [(PATH_OF_PROBE, "/healthz")]),
        ({**DEFAULT, "env": [{"name": "HOME", "valueFrom": {}}]}, []),
        ({**DEFAULT, "env": [{"name": "A"}]}, [(("env", -1), {"name": "HOME", "value": "/data"})]),
        (
            {**DEFAULT, "ports": [{"containerPort": 8081}, {"name": "http", "containerPort": 8080}]},
            [(("ports", 0, "name"), "status")],
        ),
    ],
)
def test_missing_fields(existing: dict[str, Any], missing: list[Any]) -> None:
    assert list(missing_fields(existing, DEFAULT)) == missing


def test_defaults_are_not_changed_by_merging() -> None:
    before = repr(DEFAULT)
    merge(DEFAULT, {"resources": {"requests": {"cpu": None}}, "ports": [{"containerPort": 8080, "hostPort": 1}]})
    assert repr(DEFAULT) == before


def test_null_that_stands_for_nothing_is_not_written() -> None:
    assert merge({}, {"resources": {"limits": {"cpu": None}}}) == {"resources": {"limits": {}}}
