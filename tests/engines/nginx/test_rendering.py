"""The template compiled ahead of time: the same text as jinja2's, without jinja2, and nothing unquoted."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given, settings

from codegen.targets import ROOT, TARGETS, stale
from codegen.templates import jinja_environment, template_files
from krm_fn.engines.engine import ProxyPlan
from krm_fn.engines.headers import of_trusted
from krm_fn.engines.media_types import COMPRESSED, MEDIA_TYPES, WITH_CHARSET
from krm_fn.engines.nginx import ENGINE, quoting
from krm_fn.engines.nginx.configuration import rendered, template_values
from krm_fn.engines.nginx.generated import ROOTS
from krm_fn.engines.templates import Environment, SafeText, finalize
from krm_fn.function_config.generated.values import (
    Cors,
    HeaderChanges,
    Headers,
    OtherUpstream,
    RateLimit,
    Rewrite,
    Route,
    RouteCache,
    Split,
    StaticFiles,
    Substitution,
    Timeouts,
)
from krm_fn.function_config.rules.headers import of_the_proxy
from tests import golden
from tests.engines.nginx.plans import CACHE, configuration, plan_of, scenario, volumes_of
from tests.engines.nginx.strategies import KEYS, plans
from tests.servers.loopback import require_root
from tests.servers.sandbox import run_in_sidecar

ENVIRONMENT = jinja_environment(quoting)
SOURCES = template_files(Path(quoting.__file__).parent / "templates")
JINJA = {name: ENVIRONMENT.from_string(path.read_text()) for name, path in SOURCES.items()}


def test_scenario_is_the_golden_file() -> None:
    golden.check(golden.GOLDEN / "nginx" / "alertmanager.conf", configuration(scenario()))


def test_smallest_plan_is_the_golden_file() -> None:
    golden.check(golden.GOLDEN / "nginx" / "defaults.conf", configuration(plan_of(ready_path=None)))


def test_engine_names_its_files_and_command() -> None:
    assert list(ENGINE.render(scenario())) == ["nginx.conf"]
    assert ENGINE.command("/nginx/nginx.conf") == ["nginx", "-g", "daemon off;", "-c", "/nginx/nginx.conf"]


def test_compiled_templates_are_fresh() -> None:
    path = "krm_fn/engines/nginx/generated/__init__.py"
    assert path in TARGETS
    assert path not in stale(), "run python -m codegen"
    assert list(ROOTS) == ["cache", "compressing", "fastcgi", "location", "nginx", "ready", "server", "splits"]


def test_media_types_are_those_of_every_engine() -> None:
    text = configuration(plan_of(Route(path="/a.js", files=StaticFiles(config_map="files"))))
    block = text.partition("    types {\n")[2].partition("}")[0]
    types = {kind: tuple(endings) for kind, *endings in map(str.split, block.strip().rstrip(";").split(";"))}
    assert types == MEDIA_TYPES
    assert ["text/html", *re.findall(r"charset_types ([^;]+);", text)[0].split()] == list(WITH_CHARSET)
    assert ["text/html", *re.findall(r"gzip_types([^;]+);", text)[0].split()] == list(COMPRESSED)


def test_the_headers_that_it_sets_are_refused_in_a_functionconfig() -> None:
    names = set(re.findall(r"proxy_set_header (\S+) ", configuration(plan_of())))
    assert len(names) > 10
    free = {name for name in names if not of_the_proxy(name, "request")}
    assert free >= set(of_trusted())
    changes = HeaderChanges(set=dict.fromkeys(free, "1"))
    text = configuration(plan_of(headers=Headers(request=changes)))
    assert [text.count(f"proxy_set_header {name} ") for name in free] == [1] * len(free)


@settings(deadline=None)
@given(plans())
def test_compiled_template_says_what_jinja2_says(plan: ProxyPlan) -> None:
    def fill(name: str, values: dict[str, Any]) -> str:
        return JINJA[name].render(values)

    assert configuration(plan) == rendered(template_values(plan), fill)


@pytest.mark.server
@settings(max_examples=60, deadline=None)
@given(plans())
def test_every_plan_is_one_that_nginx_reads(plan: ProxyPlan) -> None:
    require_root()
    command = ["nginx", "-t", "-c", plan.config_path]
    result = run_in_sidecar(volumes_of(plan, None, KEYS), [CACHE], command)
    assert result.returncode == 0, result.stderr
    assert not [line for line in result.stderr.splitlines() if "[warn]" in line and "grpc_headers_hash" not in line]


PROXIED, SERVED = Route(path="/a", match="prefix"), Route(path="/a/", match="prefix", files=StaticFiles(config_map="f"))
OTHER = OtherUpstream(port=9000)
SPLIT = Split(percent=1, upstream=OTHER)
CORS = Cors(origins=("https://a.example",))
CACHED = PROXIED.replace(cache=RouteCache())


def setting(name: str, value: Any, route: Route = PROXIED) -> ProxyPlan:
    """Return the plan with one setting: of the spec by its path, of the route by a path that begins with `route`."""
    first, *rest = name.split(".")
    if first == "route":
        return plan_of(changed(route, rest, value))
    plan = plan_of(route)
    return plan.replace(spec=changed(plan.spec, [first, *rest], value))


def changed(record: Any, path: list[str], value: Any) -> Any:
    """Return the record with the field at the path changed."""
    first, *rest = path
    return record.replace(**{first: changed(getattr(record, first), rest, value) if rest else value})


@pytest.mark.parametrize(
    ("name", "values", "route"),
    [
        ("compression.enabled", (True, False), PROXIED),
        ("compression.level", (1, 9), PROXIED),
        ("compression.min_length", ("1", "1k"), PROXIED),
        ("compression.types", (None, (), ("text/css",)), PROXIED),
        ("ipv6", (True, False), PROXIED),
        ("real_ip.trusted_proxies", ((), ("10.0.0.0/8",)), PROXIED),
        ("access_log.enabled", (True, False), PROXIED),
        *((f"timeouts.{name}", ("1s", "2s"), PROXIED) for name in Timeouts._fields),
        ("body.max_size", ("0", "1m"), PROXIED),
        ("cache.max_size", ("1m", "2m"), CACHED),
        ("cache.min_free", ("1m", "2m"), CACHED),
        ("probes.port", (8081, 8082), PROXIED),
        ("route.path", ("/a", "/b"), PROXIED),
        ("route.match", ("exact", "prefix", "regex"), PROXIED),
        ("route.files", (None, SERVED.files), PROXIED),
        ("route.files.charset", ("off", "utf-8"), SERVED),
        ("route.cache", (None, CACHED.cache), PROXIED),
        ("route.cache.policy", ("respect-origin", "immutable-for-pod"), CACHED),
        ("route.cache.ttl", ("1s", "1h"), CACHED),
        ("route.cache.bypass_cookies", (None, (), ("a",), ("b",)), CACHED),
        ("route.websocket", (True, False), PROXIED),
        ("route.timeouts.read", (None, "1s", "2s"), PROXIED),
        ("route.timeouts.send", (None, "1s", "2s"), PROXIED),
        ("route.max_body_size", (None, "0", "1m"), PROXIED),
        ("access_log.percent", (0, 1, 100), PROXIED),
        ("keepalive.connections", (1, 2), PROXIED),
        ("keepalive.idle", ("1s", "2s"), PROXIED),
        ("snippets.main", (None, "worker_priority 1;"), PROXIED),
        ("snippets.http", (None, "etag off;"), PROXIED),
        ("headers.security", (True, False), PROXIED),
        ("route.upstream", (None, OTHER, OTHER.replace(port=1)), PROXIED),
        ("route.split", (None, SPLIT, SPLIT.replace(percent=2), SPLIT.replace(header="X-B")), PROXIED),
        ("route.rewrite", (None, Rewrite(path="/a"), Rewrite(prefix="/")), PROXIED),
        ("route.grpc", (True, False), PROXIED),
        ("route.allow", (None, (), ("10.0.0.1",)), PROXIED),
        ("route.deny", ((), ("10.0.0.1",)), PROXIED),
        ("route.rate_limit", (None, RateLimit(per_second=1), RateLimit(per_second=1, burst=1)), PROXIED),
        ("route.connection_limit", (None, 1, 2), PROXIED),
        ("route.cors", (None, CORS, CORS.replace(credentials=True), CORS.replace(max_age=1)), PROXIED),
        ("route.substitution", (None, Substitution(texts={"a": "b"})), PROXIED),
        ("route.buffering", (True, False), PROXIED),
        ("route.access_log", (True, False), PROXIED),
        ("route.snippet", (None, "etag off;"), PROXIED),
    ],
)
def test_every_setting_has_an_effect(name: str, values: tuple[Any, ...], route: Route) -> None:
    texts = {configuration(setting(name, value, route)) for value in values}
    assert len(texts) == len(values)


def test_renders_without_slow_imports() -> None:
    slow = {"jinja2", "pydantic", "typing", "re", "dataclasses", "json", "enum"}
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import krm_fn.engines.nginx.configuration; print(*sys.modules)"
    )
    result = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert not slow & set(result.stdout.split())


@pytest.mark.parametrize("value", ["text", b"bytes", None, 1.5, True, ["list"], jinja2.StrictUndefined(name="x")])
def test_only_safe_text_and_numbers_are_written(value: Any) -> None:
    with pytest.raises(TypeError, match="SafeText and numbers"):
        finalize(value)
    with pytest.raises(TypeError, match="SafeText and numbers"):
        jinja_environment(quoting).from_string("{{ value }}").render(value=value)
    assert (finalize(SafeText("text")), finalize(7)) == ("text", 7)


def test_an_unquoted_setting_is_an_error() -> None:
    values = {**template_values(scenario()), "plan": scenario().replace(drain_seconds="20; daemon on")}
    with pytest.raises(TypeError, match="SafeText and numbers"):
        rendered(values)


def test_a_missing_value_is_an_error() -> None:
    values = template_values(scenario())
    del values["streams"]
    with pytest.raises(NameError, match="'streams'"):
        rendered(values)
    environment = Environment({})
    assert environment.tests["none"](None)
    assert not environment.tests["none"]("")
