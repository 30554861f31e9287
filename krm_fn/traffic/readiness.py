"""What /readyz requests of the app behind the first listener, so that ready means what the kubelet means.

| the app's probe, that of the container with the port            | is requested                                 |
|-----------------------------------------------------------------|----------------------------------------------|
| readinessProbe with httpGet                                     | the same: port, path, headers, scheme, time  |
| readinessProbe with grpc                                        | gRPC's health check on the same port         |
| readinessProbe with tcpSocket                                   | any response of the app                      |
| none, or exec, but a startupProbe or livenessProbe with httpGet | the same as that                             |
| none with httpGet or grpc, and PHP-FPM is the app               | by FastCGI, as `upstream.fastcgi.ping` says  |
| none                                                            | GET /, and a status below 500                |

A probe's named port is one of its own container. A startupProbe or livenessProbe counts only where there is no other.
The proxy waits as long as the probe's timeoutSeconds, at least 2, and the kubelet one second longer for the proxy;
periodSeconds, failureThreshold and successThreshold are those of the readinessProbe.

The kubelet still runs the app's own probes, and the Pod is ready only where these say so too. What it sees and /readyz
does not: where a redirect leads to, NOT_SERVING as an answer to gRPC's health check, and what an exec probe finds.
nginx sends that health check without its message, and leaves out headers whose value is empty.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines.engine import ReadyCheck
from krm_fn.function_config.generated.values import FastCGI
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.yaml_text.paths import mapping_at, mappings_at, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.result import Result
    from krm_fn.traffic.verdict import Verdict
    from krm_fn.workload.workload import ContainerPort, Workload
    from krm_fn.yaml_text.node import Path

DEFAULT_TIMEOUT = 2
"""Seconds that the app may take to respond, where its own probe allows less: the Kubernetes default is 1."""
MARGIN = 1
"""Seconds by which the kubelet waits longer for the proxy than the proxy waits for the app."""
_NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!#$%&'*+^`|~")
_PATIENCE = ("periodSeconds", "failureThreshold", "successThreshold")


class Readiness(Record):
    """What /readyz requests, and the sidecar's own readiness probe."""

    check: ReadyCheck
    probe: dict[str, int]
    """Fields of the sidecar's readinessProbe that are as patient as the app's."""
    warnings: tuple[Result, ...] = ()
    """What of the app's probe cannot be copied."""


def readiness(
    workload: Workload, port: ContainerPort, found: Verdict, spec: Spec, proxies: Container[str] = ()
) -> Readiness:
    """Return what /readyz requests of the app behind the first listener. `proxies` are containers that are not its."""
    path, probe = next(_probes(workload, port, proxies), ((), {}))
    base = ReadyCheck(
        handler="grpc" if found.protocols[-1] == "grpc" and not found.is_http_proven else "any",
        port=port.number,
        socket=spec.listeners[0].upstream.socket or "",
        tls=found.tls,
        http2=found.protocols[0] == "h2c",
        timeout=max(DEFAULT_TIMEOUT, _whole(probe.get("timeoutSeconds")) or 1),
    )
    if found.protocols[0] == "fastcgi":
        base = _by_fastcgi(base, spec)
    check, warnings = _as_probed(workload, base, probe, path)
    operated = workload.kind.operated
    if operated and port.number == operated.port and "web" not in workload.pod_spec:
        prefix = str(workload.pod_spec.get("routePrefix") or "").rstrip("/")
        check = check.replace(handler="http", path=prefix + operated.ready_path)
    if spec.probes.app_path:
        own = check if check.port == port.number else base
        check = own.replace(handler="http", path=spec.probes.app_path)
    if base.script == check.script != "":
        check = _of_pool(check, spec)
    patience = {field: value for field in _PATIENCE if (value := _whole(probe.get(field)))}
    is_readiness = path[-1:] == ("readinessProbe",)
    return Readiness(
        check=check,
        probe={
            "periodSeconds": 5,
            **(patience if is_readiness else {}),
            "timeoutSeconds": check.timeout + MARGIN,
        },
        warnings=tuple(warnings),
    )


