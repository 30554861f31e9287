"""Plans for the tests: the reference scenario, and ones made of single settings."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from krm_fn.engines.engine import ProxyListener, ProxyPlan, ReadyCheck
from krm_fn.engines.nginx import ENGINE
from krm_fn.engines.routes import LOCALHOST, address_of
from krm_fn.function_config.generated.values import (
    Listener,
    MountPaths,
    OtherUpstream,
    Probes,
    Route,
    RouteCache,
    Sidecar,
    Spec,
    StaticFiles,
    Target,
)
from krm_fn.function_config.listeners import externals_of
from tests.servers.processes import Server
from tests.servers.sandbox import Volumes, running_sidecar

APP_PORT = 9093
PORT = 8080
PROBES = 8081
CONFIG = "/nginx"
FILES = "/usr/share/nginx/html"
CACHE = "/var/cache/nginx"
SECRETS = "/secrets"
CONFIG_PATH = f"{CONFIG}/nginx.conf"
DEBIANS = (1, 22, 1)
"""The version of Debian's nginx."""


LISTENER = Listener(name="nginx-http", port=PORT)


def plan_of(
    *routes: Route,
    ready_path: str | None = "/-/ready",
    drain_seconds: int = 20,
    listener: Listener = LISTENER,
    **settings: Any,
) -> ProxyPlan:
    """Return a plan of one listener with these routes, and the settings of the spec."""
    listener = listener.replace(routes=routes)
    settings.setdefault("probes", Probes(port=PROBES, name="proxy-status"))
    spec = Spec(
        target=Target(kind="StatefulSet", name="monitor-alertmanager"),
        listeners=(listener,),
        sidecar=Sidecar(mount_paths=MountPaths(config=CONFIG, files=FILES, secrets=SECRETS, cache=CACHE)),
        **settings,
    )
    return ProxyPlan(
        spec=spec,
        listeners=(ProxyListener(listener=listener, upstream_port=APP_PORT, root=FILES),),
        config_path=CONFIG_PATH,
        ready=ReadyCheck(handler="http" if ready_path else "any", port=APP_PORT, path=ready_path or "/"),
        version=DEBIANS,
        worker_processes=1,
        drain_seconds=drain_seconds,
    )


def other_ports(plan: ProxyPlan) -> ProxyPlan:
    """Return the plan with every port ten higher, to run beside another."""
    (proxy_listener,) = plan.listeners
    listener = proxy_listener.listener.replace(port=PORT + 10)
    probes = plan.spec.probes.replace(port=PROBES + 10)
    return plan.replace(
        spec=plan.spec.replace(listeners=(listener,), probes=probes),
        listeners=(proxy_listener.replace(listener=listener, upstream_port=APP_PORT + 10),),
        ready=plan.ready.replace(port=plan.ready.port + 10),
    )


def scenario() -> ProxyPlan:
    """Return the plan of the reference scenario: Alertmanager with one file in place of its own, and cached assets."""
    return plan_of(
        Route(path="/script.js", files=StaticFiles(config_map="alertmanager-script-js")),
        Route(path="/lib/", match="prefix", cache=RouteCache(policy="immutable-for-pod", ttl="1h")),
    )


def configuration(plan: ProxyPlan) -> str:
    """Return the rendered configuration."""
    (text,) = ENGINE.render(plan).values()
    return text


def volumes_of(
    plan: ProxyPlan, files: dict[str, bytes] | None = None, secrets: dict[str, bytes] | None = None
) -> Volumes:
    """Return the read-only volumes of the container, with static files by URL path, and keys by Secret and key."""
    content = {path.lstrip("/"): text for path, text in (files or {}).items()}
    rendered = {name: text.encode() for name, text in ENGINE.render(plan).items()}
    hosts = {"hosts": "".join(f"{LOCALHOST} {name}\n" for name in ("localhost", *other_hosts(plan))).encode()}
    volumes = {CONFIG: rendered, FILES: content, SECRETS: secrets or {}, "/etc": hosts}
    return {path: volume for path, volume in volumes.items() if volume}


def other_hosts(plan: ProxyPlan) -> list[str]:
    """Return the names of the Services that a plan leads to: here all are this machine's."""
    upstreams: list[OtherUpstream | None] = []
    for proxy_listener in plan.listeners:
        upstreams += [external.upstream for _, external in externals_of(proxy_listener.listener)]
        for route in proxy_listener.listener.routes:
            upstreams += [route.upstream, route.split.upstream if route.split else None]
    return [address_of(plan.listeners[0], each).host for each in upstreams if each and each.service]


def running_nginx(
    plan: ProxyPlan, files: dict[str, bytes] | None = None, secrets: dict[str, bytes] | None = None, **how: Any
) -> AbstractContextManager[Server]:
    """Run the sidecar of a plan with these static files by URL path; `how` as in `running_sidecar`."""
    ports = [proxy_listener.listener.port for proxy_listener in plan.listeners] + [plan.spec.probes.port]
    return running_sidecar(volumes_of(plan, files, secrets), [CACHE], ENGINE.command(CONFIG_PATH), ports, **how)


def workers_of(server: Server) -> list[int]:
    """Return the ids of the worker processes."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return [int(child) for child in children if b"worker process" in Path(f"/proc/{child}/cmdline").read_bytes()]
