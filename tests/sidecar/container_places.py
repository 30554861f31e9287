"""Where a setting of a container may stand, and what the function makes of it there."""

from __future__ import annotations

import functools
import json
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped] # it has no types
import yaml

from krm_fn.function import process
from krm_fn.workload.merge import completed

NAME = "px"
_APP = {
    "name": "web",
    "image": "web:1",
    "ports": [{"name": "http", "containerPort": 3000}, {"name": "other", "containerPort": 3001, "hostPort": 9100}],
}
_VOLUMES = [
    {"name": "scratch", "emptyDir": {}},
    {"name": "data", "persistentVolumeClaim": {"claimName": "data"}},
    {"name": "more", "persistentVolumeClaim": {"claimName": "more"}},
]
PLACES = {
    "sidecar": "spec.sidecar.container",
    "exporter": "spec.companions.metrics.exporter.container",
    "written": "spec.template.spec.containers[1]",
}
"""The field that each place is, in the functionConfig or in the workload."""


def run(
    fields: dict[str, Any], place: str = "sidecar", version: str = "", *, mode: str = "classic", **pod: Any
) -> tuple[list[str], bytes]:
    """Return the fields of the errors, and the output, for a container that is set in a place, in a Pod with fields."""
    containers = [_APP, {"name": NAME, **fields}] if place == "written" else [_APP]
    items = [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "labels": {"app": "web"}},
            "spec": {
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": containers, "volumes": _VOLUMES, **pod},
                },
            },
        }
    ]
    spec = {
        "target": {"name": "web"},
        "cutover": "service",
        "sidecar": {"container": fields if place == "sidecar" else {}, "mode": mode},
        "companions": {"metrics": {"exporter": {"container": fields if place == "exporter" else {}}}},
        **({"kubernetesVersion": version} if version else {}),
    }
    config = {
        "apiVersion": "krm-fn.dev/v1alpha1",
        "kind": "ProxySidecar",
        "metadata": {"name": NAME},
        "spec": spec,
    }
    resource_list = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": items,
        "functionConfig": config,
    }
    outcome = process(json.dumps(resource_list).encode())
    errors = [line.partition(" spec.")[2] for line in outcome.lines if line.startswith("[error] ")]
    return [f"spec.{error.partition(': ')[0]}" for error in errors], outcome.stdout


def deployment_in(stdout: bytes) -> dict[str, Any]:
    """Return the Deployment of an output."""
    items = yaml.load(stdout, Loader=yaml.CSafeLoader)["items"]
    found: dict[str, Any] = next(item for item in items if item["kind"] == "Deployment")
    return found


def container_of(deployment: dict[str, Any], place: str) -> dict[str, Any]:
    """Return the container that is set in a place."""
    name = f"{NAME}-metrics" if place == "exporter" else NAME
    containers = deployment["spec"]["template"]["spec"]["containers"]
    found: dict[str, Any] = next(each for each in containers if each["name"] == name)
    return found


def merged(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the Deployment with the sidecar's container as it would be if nothing were refused."""
    _, stdout = run({})
    deployment = deployment_in(stdout)
    container = container_of(deployment, "sidecar")
    whole = completed(container, fields)
    container.clear()
    container.update(whole)
    return deployment


def is_of_schema(deployment: dict[str, Any]) -> bool:
    """Return whether the schemas of Kubernetes, which know all fields and types, accept a Deployment."""
    try:
        kubernetes_validate.validate(deployment, SCHEMA, strict=True)
    except kubernetes_validate.ValidationError:
        return False
    return True


SCHEMA = "1.37"
kubernetes_validate.utils.schema_contents = functools.cache(kubernetes_validate.utils.schema_contents)
