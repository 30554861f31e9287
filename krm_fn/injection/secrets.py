"""The Secrets that the proxy reads: certificates and users. The function never sees what is in them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.values import Spec


def secrets_volume(name: str, spec: Spec) -> dict[str, Any]:
    """Return the volume with all Secrets, each in a directory of its name."""
    keys: dict[str, dict[str, None]] = {}
    for secret, key in _read(spec):
        keys.setdefault(secret, {})[key] = None
    sources = [
        {"secret": {"name": secret, "items": [{"key": key, "path": f"{secret}/{key}"} for key in keys[secret]]}}
        for secret in keys
    ]
    return {"name": name, "projected": {"sources": sources, "defaultMode": 0o444}}


def _read(spec: Spec) -> Iterator[tuple[str, str]]:
    """Yield the names of the Secrets, with each key that is read."""
    for listener in spec.listeners:
        if listener.tls:
            yield from ((listener.tls.secret, key) for key in ("tls.crt", "tls.key"))
        if listener.tls and listener.tls.clients:
            yield listener.tls.clients.secret, listener.tls.clients.key
        basic = listener.auth.basic if listener.auth else None
        if basic:
            yield from ((basic.secret, key) for key in basic.users or (basic.key,))
