"""Calico's selector expressions."""

from __future__ import annotations

import pytest

from krm_fn.selectors.calico_selector import calico_matches

LABELS = {"app": "web", "tier": "front-1", "example.com/team": "a b"}


@pytest.mark.parametrize(
    "expression",
    [
        "app == 'api'",
        'app != "web"',
        "app in {'api', 'edge'}",
        "app not in {'web'}",
        "app in {}",
        "has(missing)",
        "!has(app)",
        "missing == 'web'",
        "tier contains 'back'",
        "tier starts with 'back'",
        "tier ends with '2'",
        "missing contains ''",
        "global()",
        "!all()",
        "app == 'web' && tier == 'back'",
        "!(app == 'web' || has(missing))",
        "has(missing) || has(missing2) && all()",
    ],
)
def test_not_selected(expression: str) -> None:
    assert not calico_matches(expression, LABELS)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "  ",
        "all()",
        "app == 'web'",
        'app=="web"',
        "app != 'api'",
        "missing != 'web'",
        "missing not in {'web'}",
        "app in { 'api', \"web\" }",
        "has(app)",
        "!has(missing)",
        "! has(missing)",
        "tier contains 'ont'",
        "tier starts with 'front'",
        "tier ends with '1'",
        "example.com/team == 'a b'",
        "app == 'api' || tier == 'front-1'",
        "has(app) || has(missing) && has(missing2)",
        "(has(missing) || has(app)) && all()",
        "!!has(app)",
    ],
)
def test_selected(expression: str) -> None:
    assert calico_matches(expression, LABELS)


@pytest.mark.parametrize(
    "expression",
    [
        "app",
        "app ==",
        "app = 'web'",
        "app == web",
        "app === 'web'",
        "app == 'web",
        "app in 'web'",
        "app in {'a' 'b'}",
        "app in {'a'",
        "has(app",
        "all() all()",
        "(all()",
        "&& all()",
        "not has(app)",
        "!" * 100 + "all()",
    ],
)
def test_what_cannot_be_read(expression: str) -> None:
    with pytest.raises(ValueError, match=r"^must "):
        calico_matches(expression, LABELS)
