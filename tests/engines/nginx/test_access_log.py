"""A share of the requests is logged, and every error."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from krm_fn.function_config.generated.values import AccessLog
from tests.engines.both.test_access_log import logged
from tests.engines.nginx.plans import PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import request
from tests.servers.processes import Server, wait_until

pytestmark = pytest.mark.server


@pytest.mark.parametrize(("percent", "least", "most"), [(0, 0, 0), (30, 10, 60)])
def test_a_share_and_all_errors(
    backend: Backend, start: Callable[..., Server], percent: int, least: int, most: int
) -> None:
    server = start(plan_of(access_log=AccessLog(percent=percent)))
    for number in range(100):
        request(PORT, f"/{number}")
    for status in (404, 500):
        request(PORT, f"/?status={status}")
    wait_until(lambda: "/?status=500" in logged(server))
    *others, first, second = logged(server)
    assert (first, second) == ("/?status=404", "/?status=500")
    assert least <= len(others) <= most
