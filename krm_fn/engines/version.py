"""The version of an engine: as it is set, or as the image's tag says."""

from __future__ import annotations

ANY_PATCH = 9999
"""Stands for the numbers that a version leaves open: 1.25 is the last 1.25 there is."""
_NUMBERS = 3

COUNTED_BY_APP = (2, 9)
"""Caddy's first version that is told once to count requests, and not for each server."""
HTTP2_DIRECTIVE = (1, 25, 1)
"""nginx's first version with a directive for HTTP/2, which a port without TLS may speak beside HTTP/1."""


def engine_version(name: str, image: str, setting: str | None) -> tuple[int, ...] | None:
    """Return the version; None where neither tells, for the current one.

    A tag counts where the last part of the image's repository holds the engine's name, such as nginx-unprivileged.
    """
    repository, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    text = setting or (tag.partition("-")[0] if name in repository else "")
    numbers = text.removeprefix("v").split(".")
    if not all(number.isascii() and number.isdigit() for number in numbers) or len(numbers) == 1:
        return None
    padded = [int(number) for number in numbers[:_NUMBERS]] + [ANY_PATCH] * (_NUMBERS - len(numbers))
    return tuple(padded)
