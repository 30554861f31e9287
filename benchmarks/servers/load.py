"""wrk: a number of connections that ask for one path, for some seconds."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass

from benchmarks.measure import CannotRun
from benchmarks.servers.contestants import Server

CONNECTIONS = 16
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
_P99 = re.compile(r"^ +99%\s+([0-9.]+)(us|ms|s)$", re.MULTILINE)
_RATE = re.compile(r"^Requests/sec: +([0-9.]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Load:
    """What a server took."""

    rate: float
    """Requests a second."""
    p99: float
    """Seconds that 99 of 100 requests took at most."""


def loaded(server: Server, path: str, seconds: int) -> Load:
    """Return what a server took of requests for a path, by clients that take gzip."""
    wrk = shutil.which("wrk")
    if wrk is None:
        msg = "wrk is not installed. On Debian: apt-get install wrk."
        raise CannotRun(msg)
    url = f"http://127.0.0.1:{server.port}{path}"
    options = ["--latency", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-H", "Accept-Encoding: gzip"]
    result = subprocess.run([wrk, *options, url], capture_output=True, text=True, check=False)
    rate, p99 = _RATE.search(result.stdout), _P99.search(result.stdout)
    if not rate or not p99 or "Non-2xx" in result.stdout:
        msg = f"{server.name} fails under load at {path}: {result.stdout}{result.stderr}"
        raise CannotRun(msg)
    return Load(rate=float(rate[1]), p99=float(p99[1]) * _UNITS[p99[2]])
