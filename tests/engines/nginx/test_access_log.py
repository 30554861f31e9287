"""A share of the requests is logged, and every error; what an expression fails at is not logged as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from krm_fn.engines.nginx import ENGINE
from krm_fn.function_config.generated.values import AccessLog
from tests.engines.both.test_access_log import logged
from tests.engines.nginx.plans import CACHE, CONFIG, CONFIG_PATH, PORT, PROBES, plan_of, volumes_of
from tests.servers.backend import Backend
from tests.servers.http import request
from tests.servers.processes import Server, wait_until
from tests.servers.sandbox import running_sidecar

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


def test_where_an_expression_fails_nothing_of_the_text_is_logged(backend: Backend) -> None:
    volumes = dict(volumes_of(plan_of()))
    ((name, text),) = volumes[CONFIG].items()
    failing = rb"""\g<0>\n"~^(?:(?:A|AA)+)+$" x;"""
    volumes[CONFIG] = {name: re.sub(rb"map \$\w+ \$log_(?:uri|referer|user_agent|host)\w* {", failing, text)}
    sent = dict.fromkeys(("Referer", "User-Agent", "Host"), "A" * 60 + "-")
    with running_sidecar(volumes, [CACHE], ENGINE.command(CONFIG_PATH), [PORT, PROBES]) as server:
        for headers in (sent, {}):
            request(PORT, f"/{'A' * 60}-?token=SECRET", headers=headers)
        wait_until(lambda: len(server.lines()) == 2)
        entry, other = map(json.loads, server.lines())
    assert {entry[name] for name in ("referer", "user_agent")} | {entry["request"]["host"]} == {"REDACTED"}
    assert (other["referer"], other["user_agent"]) == ("", "")
