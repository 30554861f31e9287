"""Configuration of the user's own: an escape hatch, checked, and shut unless it is opened."""

from __future__ import annotations

from pydantic import Field

from krm_fn.function_config.formats.types import PlainMapping, SnippetText
from krm_fn.function_config.models.base import Model


class Snippets(Model):
    """Text of your own in the proxy's configuration: whole directives that stay in their place and touch no files."""

    allow: bool = False
    """Must be true wherever there is a snippet: so that none gets in unseen."""
    main: SnippetText | None = None
    """nginx: directives outside of `http`."""
    http: SnippetText | None = None
    """nginx: directives in `http`."""
    patch: list[PlainMapping] = Field(default_factory=list)
    """Caddy: operations on its JSON configuration (RFC 6902): each with `op` (add, replace, remove, test), `path` and
    `value`."""
