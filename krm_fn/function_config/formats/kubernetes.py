"""What Kubernetes lets a value be, as plain predicates without `re`: for the models and the acceptor."""

# ruff: noqa: PLR2004 # each limit is in the one function that it is for

from __future__ import annotations

from krm_fn.function_config.formats.text import DIGITS, LOWER, WORD, is_count, is_text, only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEEPEST = 50
"""How deep the data of Kubernetes fields may be nested."""


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
    """Accept a container image's reference, by the grammar of OCI: registry, repository, tag and digest."""
    name, at, digest = value.partition("@")
    path, slash, last = name.rpartition("/")
    last, colon, tag = last.partition(":")
    first, _, rest = path.partition("/")
    parts = [last]
    if slash:
        parts += rest.split("/") if "/" in path else []
        if not _is_registry(first):
            parts.append(first)
    return (
        len(value) <= 512
        and all(map(_is_image_part, parts))
        and (not colon or _is_tag(tag))
        and (not at or _is_digest(digest))
    )


def is_kubernetes_version(value: str) -> bool:
    """Accept a version of Kubernetes, from the oldest that is written for."""
    major, dot, minor = value.partition(".")
    return major == "1" and dot != "" and len(minor) == 2 and only(minor, DIGITS) and minor >= "20"


def is_directory(value: str) -> bool:
    """Accept an absolute path of plain segments, without a slash at its end."""
    root, *segments = value.split("/")
    return (
        len(value) <= 1024
        and root == ""
        and segments != []
        and all(segment not in ("", ".", "..") and only(segment, WORD + "._-") for segment in segments)
    )


def is_socket(value: str) -> bool:
    """Accept the path of a Unix socket, for which Linux has 107 bytes."""
    return is_directory(value) and len(value) <= 107


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


def holds_mappings(value: Any) -> bool:
    """Return whether a field of a container may hold what is merged, which its type here leaves open."""
    is_of_text = isinstance(value, list) and value != [] and all(isinstance(entry, str) for entry in value)
    return isinstance(value, dict | list) and not is_of_text


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


def _is_registry(text: str) -> bool:
    """Return whether the first part of an image's name is a registry: a host, and perhaps a port."""
    host, colon, port = text.partition(":")
    labels = host.split(".")
    return (
        ("." in text or colon != "" or text == "localhost" or text != text.lower())
        and all(label != "" and only(label, WORD + "-") and only(label[0] + label[-1], WORD) for label in labels)
        and (not colon or (port != "" and len(port) <= 5 and only(port, DIGITS)))
    )


def _is_image_part(text: str) -> bool:
    """Return whether a text is letters and digits in lower case, with '.', '_', '__' or any '-' between them."""
    if not only(text, LOWER + DIGITS + "._-") or not only(text[:1] + text[-1:], LOWER + DIGITS) or not text:
        return False
    between = "".join(char if char in "._-" else " " for char in text).split()
    return all(each in (".", "_", "__") or only(each, "-") for each in between)


def _is_tag(text: str) -> bool:
    return 0 < len(text) <= 128 and only(text, WORD + "_.-") and only(text[0], WORD + "_")


def _is_digest(text: str) -> bool:
    algorithm, _, digits = text.partition(":")
    if algorithm == "sha256" and len(digits) != 64:
        return False
    names = algorithm.replace("+", "-").replace(".", "-").replace("_", "-").split("-")
    named = all(name != "" and only(name, WORD) and not only(name[0], DIGITS) for name in names)
    return named and 32 <= len(digits) <= 256 and only(digits, DIGITS + "abcdef")


def _is_qualified(value: str) -> bool:
    return 0 < len(value) <= 63 and only(value, WORD + "-._") and only(value[0] + value[-1], WORD)


def _is_step(text: str) -> bool:
    name = text[: text.find("[")] if "[" in text else text
    lists = text[len(name) :]
    return name != "" and only(name, WORD + "-_") and lists == "[]" * (len(lists) // 2)
