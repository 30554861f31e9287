"""The configurations that are measured: an app, ours for both engines, and one written by hand."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Literal

from krm_fn.engines import engine_named
from krm_fn.engines.engine import ProxyListener, ProxyPlan, ReadyCheck
from krm_fn.function_config.generated.values import (
    AccessLog,
    Listener,
    MountPaths,
    Probes,
    Route,
    RouteCache,
    Sidecar,
    Spec,
    StaticFiles,
    Target,
)

BY_HAND = Path(__file__).parents[1] / "by_hand" / "nginx.conf"
_LINE = "<p>{}: {} orders, {} items</p>\n"
PAGE = "".join(_LINE.format(number, number * 7919 % 1000, number * 104729 % 10000) for number in range(900))
"""About 30 kB of text that compresses as pages do."""
STATIC = ("file.js", "twin.js")
"""The static files. The second one has a compressed twin."""
JSON = '{"status":"success","data":{"alerts":[]}}'
_APP = """
worker_processes 1;
pid {folder}/app.pid;
error_log {folder}/app.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    {types}
    {paths}
    server {{
        listen 127.0.0.1:{port};
        root {folder}/app;
    }}
}}
"""
_WRITTEN = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_TYPES = "types { text/html html; application/json json; text/javascript js; }"


def app(folder: Path, port: int) -> Path:
    """Write the app: an nginx that serves the answers from files."""
    served = folder / "app"
    (served / "lib").mkdir(parents=True)
    for path, text in {
        "page.html": PAGE,
        "alerts.json": JSON,
        **dict.fromkeys(("lib/asset.js", *STATIC), PAGE),
    }.items():
        _written(served / path, text)
    paths = " ".join(f"{each}_temp_path {folder}/app.{each};" for each in _WRITTEN)
    return _written(folder / "app.conf", _APP.format(folder=folder, port=port, paths=paths, types=_TYPES))


def ours(engine: Literal["nginx", "caddy"], folder: Path, port: int, app_port: int, *, logs: bool = False) -> Path:
    """Write our configuration for an engine."""
    (folder / "var").mkdir(parents=True)
    routes = [Route(path=f"/{name}", files=StaticFiles(config_map="files")) for name in STATIC]
    if engine == "nginx":
        routes.append(Route(path="/lib/", match="prefix", cache=RouteCache(policy="immutable-for-pod")))
    listener = Listener(port=port, routes=tuple(routes))
    spec = Spec(
        target=Target(kind="Deployment", name="web"),
        engine=engine,
        listeners=(listener,),
        ipv6=False,
        access_log=AccessLog(enabled=logs),
        probes=Probes(port=port + 1),
        sidecar=Sidecar(mount_paths=MountPaths(cache=str(folder / "var"))),
    )
    plan = ProxyPlan(
        spec=spec,
        listeners=(
            ProxyListener(listener=listener, upstream_port=app_port, root=str(files(folder)), precompressed=True),
        ),
        config_path=str(folder / "proxy.conf"),
        ready=ReadyCheck(handler="any", port=app_port),
        worker_processes=1,
        drain_seconds=1,
        version=(1, 22, 0),
    )
    (text,) = engine_named(engine).render(plan).values()
    return _written(folder / "proxy.conf", text)


def by_hand(folder: Path, port: int, app_port: int, *, logs: bool = False) -> Path:
    """Write the one by hand, with the ports and paths of this run."""
    folder.mkdir(parents=True)
    _written(folder / "mime.types", f"{_TYPES}\n")
    text = BY_HAND.read_text(encoding="utf-8")
    values = {
        "@PORT@": str(port),
        "@APP@": str(app_port),
        "@FILES@": str(files(folder)),
        "@CACHE@": f"{folder}/cache",
        "@LOG@": "/dev/stdout json" if logs else "off",
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return _written(folder / "proxy.conf", text)


def files(folder: Path) -> Path:
    """Return the folder of static files."""
    served = folder / "files"
    served.mkdir(exist_ok=True)
    for name in STATIC:
        _written(served / name, PAGE)
    (served / f"{STATIC[1]}.gz").write_bytes(gzip.compress(PAGE.encode(), mtime=0))
    return served


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
