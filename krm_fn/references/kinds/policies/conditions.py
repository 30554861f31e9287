"""Conditions of Istio's objects that compare the destination's port: expressions, Lua, and Envoy's own rules."""

from __future__ import annotations

from krm_fn.references.field_spec import Finder
from krm_fn.references.pod_peers import label_of
from krm_fn.references.reference import Reference, Selects
from krm_fn.resource_list.identity import namespace_of
from krm_fn.selectors.label_selector import matches
from krm_fn.yaml_text.paths import find, get, mapping_at, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.references.namespaces import Namespaces
    from krm_fn.yaml_text.node import Path

_OUTBOUND = ("SIDECAR_OUTBOUND", "GATEWAY")
_WORDS = ("destination.port", "destination_port", "destinationPort")
_MOST_BETWEEN = 12
"""Characters between such a word and the number: `"] == `, say."""
_WHY = "a condition compares it with the destination's port. Add the new port to it, if it must hold there"


def conditions(data: dict[str, Any], namespaces: Namespaces) -> Iterator[Reference]:
    """Yield the numbers that conditions compare with the destination's port, where that is one of the Pods'."""
    own, spec = namespace_of(data), mapping_at(data, ("spec",))
    labels = get(spec, ("workloadSelector", "labels"))
    selector = {"matchLabels": labels} if labels else spec.get("selector") or {}

    def selects(pods: dict[str, Any], namespace: str) -> bool:
        return matches(selector, pods) and namespaces.are_one(own, namespace)

    like = Reference(
        path=(), port=0, of="pods", selects_pods=Selects(test=selects, label=label_of(selector)), fixed=_WHY
    )
    places = [("spec", *path) for path, _ in find(spec, "accessLogging[]")]
    places += [("spec", "pluginConfig")] if data.get("kind") == "WasmPlugin" else []
    places += [
        ("spec", *path, "patch", "value")
        for path, patch in find(spec, "configPatches[]")
        if get(patch, ("match", "context")) not in _OUTBOUND
    ]
    for place in places:
        found = [(path, port) for path, value in walk(get(data, place)) for port in _ports(path, value)]
        for path, port in found:
            yield like.replace(path=(*place, *path), port=port, also=tuple(str(each) for _, each in found))


def _ports(path: Path, value: Any) -> Iterator[int | str]:
    """Yield the ports that are a field for the destination's, or that a text compares with it."""
    if isinstance(value, int) and path[-1:] and path[-1] in _WORDS:
        yield value
    elif isinstance(value, str):
        yield from dict.fromkeys(_compared(value))


def _compared(text: str) -> Iterator[str]:
    """Yield the numbers behind the words for the destination's port."""
    for word in _WORDS:
        at = text.find(word)
        while at >= 0:
            start = end = at + len(word)
            while start < len(text) and not text[start].isalnum() and start - end < _MOST_BETWEEN:
                start += 1
            end = start
            while end < len(text) and text[end].isdecimal():
                end += 1
            if start < end:
                yield text[start:end]
            at = text.find(word, max(end, at + 1))


KINDS = tuple(
    Finder(
        groups=(group,),
        kinds=(kind,),
        read=read,
        note="A warning, where a condition compares the destination's port with the app's.",
        found_by="ports",
        find=conditions,
        fields=(field,),
    )
    for group, kind, field, read in (
        (
            "networking.istio.io",
            "EnvoyFilter",
            "spec.configPatches[].patch.value",
            "Envoy: config/rbac/v3, Permission.destination_port; attributes",
        ),
        (
            "telemetry.istio.io",
            "Telemetry",
            "spec.accessLogging[].filter.expression",
            "istio/api, v1: telemetry/v1alpha1/telemetry.proto; Envoy: attributes",
        ),
        (
            "extensions.istio.io",
            "WasmPlugin",
            "spec.pluginConfig",
            "istio/api, v1alpha1: extensions/v1alpha1/wasm.proto",
        ),
    )
)
