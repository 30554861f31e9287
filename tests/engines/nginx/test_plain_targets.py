"""Targets with one spelling pass before any other expression: no refusal is about them, whatever the routes are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.engines.engine import ProxyListener
from krm_fn.engines.nginx.servers import PLAIN
from krm_fn.engines.path_forms import refusals
from krm_fn.function_config.generated.values import Listener, Route

_PATHS = ("/", "/a", "/a/", "/a/b", "/a/b/", "/A/", "/a.b/", "/a./", "/a-b_c/d", "/.a/", "/a b/", "/é/")
_EXPRESSIONS = ("^/a/[a-z]+$", "^/(a|b)/", "^/a/b.*c", "x$")
_GUARDS: tuple[dict[str, Any], ...] = (
    {},
    {"deny": ("10.0.0.0/8",)},
    {"allow": ()},
    {"methods": ("GET",)},
    {"connection_limit": 3},
)
_SEGMENTS = st.lists(st.from_regex(r"\A[0-9A-Za-z_-]{1,3}(\.[0-9A-Za-z_-]{1,3}){0,2}\Z"), max_size=4)
_ROUTES = st.lists(
    st.builds(
        lambda place, guard: Route(path=place[0], match=place[1], **guard),
        st.one_of(
            st.tuples(st.sampled_from(_PATHS), st.sampled_from(("exact", "prefix"))),
            st.tuples(st.sampled_from(_EXPRESSIONS), st.just("regex")),
        ),
        st.sampled_from(_GUARDS),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda route: (route.path, route.match),
)


@given(routes=_ROUTES, segments=_SEGMENTS, end=st.sampled_from(("", "/", "?", "/?x=%2e%2e//..;#")))
def test_no_refusal_is_about_them(routes: list[Route], segments: list[str], end: str) -> None:
    target = f"/{'/'.join(segments)}{end if segments else end.lstrip('/')}"
    assert re.search(PLAIN, target)
    found = refusals(ProxyListener(listener=Listener(port=8080, routes=tuple(routes)), upstream_port=3000, root=""))
    assert not [each for each in found if not each.unless and re.search(each.pattern, target)]


@pytest.mark.parametrize(
    "target",
    [
        *("", "*", "a", "?a", "//", "//a", "/a//b", "/.", "/..", "/a/.b", "/a./b", "/a.", "/a..b", "/a;b", "/a%2fb"),
        *("/a\\b", "/a#", "/a b", "/a\tb", "/a\n", "/é", "http://a/b"),
    ],
)
def test_others_are_looked_at(target: str) -> None:
    assert not re.search(PLAIN.replace("$", r"\Z"), target)
