"""Operations of the user's own on Caddy's configuration: what they may do, and what they may not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from krm_fn import codes
from krm_fn.codes import Code
from krm_fn.engines.caddy import ENGINE
from krm_fn.engines.caddy.configuration import configuration
from krm_fn.engines.caddy.patch.apply import patched
from krm_fn.engines.caddy.patch.differences import differences
from krm_fn.engines.engine import ProxyPlan, RenderError
from krm_fn.function_config.generated.values import Snippets
from tests.engines.caddy.patches import GUARDED, SERVER, Operation
from tests.engines.caddy.test_rendering import without_caches
from tests.engines.nginx.plans import plan_of
from tests.engines.nginx.strategies import plans

ROUTES = f"{SERVER}/routes"
OURS = configuration(GUARDED)
OUR_ROUTES = OURS["apps"]["http"]["servers"]["listener0"]["routes"]
LAST = len(OUR_ROUTES) - 1
TO_APP = f"{ROUTES}/{LAST}/handle/0/routes/1/handle/1"
ENCODER = OURS["logging"]["logs"]["access"]["encoder"]
ADDS, TAKES = codes.PATCH_ADDS, codes.PATCH_TAKES_AWAY


def add(path: str, value: Any) -> Operation:
    return {"op": "add", "path": path, "value": value}


def replace(path: str, value: Any) -> Operation:
    return {"op": "replace", "path": path, "value": value}


def remove(path: str) -> Operation:
    return {"op": "remove", "path": path}


def route(*handle: Any, **more: Any) -> Operation:
    return add(f"{ROUTES}/0", {"handle": list(handle), **more})


def answer(**fields: Any) -> dict[str, Any]:
    return {"handler": "static_response", **fields}


def matching(**matcher: Any) -> Operation:
    return route(answer(status_code=403), match=[matcher])


def problems_of(*operations: Operation) -> list[tuple[Code, str]]:
    """Return the code and the path of each problem."""
    with pytest.raises(RenderError) as error:
        patched(OURS, operations)
    return [(problem.code, problem.path) for problem in error.value.problems]


def test_they_are_applied() -> None:
    operation = {"op": "replace", "path": f"{SERVER}/idle_timeout", "value": 7}
    (text,) = ENGINE.render(plan_of(snippets=Snippets(allow=True, patch=(operation,)))).values()
    (plain,) = ENGINE.render(plan_of()).values()
    changed, before = json.loads(text), json.loads(plain)
    assert changed["apps"]["http"]["servers"]["listener0"].pop("idle_timeout") == 7
    before["apps"]["http"]["servers"]["listener0"].pop("idle_timeout")
    assert changed == before


def test_the_operations_and_our_configuration_stay_as_they_were() -> None:
    operations = (route(answer()), add(f"{ROUTES}/0/handle/0/body", "x"))
    before = json.dumps([OURS, operations])
    once = patched(OURS, operations)
    assert json.dumps([OURS, operations]) == before
    assert patched(OURS, operations) == once


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": f"{SERVER}/absent"},
        {"op": "replace", "path": "/apps/http/servers/other/listen", "value": 1},
        {"op": "test", "path": f"{SERVER}/listen", "value": []},
        {"op": "add", "path": f"{SERVER}/listen/0/x", "value": 1},
        {"op": "add", "path": f"{SERVER}/routes/99", "value": 1},
        {"op": "add", "path": f"{SERVER}/routes/x", "value": 1},
        {"op": "add", "path": f"{SERVER}/~2", "value": 1},
    ],
)
def test_one_that_does_not_fit_is_an_error(operation: Operation) -> None:
    with pytest.raises(RenderError, match="must fit the configuration") as error:
        patched(OURS, [route(answer()), operation])
    assert [problem.path for problem in error.value.problems] == ["spec.snippets.patch[1]"]


@settings(max_examples=30, deadline=None)
@given(plan=plans())
def test_without_a_patch_nothing_is_wrong(plan: ProxyPlan) -> None:
    ours = configuration(without_caches(plan))
    assert differences(ours, json.loads(json.dumps(ours))) == []


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [{"op": "test", "path": f"{SERVER}/listen", "value": OURS["apps"]["http"]["servers"]["listener0"]["listen"]}],
        [replace(f"{SERVER}/max_header_bytes", 8192)],
        [add(f"{SERVER}/write_timeout", "30s"), replace(f"{SERVER}/idle_timeout", 10**9)],
        [route(answer(status_code=200, body="User-agent: *\n"), match=[{"path": ["/robots.txt"]}], terminal=True)],
        [route(answer(body='\\{"host": "{http.request.host}"}'))],
        [route({"handler": "headers", "response": {"set": {"X-A": ["{http.request.uuid}"]}, "delete": ["X-Old*"]}})],
        [route({"handler": "subroute", "routes": [{"handle": [{"handler": "error", "status_code": 404}]}]})],
        [matching(path_regexp={"pattern": "^/a{2,3}$"}, header={"X-A": ["1*"]}, method=["POST"])],
        [matching(client_ip={"ranges": ["203.0.113.0/24"]}, **{"not": [{"query": {"a": ["1"]}}]})],
        [add(f"{ROUTES}/-", {"handle": [answer()]}), add(f"{ROUTES}/{LAST}/handle/0/routes/0", {"handle": [answer()]})],
        [add(f"{SERVER}/errors/routes/0", {"match": [{"vars": {"{http.error.status_code}": ["404"]}}], "handle": []})],
        [replace(f"{TO_APP}/flush_interval", "100ms"), replace(f"{TO_APP}/transport/dial_timeout", "5s")],
        [
            add(f"{TO_APP}/load_balancing", {"retries": 2}),
            add(f"{TO_APP}/health_checks", {"passive": {"max_fails": 3}}),
        ],
        [replace(ROUTES, [*OUR_ROUTES, {"handle": [answer(status_code=404)]}])],
        [remove(f"{ROUTES}/0"), add(f"{ROUTES}/0", OUR_ROUTES[0])],
        [
            replace("/logging/logs/access/level", "ERROR"),
            replace("/logging/logs/access/encoder/wrap/time_format", "rfc3339"),
        ],
        [add("/logging/logs/access/encoder/fields/request>method", {"filter": "delete"})],
        [add("/logging/logs/default/encoder/fields/request>headers>X-Key", {"filter": "hash"})],
    ],
)
def test_what_is_accepted(operations: list[Operation]) -> None:
    patched(OURS, operations)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        # The doors.
        (replace(ROUTES, []), TAKES),
        (remove(ROUTES), TAKES),
        (remove(SERVER), TAKES),
        (remove(f"{ROUTES}/{LAST}/handle/0/routes/0"), TAKES),
        (remove(f"{ROUTES}/{LAST}/handle/0/routes/0/handle/0"), TAKES),
        (replace(f"{ROUTES}/{LAST}/handle/0/routes/0/handle/0/providers", {}), TAKES),
        (add(f"{ROUTES}/{LAST}/match", [{"path": ["/x"]}]), ADDS),
        (add(f"{ROUTES}/{LAST}/handle/0/routes/0/terminal", True), ADDS),
        (add(f"{ROUTES}/{LAST}/handle/0/routes/0/match", [{"path": ["/x"]}]), ADDS),
        (replace(f"{ROUTES}/{LAST}/group", "other"), TAKES),
        (remove(f"{ROUTES}/{LAST}/group"), TAKES),
        (replace(f"{ROUTES}/{LAST}/handle/0/routes/1/handle/0/max_size", 0), TAKES),
        (replace(ROUTES, OUR_ROUTES[::-1]), TAKES),
        (replace(f"{ROUTES}/{LAST}/handle/0/routes", OUR_ROUTES[LAST]["handle"][0]["routes"][::-1]), TAKES),
        (replace(f"{TO_APP}/headers/request/delete", []), TAKES),
        (replace(f"{TO_APP}/upstreams/0/dial", "127.0.0.1:1"), TAKES),
        (add(f"{TO_APP}/upstreams/-", {"dial": "127.0.0.1:1"}), ADDS),
        # Ways around them.
        (route({"handler": "reverse_proxy", "upstreams": [{"dial": "127.0.0.1:9093"}]}), ADDS),
        (route({"handler": "subroute", "routes": [{"handle": [{"handler": "file_server", "root": "/"}]}]}), ADDS),
        (route({"handler": "rewrite", "uri": "/open/x"}), ADDS),
        (route({"handler": "vars", "log_skip": True}), ADDS),
        (route({"handler": "map", "source": "{http.request.uri}", "destinations": ["{ready_host}"]}), ADDS),
        (route({"handler": "headers", "request": {"set": {"X-Remote-User": ["root"]}}}), ADDS),
        *(
            (route({"handler": name}), ADDS)
            for name in ("invoke", "push", "tracing", "intercept", "copy_response", "templates", "request_body", "x")
        ),
        (route(answer(), group="route"), ADDS),
        (add(f"{TO_APP}/handle_response", [{"routes": []}]), ADDS),
        (add(f"{TO_APP}/dynamic_upstreams", {"source": "a", "name": "x"}), ADDS),
        (add(f"{TO_APP}/health_checks", {"active": {"uri": "/", "upstream": "10.0.0.1:80"}}), ADDS),
        (add(f"{TO_APP}/transport/resolver", {"addresses": ["10.0.0.1:53"]}), ADDS),
        (add(f"{TO_APP}/transport/tls", {"insecure_skip_verify": True}), ADDS),
        (add(f"{SERVER}/named_routes", {"a": {"handle": []}}), ADDS),
        # Listeners, and the rest of the program.
        (add(f"{SERVER}/listen/-", ":9999"), ADDS),
        (add("/apps/http/servers/mine", {"listen": [":9999"]}), ADDS),
        (add("/apps/http/servers/probes/keepalive_interval", 1), ADDS),
        (add("/apps/http/servers/probes/routes/0", {"handle": [answer()]}), ADDS),
        (remove("/apps/http/servers/probes"), TAKES),
        (add(f"{SERVER}/trusted_proxies", {"source": "static", "ranges": ["0.0.0.0/0"]}), TAKES),
        (add(f"{SERVER}/tls_connection_policies", [{}]), ADDS),
        (add(f"{SERVER}/listener_wrappers", []), ADDS),
        (replace(f"{SERVER}/protocols", ["h1", "h2", "h3"]), ADDS),
        (add("/apps/http/http_port", 9999), ADDS),
        (add("/logging/logs/mine", {"writer": {"output": "file", "filename": "/var/x"}}), ADDS),
        (replace("/logging/logs/access/writer", {"output": "net", "address": "10.0.0.1:1"}), TAKES),
        (add("/logging/logs/access/exclude", ["http"]), ADDS),
        (replace("/logging/logs/default/level", "DEBUG"), ADDS),
        (replace("/logging/logs/access/encoder", {"format": "filter", "fields": {}}), TAKES),
        (replace("/logging/logs/access/encoder", {"format": "filter", "wrap": ENCODER, "fields": {}}), TAKES),
        (add("/logging/logs/access/encoder/fields/request", {"filter": "hash"}), ADDS),
        (replace("/logging/logs/access/encoder/fields/request>uri", {"filter": "hash"}), TAKES),
        (replace("/logging/logs/access/encoder/wrap/format", "console"), TAKES),
        (add(f"{SERVER}/logs/should_log_credentials", True), ADDS),
        # Placeholders, wherever they stand.
        (matching(vars_regexp={"{file./etc/passwd}": {"name": "l", "pattern": "(.*)"}}), ADDS),
        (matching(vars={"{env.HOME}": ["/"]}), ADDS),
        (matching(expression="ph(req, 'file./etc/passwd') != ''"), ADDS),
        (matching(expression={"expr": "true", "name": "x"}), ADDS),
        (matching(file={"root": "/"}), ADDS),
        (matching(path=["/{env.HOME}"]), ADDS),
        (matching(query={"{env.HOME}": ["1"]}), ADDS),
        (matching(header={"X-A": ["{file./etc/passwd}"]}), ADDS),
        (matching(path_regexp={"pattern": "{env.HOME}"}), ADDS),
        *(
            (matching(path_regexp={"pattern": pattern}), ADDS)
            for pattern in ("(?x)a b", "\\é", "[[:foo:]]", r"[\b]", "(a{999}){999}")
        ),
        (matching(path_regexp={"pattern": "a", "name": "route"}), ADDS),
        (matching(**{"not": [{"remote_ip": {"ranges": ["{env.HOME}"]}}]}), ADDS),
        (route(answer(body="{file./etc/passwd}")), ADDS),
        (route(answer(body="{http.{http.request.host}}")), ADDS),
        (route(answer(body="\\\\{env.HOME}")), ADDS),
        (route(answer(body="{http.request.header.Authorization}")), ADDS),
        (route(answer(status_code="{env.STATUS}")), ADDS),
        (route(answer(headers={"{env.HOME}": ["x"]})), ADDS),
        (route(answer(headers={"X-A": ["{system.hostname}"]})), ADDS),
        (route(answer(headers={"Content-Length": ["1"]})), ADDS),
        (route(answer(Body="{env.HOME}")), ADDS),
        (replace(f"{SERVER}/idle_timeout", "{env.TIME}"), ADDS),
        (replace(f"{SERVER}/idle_timeout", True), ADDS),
        (route({"Handler": "file_server"}), ADDS),
        (route("static_response"), ADDS),
    ],
)
def test_what_is_refused(operation: Operation, code: Code) -> None:
    assert (code, "spec.snippets.patch[0]") in problems_of(operation)


def test_all_problems_are_there_at_once_each_at_its_operation() -> None:
    operations = (
        route(answer(body="fine")),
        route(answer(body="{env.HOME}")),
        remove(f"{ROUTES}/{LAST + 2}"),
        add("/logging/logs/access/writer/filename", "/var/mine.log"),
        replace("/logging/logs/access/writer/output", "file"),
    )
    found = sorted(problems_of(*operations), key=lambda each: each[1])
    assert found == [
        (code, f"spec.snippets.patch[{index}]") for index, code in ((1, ADDS), (2, TAKES), (3, ADDS), (4, TAKES))
    ]


def test_what_is_wrong_in_between_and_not_in_the_end_is_no_problem() -> None:
    patched(OURS, [route(answer(body="{env.HOME}")), remove(f"{ROUTES}/0")])


def test_a_value_that_is_nested_too_deep_is_refused() -> None:
    handler: dict[str, Any] = answer()
    for _ in range(50):
        handler = {"handler": "subroute", "routes": [{"handle": [handler]}]}
    assert {code for code, _ in problems_of(route(handler))} == {ADDS}
