"""Engine: what a proxy program is and can do, the plan that it renders, and which version of it is meant."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Literal

    from krm_fn.codes import Code
    from krm_fn.function_config.generated.values import Listener, Route, Spec, UpstreamTLS

    Protocol = Literal["http", "https", "h2c", "grpc", "fastcgi"]


class ProxyListener(Record):
    """One listener with all that the workload decides about it."""

    listener: Listener
    upstream_port: int
    """The app's port on 127.0.0.1."""
    protocols: tuple[Protocol, ...] = ("http",)
    """What the app speaks there: one protocol; or two, of which the second is grpc: then requests whose Content-Type is
    one of gRPC's are sent by gRPC, and others by the first. With https before it, gRPC is by TLS as well."""
    tls: UpstreamTLS | None = None
    """How to connect by TLS: set with https, and with grpc by TLS."""
    takes_http2: bool = False
    """Whether clients may speak HTTP/2 to it without TLS, beside what the protocols imply."""
    root: str
    """Directory under which each static file lies at its URL path."""
    image_roots: dict[str, str] = {}  # noqa: RUF012 # a Record is frozen
    """The same for the files of each route that serves an image's, by the route's path."""
    salt: str = "proxy"
    """What clients are shared out by beside what they are known by: the ProxySidecar's name."""
    precompressed: bool = False
    """Some have a compressed twin beside them, whose name ends in .gz."""

    def root_of(self, route: Route) -> str:
        """Return the directory under which each file of a route lies at its URL path."""
        return self.image_roots[route.path] if route.files and route.files.image else self.root

    def has_times(self, route: Route) -> bool:
        """Return whether the times of a route's files say when these changed."""
        image = route.files.image if route.files else None
        return image is None or image.trust_times or image.init_container is not None

    def has_twins(self, route: Route) -> bool:
        """Return whether files of a route may have a compressed twin: what an image has is not known."""
        return self.precompressed or bool(route.files and route.files.image)


class ReadyCheck(Record):
    """What /readyz requests of the app: what the kubelet requests of it by its own probe, from inside the Pod."""

    handler: Literal["http", "tcp", "grpc", "any"]
    """What is ready, as for the kubelet: an HTTP status from 200 to 399; an accepted connection, whatever the response;
    any response to gRPC's health check. `any`, where the app has no probe: any status below 500."""
    port: int
    """The Pod's port."""
    socket: str = ""
    """Path of the Unix socket that is used in place of the port."""
    tls: bool = False
    path: str = "/"
    """As the probe has it: with a query, perhaps, and not encoded."""
    host: str = ""
    """The Host header; empty for the Pod's address and `port`, as the kubelet sends it."""
    headers: tuple[tuple[str, str], ...] = ()
    """Other headers, in order; a name may occur more than once."""
    timeout: int = 2
    """In seconds."""
    http2: bool = False
    """Whether the app speaks HTTP/2 without TLS, and no HTTP/1."""
    script: str = ""
    """By FastCGI: the path of the script, or of the pool's ping; empty where HTTP is spoken."""
    script_root: str = ""
    """The folder of the app's scripts."""


class ProxyPlan(Record):
    """A proxy in front of one workload: the settings, and what the workload decides."""

    spec: Spec
    listeners: tuple[ProxyListener, ...]
    config_path: str
    """Absolute path of the main configuration file in the container."""
    ready: ReadyCheck
    worker_processes: int
    drain_seconds: int
    version: tuple[int, ...] | None = None
    """The engine's version; None: the current one."""


class RenderProblem(Record):
    """A setting that does not fit, which is only found while the configuration is made."""

    code: Code
    path: str
    """Where in the functionConfig it is set."""
    message: str


class RenderError(Exception):
    """All problems that are only found while the configuration is made."""

    def __init__(self, *problems: RenderProblem) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


class Exporter(Record):
    """A program that shows a proxy's metrics to Prometheus."""

    image: str
    user_id: int
    """uid and gid of the container."""
    arguments: Callable[[int, int], list[str]]
    """Its arguments, for the port of the probes' listener and the one that Prometheus scrapes."""


