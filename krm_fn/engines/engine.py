"""Engine: what a proxy program is, what it is given, and which version of it is meant."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from krm_fn.function_config.generated.values import Listener, Spec


class ProxyListener(Record):
    """One listener with all that the workload decides about it."""

    listener: Listener
    upstream_port: int
    """The app's port on 127.0.0.1."""
    root: str
    """Directory under which each static file lies at its URL path."""
    precompressed: bool = False
    """Some have a compressed twin beside them, whose name ends in .gz."""


class ProxyPlan(Record):
    """A proxy in front of one workload: the settings, and what the workload decides."""

    spec: Spec
    fronts: tuple[ProxyListener, ...]
    config_path: str
    """Absolute path of the main configuration file in the container."""
    ready_path: str | None
    """The app's path that /readyz asks on the first front's port; None: any answer but a server error is ready."""
    worker_processes: int
    drain_seconds: int
    version: tuple[int, ...] | None = None
    """The engine's version; None: the current one."""


class RenderError(Exception):
    """A setting that turns out not to fit while the configuration is made."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        """Where in the functionConfig it is set."""


class Exporter(Record):
    """A program that tells Prometheus of a proxy."""

    image: str
    user_id: int
    """uid and gid of the container."""
    arguments: Callable[[int, int], list[str]]
    """Its arguments, for the port of the probes' listener and the one that Prometheus asks."""


class Engine(Record):
    """A proxy program: the defaults of its container, and its configuration files."""

    name: str
    default_image: str
    user_id: int
    """uid and gid of the container."""
    config_key: str
    """The configuration's key in its ConfigMap where the user gives none."""
    capabilities: tuple[str, ...] = ()
    """What the image's executable carries, and cannot be run without."""
    memory: tuple[str, str] = ("16Mi", "64Mi")
    """What the container requests, and its limit."""
    state_variables: tuple[str, ...] = ()
    """Environment variables for the directories that it writes to."""
    exporter: Exporter | None = None
    """None where the proxy shows its metrics to Prometheus itself."""
    command: Callable[[str], list[str]]
    """The container's command for a configuration path."""
    render: Callable[[ProxyPlan], dict[str, str]]
    """The configuration files by name. Pure: the same plan gives the same text. May raise a RenderError."""


ANY_PATCH = 9999
"""Stands for the numbers that a version leaves open: 1.25 is the last 1.25 there is."""
_NUMBERS = 3
COUNTED_BY_APP = (2, 9)
"""Caddy's first version that is told once to count requests, and not for each server."""
HTTP2_DIRECTIVE = (1, 25, 1)
"""nginx's first version with a directive for HTTP/2, which a port without TLS may speak beside HTTP/1."""


def engine_version(name: str, image: str, setting: str | None) -> tuple[int, ...] | None:
    """Return the version; None where neither tells, for the current one.

    A tag counts where the last part of the image's repository holds the engine's name, such as nginx-unprivileged.
    """
    repository, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    text = setting or (tag.partition("-")[0] if name in repository else "")
    numbers = text.removeprefix("v").split(".")
    if not all(number.isascii() and number.isdigit() for number in numbers) or len(numbers) == 1:
        return None
    padded = [int(number) for number in numbers[:_NUMBERS]] + [ANY_PATCH] * (_NUMBERS - len(numbers))
    return tuple(padded)
