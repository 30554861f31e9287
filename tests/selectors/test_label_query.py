"""Label selectors as text: what they select, and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from krm_fn.selectors.label_query import is_label_query, parse, query_matches

LABELS: dict[str, Any] = {"app": "web", "tier": "front", "empty": "", "example.com/rank": 1, "on": True}


@pytest.mark.parametrize(
    "text",
    [
        "app=api",
        "app!=web",
        "app in (api, edge)",
        "app notin (web)",
        "!app",
        "missing",
        "missing=web",
        "app=web,tier=back",
        "empty=x",
        "example.com/rank=2",
    ],
)
def test_not_selected(text: str) -> None:
    assert not query_matches(text, LABELS)


@pytest.mark.parametrize(
    "text",
    [
        "app=web",
        "app==web",
        " app = web , tier = front ",
        "app!=api",
        "missing!=web",
        "app in (web)",
        "app in (api,web)",
        "missing notin (a)",
        "app notin (api)",
        "app",
        "!missing",
        "empty=",
        "empty=,app",
        "example.com/rank=1",
        "on=true",
    ],
)
def test_selected(text: str) -> None:
    assert query_matches(text, LABELS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ",",
        "a,",
        ",a",
        "a b",
        "a=b c",
        "a in b",
        "a in ()",
        "a in (b",
        "a in (b c)",
        "!",
        "=a",
        "a=!",
        "a>1",
        "(a)",
    ],
)
def test_no_query(text: str) -> None:
    assert not is_label_query(text)
    with pytest.raises(ValueError, match=r"^must "):
        parse(text)
