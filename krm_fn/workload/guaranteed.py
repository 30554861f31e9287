"""Resources of a container that is added to a Pod of the QoS class Guaranteed: it requests what its limits are."""

from __future__ import annotations

from krm_fn.function_config.container.quantities import RESOURCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def guaranteed(defaults: dict[str, Any], override: dict[str, Any], cpu: str) -> dict[str, Any]:
    """Return the default resources with requests that equal the limits, given the user's, which win.

    A limit is the user's, else what the user requests, else the default's, which for the CPU is given.
    """
    resources = override.get("resources")
    own = resources if isinstance(resources, dict) else {}
    limits, requests = (each if isinstance(each, dict) else {} for each in (own.get("limits"), own.get("requests")))
    usual = {**defaults["limits"], "cpu": cpu}
    most = {name: limits.get(name) or requests.get(name) or usual[name] for name in RESOURCES}
    return {field: {**most, **_others(defaults[field])} for field in ("requests", "limits")}


def _others(usual: dict[str, str]) -> dict[str, str]:
    """Return the resources that the QoS class does not depend on."""
    return {name: value for name, value in usual.items() if name not in RESOURCES}