def _probes(workload: Workload, port: ContainerPort, proxies: Container[str]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the probes that may say when the app is ready, the first of which does, each with its path."""
    located = [(path, each) for path, each in workload.located_containers if str(each.get("name")) not in proxies]
    owners = [
        (path, each)
        for path, each in located
        if any(entry.get("containerPort") == port.number for entry in mappings_at(each, ("ports",)))
    ]
    probing = [(path, each) for path, each in located if port.number in workload.probed_ports(each)]
    containers = owners or probing or (located if len(located) == 1 else [])
    for fields, handlers in (
        (("readinessProbe",), ("httpGet", "grpc", "tcpSocket")),
        (("startupProbe", "livenessProbe"), ("httpGet",)),
    ):
        for path, container in containers:
            for field in fields:
                probe = mapping_at(container, (field,))
                if any(isinstance(probe.get(handler), dict) for handler in handlers):
                    yield (*path, field), probe


def _as_probed(
    workload: Workload, base: ReadyCheck, probe: dict[str, Any], path: Path
) -> tuple[ReadyCheck, list[Result]]:
    """Return the check as the probe has it, and what cannot be copied."""
    container = mapping_at(workload.item.data, path[:-1]) if path else {}
    for handler in ("httpGet", "grpc", "tcpSocket"):
        request = mapping_at(probe, (handler,))
        if not request:
            continue
        number = workload.port_of(container, request.get("port"))
        if number is None:
            return base, []
        if handler == "httpGet":
            return _as_requested(workload, base, request, number, (*path, handler))
        if handler == "grpc":
            socket = base.socket if number == base.port else ""
            return base.replace(handler="grpc", port=number, socket=socket, tls=False, http2=True, script=""), []
        return base if base.handler == "grpc" or base.script else base.replace(handler="tcp"), []
    return base, []


def _as_requested(
    workload: Workload, base: ReadyCheck, request: dict[str, Any], number: int, path: Path
) -> tuple[ReadyCheck, list[Result]]:
    """Return the check as an httpGet has it."""
    headers: list[tuple[str, str]] = []
    host, warnings = "", []
    for position, header in enumerate(mappings_at(request, ("httpHeaders",))):
        name, value = str(header.get("name") or ""), str(header.get("value") or "")
        if not name or not _NAME_CHARS.issuperset(name) or not _is_value(value):
            message = (
                f"cannot be sent by the proxy, got {shown(name)}: {shown(value)}. /readyz requests the app without it."
            )
            place = shown_path((*path, "httpHeaders", position))
            warnings.append(workload.item.result(codes.PROBE_HEADER_LOST, place, message))
        elif name.lower() == "host":
            host = value
        else:
            headers.append((name, value))
    elsewhere = str(request.get("host") or "")
    if not _is_value(elsewhere):
        message = f"cannot be sent by the proxy as Host, got {shown(elsewhere)}. /readyz requests the app without it."
        warnings.append(workload.item.result(codes.PROBE_HEADER_LOST, shown_path((*path, "host")), message))
        elsewhere = ""
    if elsewhere and workload.pod_spec.get("hostNetwork") is not True:
        message = (
            f"is another host than the Pod, {shown(elsewhere)}: /readyz requests the Pod itself with that Host. Set "
            "spec.probes.appPath where that is not what is meant."
        )
        warnings.append(workload.item.result(codes.PROBE_ELSEWHERE, shown_path((*path, "host")), message))
    target = str(request.get("path") or "/")
    check = base.replace(
        handler="http",
        port=number,
        socket=base.socket if number == base.port else "",
        tls=str(request.get("scheme") or "HTTP").upper() == "HTTPS",
        path=target if target.startswith("/") else f"/{target}",
        host=host or (f"{elsewhere}:{number}" if elsewhere else ""),
        headers=tuple(headers),
        http2=False,
        script="",
    )
    return check, warnings


def _by_fastcgi(base: ReadyCheck, spec: Spec) -> ReadyCheck:
    """Return the check of PHP-FPM: without more said, it requests a script that there is not, which runs nothing."""
    settings = spec.listeners[0].upstream.fastcgi or FastCGI()
    return base.replace(script="/.proxy-sidecar/ready.php", script_root=settings.root)


def _of_pool(check: ReadyCheck, spec: Spec) -> ReadyCheck:
    """Return the check of PHP-FPM with the path that is to be requested: one of the app's, else the pool's ping."""
    from krm_fn.engines.fastcgi.scripts import script_at  # noqa: PLC0415 # few apps speak FastCGI

    settings = spec.listeners[0].upstream.fastcgi or FastCGI()
    if spec.probes.app_path:
        return check.replace(script=script_at(settings, spec.probes.app_path.partition("?")[0]))
    if settings.ping:
        return check.replace(handler="http", path=settings.ping, script=settings.ping)
    return check


def _is_value(text: str) -> bool:
    """Return whether a text can be a header's value."""
    return text.isprintable() and text.isascii()


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else None
