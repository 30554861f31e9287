"""Which fields of a request are logged."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from krm_fn.function_config.generated.values import AccessLog
from krm_fn.function_config.models.listeners import LogField
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import request
from tests.servers.processes import wait_until

pytestmark = pytest.mark.server

OMITTED = get_args(LogField)


def lines(engine: str, log: AccessLog) -> list[dict[str, Any]]:
    """Return what is logged of two requests."""
    with running(engine, plan_of(access_log=log)) as server:
        headers = {"User-Agent": "a browser", "Referer": "http://elsewhere/?from=me"}
        request(PORT, "/a?token=x&b=c", headers=headers)
        wait_until(lambda: len(server.stdout().splitlines()) == 1)  # Caddy logs after the answer, in any order
        request(PORT, "/plain", headers=headers)
        wait_until(lambda: len(server.stdout().splitlines()) == 2)
        return [json.loads(line) for line in server.stdout().splitlines()]


def names(entry: dict[str, Any]) -> set[str]:
    return {name for name in entry if name != "request"} | {f"request.{name}" for name in entry["request"]}


@pytest.mark.parametrize("omit", [OMITTED, *((each,) for each in OMITTED[1::3])])
def test_fields_that_are_left_out(backend: Backend, engine: str, omit: Any) -> None:
    every, fewer = lines(engine, AccessLog()), lines(engine, AccessLog(omit=omit))
    assert [names(entry) for entry in fewer] == [names(entry) - set(omit) for entry in every]
    assert {"request.method", "request.uri", "status", "time"} <= names(fewer[0])


def test_queries_that_are_left_out(backend: Backend, engine: str) -> None:
    first, second = lines(engine, AccessLog(query=False))
    assert (first["request"]["uri"], second["request"]["uri"]) == ("/a?REDACTED", "/plain")
    assert first["referer"] == "http://elsewhere/?REDACTED"
