"""Whatever a patch is: what is accepted keeps the doors and logs no secret, and both versions of Caddy run it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from random import Random
from typing import Any

import jsonpatch
import pytest

from krm_fn.engines.caddy import ENGINE
from krm_fn.engines.caddy.patch.apply import patched
from krm_fn.engines.caddy.patch.differences import differences
from krm_fn.engines.caddy.patch.table import HANDLERS, MATCHERS, PLACEHOLDERS
from krm_fn.engines.engine import ProxyPlan, RenderError
from tests.engines.both.conftest import backend, loopback  # noqa: F401 # the fixtures
from tests.engines.both.test_basic_auth import KEYS as PASSWORDS
from tests.engines.both.test_basic_auth import login
from tests.engines.caddy.patches import (
    DOCUMENTS,
    PLANS,
    Operation,
    allowed,
    assert_the_doors_hold,
    patched_plan,
    random_patch,
)
from tests.engines.caddy.plans import (
    CONFIG_PATH,
    OLDEST_VERSION,
    caddy,
    oldest_caddy,
    running_caddy,
    running_oldest_caddy,
    volumes_of,
)
from tests.engines.nginx.plans import CACHE, PORT, PROBES
from tests.engines.nginx.strategies import KEYS
from tests.servers.backend import Backend
from tests.servers.http import request
from tests.servers.processes import Server
from tests.servers.sandbox import run_in_sidecar

TRIES = 700
VERSIONS = [
    pytest.param((None, caddy, running_caddy), id="caddy"),
    pytest.param((OLDEST_VERSION, oldest_caddy, running_oldest_caddy), id="caddy-oldest", marks=pytest.mark.e2e),
]
Running = Callable[..., AbstractContextManager[Server]]
Version = tuple[tuple[int, ...] | None, Callable[[], str], Running]


def test_all_that_may_be_patched_is_in_the_docs() -> None:
    page = (Path(__file__).parents[3] / "docs" / "tasks" / "snippets.md").read_text("utf-8")
    set_ones = {each["path"].rpartition("/")[2] for ours in DOCUMENTS for each in allowed(ours)}
    names = {name for name in set_ones if not name.isdigit()} | {*HANDLERS, *MATCHERS}
    names |= {name for handler in HANDLERS.values() for name in handler.fields}
    assert {name for name in names if not re.search(rf"\b{name}\b", page)} == set()
    assert {name for name in PLACEHOLDERS if f"`{{{name}}}`" not in page} == set()


@pytest.mark.parametrize("number", range(len(DOCUMENTS)))
def test_all_that_may_be_patched_is_accepted_at_once(number: int) -> None:
    ours = DOCUMENTS[number]
    operations = list(allowed(ours))
    assert len(operations) > 50
    assert_the_doors_hold(ours, patched(ours, operations))


@pytest.mark.fuzz
@pytest.mark.parametrize("number", range(len(DOCUMENTS)))
def test_what_is_accepted_keeps_the_doors(number: int) -> None:
    ours, random = DOCUMENTS[number], Random(number)
    right, accepted, paths = list(allowed(ours)), 0, set()
    for _ in range(TRIES):
        try:
            finished = patched(ours, random_patch(ours, right, random))
        except RenderError as error:
            paths |= {problem.path for problem in error.problems}
        else:
            accepted += 1
            assert_the_doors_hold(ours, finished)
    assert paths == {f"spec.snippets.patch[{index}]" for index in range(3)}
    assert TRIES / 50 < accepted < TRIES / 2


def accepted_ones(number: int, seed: int, *, tries: int = 200, but_not: tuple[str, ...] = ()) -> list[Operation]:
    """Return random operations that are accepted together, without those that have certain texts."""
    ours, random = DOCUMENTS[number], Random(seed)
    right, operations, finished = list(allowed(ours)), list[Operation](), ours
    for _ in range(tries):
        more = random_patch(ours, right, random)
        try:
            after = jsonpatch.apply_patch(finished, more)
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
            continue
        if not any(text in str(more) for text in but_not) and not differences(ours, after):
            operations, finished = operations + more, after
    assert operations
    return operations


@pytest.mark.fuzz
@pytest.mark.server
@pytest.mark.parametrize("number", range(len(PLANS)))
@pytest.mark.parametrize("version", VERSIONS)
def test_caddy_reads_what_is_accepted(version: Version, number: int) -> None:
    number_of_version, program, _ = version
    plan = PLANS[number].replace(version=number_of_version)
    command = ["caddy", "validate", "--config", CONFIG_PATH]
    for operations in (list(allowed(DOCUMENTS[number])), *(accepted_ones(number, seed) for seed in range(2))):
        volumes = volumes_of(patched_plan(plan, operations), {"/f": b"f"}, {**KEYS, **PASSWORDS})
        result = run_in_sidecar(volumes, [CACHE], command, user_id=ENGINE.user_id, program=program())
        assert result.returncode == 0, result.stderr


@pytest.mark.fuzz
@pytest.mark.server
@pytest.mark.parametrize("version", VERSIONS)
def test_nobody_gets_in_by_what_is_accepted(backend: Backend, version: Version) -> None:  # noqa: F811
    plan: ProxyPlan = PLANS[0]
    for seed in range(3):
        operations = accepted_ones(0, seed, but_not=("terminal", "abort"))
        with version[2](patched_plan(plan, operations), None, PASSWORDS):
            hits = len(backend.targets)
            for target in ("/", "/a", "/inside/x", "/robots.txt", "/etc/passwd"):
                response = request(PORT, target, headers={"X-Remote-User": "alice"})
                assert not any(each in response.body for each in (b"root:", b"/root", b"$2y$"))
            assert len(backend.targets) == hits
            request(PORT, "/inside/x", headers=login("alice", "wonderland"))
            assert len(backend.targets) == hits
            assert request(PROBES, "/healthz").body == b"ok\n"


FIELDS = (
    "request",
    "request>uri",
    "request>method",
    "request>headers",
    "request>headers>X-Key",
    "resp_headers",
    "referer",
)
FILTERS = ({"filter": "hash"}, {"filter": "delete"}, {"filter": "ip_mask", "ipv4_cidr": 8})


def of_logs(ours: dict[str, Any], filtering: dict[str, Any]) -> Iterator[Operation]:
    """Yield operations that filter each field which may hold a secret: in an encoder, and in one around it or in it."""
    for log, each in ours["logging"]["logs"].items():
        at = f"/logging/logs/{log}/encoder"
        for name in FIELDS:
            yield {"op": "add", "path": f"{at}/fields/{name}", "value": filtering}
            around = {"format": "filter", "wrap": each["encoder"], "fields": {name: filtering}}
            yield {"op": "replace", "path": at, "value": around}
            yield {"op": "replace", "path": f"{at}/wrap", "value": {**around, "wrap": each["encoder"]["wrap"]}}


@pytest.mark.fuzz
@pytest.mark.server
@pytest.mark.parametrize("version", VERSIONS)
def test_no_secret_is_logged_by_what_is_accepted(backend: Backend, version: Version) -> None:  # noqa: F811
    ours, headers = DOCUMENTS[0], dict.fromkeys(("Authorization", "Cookie", "X-Key"), "SECRET")
    accepted = [accepted_ones(0, seed, but_not=("abort",)) for seed in range(2)]
    for filtering in FILTERS:
        right: list[Operation] = []
        for each in of_logs(ours, filtering):
            if not differences(ours, jsonpatch.apply_patch(ours, [*right, each])):
                right.append(each)
        assert right
        accepted.append(right)
    for operations in accepted:
        with version[2](patched_plan(PLANS[0], operations), None, PASSWORDS) as server:
            for target in ("/a?token=SECRET", "/open/a;sid=SECRET?status=500&key=SECRET", "/last"):
                request(PORT, target, headers={**headers, "Referer": f"https://user:SECRET@a{target}"})
            request(PROBES, "/healthz?token=SECRET", headers=headers)
            assert "SECRET" not in server.stdout() + server.stderr(), operations
