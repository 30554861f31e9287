"""The sidecars that the same requests are sent to: one for each engine."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from krm_fn.engines.engine import ProxyPlan
from tests.engines.caddy.plans import running_caddy, running_oldest_caddy
from tests.engines.nginx.current import running_current_nginx
from tests.engines.nginx.plans import running_nginx
from tests.servers.processes import Server

ENGINES = {
    "nginx": running_nginx,
    "nginx-current": running_current_nginx,
    "caddy": running_caddy,
    "caddy-oldest": running_oldest_caddy,
}
"""Debian's nginx and the current one, the current Caddy and the oldest that is written for."""


def running(
    engine: str,
    plan: ProxyPlan,
    files: dict[str, bytes] | None = None,
    secrets: dict[str, bytes] | None = None,
    **how: Any,
) -> AbstractContextManager[Server]:
    """Run the sidecar of a plan under an engine, with static files by URL path, and keys by Secret and key."""
    return ENGINES[engine](plan, files, secrets, **how)