class NeedsLater(Record):
    """A field that is set, and that needs a later version of the engine."""

    path: str
    must: str
    """What must be: starts with `must`."""
    remedy: str
    """What works, without a period."""
    is_partial: bool = False
    """Whether the field does a part of what it says with this version: a warning."""


class Engine(Record):
    """A proxy program: all facts about it, the defaults of its container, and its configuration files.

    The rules of the functionConfig read only the facts that `python -m codegen` copies for them.
    """

    name: str
    """The name of its package, and of the choice of `spec.engine`."""
    default_image: str
    oldest: tuple[int, ...]
    """The oldest version that configurations are written for."""
    needs_later: Callable[[Spec, tuple[tuple[Protocol, ...], ...], tuple[int, ...]], Iterator[NeedsLater]]
    """The fields that are set and that a version does not support, for what the app speaks behind each listener."""
    user_id: int
    """uid and gid of the container."""
    config_key: str
    """The configuration's key in its ConfigMap where the user gives none."""
    sets_user: bool = True
    """Whether its containers say as which user they run: else the cluster chooses one."""
    capabilities: tuple[str, ...] = ()
    """The file capabilities of the image's executable, which cannot be run without them."""
    memory: tuple[str, str] = ("16Mi", "64Mi")
    """What the container requests, and its limit."""
    request_headers: str = "as it is built"
    """How long a request's line and headers may be."""
    response_headers: str = "as it is built"
    """How long the headers of the app's responses may be."""
    slow_bodies: str = "as it is built"
    """How slowly a request's body may arrive."""
    state_variables: tuple[str, ...] = ()
    """Environment variables for the directories that it writes to."""
    exporter: Exporter | None = None
    """None where the proxy shows its metrics to Prometheus itself."""
    unsupported: dict[str, str]
    """The fields that it does not support, by their path in the functionConfig, each with the reason."""
    regex_dialect: Literal["PCRE", "RE2"]
    """The dialect of the routes' regular expressions."""
    longest_path: int | None = None
    """How many bytes the path of a route may have; None for no limit."""
    longest_regex: int | None = None
    """How many bytes a regular expression may have; None for no limit."""
    longest_text: int | None = None
    """How many bytes any other text may have, as its configuration has it; None for no limit."""
    lengths: dict[str, int] = {}  # noqa: RUF012 # a Record is frozen
    """The characters that are longer there, each with its bytes."""
    users_are_keys: bool = False
    """Whether it reads each user of basic authentication from a key of the Secret, and must know their names."""
    app_errors_sign_in: bool = False
    """Whether an app's own 401 sends clients to sign in, where pages replace the app's errors."""
    not_answered: dict[int, str] = {}  # noqa: RUF012 # a Record is frozen
    """The error statuses that it cannot answer with a page, each with what it does instead."""
    command: Callable[[str], list[str]]
    """The container's command for a configuration path."""
    render: Callable[[ProxyPlan], dict[str, str]]
    """The configuration files by name. Pure: the same plan gives the same text. May raise a RenderError."""


ANY_PATCH = 9999
"""Stands for the numbers that a version leaves open: 1.25 is the last 1.25 there is."""
_NUMBERS = 3


def engine_version(name: str, image: str, setting: str | None) -> tuple[int, ...] | None:
    """Return the version; None, for the current one, where neither the setting nor the image's tag has it.

    A tag counts where the last part of the image's repository holds the engine's name, such as nginx-unprivileged.
    """
    repository, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    text = setting or (tag.partition("-")[0] if name in repository else "")
    numbers = text.removeprefix("v").split(".")
    if not all(number.isascii() and number.isdigit() for number in numbers) or len(numbers) == 1:
        return None
    padded = [int(number) for number in numbers[:_NUMBERS]] + [ANY_PATCH] * (_NUMBERS - len(numbers))
    return tuple(padded)


def version_text(version: tuple[int, ...]) -> str:
    """Return the version as it is written, such as 1.25."""
    return ".".join(str(number) for number in version if number < ANY_PATCH)
