"""Essence: what of an object no record may change, beside the ports and what is ours. It has no rule of the function's.

A port, a name of a port, a scheme or a protocol counts the same, whatever it is, if it looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from krm_fn.yaml_text.paths import get, mappings_at
from tests.ledger.records import changes_of

_PORT_LIKE = re.compile(r"[A-Za-z0-9._/-]{0,253}|None")
_FIXED = ("containerPort", "hostPort", "nodePort", "endPort")
_SAID = ("sectionName", "appProtocol", "scheme")
_OURS = re.compile(r"(undo|checksum)\.krm-fn\.dev/.*|krm-fn\.dev/.*|kubectl\.kubernetes\.io/default-container")
_SCRAPED = ("prometheus.io/port", "prometheus.io/scheme")
_NAMES_PORTS = re.compile(
    r".*(port|protocol|actions\.|neg$|backend-config|health-check|discovery\.metrics|co\.elastic\.).*", re.IGNORECASE
)
"""Annotations of controllers whose values, or keys, have ports; what else they have counts by its form alone."""
_POLICIES = re.compile(r".*(Policy|Server|Plugin)|TargetGroupBinding")
_HOSTS = ("service", "auth_service", "uri", "url", "targets", "static")
"""Fields, or lists, of hosts that may have a port."""
_OF_A_SERVICE = ("Service", "ServiceEntry", "MultiClusterService")
"""Kinds that may say of a port where it goes to."""
_MADE_TO_HOLD = ("annotations", "volumes", "containers", "initContainers", "metadata", "podMetadata", "spec")


@dataclass(frozen=True)
class Essence:
    """What is ours in an object, by the record that the function wrote."""

    kind: str
    names: frozenset[str]
    """Of containers and volumes."""

    @staticmethod
    def of(data: Any, owner: str) -> Essence:
        """Return what is ours in an object as the function made it."""
        annotations = (data.get("metadata") or {}).get("annotations") or {}
        written = str(annotations.get(f"undo.krm-fn.dev/{owner}", ""))
        try:
            changes = changes_of(written, data)
        except ValueError:  # nothing is undone that it lists
            changes = []
        names = {
            str(get(data, (*change.path[: at + 2], "name")))
            for change in changes
            for at, step in enumerate(change.path[:-1])
            if change.verb == "added" and step in ("containers", "initContainers", "volumes")
        }
        return Essence(kind=str(data.get("kind")), names=frozenset(names))


def essence(value: Any, known: Essence, key: str = "", above: str = "") -> Any:
    """Return the essence of what is under a key."""
    if isinstance(value, dict):
        found = dict(_fields(value, known, key, above))
        return {name: each for name, each in found.items() if each or name not in _MADE_TO_HOLD}
    if isinstance(value, list):
        return _entries(value, known, key)
    if isinstance(value, str) and "_svc_" in value:
        return re.sub(r"\d+$", "", value)
    if key in _HOSTS and isinstance(value, str):
        return re.sub(r":\d+", "", value)
    is_port = key not in _FIXED and ("port" in key.lower() or (key in ("number", "name") and "port" in above.lower()))
    is_port = is_port or (key == "number" and known.kind.endswith("EnvoyConfig"))
    if (is_port or key in (*_SAID, *_SCRAPED)) and _PORT_LIKE.fullmatch(str(value)):
        return "port"
    return value


def _fields(value: dict[str, Any], known: Essence, key: str, above: str) -> Iterator[tuple[str, Any]]:
    mounted = {
        str(mount.get("name"))
        for field in ("containers", "initContainers")
        for container in mappings_at(value, (field,))
        if str(container.get("name")) not in known.names
        for mount in mappings_at(container, ("volumeMounts",))
    }
    is_monitor = known.kind in ("ServiceMonitor", "PodMonitor", "Canary")
    for name, each in value.items():
        if key == "annotations" and _OURS.fullmatch(str(name)):
            continue
        if key == "annotations" and _NAMES_PORTS.fullmatch(str(name)) and isinstance(each, str | int):
            yield re.sub(r"\d+", "1", str(name)), _form(str(each))
            continue
        if name == "defaultEndpoint" and known.kind == "Sidecar":
            yield name, _form(str(each))
            continue
        if name in ("appProtocol", "targetPort", "name") and above == "ports" and known.kind in _OF_A_SERVICE:
            if not _PORT_LIKE.fullmatch(str(each)):
                yield name, each
            continue
        if is_monitor and name in ("port", "targetPort", "portNumber") and _PORT_LIKE.fullmatch(str(each)):
            continue
        if name == "portLevelMtls" and isinstance(each, dict):  # a run copies a port's mode, and sets no new one
            yield name, sorted({str(mode) for mode in each.values()})
            continue
        if name == "volumes" and isinstance(each, list):
            yield name, [essence(volume, known) for volume in each if str(get(volume, ("name",))) in mounted]
        elif name == "port" and not isinstance(each, dict) and _PORT_LIKE.fullmatch(str(each)) and key != "data":
            continue  # some have it only where it is not the default
        else:
            yield name, essence(each, known, str(name), key)


def _form(text: str) -> str:
    """Return a text with one word in place of each list of words."""
    return re.sub(r"word([,; ]+word)*", "word", re.sub(r"[\w.-]+", "word", text)).rstrip("\n")


def _entries(value: list[Any], known: Essence, key: str) -> Any:
    if key in ("containers", "initContainers"):
        return [essence(each, known, key) for each in value if str(get(each, ("name",))) not in known.names]
    is_list_of_ports = key in ("ports", "notPorts", "protocols") and _POLICIES.fullmatch(known.kind)
    are_ports = key in ("values", "notValues") and all(str(each).isdecimal() for each in value)
    if (
        is_list_of_ports
        or (are_ports and known.kind == "AuthorizationPolicy")
        or key in ("endpoints", "podMetricsEndpoints")
    ):
        return "some" if value else "none"
    if key == "match" and known.kind == "VirtualService":  # a run adds a copy with another port
        return sorted({repr(essence(each, known, key, key)) for each in value})
    if key == "egress" and _POLICIES.fullmatch(known.kind):
        return [essence(each, known, key, key) for each in value if not _is_like_ours(each)] or bool(value)
    return [essence(each, known, key, key) for each in value]


def _is_like_ours(rule: Any) -> bool:
    """Return whether a rule is for the Pods of one selector, and some ports: with one more, it is still."""
    peers, ports = get(rule, ("to",)), get(rule, ("ports",))
    lists = isinstance(peers, list) and isinstance(ports, list) and len(peers) == 1 and bool(ports)
    return lists and set(rule) == {"to", "ports"} and bool(get(peers, (0, "podSelector", "matchLabels")))
