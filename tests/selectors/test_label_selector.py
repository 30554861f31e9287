"""LabelSelectors of the Kubernetes API."""

from __future__ import annotations

from typing import Any

import pytest

from krm_fn.selectors.label_selector import matches

LABELS = {"app": "web", "rank": 1}


def expression(key: str, operator: str, *values: Any) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    "selector",
    [
        None,
        [],
        "app",
        {"matchLabels": {"app": "api"}},
        {"matchLabels": {"app": "web", "missing": "x"}},
        {"matchLabels": {"rank": "1"}},
        expression("app", "In", "api"),
        expression("app", "NotIn", "web"),
        expression("app", "DoesNotExist"),
        expression("missing", "Exists"),
        expression("missing", "In", "web"),
        expression("app", "Like", "web"),
        {"matchLabels": {"app": "web"}, **expression("app", "DoesNotExist")},
    ],
)
def test_not_selected(selector: Any) -> None:
    assert not matches(selector, LABELS)


@pytest.mark.parametrize(
    "selector",
    [
        {},
        {"matchLabels": None},
        {"matchLabels": {}},
        {"matchLabels": {"app": "web"}},
        {"matchLabels": {"rank": 1}},
        expression("app", "In", "api", "web"),
        expression("app", "NotIn", "api"),
        expression("missing", "NotIn", "api"),
        expression("app", "Exists"),
        expression("missing", "DoesNotExist"),
    ],
)
def test_selected(selector: Any) -> None:
    assert matches(selector, LABELS)
