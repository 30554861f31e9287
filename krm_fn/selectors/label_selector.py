"""The LabelSelector of the Kubernetes API: matchLabels and matchExpressions."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def matches(selector: Any, labels: dict[str, Any]) -> bool:
    """Return whether labels are selected. An empty selector selects all; what is no selector selects none."""
    return isinstance(selector, dict) and all(meets(requirement, labels) for requirement in requirements_of(selector))


def requirements_of(selector: dict[str, Any]) -> list[tuple[str, str, list[Any]]]:
    """Return a selector's requirements, each as key, operator and values; matchLabels as In."""
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    found = [(str(key), "In", [value]) for key, value in labels.items()] if isinstance(labels, dict) else []
    for expression in expressions if isinstance(expressions, list) else []:
        if isinstance(expression, dict):
            values = expression.get("values")
            key, operator = str(expression.get("key")), str(expression.get("operator"))
            found.append((key, operator, values if isinstance(values, list) else []))
    return found


def meets(requirement: tuple[str, str, list[Any]], labels: dict[str, Any]) -> bool:
    """Return whether labels meet a requirement. One with an unknown operator is met by none."""
    key, operator, values = requirement
    if operator in ("Exists", "DoesNotExist"):
        return (key in labels) == (operator == "Exists")
    if operator == "In":
        return key in labels and labels[key] in values
    return operator == "NotIn" and (key not in labels or labels[key] not in values)
