"""Static files of a route: where they come from, and how they are served."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krm_fn.function_config.formats.kubernetes_types import ConfigMapKey, ResourceName
from krm_fn.function_config.formats.types import FilePattern, WholeSeconds
from krm_fn.function_config.models.base import Model


class BrowserCache(Model):
    """How long browsers keep files without asking again: the first field that fits. They ask about each other file."""

    hashed: bool = False
    """Assets with a hash in their name, such as main.8e0d2c1f.js or index-BxY3k9Zq.css, are kept for a year: the name
    changes with the content. A hash is, between a dash or dot and a dot, 8 or more hexadecimal digits with a letter, or
    8 letters, digits and _ with a capital behind the first. Assets are scripts, styles, JSON, WebAssembly, fonts,
    images, sound and films. No page is one."""
    immutable: list[FilePattern] = Field(default_factory=list, examples=[["assets/*"]])
    """Other files whose name changes with their content, kept for a year. A pattern is for names in every folder; with
    a slash, for paths below the route's: `*` stands for any text, in a path with its slashes, and ? for one
    character."""
    max_age: dict[FilePattern, WholeSeconds] = Field(default_factory=dict, examples=[{"*.woff2": "30d"}])
    """How long others are kept, by their pattern. The first that fits counts."""


class StaticFiles(Model):
    """Files of a ConfigMap, served in place of the app's."""

    config_map: ResourceName
    """A ConfigMap under `spec.files`, or one among the items."""
    key: ConfigMapKey | None = None
    """For an exact route: the key to serve. Left out: the last segment of the route's path."""
    index: list[ConfigMapKey] = Field(default_factory=lambda: ["index.html"], min_length=1)
    """For a prefix route: the files that are served for a path that ends in /, the first that there is."""
    fallback: ConfigMapKey | None = None
    """For a prefix route: the key to serve where there is no such file, as a single-page app needs it."""
    fallback_except: list[FilePattern] = Field(default_factory=list, examples=[["*.*"]])
    """Patterns, as for `browserCache`, of paths that have no fallback: where there is no such file they are answered
    404. `*.*` is for names with a dot: a missing script must not be answered with a page. Left out: none."""
    charset: Literal["utf-8", "off"] = "utf-8"
    """The charset named in the Content-Type of text files."""
    browser_cache: BrowserCache | None = None
    """How long browsers keep files without asking again. All else is sent with Cache-Control: no-cache: other files,
    parts of files, and what is missing. Of a route with a guard it is private: caches between keep nothing. There is no
    Expires, over which Cache-Control wins. Left out: no-cache for all."""
    twins: list[Literal["br", "zstd"]] = Field(default_factory=list)
    """The kinds of compressed twins beside files, such as app.js.br or app.js.zst, that are served to clients that take
    them. Those of gzip, such as app.js.gz, are served in any case."""
