"""Paths and request targets of what the proxy itself serves or requests, which cannot be confused with the app's."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import Page

OWN = "/.proxy-sidecar"


def page_path(page: Page) -> str:
    """Return the path of a page, below the root of the listener's files and in requests within the proxy."""
    return f"{OWN}/{page.config_map}/{page.key}"


def secret_file(directory: str, secret: str, key: str) -> str:
    """Return the path of a Secret's key in the container."""
    return f"{directory}/{secret}/{key}"


def config_map_file(directory: str, config_map: str, key: str) -> str:
    """Return the path of a ConfigMap's key beside the Secrets: no Secret's name has an upper-case letter."""
    return f"{directory}/configMaps/{config_map}/{key}"


_URI = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?@!$&'()*+,;="
_HEX = "0123456789abcdefABCDEF"


def request_target(path: str) -> str:
    """Return a path, perhaps with a query, as a request line has it: what a URI cannot hold is percent-encoded."""
    absolute = path if path.startswith("/") else f"/{path}"
    return "".join(
        char if char in _URI or _begins_escape(absolute, place) else _percent_encoded(char)
        for place, char in enumerate(absolute)
    )


def _begins_escape(text: str, place: int) -> bool:
    digits = text[place + 1 : place + 3]
    return text[place] == "%" and len(digits) == len("FF") and not digits.strip(_HEX)


def _percent_encoded(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())
