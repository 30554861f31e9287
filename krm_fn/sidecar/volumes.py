"""The sidecar's volumes and where its container mounts them: configuration, static files, Secrets, cache."""

from __future__ import annotations

from krm_fn.engines import config_key
from krm_fn.engines.paths import config_map_file, secret_file
from krm_fn.function_config.listeners import auths_of, other_upstreams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import (
        Listener,
        OtherUpstream,
        ProxySidecar,
        Spec,
        Upstream,
        UpstreamTLS,
    )
    from krm_fn.sidecar.plan import SidecarPlan


SOURCES = ("configMap", "emptyDir", "image", "projected")
"""What the volumes are made from."""


def volumes_of(
    plan: SidecarPlan, config: ProxySidecar, config_map: str, files: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Return the volumes: the configuration, static files and Secrets if there are any, the writable one."""
    key = config_key(config.spec)
    source = {"name": config_map, "items": [{"key": key, "path": key}], "defaultMode": 0o444}
    scratch = {"sizeLimit": config.spec.sidecar.cache_size_limit}
    volumes = [
        {"name": plan.names.config_volume, "configMap": source},
        files,
        *(plan.images.volumes if plan.images else ()),
        _secrets(plan, config) if _reads_secrets(config) else None,
        {"name": plan.names.cache_volume, "emptyDir": scratch},
        *(volume for companion in plan.companions for volume in companion.volumes),
    ]
    return [volume for volume in volumes if volume is not None]


def mounts_of(plan: SidecarPlan, config: ProxySidecar, *, files: bool) -> list[dict[str, Any]]:
    """Return the container's mounts of these volumes."""
    paths = config.spec.sidecar.mount_paths
    mounts: list[dict[str, Any]] = [{"name": plan.names.config_volume, "mountPath": paths.config, "readOnly": True}]
    if files:
        mounts.append({"name": plan.names.files_volume, "mountPath": paths.files, "readOnly": True})
    mounts += plan.images.mounts if plan.images else ()
    if _reads_secrets(config):
        mounts.append({"name": plan.names.secrets_volume, "mountPath": paths.secrets, "readOnly": True})
    mounts.append({"name": plan.names.cache_volume, "mountPath": paths.cache})
    return mounts + [mount for companion in plan.companions for mount in companion.mounts]


def _reads_secrets(config: ProxySidecar) -> bool:
    return any(True for _ in _read(config.spec))


def _secrets(plan: SidecarPlan, config: ProxySidecar) -> dict[str, Any]:
    return secrets_volume(plan.names.secrets_volume, config.spec)


def secrets_volume(name: str, spec: Spec) -> dict[str, Any]:
    """Return the volume with all Secrets, each in a directory of its name, and the ConfigMaps with certificates."""
    keys: dict[tuple[str, str], dict[str, None]] = {}
    for source, key in _read(spec):
        keys.setdefault(source, {})[key] = None
    sources = [
        {kind: {"name": source, "items": [{"key": key, "path": _PATHS[kind]("", source, key)[1:]} for key in each]}}
        for (kind, source), each in keys.items()
    ]
    return {"name": name, "projected": {"sources": sources, "defaultMode": 0o444}}


_PATHS = {"secret": secret_file, "configMap": config_map_file}


def _read(spec: Spec) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the Secrets and ConfigMaps, by kind and name, with each key that is read."""
    for listener in spec.listeners:
        if listener.tls:
            yield from ((("secret", listener.tls.secret), key) for key in ("tls.crt", "tls.key"))
        if listener.tls and listener.tls.clients:
            yield ("secret", listener.tls.clients.secret), listener.tls.clients.key
        for basic in (auth.basic for _, auth in auths_of(listener) if auth.basic):
            yield from ((("secret", basic.secret), key) for key in basic.users or (basic.key,))
        for upstream in _upstreams(listener):
            if upstream.tls:
                yield from _of_upstream(upstream.tls)


def _upstreams(listener: Listener) -> Iterator[Upstream | OtherUpstream]:
    yield listener.upstream
    yield from (upstream for _, upstream in other_upstreams(listener))


def _of_upstream(tls: UpstreamTLS) -> Iterator[tuple[tuple[str, str], str]]:
    if tls.ca:
        source = ("secret", tls.ca.secret) if tls.ca.secret else ("configMap", str(tls.ca.config_map))
        yield source, tls.ca.key
    if tls.certificate:
        yield from ((("secret", tls.certificate), key) for key in ("tls.crt", "tls.key"))
