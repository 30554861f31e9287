"""Media types by file name. The list is the function's own, because those in the images differ."""

from __future__ import annotations

DEFAULT_TYPE = "application/octet-stream"
MEDIA_TYPES = {
    "text/html": ("html", "htm"),
    "text/css": ("css",),
    "text/csv": ("csv",),
    "text/javascript": ("js", "mjs"),
    "text/markdown": ("md",),
    "text/plain": ("txt",),
    "text/vtt": ("vtt",),
    "text/xml": ("xml",),
    "application/atom+xml": ("atom",),
    "application/gzip": ("gz",),
    "application/json": ("json", "map"),
    "application/ld+json": ("jsonld",),
    "application/manifest+json": ("webmanifest",),
    "application/pdf": ("pdf",),
    "application/rss+xml": ("rss",),
    "application/wasm": ("wasm",),
    "application/xhtml+xml": ("xhtml",),
    "application/yaml": ("yaml", "yml"),
    "application/zip": ("zip",),
    "audio/mpeg": ("mp3",),
    "audio/ogg": ("ogg",),
    "font/otf": ("otf",),
    "font/ttf": ("ttf",),
    "font/woff": ("woff",),
    "font/woff2": ("woff2",),
    "image/avif": ("avif",),
    "image/gif": ("gif",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/svg+xml": ("svg", "svgz"),
    "image/webp": ("webp",),
    "image/x-icon": ("ico",),
    "video/mp4": ("mp4",),
    "video/webm": ("webm",),
}
"""The endings of the names of each type's files."""
WITH_CHARSET = (
    *("text/html", "text/css", "text/csv", "text/javascript", "text/markdown", "text/plain", "text/vtt", "text/xml"),
    "application/xhtml+xml",
)
"""The types of text whose charset is named."""
COMPRESSED = (
    *("text/html", "text/css", "text/csv", "text/javascript", "text/markdown", "text/plain", "text/vtt", "text/xml"),
    *("application/atom+xml", "application/javascript", "application/json", "application/ld+json"),
    *("application/manifest+json", "application/rss+xml", "application/wasm", "application/xhtml+xml"),
    *("application/xml", "application/yaml", "font/otf", "font/ttf", "image/svg+xml", "image/vnd.microsoft.icon"),
    "image/x-icon",
)
"""The types that are compressed where the user names none."""


def type_of(name: str) -> str:
    """Return the media type of a file by the ending of its name, in capitals or not."""
    ending = name.rpartition("/")[2].lower().rpartition(".")
    return next((each for each, endings in MEDIA_TYPES.items() if ending[1] and ending[2] in endings), DEFAULT_TYPE)


def charset_of(media_type: str) -> str:
    """Return what names the charset behind a type in a Content-Type; empty for what is no text."""
    return "; charset=utf-8" if media_type.startswith("text/") or media_type in WITH_CHARSET else ""
