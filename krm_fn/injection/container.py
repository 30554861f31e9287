"""The sidecar's container: the defaults, and the user's fields merged over them."""

from __future__ import annotations

from krm_fn.injection.own_ports import own_ports, sidecar_ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.proxy import Engine
    from krm_fn.function_config.values import Spec

LIST_KEYS = {"ports": "containerPort", "volumeMounts": "mountPath", "volumeDevices": "devicePath", "env": "name"}
"""The field by which Kubernetes merges the entries of a container's lists."""
HANDLERS = frozenset(("exec", "httpGet", "tcpSocket", "grpc", "sleep"))
"""A probe or a lifecycle hook has one of these: a user's takes the place of the default's."""


def container(name: str, config_path: str, mounts: list[dict[str, Any]], spec: Spec, engine: Engine) -> dict[str, Any]:
    """Return the container of the sidecar, complete."""
    ports = own_ports(spec) if engine.exporter is None else sidecar_ports(spec)
    defaults: dict[str, Any] = {
        "name": name,
        "image": engine.default_image,
        "command": engine.command(config_path),
        "ports": [{"name": port.name, "containerPort": port.number, "protocol": "TCP"} for port in ports],
        "resources": {"requests": {"cpu": "10m", "memory": engine.memory[0]}, "limits": {"memory": engine.memory[1]}},
        "livenessProbe": {
            "httpGet": {"path": "/healthz", "port": spec.probes.name},
            "periodSeconds": 10,
            "timeoutSeconds": 2,
        },
        "readinessProbe": {
            "httpGet": {"path": "/readyz", "port": spec.probes.name},
            "periodSeconds": 5,
            "timeoutSeconds": 3,
        },
        "lifecycle": {"preStop": {"exec": {"command": ["sleep", str(spec.shutdown.delay_seconds)]}}},
        "securityContext": restricted(engine.user_id, engine.capabilities),
        "volumeMounts": mounts,
    }
    if engine.state_variables:
        writable = spec.sidecar.mount_paths.cache
        defaults["env"] = [{"name": name, "value": writable} for name in engine.state_variables]
    if spec.sidecar.mode == "native":
        defaults = {**defaults, "restartPolicy": "Always", "startupProbe": _started(spec)}
    merged: dict[str, Any] = merge(defaults, spec.sidecar.container)
    return merged


def restricted(user_id: int, capabilities: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the securityContext that Kubernetes' restricted standard asks for, and a root that nobody writes to."""
    return {
        "runAsNonRoot": True,
        "runAsUser": user_id,
        "runAsGroup": user_id,
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"], **({"add": [*capabilities]} if capabilities else {})},
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def _started(spec: Spec) -> dict[str, Any]:
    """Return the probe that the app's containers wait for: of the proxy alone, for the app is not there yet."""
    return {
        "httpGet": {"path": "/healthz", "port": spec.probes.name},
        "periodSeconds": 1,
        "failureThreshold": 60,
    }


def merge(default: Any, override: Any, field: str = "") -> Any:
    """Return an override merged over a default: maps by key, lists by Kubernetes' merge keys; null removes a key."""
    if isinstance(override, dict):
        default = default if isinstance(default, dict) else {}
        if HANDLERS & override.keys():
            default = {key: value for key, value in default.items() if key not in HANDLERS}
        merged = {**default}
        for key, value in override.items():
            merged[key] = merge(default.get(key), value, key)
        return {key: value for key, value in merged.items() if value is not None}
    if isinstance(default, list) and isinstance(override, list) and field in LIST_KEYS:
        return _merge_entries(default, override, LIST_KEYS[field])
    return override


def _merge_entries(default: list[Any], override: list[Any], key: str) -> list[Any]:
    by_key = {entry[key]: entry for entry in override if isinstance(entry, dict) and key in entry}
    known = [entry[key] for entry in default]
    merged = [merge(entry, by_key.get(entry[key], {})) for entry in default]
    return merged + [entry for entry in override if not isinstance(entry, dict) or entry.get(key) not in known]
