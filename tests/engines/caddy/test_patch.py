"""Operations of the user's own on Caddy's configuration."""

from __future__ import annotations

import json

import pytest

from krm_fn.engines.caddy import ENGINE
from krm_fn.engines.engine import RenderError
from krm_fn.function_config.generated.values import Snippets
from tests.engines.nginx.plans import plan_of

SERVER = "/apps/http/servers/listener0"


def test_they_are_applied() -> None:
    operation = {"op": "replace", "path": f"{SERVER}/idle_timeout", "value": 7}
    (text,) = ENGINE.render(plan_of(snippets=Snippets(allow=True, patch=(operation,)))).values()
    (plain,) = ENGINE.render(plan_of()).values()
    changed, before = json.loads(text), json.loads(plain)
    assert changed["apps"]["http"]["servers"]["listener0"].pop("idle_timeout") == 7
    before["apps"]["http"]["servers"]["listener0"].pop("idle_timeout")
    assert changed == before


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": f"{SERVER}/absent"},
        {"op": "replace", "path": "/apps/http/servers/other/listen", "value": 1},
        {"op": "test", "path": f"{SERVER}/listen", "value": []},
    ],
)
def test_one_that_does_not_fit_is_an_error(operation: dict[str, object]) -> None:
    with pytest.raises(RenderError, match="must fit the configuration") as error:
        ENGINE.render(plan_of(snippets=Snippets(allow=True, patch=(operation,))))
    assert error.value.path == "spec.snippets.patch"
