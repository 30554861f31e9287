"""What a snippet may not have beside the configuration that it stands in; each case has a twin that it may have."""

from __future__ import annotations

import pytest

from krm_fn import codes
from krm_fn.codes import Code
from krm_fn.engines.engine import RenderError
from krm_fn.function_config.generated.values import (
    HeaderChanges,
    Headers,
    RateLimit,
    Route,
    RouteCache,
    Snippets,
    StaticFiles,
)
from krm_fn.function_config.snippets.check import problem_of
from tests.engines.nginx.plans import CACHE, LISTENER, configuration, plan_of, volumes_of
from tests.servers.loopback import require_root
from tests.servers.sandbox import run_in_sidecar

REPEATS, TAKEN, DENIED = codes.SNIPPET_REPEATS, codes.SNIPPET_NAME_TAKEN, codes.SNIPPET_ARGUMENT_DENIED
FILES = StaticFiles(config_map="files")
ROUTES = (
    Route(path="/limited", rate_limit=RateLimit(per_second=1)),
    Route(path="/kept", cache=RouteCache(policy="immutable-for-pod")),
    Route(path="/files/", match="prefix", files=FILES),
    Route(path="/file", files=FILES),
    Route(path="/slow", max_body_size="1m", buffering=True),
    Route(path="/app/", match="prefix"),
)
SENT = Headers(response=HeaderChanges(set={"X-Frame-Options": "DENY"}))


def refusal(where: str, text: str) -> Code | None:
    """Return the code with which a snippet in a place is refused; None where it is not."""
    first = problem_of(text, where if where in ("http", "main", "server") else "location")
    if first:
        return first[0]
    routes = [route.replace(snippet=text) if route.path == where else route for route in ROUTES]
    listener = LISTENER.replace(snippet=text) if where == "server" else LISTENER
    snippets = Snippets(allow=True, main=text if where == "main" else None, http=text if where == "http" else None)
    try:
        configuration(plan_of(*routes, listener=listener, headers=SENT, snippets=snippets))
    except RenderError as error:
        return error.problems[0].code
    return None


@pytest.mark.parametrize(
    ("where", "text", "code"),
    [
        ("http", "proxy_buffers 8 16k;", REPEATS),
        ("server", "proxy_buffers 8 16k;", None),
        ("/app/", "proxy_buffers 8 16k;", None),
        ("http", "limit_req_status 429;", REPEATS),
        ("http", "limit_conn_status 429;", None),
        ("/file", "charset koi8-r;", REPEATS),
        ("/app/", "charset koi8-r;", None),
        ("server", "add_header x-frame-options ALLOW;", REPEATS),
        ("/app/", "add_header X-Frame-Options ALLOW;", REPEATS),
        ("/app/", "add_header X-Frame-Opt ALLOW;", None),
        ("server", "add_header Cache-Control public;", REPEATS),
        ("/kept", "add_header X-Cache-Status HIT;", REPEATS),
        ("/kept", "expires 1d;", REPEATS),
        ("/app/", "expires 1d;", None),
        ("/app/", "add_header Set-Cookie a=b; add_header Vary X-A;", None),
        ("/files/", "if ($arg_a) { set $my_a 1; }", DENIED),
        ("/files/", "if ($arg_a) { return 403; } set $my_a 1;", None),
        ("/file", "if ($arg_a) { set $my_a 1; }", None),
        ("server", "set $app_host evil;", TAKEN),
        ("server", "set $APP_anything evil;", TAKEN),
        ("http", "map $uri $from_trusted { default 1; }", TAKEN),
        ("http", "geo $from_trusted { default 1; }", TAKEN),
        ("http", "split_clients $uri $app_host { * 1; }", TAKEN),
        ("/app/", "add_header X-A ${app_request_id};", TAKEN),
        ("/app/", "add_header X-A $request_id;", None),
        ("/app/", "set $application evil;", None),
        ("http", "map $uri $limit { default 1; } map $limit $limit_key { 0 $binary_remote_addr; }", None),
        ("http", "limit_req_zone $uri zone=limit_8080_0:1m rate=1000r/s;", TAKEN),
        ("http", "limit_req_zone $uri zone=my_limit:1m rate=1000r/s;", None),
        ("/app/", "limit_req zone=limit_8080_0 burst=5;", TAKEN),
        ("/app/", "limit_conn responses 5;", TAKEN),
        ("/app/", "limit_req zone=my_limit burst=5; limit_conn my_flight 5;", None),
        ("main", "timer_resolution 100ms;", None),
    ],
)
def test_what_conflicts_is_refused(where: str, text: str, code: Code | None) -> None:
    assert refusal(where, text) == code


