"""nginx: HTTP reverse proxy and web server. Works with 1.20 and later, as any uid, on a read-only root."""

from __future__ import annotations

from krm_fn.engines.nginx import template
from krm_fn.engines.nginx.locations import Location, cookie_maps_of, is_unlimited, locations_of
from krm_fn.engines.proxy import Engine, Front, ProxyPlan
from krm_fn.engines.rendering import Token, render
from krm_fn.engines.request_target import request_target
from krm_fn.engines.security_headers import security_headers
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class _Server(Record):
    """A server block: a front and its locations."""

    front: Front
    locations: tuple[Location, ...]
    has_root: bool
    """One of the locations takes all that no other takes."""


class _Header(Record):
    """A header to set."""

    name: str
    value: str

    @property
    def variable(self) -> Token:
        """The end of nginx's variables for it."""
        return Token(self.name.lower().replace("-", "_"))


def _headers(values: dict[str, str]) -> tuple[_Header, ...]:
    return tuple(_Header(name=name, value=value) for name, value in values.items())


def template_values(plan: ProxyPlan) -> dict[str, Any]:
    """Return what the template reads beside the plan itself: the decisions that are not about text."""
    routes = [route for front in plan.fronts for route in front.listener.routes]
    caches = [route.cache for route in routes if route.cache]
    cookie_maps = cookie_maps_of(routes)
    volume = plan.spec.sidecar.mount_paths.cache
    first_port = plan.fronts[0].upstream_port
    ready_url = f"http://app_{first_port}{request_target(plan.ready_path or '/')}"
    types, changed = plan.spec.compression.types, plan.spec.headers.response
    targets = [route.redirect.to for route in routes if route.redirect]
    fallbacks = [route.path for route in routes if route.files and route.files.fallback]
    texts = [*targets, *fallbacks, *changed.set.values(), *plan.spec.headers.request.set.values()]
    servers = tuple(
        _Server(
            front=front,
            locations=locations_of(front, cookie_maps),
            has_root=any(route.path == "/" and route.match == "prefix" for route in front.listener.routes),
        )
        for front in plan.fronts
    )
    return {
        "plan": plan,
        "spec": plan.spec,
        "volume": volume,
        "dollar": any("$" in text for text in (volume, ready_url, *texts, *(front.root for front in plan.fronts))),
        "redirects": bool(targets),
        "request_headers": _headers(plan.spec.headers.request.set),
        "response_headers": _headers(changed.set),
        "default_headers": _headers(security_headers(plan.spec)),
        "hidden_headers": (*changed.set, *changed.remove),
        "streams": is_unlimited(plan.spec.body.max_size),
        "networks": tuple(dict.fromkeys(plan.spec.real_ip.trusted_proxies)),
        "app_ports": tuple(dict.fromkeys(front.upstream_port for front in plan.fronts)),
        "gzip_types": types and tuple(each for each in dict.fromkeys(types) if each != "text/html"),
        "cached": bool(caches),
        "longest_ttl": max((cache.ttl for cache in caches), key=_seconds, default=""),
        "cookie_maps": cookie_maps,
        "static": any(route.files for route in routes),
        "servers": servers,
        "limits": tuple(each.limit for server in servers for each in server.locations if each.limit),
        "ready_url": ready_url,
    }


def _configuration(plan: ProxyPlan) -> dict[str, str]:
    return {plan.config_path.rpartition("/")[2]: render(template.root, template_values(plan))}


def _command(config_path: str) -> list[str]:
    return ["nginx", "-g", "daemon off;", "-c", config_path]


def _seconds(duration: str) -> int:
    return int(duration[:-1]) * _SECONDS[duration[-1]]


ENGINE = Engine(
    name="nginx",
    default_image="nginx:stable",
    user_id=101,
    config_key="nginx.conf",
    command=_command,
    render=_configuration,
)
"""The nginx engine."""
