"""A regular expression that is accepted is one that the real servers read; one that is refused, they refuse."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from krm_fn.function_config.formats.regexes import foreign_to_re2, why_not_pcre
from krm_fn.function_config.generated.values import Route
from tests.engines.caddy import plans as caddy_plans
from tests.engines.nginx import plans as nginx_plans
from tests.engines.nginx.current import current_nginx, current_volumes
from tests.engines.nginx.plans import CACHE, plan_of
from tests.servers.loopback import require_root
from tests.servers.sandbox import run_in_sidecar

pytestmark = pytest.mark.server

Error = Callable[[list[str]], str]

NOT_PCRE = [
    *("^/[[:foo:]]", "^/[[=a=]]", "^/[[.a.]]", "^/[[:alpha:]", "^/[:alpha:]", "^/[..]x"),
    *("^/a{65536}", "^/((a{99}){99}){99}", "^/(?:[ab][cd]){1000}", f"^/{'(' * 251}{')' * 251}"),
]
NOT_RE2 = [
    *("^/a{1001}", "^/(a{999}){999}", "^/(?:a{100}){100}", r"^/[\b]", "^/\\é", "^/[\\é]", "(?x)a b", "^/(?i-sx:a b)"),
    *("^/[[:foo:]]", "^/((a{11}){10,}b){10}", "^/(b)(?(1)a|b)", "^/[a[:x]b:]"),
]
BOTH = [
    *("^/[[:alpha:]][[:^digit:]_]", r"^/\[:foo:]", "^/[.]x[:/]", "^/(a{31}){32}", "^/(ab|cd){900}", r"^/a\b[(]b"),
    *("^/[^]a]+$", "^/é{2}", f"^/{'(' * 200}{')' * 200}", "(?i)^/a{0,1000}", r"^/[\]\[:a]", "^/[a=.:-]"),
]
PARTS = (
    *("a", "b", "é", ".", "/", "(", ")", "(?:", "(?i:", "[", "[^", "]", "[:", ":]", "[[:alpha:]", "alpha", "[=", "=]"),
    *("{2}", "{3,}", "{2,9}", "{99}", "{999}", "{1001}", "*", "+", "?", "|", "^", "$", "-", "\\d", "\\b", "\\]", "\\["),
    *("\\é", "\\\\", "\\.", "\\x41", "\\0", "(?=", "(?<=", "(?x)", "[.", ".]", "[ab]", "\\w", " ", "{", "}", ":", "="),
)


def error_of(server: str, patterns: list[str]) -> str:
    """Return what a server says of a configuration with routes of these expressions; nothing where it starts."""
    plan = plan_of(*(Route(path=each, match="regex", max_body_size="1") for each in patterns))
    if server.startswith("nginx"):
        newest = server == "nginx-current"
        volumes = current_volumes(plan) if newest else nginx_plans.volumes_of(plan)
        command, program = ["nginx", "-t", "-c", plan.config_path], current_nginx() if newest else None
    else:
        program = caddy_plans.caddy() if server == "caddy" else caddy_plans.oldest_caddy()
        volumes = caddy_plans.volumes_of(plan)
        command = ["caddy", "validate", "--config", caddy_plans.CONFIG_PATH]
    result = run_in_sidecar(volumes, [CACHE], command, program=program)
    return result.stderr if result.returncode else ""


def is_accepted(pattern: str, server: str) -> bool:
    return not why_not_pcre(pattern) and (server.startswith("nginx") or not foreign_to_re2(pattern))


MADE = 8000
SERVERS = ["nginx", "nginx-current", "caddy", "caddy-oldest"]


@pytest.mark.parametrize("server", SERVERS)
def test_what_a_server_does_not_read_is_refused(server: str) -> None:
    require_root()
    refused = NOT_PCRE if server.startswith("nginx") else NOT_RE2
    assert [each for each in refused if is_accepted(each, server)] == []
    assert [each for each in refused if not error_of(server, [each])] == []


@pytest.mark.fuzz
@pytest.mark.parametrize("server", SERVERS)
def test_what_is_accepted_is_read(server: str) -> None:
    require_root()
    chance = random.Random("expressions")
    made = {"".join(chance.choice(PARTS) for _ in range(chance.randint(2, 9))) for _ in range(MADE)}
    accepted = [each for each in (*BOTH, *(f"^/{each}" for each in sorted(made))) if is_accepted(each, server)]
    assert set(BOTH) <= set(accepted)
    assert len(accepted) > MADE / 20
    for start in range(0, len(accepted), 500):
        assert error_of(server, accepted[start : start + 500]) == ""