ATTACKS = [
    *(
        "allow all;",
        "deny 1.2.3.4;",
        "satisfy any;",
        "auth_request off;",
        "internal;",
        "break;",
        "error_page 401 =200 /x;",
    ),
    *(
        "proxy_pass http://127.0.0.1:22;",
        "fastcgi_pass 127.0.0.1:9000;",
        "stub_status;",
        "try_files /x =404;",
        "root /;",
    ),
    *(
        "client_max_body_size 0;",
        "merge_slashes off;",
        "underscores_in_headers on;",
        "limit_req_dry_run on;",
        "slice 1m;",
    ),
    *("proxy_ssl_verify off;", "proxy_cache_key x;", "proxy_set_body x;", "proxy_method GET;", "mirror /x;", "ssi on;"),
    *(
        "location /x { return 200; }",
        "limit_except GET { deny all; }",
        "if ($a) { auth_basic off; }",
        "types { a/b c; }",
    ),
    *(
        "if ($a) { add_header X-A b; }",
        "if (-d /etc) { return 200; }",
        "if (!-e $uri) { return 200; }",
        "if ( -x /a) {}",
    ),
    *("rewrite ^ /a;", "rewrite ^ /a last;", "rewrite ^ http.example;", "rewrite ^ https://a last;", "return 499;"),
    *(
        "return 0591;",
        "return 591 x;",
        "return 100;",
        "return x;",
        "return;",
        "set $a;;",
        '"auth_basic" off;',
        "a\\uth off;",
    ),
    *(
        "auth_basi\\c off;",
        "'satisfy' any;",
        "set ${a} b;",
        "set $host b;",
        "set $http_host b;",
        "set $ssl_client_s_dn a;",
    ),
    *("valid_referers ~(?P<a>b);", 'proxy_redirect "~(?<a>b)" /c;', "if ($uri ~ (?'a'b)) { return 403; }"),
    *(
        "add_header Transfer-Encoding chunked;",
        'add_header "Content-Length " 0;',
        "add_header;",
        'add_header X "a\rb";',
    ),
    *('return 302 "https://a\\r\\nContent-Length: 0";', 'set $a "\\r\\n";', "etag off; }", "etag off; } location / {"),
    *("gzip on;", "gzip_types text/css;", "gzip;", "pcre_jit on;", "large_client_header_buffers 4 1m;"),
    *("etag off", "if ($a) { return 403;", "lua_code_cache off;", "content_by_lua_block { ngx.say(1) }", "perl x;"),
]


@pytest.mark.parametrize("text", ATTACKS)
def test_what_is_not_known_to_be_safe_is_refused(text: str) -> None:
    assert problem_of(text, "location") is not None
    assert problem_of(text, "server") is not None


NOT_STARTING = [
    *("return 200 a b;", "add_header X;", "set $a b c;", 'return 200 "5 $";', 'add_header X-A "$";'),
    *("proxy_buffer_size 64k;", "proxy_buffers 2 32k;", "proxy_busy_buffers_size 16k;"),
]
NOT_STARTING_IN_HTTP = [
    *("map $uri $a { default 1; default 2; }", "map $uri $a { B 1; b 2; }", 'map $uri $a { "~(" 1; }'),
    "split_clients $uri $a { 60% a; 60% b; }",
    "limit_req_zone $uri zone=a:1m rate=1r/s; limit_req_zone $uri zone=a:1m rate=2r/s;",
]
STARTING = "proxy_buffer_size 64k; proxy_buffers 8 64k; return 200 '$uri ';"
STARTING_IN_HTTP = (
    "map $uri $a { default 1; b 2; '~$' 3; } split_clients $uri $c { 60% a; 40% b; } proxy_limit_rate 1m;"
)


def starts(where: str, text: str) -> bool:
    """Tell whether nginx starts with a snippet."""
    listener = LISTENER.replace(snippet=text) if where == "server" else LISTENER
    plan = plan_of(listener=listener, snippets=Snippets(allow=True, http=text if where == "http" else None))
    result = run_in_sidecar(volumes_of(plan), [CACHE], ["nginx", "-t", "-c", plan.config_path])
    return result.returncode == 0


@pytest.mark.server
def test_what_nginx_does_not_start_with_is_refused() -> None:
    require_root()
    for where, texts in (("server", NOT_STARTING), ("http", NOT_STARTING_IN_HTTP)):
        assert [text for text in texts if problem_of(text, where) is None] == []
        assert [text for text in texts if starts(where, text)] == []
    for where, text in (("server", STARTING), ("http", STARTING_IN_HTTP)):
        assert problem_of(text, where) is None
        assert starts(where, text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "# nothing",
            "#",
            "limit_rate 10k;",
            "return 404;",
            "return 301 https://$host$request_uri;",
            "return 444;",
        ),
        *("rewrite ^/a$ /b permanent;", "rewrite ^ $scheme://a.example redirect;", 'add_header X-A "$my_a" always;'),
        *('if ($http_user_agent ~* "(bot|crawler)") { return 403 "no\\n"; }', 'if ( $arg_a = ")" ) { set $my_a "}"; }'),
        *("valid_referers none blocked *.example.com;\nif ($invalid_referer) {\n    return 403;\n}", "gzip off;"),
    ],
)
def test_what_is_known_to_be_safe_is_taken(text: str) -> None:
    assert problem_of(text, "location") is None
    assert problem_of(text, "server") is None
