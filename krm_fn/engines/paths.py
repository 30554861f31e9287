"""Paths of what the proxy itself serves or asks for, out of the way of the app's."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.values import Page

OWN = "/.proxy-sidecar"


def page_path(page: Page) -> str:
    """Return the path of a page, below the root of the listener's files and in requests within the proxy."""
    return f"{OWN}/{page.config_map}/{page.key}"


def secret_file(directory: str, secret: str, key: str) -> str:
    """Return the path of a Secret's key in the container."""
    return f"{directory}/{secret}/{key}"
