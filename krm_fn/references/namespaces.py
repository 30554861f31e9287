"""Namespaces: what the items say about them, for selectors by a namespace's labels."""

from __future__ import annotations

from krm_fn.resource_list.identity import metadata_of, name_of
from krm_fn.selectors.label_selector import meets, requirements_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.resource_list.items import Items

NAME_LABEL = "kubernetes.io/metadata.name"
"""The label that Kubernetes gives each Namespace: its name."""


class Namespaces:
    """The labels of the namespaces, as far as there are Namespaces among the items."""

    def __init__(self, items: Items) -> None:
        self.items = items
        """All items, for what an object refers to by way of others."""
        self._labels: dict[str, dict[str, Any]] | None = None

    def are_one(self, own: str | None, name: str) -> bool:
        """Return whether a namespace is that of an object; None stands for an object that is for all."""
        return own is None or self.items.are_one(own, name)

    def labels(self, name: str) -> dict[str, Any] | None:
        """Return a namespace's labels, None where its Namespace is not among the items."""
        if self._labels is None:
            self._labels = {}
            for item in self.items.of_kind("Namespace"):
                labels = metadata_of(item.readable_data).get("labels")
                self._labels[name_of(item.readable_data)] = labels if isinstance(labels, dict) else {}
        found = self._labels.get(name)
        return None if found is None else {**found, NAME_LABEL: name}

    def selected(self, selector: Any, name: str) -> bool | None:
        """Return whether a LabelSelector selects a namespace, None where the items do not say."""
        if not isinstance(selector, dict):
            return False
        requirements = requirements_of(selector)
        labels = self.labels(name)
        if labels is not None:
            return all(meets(requirement, labels) for requirement in requirements)
        own = {NAME_LABEL: name}
        known = [meets(requirement, own) for requirement in requirements if requirement[0] == NAME_LABEL]
        if not name:
            return None if requirements else True
        return False if not all(known) else True if len(known) == len(requirements) else None


def both(one: bool | None, other: bool | None) -> bool | None:
    """Return whether both hold, None where that depends on what is not known."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def either(answers: list[bool | None]) -> bool | None:
    """Return whether one of them holds, None where that depends on what is not known."""
    return True if True in answers else None if None in answers else False
