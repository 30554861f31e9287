"""What Caddy refuses on every listener."""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import fails, path_matcher, pattern
from krm_fn.engines.path_forms import blocked_paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.function_config.generated.values import Block


def blocked_routes(block: Block) -> list[dict[str, Any]]:
    """Return the route that refuses what is blocked."""
    match = [path_matcher(each) for each in blocked_paths(block)]
    if block.user_agents:
        parts = "|".join(map(pattern, dict.fromkeys(block.user_agents)))
        match.append({"header_regexp": {"User-Agent": {"pattern": f"(?i)(?:{parts})"}}})
    if block.methods:
        names = "|".join(dict.fromkeys(block.methods))
        match.append({"vars_regexp": {"{http.request.method}": {"pattern": f"(?i)^(?:{names})$"}}})
    return [{"match": match, "handle": [fails(block.status)]}]
