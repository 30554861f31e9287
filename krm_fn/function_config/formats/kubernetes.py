"""What Kubernetes lets a value be, as plain predicates without `re`: for the models and the acceptor."""

# ruff: noqa: PLR2004 # each limit is in the one function that it is for

from __future__ import annotations

from krm_fn.function_config.formats.text import DIGITS, LOWER, WORD, is_count, is_text, only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEEPEST = 50
"""How deep the data of Kubernetes fields may be nested."""
MERGE_KEYS = {"ports": "containerPort", "volumeMounts": "mountPath", "volumeDevices": "devicePath", "env": "name"}
"""The field by which Kubernetes merges the entries of a container's lists."""


def is_label(value: str) -> bool:
    """Accept a DNS label, as names of containers and volumes are."""
    return len(value) <= 63 and _is_dns(value)


def is_proxy_name(value: str) -> bool:
    """Accept a DNS label that leaves room for the default names made from it."""
    return len(value) <= 50 and _is_dns(value)


def is_resource_name(value: str) -> bool:
    """Accept a DNS subdomain, as the names of most objects are."""
    return len(value) <= 253 and all(map(_is_dns, value.split(".")))


def is_port_name(value: str) -> bool:
    """Accept an IANA service name, as names of ports are."""
    return len(value) <= 15 and _is_dns(value) and "--" not in value and value.strip(DIGITS + "-") != ""


def is_app_port(value: int | str) -> bool:
    """Accept number or name of a containerPort."""
    return is_port_name(value) if isinstance(value, str) else 1 <= value <= 65535


def is_label_key(value: str) -> bool:
    """Accept the key of a Kubernetes label: a name, or a DNS subdomain, a slash and a name."""
    prefix, slash, name = value.rpartition("/")
    return _is_qualified(name) and (is_resource_name(prefix) if slash else True)


def is_label_value(value: str) -> bool:
    """Accept the value of a Kubernetes label."""
    return value == "" or _is_qualified(value)


def is_api_group(value: str) -> bool:
    """Accept an API group; the core group is empty."""
    return value == "" or is_resource_name(value)


def is_kind(value: str) -> bool:
    """Accept the name of a kind."""
    return 0 < len(value) <= 63 and value[0].isupper() and only(value, WORD)


def is_field_path(value: str) -> bool:
    """Accept names joined by '.', each with [] for each list on its way."""
    return len(value) <= 1024 and all(map(_is_step, value.split(".")))


def is_config_map_key(value: str) -> bool:
    """Accept a key of a ConfigMap, which is a file's name."""
    return 0 < len(value) <= 253 and only(value, WORD + "-._") and value != "." and not value.startswith("..")


def is_image(value: str) -> bool:
    """Accept a container image's reference."""
    return 0 < len(value) <= 1024 and only(value, WORD + "._:/@-") and only(value[0], WORD)


def is_directory(value: str) -> bool:
    """Accept an absolute path of plain segments, without a slash at its end."""
    root, *segments = value.split("/")
    return (
        len(value) <= 1024
        and root == ""
        and segments != []
        and all(segment not in ("", ".", "..") and only(segment, WORD + "._-") for segment in segments)
    )


def is_byte_quantity(value: str) -> bool:
    """Accept a Kubernetes quantity of bytes."""
    number = value[:-2] if value.endswith(("Ki", "Mi", "Gi", "Ti")) else value[:-1] if value[-1:] in "kMGT" else value
    whole, point, fraction = number.partition(".")
    return is_count(whole) and (is_count(fraction) if point else True)


def is_base64(value: str) -> bool:
    """Accept standard base64 with padding; line breaks are ignored, as Kubernetes does."""
    import binascii  # noqa: PLC0415 # not needed by most inputs

    try:
        binascii.a2b_base64(value.replace("\n", "").replace("\r", ""), strict_mode=True)
    except ValueError:
        return False
    return True


def find_odd(value: Any, deepest: int = DEEPEST) -> tuple[str | int, ...] | None:
    """Return the steps to the first part that JSON cannot hold, or None."""
    if isinstance(value, str):
        return None if is_text(value) else ()
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and value - value == 0):
        return None
    if not isinstance(value, (list, dict)) or not deepest:
        return ()
    for step, entry in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(value, dict) and not (isinstance(step, str) and is_text(step)):
            return ()
        steps = find_odd(entry, deepest - 1)
        if steps is not None:
            return (step, *steps)
    return None


def _is_dns(value: str) -> bool:
    return value != "" and only(value, LOWER + DIGITS + "-") and value[0] != "-" and value[-1] != "-"


def _is_qualified(value: str) -> bool:
    return 0 < len(value) <= 63 and only(value, WORD + "-._") and only(value[0] + value[-1], WORD)


def _is_step(text: str) -> bool:
    name = text[: text.find("[")] if "[" in text else text
    lists = text[len(name) :]
    return name != "" and only(name, WORD + "-_") and lists == "[]" * (len(lists) // 2)
