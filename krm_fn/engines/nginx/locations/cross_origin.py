"""A route that pages of other origins may read: the variables of its headers."""

from __future__ import annotations

from krm_fn.engines.nginx.quoting import quoted, regex_of
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import Cors


class CorsMap(Record):
    """The variables of a route that other origins may read: $cors_origin_…, $cors_preflight_… and so on."""

    place: SafeText
    cors: Cors
    origins: tuple[str, ...]
    """The keys of the map of origins."""
    methods: SafeText
    headers: SafeText
    expose: SafeText


def cors_of(cors: Cors, place: str) -> CorsMap:
    """Return what a route's headers and its preflights need."""
    return CorsMap(
        place=SafeText(place),
        cors=cors,
        origins=tuple(map(_origin_key, dict.fromkeys(cors.origins))),
        methods=quoted(", ".join(cors.methods)),
        headers=quoted(", ".join(cors.headers)),
        expose=quoted(", ".join(cors.expose)),
    )


def _origin_key(origin: str) -> str:
    """Return the key of a map: the origin, or an anchored expression where it stands for the hosts of a domain."""
    scheme, _, host = origin.partition("://*.")
    return rf"~^{scheme}://[a-z0-9.-]+\.{regex_of(host)}$" if host else origin
