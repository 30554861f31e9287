"""Every proxy configuration that the examples, the pages of tasks and the golden files hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from krm_fn.function import process
from krm_fn.ledger.annotations import OWNER
from krm_fn.resource_list.resource_list import ResourceList
from tests.golden import GOLDEN
from tests.servers.certificates import certificates
from tests.servers.sandbox import Volumes
from tests.task_pages import tasks
from tests.test_tasks import made

EXAMPLES = Path(__file__).parent / "examples"
_NAMED = re.compile(r'^ *(?:proxy_|grpc_)?(ssl_[a-z_]*certificate[a-z_]*) "([^"]+)";', re.MULTILINE)
_PID = re.compile(r'^pid "(.*)/nginx.pid";', re.MULTILINE)
_KEYS = {
    "ssl_certificate": "web-tls/tls.crt",
    "ssl_certificate_key": "web-tls/tls.key",
    "ssl_client_certificate": "web-clients/ca.crt",
    "ssl_trusted_certificate": "web-clients/ca.crt",
    "client_certificate_file": "web-tls/tls.crt",
    "client_certificate_key_file": "web-tls/tls.key",
    "certificate": "web-tls/tls.crt",
    "key": "web-tls/tls.key",
    "pem_files": "web-clients/ca.crt",
}
_HASH = b"$2y$04$" + b"a" * 53


class Rendering(NamedTuple):
    """A configuration, and where it comes from."""

    origin: str
    engine: str
    text: str


@cache
def renderings() -> tuple[Rendering, ...]:
    """Return each configuration once."""
    found = {text: origin for origin, text in _all()}
    return tuple(Rendering(origin, _engine(text), text) for text, origin in found.items())


def _all() -> Iterator[tuple[str, str]]:
    for path in sorted((GOLDEN / "nginx").glob("*.conf")):
        yield path.name, path.read_text()
    for task in tasks():
        for engine in task.engines:
            yield from _held(made(task, engine), f"{task.page}, {engine}")
    for directory in sorted(EXAMPLES.iterdir()):
        given = (directory / "input.yaml").read_bytes()
        earlier = {text for _, text in _held(_items(given), "")}  # of another ProxySidecar, perhaps
        made_now = _held(_items(process(given).stdout), directory.name)
        yield from ((origin, text) for origin, text in made_now if text not in earlier)


def _items(resource_list: bytes) -> list[dict[str, Any]]:
    return [item.readable_data for item in ResourceList(resource_list).items]


def _held(items: list[dict[str, Any]], origin: str) -> Iterator[tuple[str, str]]:
    """Yield the configurations among items: in our ConfigMaps."""
    for item in items:
        annotations = (item.get("metadata") or {}).get("annotations") or {}
        if item.get("kind") == "ConfigMap" and OWNER in annotations:
            yield from ((origin, text) for text in (item.get("data") or {}).values() if _engine(text))


def _engine(text: str) -> str:
    """Return the engine that a configuration is for, empty for other text."""
    if text.startswith("worker_processes "):
        return "nginx"
    return "caddy" if text.startswith("{") and {"admin", "apps"} <= json.loads(text).keys() else ""


def volumes(rendering: Rendering, path: str) -> Volumes:
    """Return the files that a configuration needs beside itself, which lies at the path."""
    files = {path: rendering.text.encode(), "/etc/hosts": _hosts(rendering.text)}
    if rendering.engine == "nginx":
        files |= {file: certificates().secrets[_KEYS[name]] for name, file in _NAMED.findall(rendering.text)}
    else:
        files |= dict(_needed(json.loads(rendering.text), ""))
    mounts: dict[str, dict[str, bytes]] = {}
    for file, content in files.items():
        directory, _, name = file.rpartition("/")
        mounts.setdefault(directory, {})[name] = content
    return mounts


def writable(rendering: Rendering) -> list[str]:
    """Return the directory that a configuration writes to."""
    return _PID.findall(rendering.text)


def _needed(data: Any, key: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files that a configuration of Caddy names."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _needed(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from _needed(value, key)
    elif isinstance(data, str) and data.startswith("{file."):
        yield data.removeprefix("{file.").removesuffix("}"), _HASH
    elif key in _KEYS and isinstance(data, str) and data.startswith("/"):
        yield data, certificates().secrets[_KEYS[key]]


def _hosts(text: str) -> bytes:
    """Return a file that makes every upstream of a configuration, and what looks them up, this machine."""
    names = re.findall(
        r"^ *(?:server ([a-z][a-z0-9.-]*):[0-9]+|resolver ([a-z][a-z0-9.-]*))(?: [a-z0-9=]+)?;", text, re.MULTILINE
    )
    return "".join(f"127.0.0.1 {name}\n" for name in ("localhost", *map("".join, names))).encode()
