"""Spaces: in which namespace the names in a part of an object are, where that is another one than the object's own.

| the part                                                         | its namespace                          |
|------------------------------------------------------------------|----------------------------------------|
| is an object, as in ManifestWork, and in Crossplane's Object     | its `metadata.namespace`               |
| is one by `kind` and `namespace`, as what Kyverno generates      | that `namespace`                       |
| `spec` of a HelmRelease, a HelmChart, a Kustomization of Flux    | its `targetNamespace`                  |
| is beside the `destination` of an Application of Argo CD         | `destination.namespace`                |
"""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import metadata_of
from krm_fn.yaml_text.paths import mapping_at, text_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.yaml_text.node import Path

_DEPLOYERS = ("HelmRelease", "HelmChart", "HelmChartConfig", "Kustomization")
"""Kinds whose spec names the namespace of what they deploy."""
_APPLICATIONS = ("Application", "ApplicationSet")
_OPEN = ("$", "{")
"""What begins a variable, in whose place something else stands later."""


class Space(Record):
    """Where names are, and the kind of the object that they are in."""

    namespace: str
    kind: str = ""

    def inside(self, holder: Any) -> Space:
        """Return the space of a part that is in this one."""
        if not isinstance(holder, dict):
            return self
        kind = text_in(holder, "kind")
        if kind and "apiVersion" in holder:
            named = text_in(metadata_of(holder), "namespace") or text_in(holder, "namespace")
            return self._with(named, kind)
        if self.kind in _DEPLOYERS and "targetNamespace" in holder:
            return self._with(text_in(holder, "targetNamespace"), self.kind)
        if self.kind in _APPLICATIONS and "destination" in holder:
            return self._with(text_in(mapping_at(holder, ("destination",)), "namespace"), self.kind)
        return self

    def _with(self, named: str, kind: str) -> Space:
        namespace = self.namespace if not named or any(map(named.__contains__, _OPEN)) else named
        return self if (namespace, kind) == (self.namespace, self.kind) else Space(namespace=namespace, kind=kind)


def may_have_several(data: dict[str, Any], text: bytes) -> bool:
    """Return whether the names in parts of an object, which has a text, may be in several namespaces."""
    return data.get("kind") in (*_DEPLOYERS, *_APPLICATIONS) or text.count(b"apiVersion") != 1


def namespace_at(data: dict[str, Any], path: Path) -> str:
    """Return the namespace in which the names at a path of an object are, empty where it names none."""
    space, holder = Space(namespace="").inside(data), data
    for step in path:
        try:
            holder = holder[step]  # type: ignore[index] # positions are of lists
        except (KeyError, IndexError, TypeError):
            break
        space = space.inside(holder)
    return space.namespace
