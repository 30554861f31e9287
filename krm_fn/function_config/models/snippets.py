"""The user's own parts of the proxy's configuration: checked, and refused unless they are allowed."""

from __future__ import annotations

from pydantic import Field

from krm_fn.function_config.formats.types import PlainMapping, SnippetText
from krm_fn.function_config.models.base import Model


class Snippets(Model):
    """Your own text in the proxy's configuration: whole directives, each among those that are known to be safe."""

    allow: bool = False
    """Must be true where there is a snippet, so that none is added unnoticed."""
    main: SnippetText | None = None
    """nginx: directives outside of `http`."""
    http: SnippetText | None = None
    """nginx: directives in `http`."""
    patch: list[PlainMapping] = Field(default_factory=list)
    """Caddy: operations on its JSON configuration (RFC 6902): each with `op` (add, replace, remove, test), `path` and
    `value`. What comes out is compared with the configuration without them: they may set numbers, and add routes that
    answer by themselves; nothing that the other fields ask for may go, change or move."""
