"""Caddy's logs: requests with the fields that every engine has, and errors; neither holds a credential."""

from __future__ import annotations

from krm_fn.engines.access_log import PATH_NAMES, REDACTED, secret_queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from krm_fn.function_config.generated.values import Spec

_ACCESS = "access"
_LEFT_OUT = {"filter": "delete"}
_NAMES = {"bytes": "size"}
"""What Caddy names otherwise."""


def logs(spec: Spec) -> dict[str, Any]:
    """Return the logs by name: errors, and requests."""
    url = {"filter": "regexp", "regexp": _secrets(spec), "value": f"${{1}}${{3}}${{4}}{REDACTED}${{2}}"}
    request = {
        "request>uri": url,
        **{f"request>{name}": _LEFT_OUT for name in ("remote_port", "headers", "tls", "transfer_encoding")},
    }
    errors = {
        **_log("stderr", "WARN", {"format": "json"}, request),
        "exclude": ["http.log.access"],
    }
    if not spec.access_log.enabled:
        return {"default": errors}
    names = {"message_key": "", "level_key": "", "name_key": "", "time_key": "time", "time_format": "rfc3339_nano"}
    fields = {
        **request,
        "referer": url,
        "size": {"filter": "rename", "name": "bytes"},
        **dict.fromkeys(("bytes_read", "user_id", "resp_headers", "uuid"), _LEFT_OUT),
        **{_NAMES.get(name, name.replace(".", ">")): _LEFT_OUT for name in spec.access_log.omit},
    }
    requests = {
        **_log("stdout", "INFO", {"format": "json", **names}, fields),
        "include": [f"http.log.access.{_ACCESS}"],
    }
    return {"default": errors, _ACCESS: requests}


def logged(spec: Spec) -> dict[str, Any]:
    """Return the settings of a server whose requests are logged."""
    return {"logs": {"default_logger_name": _ACCESS}} if spec.access_log.enabled else {}


def log_fields(spec: Spec, more: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """Return the route that adds the fields that Caddy has not itself, and `more`. It must be the first."""
    if not spec.access_log.enabled:
        return []
    handlers: list[dict[str, Any]] = [
        _kept("request_id", "X-Request-ID", ["^[0-9A-Za-z._-]{8,128}$"]),
        _kept("traceparent", "Traceparent", ["^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"], _NO_TRACE),
        _kept("referer", "Referer", ["(?s)^.*$"]),
        _kept("user_agent", "User-Agent", ["(?s)^.*$"]),
    ]
    values = {
        "upstream_status": "{http.reverse_proxy.status_code}",
        "upstream_duration": "{http.reverse_proxy.upstream.duration}",
        **{name: f"{{log_{name}}}" for name in ("referer", "user_agent", "request_id", "traceparent")},
    }
    handlers += [{"handler": "log_append", "key": name, "value": value} for name, value in values.items()]
    return [{"handle": [*handlers, *more]}]


_NO_TRACE = ("^ff", "^..-0{32}", "^.{36}0{16}")
"""What has the form and is none: a version, a trace or a parent that there cannot be."""


def _kept(name: str, header: str, patterns: list[str], refused: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the handler that takes a field from a header that matches, and is empty else."""
    none = [{"input_regexp": pattern, "outputs": [""]} for pattern in refused]
    return {
        "handler": "map",
        "source": f"{{http.request.header.{header}}}",
        "destinations": [f"{{log_{name}}}"],
        "mappings": [*none, *({"input_regexp": pattern, "outputs": ["${0}"]} for pattern in patterns)],
        "defaults": [""],
    }


def _log(output: str, level: str, encoder: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    encoder = {"format": "filter", "wrap": encoder, "fields": fields}
    return {"writer": {"output": output}, "encoder": encoder, "level": level}


def _secrets(spec: Spec) -> str:
    """Return the regular expression of what is replaced in a URL, with groups for what stays before and after it."""
    queries = "|".join(f"{each}.*" for each in secret_queries(spec))
    return f"(?is)(//)[^/?#]*(@)|(;{PATH_NAMES}=)[^/?#;]*|([?#])(?:{queries})"
