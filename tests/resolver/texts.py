"""Addresses in texts: a Service's name, perhaps its namespace, and its port behind a colon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.resolver.named import Reference
from tests.resolver.pods import Object, get, group_of, name_of, space_of
from tests.resolver.services import Cluster

_ADDRESS = re.compile(r"(?<![\w.:/@-])(?:https?://)?([a-z0-9-]+)(?:\.([a-z0-9-]+))?(?:\.svc[a-z.]*)?:(\d+)(?![\w.-])")
HELD = ("ConfigMap", "Deployment", "StatefulSet", "DaemonSet")
"""Kinds whose texts are read: what is in these is only reported."""


def in_texts(cluster: Cluster) -> Iterator[Reference]:
    """Yield the addresses in ConfigMaps, and in the variables and arguments of containers."""
    for data in cluster.objects:
        if data.get("kind") in HELD and "krm-fn.dev/owner" not in get(data, "metadata", "annotations", default={}):
            for place, text in _texts(data):
                for index, found in enumerate(_ADDRESS.finditer(text)):
                    name, space, port = found.groups()
                    ends = cluster.of(space or space_of(data), name, int(port))
                    if ends:
                        yield (data["kind"], group_of(data), space_of(data), name_of(data), *place, index), ends


def _texts(data: Object) -> Iterator[tuple[tuple[Any, ...], str]]:
    if data["kind"] == "ConfigMap":
        yield from ((("data", key), str(value)) for key, value in get(data, "data", default={}).items())
    for container in get(data, "spec", "template", "spec", "containers", default=[]):
        name = container.get("name")
        yield from (((name, "env", each.get("name")), str(each.get("value"))) for each in container.get("env") or [])
        yield from (((name, "args", index), str(each)) for index, each in enumerate(container.get("args") or []))
