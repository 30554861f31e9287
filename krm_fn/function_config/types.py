"""The types of single fields: each allows what its place can hold, and says in one sentence what it must be."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

__all__ = [
    "AppPort",
    "Cidr",
    "ConfigMapKey",
    "ContainerName",
    "CookieName",
    "DirectoryPath",
    "Duration",
    "FileText",
    "GzipLevel",
    "ImageReference",
    "LabelValue",
    "MimeType",
    "NamePattern",
    "PortName",
    "PortNumber",
    "Quantity",
    "ResourceName",
    "RouteMatch",
    "Size",
    "UnprivilegedPort",
]


def _matching(pattern: str, must: str, limit: int = 253) -> AfterValidator:
    """Return a validator for strings: the whole must match, and be no longer than the limit."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if len(value) > limit or not compiled.fullmatch(value):
            raise PydanticCustomError("krm_fn", "{must}", {"must": f"must {must}"})
        return value

    return AfterValidator(check)


def _in_range(low: int, high: int, remedy: str = "") -> AfterValidator:
    def check(value: int) -> int:
        if not low <= value <= high:
            must = f"must be between {low} and {high}"
            raise PydanticCustomError("krm_fn", "{must}", {"must": must, "remedy": remedy})
        return value

    return AfterValidator(check)


def _is_cidr(value: str) -> str:
    try:
        network = ipaddress.ip_network(value)
    except ValueError:
        must = "must be an address or network such as 10.0.0.0/8 or fc00::/7, with no host bits set"
        raise PydanticCustomError("krm_fn", "{must}", {"must": must}) from None
    return str(network)


def _is_name_pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as problem:
        must = f"must be a name or a regular expression ({problem})"
        raise PydanticCustomError("krm_fn", "{must}", {"must": must}) from None
    return value


def _is_file_text(value: str) -> str:
    if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        must = "must be text without NUL and without lone surrogates; put other content under binaryData"
        raise PydanticCustomError("krm_fn", "{must}", {"must": must})
    return value


def _is_app_port(value: int | str) -> int | str:
    if isinstance(value, int):
        return _check_port(value)
    return _check_port_name(value)


_PORT_RANGE = _in_range(1, 65535)
_PORT_NAME = _matching(
    r"(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]*[a-z0-9])?",
    "be a port name: at most 15 lower-case letters, digits and single '-', with a letter, such as proxy-http",
    limit=15,
)


def _check_port(value: int) -> int:
    checked: int = _call(_PORT_RANGE, value)
    return checked


def _check_port_name(value: str) -> str:
    checked: str = _call(_PORT_NAME, value)
    return checked


def _call(validator: AfterValidator, value: Any) -> Any:
    function: Any = validator.func
    return function(value)


_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"

PortNumber = Annotated[int, _PORT_RANGE, Field(json_schema_extra={"minimum": 1, "maximum": 65535})]
UnprivilegedPort = Annotated[
    int,
    _in_range(1024, 65535, "Use 8080: the sidecar runs as non-root."),
    Field(json_schema_extra={"minimum": 1024, "maximum": 65535}),
]
PortName = Annotated[str, _PORT_NAME]
AppPort = Annotated[int | str, AfterValidator(_is_app_port)]
ContainerName = Annotated[
    str, _matching(_LABEL, "be a DNS label: at most 63 lower-case letters, digits and '-', such as web-proxy", limit=63)
]
ResourceName = Annotated[
    str, _matching(rf"{_LABEL}(\.{_LABEL})*", "be a resource name: lower-case letters, digits, '-' and '.'")
]
NamePattern = Annotated[str, AfterValidator(_is_name_pattern)]
LabelValue = Annotated[
    str,
    _matching(
        r"([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?",
        "be a label's value: at most 63 letters, digits, '-', '_' and '.'",
        limit=63,
    ),
]
ConfigMapKey = Annotated[
    str,
    _matching(r"(?!\.\.)[-._a-zA-Z0-9]+", "be a ConfigMap key: letters, digits, '-', '_' and '.'"),
]
ImageReference = Annotated[
    str, _matching(r"[A-Za-z0-9][A-Za-z0-9._:/@-]*", "be an image reference such as nginx:stable", limit=1024)
]
DirectoryPath = Annotated[
    str,
    _matching(
        r"(?!.*/\.{1,2}(/|$))(/[A-Za-z0-9._-]+)+",
        "be an absolute path of letters, digits, '.', '_' and '-', without '.' and '..', such as /etc/proxy",
        limit=1024,
    ),
]
RouteMatch = Annotated[
    str,
    _matching(r"[^\x00-\x1f\x7f\ud800-\udfff]+", "be one line of text without control characters", limit=1024),
]
CookieName = Annotated[
    str, _matching(r"[A-Za-z0-9_.-]+", "be a cookie's name: letters, digits, '_', '.' and '-'", limit=128)
]
MimeType = Annotated[
    str, _matching(r"[a-z]+/[a-z0-9][a-z0-9.+-]*", "be a media type such as text/css, in lower case", limit=128)
]
Duration = Annotated[
    str, _matching(r"[1-9][0-9]{0,8}(ms|s|m|h|d)", "be a duration such as 500ms, 60s, 5m, 1h or 7d", limit=16)
]
Size = Annotated[str, _matching(r"[0-9]{1,9}[kmg]?", "be a size such as 16k, 16m or 1g, in lower case", limit=10)]
Quantity = Annotated[
    str,
    _matching(r"[0-9]+(\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?", "be a quantity such as 100m, 0.5 or 256Mi", limit=20),
]
GzipLevel = Annotated[int, _in_range(1, 9), Field(json_schema_extra={"minimum": 1, "maximum": 9})]
Cidr = Annotated[str, AfterValidator(_is_cidr)]
FileText = Annotated[str, AfterValidator(_is_file_text)]
