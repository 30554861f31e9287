"""Caddy, the stock build: HTTP reverse proxy and file server. Works as any uid, on a read-only root."""

from __future__ import annotations

from krm_fn.engines.engine import Engine, NeedsLater, version_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.engines.engine import Protocol, ProxyPlan
    from krm_fn.function_config.generated.values import Spec


_COMPRESSES_STREAMS = (2, 9)
"""The first version that sends on at once what it has compressed so far."""
_KNOWS_LENGTHS = (2, 10)
"""The first version that sends PHP-FPM no body whose length it does not know."""


def _command(config_path: str) -> list[str]:
    return ["caddy", "run", "--config", config_path]


def _files(plan: ProxyPlan) -> dict[str, str]:
    from krm_fn.engines.caddy.configuration import text  # noqa: PLC0415 # the facts are read without it

    return {plan.config_path.rpartition("/")[2]: text(plan)}


def _needs_later(
    spec: Spec, protocols: tuple[tuple[Protocol, ...], ...], version: tuple[int, ...]
) -> Iterator[NeedsLater]:
    if version < _KNOWS_LENGTHS:
        for index, listener in enumerate(spec.listeners):
            if "fastcgi" in protocols[index]:
                yield _fastcgi(f"spec.listeners[{index}]")
            for place, route in enumerate(listener.routes):
                if route.upstream and route.upstream.protocol == "fastcgi":
                    yield _fastcgi(f"spec.listeners[{index}].routes[{place}]")
    if version >= _COMPRESSES_STREAMS or not spec.compression.enabled:
        return
    must = (
        f"must be another type with Caddy before {version_text(_COMPRESSES_STREAMS)}, which holds compressed events "
        "back until their stream ends"
    )
    for index, kind in enumerate(spec.compression.types or ()):
        if kind == "text/event-stream":
            path = f"spec.compression.types[{index}]"
            yield NeedsLater(path=path, must=must, remedy="Use a later image, or remove it")


def _fastcgi(holder: str) -> NeedsLater:
    must = (
        f"must be another protocol than fastcgi with Caddy before {version_text(_KNOWS_LENGTHS)}, with which PHP-FPM "
        "waits for ever for a body without a length"
    )
    return NeedsLater(path=f"{holder}.upstream.protocol", must=must, remedy="Use a later image, or engine: nginx")


_NO_DIRECTIVES = "it has no directives: patch its JSON"
_NO_RATE_LIMIT = "its stock build has no rate limit"
_NO_BANDWIDTH = "its stock build cannot slow responses down"
_KEYS_ARE_USERS = "it reads each user's hash from the Secret's key of that name"

ENGINE = Engine(
    name="caddy",
    default_image="caddy:2",
    oldest=(2, 8),
    needs_later=_needs_later,
    user_id=65532,
    config_key="caddy.json",
    capabilities=("NET_BIND_SERVICE",),
    memory=("64Mi", "384Mi"),
    state_variables=("XDG_CONFIG_HOME", "XDG_DATA_HOME"),
    unsupported={
        "spec.cache": "it has no cache",
        "spec.dns": "it looks names up for each connection",
        "spec.accessLog.percent": "it cannot log every error and only a share of the other requests",
        "spec.listeners[].auth.basic.key": _KEYS_ARE_USERS,
        "spec.listeners[].routes[].auth.basic.key": _KEYS_ARE_USERS,
        "spec.listeners[].routes[].cache": "it has no cache",
        "spec.listeners[].rateLimit": _NO_RATE_LIMIT,
        "spec.listeners[].routes[].rateLimit": _NO_RATE_LIMIT,
        "spec.listeners[].bandwidth": _NO_BANDWIDTH,
        "spec.listeners[].routes[].bandwidth": _NO_BANDWIDTH,
        "spec.listeners[].routes[].buffering": "it does not buffer answers",
        "spec.listeners[].routes[].connectionLimit": "it cannot limit connections",
        "spec.companions.metrics.exporter": "it shows its metrics itself",
        "spec.snippets.main": _NO_DIRECTIVES,
        "spec.snippets.http": _NO_DIRECTIVES,
        "spec.listeners[].snippet": _NO_DIRECTIVES,
        "spec.listeners[].routes[].snippet": _NO_DIRECTIVES,
        "spec.listeners[].routes[].substitution": "its stock build cannot replace text in answers",
    },
    request_headers="together `headers.maxRequestSize`, 64 KiB",
    response_headers="together 10 MiB, or `headers.maxResponseSize`",
    slow_bodies="60 s in all, and 1 s for each 8 KiB of the largest `maxBodySize`; any with one of 0, and with gRPC",
    regex_dialect="RE2",
    users_are_keys=True,
    command=_command,
    render=_files,
)
