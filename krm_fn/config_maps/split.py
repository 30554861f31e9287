"""Split a ConfigMap of static files that is too large into parts, after adding compressed twins of its files."""

from __future__ import annotations

from krm_fn.config_maps.config_map import SIZE_LIMIT, decoded_size, made_name
from krm_fn.config_maps.static_files import TWIN
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import FilesConfigMap

_LEAST = 1024
"""Bytes. Below, a twin saves no packet."""


class Part(Record):
    """A part of a ConfigMap of files, small enough for the API server unless one file alone is not."""

    name: str
    data: dict[str, str]
    binary_data: dict[str, str]


def parts_of(files: FilesConfigMap) -> list[Part]:
    """Return the parts: the first has the name that is given, the next one ends in -2, and so on.

    A file and its twin are added in the order of the functionConfig; a part ends before the file that it has no room
    for.
    """
    texts: list[tuple[bool, str, str]] = [(False, key, text) for key, text in files.data.items()]
    texts += [(True, key, text) for key, text in (files.binary_data | _twins(files)).items()]
    parts: list[Part] = []
    room = -1
    for binary, key, text in texts:
        size = len(key) + (decoded_size(text) if binary else len(text.encode()))
        if size > room:
            name = made_name(files.name, str(len(parts) + 1)) if parts else files.name
            parts.append(Part(name=name, data={}, binary_data={}))
            room = SIZE_LIMIT
        room -= size
        part = parts[-1]
        (part.binary_data if binary else part.data)[key] = text
    return parts or [Part(name=files.name, data={}, binary_data={})]


def _twins(files: FilesConfigMap) -> dict[str, str]:
    """Return the compressed twins in base64, of texts that become smaller by it and have none."""
    if not files.precompress:
        return {}
    twins = {}
    for key, text in files.data.items():
        content = text.encode()
        if len(content) >= _LEAST and _is_text(key) and key + TWIN not in files.binary_data:
            packed = _gzip(content)
            if len(packed) < len(content):
                twins[key + TWIN] = _base64(packed)
    return twins


def _is_text(key: str) -> bool:
    from krm_fn.engines.media_types import COMPRESSED, MEDIA_TYPES  # noqa: PLC0415 # likewise

    ending = key.rpartition(".")[2]
    return any(ending in endings for media_type, endings in MEDIA_TYPES.items() if media_type in COMPRESSED)


def _gzip(content: bytes) -> bytes:
    """Return the content as a gzip file without name and time: equal content, equal bytes."""
    import zlib  # noqa: PLC0415 # not needed by most inputs

    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def _base64(content: bytes) -> str:
    import binascii  # noqa: PLC0415 # likewise

    return binascii.b2a_base64(content, newline=False).decode()
