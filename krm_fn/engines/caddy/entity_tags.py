"""Entity tags under compression: Caddy appends `-gzip` or `-zstd` to a strong one, and the app must get its own back.

`"v2"` reaches the client as `"v2-gzip"`; on the way to the app the ending is taken off again. A strong tag of the app's
that has such an ending gets one more, `-app`, whether it is compressed or not, so that none can be taken for another.
Weak tags pass both ways as they are. A tag in If-Range keeps the ending: a part of what was compressed is not a part of
what the app has, which sends the whole then. What is no tag, for want of its quotes, reaches the client as it is.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WEAK = r'W/"[^"]*"'


def keeps_entity_tags() -> dict[str, Any]:
    """Return the handler that gives the app its own tags; it stands behind the one that compresses."""
    listed = _replaces(rf'({_WEAK})|(")([^"]*?)(?:-app)?(?:-gzip|-zstd)?(")', "$1$2$3$4")
    alone = _replaces(r'^("[^"]*)-app"$', '$1"')
    own = _replaces(r'^("[^"]*(?:-gzip|-zstd|-app))"$', '$1-app"')
    return {
        "handler": "headers",
        "request": {"replace": {"If-Match": [listed], "If-None-Match": [listed], "If-Range": [alone]}},
        "response": {"deferred": True, "replace": {"Etag": [own]}},
    }


def leaves_other_tags() -> dict[str, Any]:
    """Return the handler that takes the ending from what is no tag; it stands before the one that compresses."""
    marked = _replaces(r'^([^"W].*|W[^/].*|W)-gzip"$', "$1")
    return {"handler": "headers", "response": {"deferred": True, "replace": {"Etag": [marked]}}}


def _replaces(pattern: str, replacement: str) -> dict[str, str]:
    return {"search_regexp": pattern, "replace": replacement}
