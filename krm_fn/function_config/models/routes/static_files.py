"""Static files of a route: where they come from, and how they are served."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krm_fn.function_config.formats.kubernetes_types import (
    ByteQuantity,
    ConfigMapKey,
    DirectoryPath,
    ImageReference,
    ResourceName,
)
from krm_fn.function_config.formats.types import FilePattern, PlainMapping, WholeSeconds
from krm_fn.function_config.models.base import Model, OneOf, Override


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
    """How long others are kept, by their pattern. Of several that fit the most specific counts, in whatever order they
    stand: that with the most characters besides `*` and `?`; of these, that with the fewest `*`; else the first by the
    alphabet."""


class InitContainerOverride(Override):
    """Fields of the init container, merged over the defaults as [Containers](#containers) says; null removes.

    Its user is the one that is set of the sidecar's container, where none is set here.
    """

    resources: PlainMapping | None = None
    security_context: PlainMapping | None = None


class InitContainer(Model):
    """An init container that copies the files from the image into an emptyDir, with `cp` of the image."""

    size_limit: ByteQuantity = "256Mi"
    """sizeLimit of the emptyDir: with more files the Pod is evicted."""
    container: InitContainerOverride = Field(default_factory=InitContainerOverride)


class FilesImage(Model):
    """A folder of an image, with all below it. Its files are on the node once, and no limit of a ConfigMap holds."""

    reference: ImageReference = Field(examples=["registry.example/web/site:1.4"])
    """The image, or another artifact that the container runtime can mount. Pods get a new one with a new reference."""
    path: DirectoryPath | None = Field(default=None, examples=["/usr/share/nginx/html"])
    """The folder. Left out: the image's root."""
    pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    """When the image is pulled. Left out: as Kubernetes does by the reference."""
    trust_times: bool = False
    """For an image volume: whether each file has the time when it changed, so that a browser that has it is answered
    304, by Last-Modified and ETag. Left out: neither is sent, because many builds set one time for all files, as ko,
    Jib, Bazel, Nix and buildpacks do: a browser would take a new page of the same size for the one that it has."""
    init_container: InitContainer | None = None
    """Copy the files. Left out: they are mounted as an image volume, which needs Kubernetes 1.35, or 1.33 with the
    feature gate ImageVolume, and a container runtime that has it."""


class StaticFiles(OneOf):
    """Files of a ConfigMap or an image, served in place of the app's."""

    alternatives = ("configMap", "image")

    config_map: ResourceName | None = None
    """A ConfigMap under `spec.files`, or one among the items."""
    more_config_maps: list[ResourceName] = Field(default_factory=list, examples=[["site-images"]])
    """For a prefix route: others, whose files lie beside those of `configMap`, for a site of more than 1 MiB. No two
    have the same key. Those under `spec.files` need none: they are split."""
    image: FilesImage | None = None
    """For a prefix route: a folder of an image. A path of a folder in it is redirected to the path with a slash. Paths
    with a segment that begins with a dot are answered 404, but those below `.well-known/` in the folder, which have no
    fallback."""
    key: ConfigMapKey | None = None
    """For an exact route: the key to serve. Left out: the last segment of the route's path."""
    index: list[ConfigMapKey] = Field(default_factory=lambda: ["index.html"], min_length=1)
    """For a prefix route: the files that are served for a path that ends in /, the first that there is."""
    fallback: ConfigMapKey | None = None
    """For a prefix route: the key of `configMap`, or the file of the image, to serve where there is no such file, as a
    single-page app needs it."""
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
