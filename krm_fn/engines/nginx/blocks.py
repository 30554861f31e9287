"""What is refused on every listener, and how long headers may be."""

from __future__ import annotations

from krm_fn.engines.nginx.quoting import regex_of, word
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import Block, Headers

_UNITS = {"k": 2**10, "m": 2**20}
_KIB = 2**10
_BUFFER = 16 * _KIB
_BUFFERS_OF_HEAD = 3
"""nginx wants the buffers to hold more than twice the first part of an answer: eight of a third do."""


class Blocks(Record):
    """The keys of the maps that find what is refused."""

    paths: tuple[str, ...]
    targets: tuple[str, ...]
    """Those of what a rewrite makes of a target."""
    agents: tuple[str, ...]
    methods: tuple[SafeText, ...]
    status: int


class Sizes(Record):
    """The sizes of the buffers for headers."""

    request: SafeText
    """Each of two."""
    response: SafeText
    buffers: SafeText


def blocks_of(block: Block) -> Blocks | None:
    """Return the keys; None where nothing is refused."""
    if not (block.presets or block.paths or block.user_agents or block.methods):
        return None
    from krm_fn.engines.path_forms import blocked_paths, blocked_targets  # noqa: PLC0415 # few refuse anything

    return Blocks(
        paths=tuple(f"~{each}" for each in blocked_paths(block)),
        targets=tuple(f"~{each}" for each in blocked_targets(block)),
        agents=tuple(f"~*{regex_of(each)}" for each in dict.fromkeys(block.user_agents)),
        methods=tuple(map(word, dict.fromkeys(block.methods))),
        status=block.status,
    )


def sizes_of(headers: Headers) -> Sizes:
    """Return the sizes of the buffers for headers."""
    answer = _bytes(headers.max_response_size or "32k")
    return Sizes(
        request=_size(_bytes(headers.max_request_size) // 2),
        response=_size(answer),
        buffers=_size(max(_BUFFER, -(-answer // _BUFFERS_OF_HEAD))),
    )


def _bytes(text: str) -> int:
    number = text.rstrip("km")
    return int(number) * _UNITS.get(text[len(number) :], 1)


def _size(number: int) -> SafeText:
    return SafeText(f"{-(-number // _KIB)}k")
