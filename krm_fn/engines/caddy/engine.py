"""Caddy 2.8 or later, the stock build: HTTP reverse proxy and file server. Works as any uid, on a read-only root."""

from __future__ import annotations

from krm_fn.engines.caddy.probes import probe_routes
from krm_fn.engines.caddy.routes import before_routes, routes_of
from krm_fn.engines.caddy.values import nanoseconds, size
from krm_fn.engines.media_types import COMPRESSED
from krm_fn.engines.proxy import Engine
from krm_fn.engines.security_headers import security_headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.proxy import Front, ProxyPlan
    from krm_fn.function_config.values import Spec


def configuration(plan: ProxyPlan) -> dict[str, Any]:
    """Return the configuration as plain data."""
    servers = {f"listener{index}": _server(front, plan.spec) for index, front in enumerate(plan.fronts)}
    probes = {
        "listen": [_address(plan.spec.probes.port, plan.spec)],
        "routes": [_without_server_name(), *probe_routes(plan)],
        "automatic_https": {"disable": True},
        **_errors(plan.spec),
    }
    return {
        "admin": {"disabled": True, "config": {"persist": False}},
        "logging": {"logs": {"default": _log("stderr", "WARN"), **_access_log(plan.spec)}},
        "apps": {
            "http": {
                "grace_period": plan.drain_seconds * 10**9,
                "servers": {**servers, "probes": probes},
            }
        },
    }


def _server(front: Front, spec: Spec) -> dict[str, Any]:
    networks = list(dict.fromkeys(spec.real_ip.trusted_proxies))
    trust = (
        {"trusted_proxies": {"source": "static", "ranges": networks}, "trusted_proxies_strict": 1} if networks else {}
    )
    logs = {"logs": {"default_logger_name": "access"}} if spec.access_log.enabled else {}
    return {
        "listen": [_address(front.listener.port, spec)],
        "automatic_https": {"disable": True},
        "protocols": ["h1", "h2c"],
        "idle_timeout": nanoseconds(spec.timeouts.idle),
        "read_header_timeout": nanoseconds("60s"),
        "max_header_bytes": 65536,
        **trust,
        **logs,
        "routes": [_without_server_name(), *before_routes(spec), *_compression(spec), *routes_of(front, spec)],
        **_errors(spec),
    }


def _address(port: int, spec: Spec) -> str:
    return f":{port}" if spec.ipv6 else f"0.0.0.0:{port}"


def _without_server_name() -> dict[str, Any]:
    names = ["Server", "Via"]
    return {
        "handle": [
            {"handler": "headers", "response": {"delete": names}},
            {"handler": "headers", "response": {"deferred": True, "delete": names}},  # and those of the app
        ]
    }


def _errors(spec: Spec) -> dict[str, Any]:
    """Return what is answered where a handler gives up: the status, and one line."""
    answer = {
        "handler": "static_response",
        "status_code": "{http.error.status_code}",
        "body": "{http.error.status_code} {http.error.status_text}\n",
        "headers": {
            "Content-Type": ["text/plain"],
            **{name: [value] for name, value in security_headers(spec).items()},
        },
    }
    return {"errors": {"routes": [{"handle": [answer]}]}}


def _compression(spec: Spec) -> list[dict[str, Any]]:
    if not spec.compression.enabled:
        return []
    types = COMPRESSED if spec.compression.types is None else ("text/html", *spec.compression.types)
    handler = {
        "handler": "encode",
        "encodings": {"gzip": {"level": spec.compression.level}, "zstd": {}},
        "prefer": ["zstd", "gzip"],
        "minimum_length": max(1, size(spec.compression.min_length) - 1),  # what is longer than this
        "match": {"headers": {"Content-Type": [f"{each}*" for each in dict.fromkeys(types)]}},
    }
    return [{"handle": [handler]}]


def _access_log(spec: Spec) -> dict[str, Any]:
    if not spec.access_log.enabled:
        return {}
    return {"access": {**_log("stdout", "INFO"), "include": ["http.log.access.access"]}}


def _log(output: str, level: str) -> dict[str, Any]:
    return {"writer": {"output": output}, "encoder": {"format": "json"}, "level": level}


def _configuration(plan: ProxyPlan) -> dict[str, str]:
    import json  # noqa: PLC0415 # the other engines do without

    text = json.dumps(configuration(plan), indent=2, ensure_ascii=False)
    return {plan.config_path.rpartition("/")[2]: text + "\n"}


def _command(config_path: str) -> list[str]:
    return ["caddy", "run", "--config", config_path]


ENGINE = Engine(
    name="caddy",
    default_image="caddy:2",
    user_id=65532,
    config_key="caddy.json",
    capabilities=("NET_BIND_SERVICE",),
    memory=("32Mi", "128Mi"),
    state_variables=("XDG_CONFIG_HOME", "XDG_DATA_HOME"),
    command=_command,
    render=_configuration,
)
"""The Caddy engine."""
