"""A digest of plain data: by which an edit by hand is noticed, and by which a changed configuration rolls out."""

from __future__ import annotations

import zlib
from functools import lru_cache

from krm_fn.yaml_text.write import LONG, kept

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DIGITS = "bcdfghjklmnpqrst"
_DEFAULTS: dict[str, tuple[Any, ...]] = {
    # containers and their ports
    **dict.fromkeys(("args", "command", "env", "envFrom", "ports", "volumeDevices", "volumeMounts"), ([],)),
    **dict.fromkeys(("limits", "requests", "resources"), ({},)),
    **dict.fromkeys(("readOnly", "stdin", "stdinOnce", "tty"), (False,)),
    "hostPort": (0,),
    "protocol": ("TCP",),
    "terminationMessagePath": ("/dev/termination-log",),
    "terminationMessagePolicy": ("File",),
    # probes and hooks
    "failureThreshold": (3,),
    "initialDelaySeconds": (0,),
    "scheme": ("HTTP",),
    "service": ("",),
    "successThreshold": (1,),
    "timeoutSeconds": (1,),
    # volumes and variables
    "apiVersion": ("v1",),
    "defaultMode": (0o644,),
    "expirationSeconds": (3600,),
    "medium": ("",),
    "type": ("",),
    "value": ("",),
    # backendRefs of the Gateway API
    "group": ("",),
    "kind": ("Service",),
    "weight": (1,),
}
"""What fields mean where they are left out. An API server writes it there, or leaves out what was written."""
_PROBES = frozenset(("livenessProbe", "readinessProbe", "startupProbe"))
_QUANTITIES = frozenset(("limits", "requests"))
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FEW = 3
_digests: dict[tuple[str, str], str] = {}
"""Digests of long entries, by what these say: many targets get the same container."""


def digest(value: Any) -> str:
    """Return what identifies plain data: eight letters, the same in any order of its keys.

    A reader of YAML may take digits, or 12e45678, for a number: so these are hexadecimal digits in consonants.
    A CRC shows a change, and need not protect a secret. Importing hashlib would cost as much as a tenth of a run.
    """
    crc = zlib.crc32(_canonical(value).encode(errors="backslashreplace"))
    return "".join(_DIGITS[crc >> shift & 15] for shift in range(28, -4, -4))


def entry_digest(value: Any, key: str) -> str:
    """Return the digest of an entry that we added under a key: the same once an API server completed it."""
    said = repr(value)
    return kept(_digests, said, (said, key), lambda: digest(_without_defaults(value, key)))


def is_entry_of(value: Any, key: str, recorded: str) -> bool:
    """Return whether an entry is as it was added. Former records have the digest of all that was written."""
    return recorded in (entry_digest(value, key), digest(value))


def _without_defaults(value: Any, key: str) -> Any:
    """Return plain data without what it means by default, and with quantities as an API server writes them."""
    if isinstance(value, list):
        return [_without_defaults(entry, key) for entry in value]
    if not isinstance(value, dict):
        return _quantity(value) if key == "sizeLimit" else value
    if key in _QUANTITIES:
        return {name: _quantity(each) for name, each in value.items()}
    kept = {name: _without_defaults(each, name) for name, each in value.items() if each is not None}
    kept = {name: each for name, each in kept.items() if each not in _DEFAULTS.get(name, ())}
    if kept.get("imagePullPolicy") == _pull_policy(str(kept.get("image"))):
        del kept["imagePullPolicy"]
    if key in _PROBES:  # this default and the next are what we write ourselves: so former digests are the same
        kept.setdefault("periodSeconds", 10)
    if "containerPort" in kept:
        kept.setdefault("protocol", "TCP")
    return kept


def _pull_policy(image: str) -> str:
    """Return the default of imagePullPolicy for an image."""
    _, colon, tag = image.rpartition("/")[2].partition(":")
    return "IfNotPresent" if "@" in image or (colon and tag != "latest") else "Always"


def _quantity(value: Any) -> str:
    """Return a quantity in the form in which an API server writes it; most are written so."""
    text = str(value)
    digits = text.rstrip(_LETTERS)
    if len(digits) <= _FEW and digits.isdecimal() and digits[0] != "0":
        return text
    from krm_fn.function_config.container.quantities import canonical  # noqa: PLC0415 # few are not

    return canonical(text)


def _canonical(value: Any, key: str = "") -> str:
    """Return plain data as Python writes it: with pairs for a mapping, its keys in order.

    The names of ConfigMaps are left out: hosts change these.
    """
    if isinstance(value, dict):
        names = (name for name in sorted(value) if (key, name) != ("configMap", "name"))
        return f"[{', '.join([f'({name!r}, {_canonical(value[name], name)})' for name in names])}]"
    if isinstance(value, list):
        return f"[{', '.join(map(_canonical, value))}]"
    return _long_text(value) if isinstance(value, str) and len(value) >= LONG else repr(value)


_long_text = lru_cache(maxsize=32)(repr)
