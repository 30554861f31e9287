"""`benchmarks/slow-clients`: the memory that each engine needs while clients read a large compressed answer slowly.

Each engine runs in a memory cgroup of its own, with the limit that its container has by default.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import tempfile
import time
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from benchmarks.measure import CannotRun
from benchmarks.servers import configurations
from benchmarks.servers.contestants import NONE, free_port, nginx_command, program, started
from krm_fn.engines import engine_named
from krm_fn.function_config.container.quantities import ONE, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Engine = Literal["nginx", "caddy"]
ENGINES: tuple[Engine, ...] = ("nginx", "caddy")
SIZE = 4_600_000
"""Bytes of the JSON text that each client requests."""
_PIECE, _PAUSE = 2048, 0.5
_FIRST = Path("/sys/fs/cgroup/memory")
_SECOND = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Outcome:
    """What became of an engine."""

    survived: bool
    peak: int
    """The most memory of its cgroup, in bytes."""


def main() -> int:
    """Print the table; return 1 where something could not run."""
    parser = ArgumentParser(
        prog="benchmarks/slow-clients",
        description="Measure the engines' memory while clients read a large compressed answer slowly. Needs root.",
        formatter_class=ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--clients", type=int, nargs="+", metavar="N", default=[100, 300], help="how many at a time")
    parser.add_argument("--rounds", type=int, metavar="N", default=3, help="rounds of each row")
    parser.add_argument("--seconds", type=float, metavar="N", default=15, help="of each round")
    parser.add_argument("--limit", metavar="QUANTITY", help="in place of the limit that the container has by default")
    parser.add_argument("--caddy", metavar="FILE", help="another executable of Caddy")
    arguments = parser.parse_args()
    print("| engine | clients | limit | survived | peak of each round |\n| --- | --: | --: | --: | --: |")
    try:
        for engine in ENGINES:
            limit = arguments.limit or engine_named(engine).memory[1]
            for clients in arguments.clients:
                size = (parts_of(limit) or 0) // ONE
                found = [
                    measured(engine, clients, size, arguments.seconds, arguments.caddy) for _ in range(arguments.rounds)
                ]
                survived = f"{sum(each.survived for each in found)} of {len(found)}"
                peaks = ", ".join(f"{each.peak >> 20}Mi" for each in found)
                print(f"| {engine} | {clients} | {limit} | {survived} | {peaks} |", flush=True)
    except CannotRun as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    return 0


def measured(engine: Engine, clients: int, limit: int, seconds: float, executable: str | None = None) -> Outcome:
    """Return what becomes of an engine with a memory limit, in bytes, while clients read slowly for some seconds."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as scratch, ExitStack() as stack:
        folder = Path(scratch)
        folder.chmod(0o755)  # nginx's workers are another user
        app_port, port = free_port(), free_port()
        app = configurations.app(folder, app_port)
        (folder / "app" / "large.json").write_text(_large_json(), encoding="utf-8")
        file = configurations.ours(engine, folder / engine, port, app_port)
        command = [executable or program("caddy"), "run", "--config", str(file)]
        if engine == "nginx":
            command = nginx_command(file)
        stack.enter_context(started(NONE, nginx_command(app), app_port))
        group = stack.enter_context(_memory_cgroup(limit))
        joining = ["sh", "-c", 'echo $$ > "$0" && exec "$@"', str(group.path / "cgroup.procs"), *command]
        stack.enter_context(started(engine, joining, port))
        _read_slowly(port, clients, seconds)
        return Outcome(survived=group.kills() == 0, peak=group.peak())


def _large_json() -> str:
    """Return a text that compresses as the lists of an API do."""
    rows = []
    for number in range(SIZE // 80):
        row = {"id": number * 7919 % 1_000_003, "name": f"order-{number * 104729 % 99_991:x}", "paid": number % 3 == 0}
        rows.append({**row, "total": number * 31337 % 100_000 / 100})
    return json.dumps(rows)


def _read_slowly(port: int, clients: int, seconds: float) -> None:
    """Send requests, and read a little of each answer now and then, without holding up those who send it."""
    end = time.monotonic() + seconds
    request = b"GET /large.json HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: zstd, gzip\r\n\r\n"
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        with suppress(OSError):  # it was killed
            for _ in range(clients):
                client = socket.socket()
                stack.enter_context(client)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                client.connect(("127.0.0.1", port))
                client.sendall(request)
                selector.register(client, selectors.EVENT_READ)
        while time.monotonic() < end:
            for key, _ in selector.select(0):
                with suppress(OSError):
                    key.fileobj.recv(_PIECE)  # type: ignore[union-attr] # they are sockets
            time.sleep(_PAUSE)


class _MemoryCgroup:
    def __init__(self, path: Path, names: tuple[str, str, str]) -> None:
        self.path = path
        self.limit, self._peak, self._events = (path / name for name in names)

    def peak(self) -> int:
        return int(self._peak.read_text(encoding="ascii"))

    def kills(self) -> int:
        events = dict(line.split() for line in self._events.read_text(encoding="ascii").splitlines())
        return int(events["oom_kill"])


@contextmanager
def _memory_cgroup(limit: int) -> Iterator[_MemoryCgroup]:
    if _FIRST.is_dir():
        root, names = _FIRST, ("memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.oom_control")
    else:
        root, names = _SECOND, ("memory.max", "memory.peak", "memory.events")
    try:
        group = _MemoryCgroup(Path(tempfile.mkdtemp(prefix="benchmarks-", dir=root)), names)
        group.limit.write_text(str(limit), encoding="ascii")
    except OSError as error:
        msg = f"no memory cgroup can be made: {error}"
        raise CannotRun(msg) from error
    try:
        yield group
    finally:
        _removed(group.path)


def _removed(group: Path) -> None:
    """Remove a cgroup, once its last process is gone."""
    for _ in range(100):
        with suppress(OSError):
            group.rmdir()
            return
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
