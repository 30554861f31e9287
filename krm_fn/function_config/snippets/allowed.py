"""The directives that snippets may have, and what others would do or which field has them."""

from __future__ import annotations

from krm_fn.record import Record


class Allowed(Record):
    """Directives for which the same holds."""

    names: tuple[str, ...]
    where: tuple[str, ...]
    """The blocks: main, http, server, location, if."""
    why: str
    """Why they are safe: what they do, or what is checked of them."""
    repeats: bool = False
    """Whether nginx takes one more than once in a block; a block inherits none of them where it has one of its own."""
    block: bool = False


_OUTER = ("http", "server", "location")
_INNER = ("server", "location")
_STEPS = ("server", "location", "if")

ALLOWED = (
    Allowed(
        names=("worker_priority", "worker_cpu_affinity", "timer_resolution"),
        where=("main",),
        why="They change how fast the process is, and nothing else.",
    ),
    Allowed(
        names=("map", "geo", "split_clients"),
        where=("http",),
        why="They define a variable of your own. `include` is refused in them, and so are `proxy` and "
        "`proxy_recursive` in `geo`.",
        repeats=True,
        block=True,
    ),
    Allowed(
        names=("limit_req_zone", "limit_conn_zone"),
        where=("http",),
        why="They define a zone of your own.",
        repeats=True,
    ),
    Allowed(
        names=("limit_req", "limit_conn"),
        where=_INNER,
        why="They only refuse requests. In a route that has a limit of its own, those of the listener's snippet do not "
        "count.",
        repeats=True,
    ),
    Allowed(
        names=("limit_req_status", "limit_conn_status"),
        where=_OUTER,
        why="The status is 429 or 503.",
    ),
    Allowed(names=("limit_req_log_level", "limit_conn_log_level"), where=_OUTER, why="They concern the error log."),
    Allowed(names=("limit_rate", "limit_rate_after"), where=_OUTER, why="They only slow responses down."),
    Allowed(
        names=("if",),
        where=_INNER,
        why="The condition is about a variable, not about a file. It may hold `return`, `rewrite` and `set`; no `set` "
        "in a route with the files of a whole prefix.",
        repeats=True,
        block=True,
    ),
    Allowed(
        names=("return",),
        where=_STEPS,
        why="It is an answer of your own, with a status from 200 to 451 or from 500 to 511.",
        repeats=True,
    ),
    Allowed(
        names=("rewrite",),
        where=_STEPS,
        why="It redirects: with `redirect` or `permanent`, or to a URL that begins with `http://`, `https://` or "
        "`$scheme`. Another path would be sent to the app than the one that was judged.",
        repeats=True,
    ),
    Allowed(names=("set",), where=_STEPS, why="It sets a variable of your own.", repeats=True),
    Allowed(names=("valid_referers",), where=_INNER, why="It only sets `$invalid_referer`, for an `if`.", repeats=True),
    Allowed(
        names=("add_header",),
        where=_INNER,
        why="The header is none that the proxy sends there, and none that says where a response ends. A route also "
        "sends the headers of its listener's snippet.",
        repeats=True,
    ),
    Allowed(names=("expires",), where=("location",), why="The proxy sends no `Cache-Control` of its own there."),
    Allowed(
        names=("default_type", "charset"), where=_INNER, why="They say what a response is that does not say so itself."
    ),
    Allowed(
        names=("etag", "if_modified_since", "max_ranges", "chunked_transfer_encoding"),
        where=_OUTER,
        why="They turn off parts of HTTP that make responses smaller.",
    ),
    Allowed(
        names=("gzip", "gzip_comp_level", "gzip_min_length", "gzip_vary"),
        where=_INNER,
        why="They concern compression. `gzip` is `off`.",
    ),
    Allowed(names=("gzip_buffers", "gzip_disable", "gzip_http_version"), where=_OUTER, why="They concern compression."),
    Allowed(
        names=("proxy_cookie_domain", "proxy_cookie_flags", "proxy_cookie_path", "proxy_redirect"),
        where=_INNER,
        why="They change `Set-Cookie` and `Location` of the app's responses.",
        repeats=True,
    ),
    Allowed(
        names=(
            *("proxy_buffer_size", "proxy_buffers", "proxy_busy_buffers_size", "grpc_buffer_size"),
            *("proxy_headers_hash_bucket_size", "proxy_headers_hash_max_size", "proxy_limit_rate"),
        ),
        where=_OUTER,
        why="They are sizes of memory, and a speed. Buffers of `proxy` go together as nginx requires.",
    ),
    Allowed(
        names=(
            *("client_body_buffer_size", "client_body_timeout", "keepalive_disable", "keepalive_requests"),
            *("keepalive_time", "lingering_close", "lingering_time", "lingering_timeout", "output_buffers"),
            *("postpone_output", "reset_timedout_connection", "send_timeout", "tcp_nodelay"),
            "uninitialized_variable_warn",
        ),
        where=_OUTER,
        why="They concern the connection to the client, its memory, and the error log.",
    ),
    Allowed(
        names=("client_header_buffer_size", "large_client_header_buffers"),
        where=("http", "server"),
        why="They say how long a request's line and headers may be: at most 8 buffers of 64k.",
    ),
    Allowed(
        names=("client_header_timeout", "http2_max_concurrent_streams"),
        where=("http", "server"),
        why="They limit what a client may send at once, and how slowly.",
    ),
)
"""Each is safe by itself, or by what `check.py` asks of its arguments."""

BY_NAME = {name: group for group in ALLOWED for name in group.names}

_FILES = "it reads or writes files, or runs code"
_SETS = "it would replace what the proxy itself sets"
_PROCESS = "the sidecar's process cannot be changed"
_DOOR = "it decides who may send requests"
_HANDLES = "it would answer in place of the proxy"
_CLIENT = "it says who the client is"
_JUDGED = "other requests would pass than those that were judged"

_REFUSED: tuple[tuple[str, str, str], ...] = (
    ("auth_* satisfy* secure_link*", _DOOR, "auth of a listener or a route, anonymous, and satisfy"),
    ("allow deny limit_except internal", _DOOR, "routes[].allow and routes[].deny"),
    ("limit_req_dry_run limit_conn_dry_run", "it would turn limits off", ""),
    ("set_real_ip_from real_ip_*", _CLIENT, "spec.realIP"),
    ("location server_name server", _JUDGED, "spec.listeners[].routes"),
    ("break last merge_slashes underscores_in_headers ignore_invalid_headers", _JUDGED, ""),
    ("root alias try_files index autoindex* random_index gzip_static", _FILES, "routes[].files"),
    ("access_log log_format", _FILES, "spec.accessLog, or routes[].accessLog"),
    ("proxy_cache_path proxy_temp_path client_body_temp_path", _FILES, ""),
    ("proxy_cache* proxy_no_cache slice", _SETS, "routes[].cache"),
    ("proxy_ssl_* grpc_ssl_*", _SETS, "upstream.tls"),
    ("ssl_* ssl", _SETS, "spec.listeners[].tls"),
    ("proxy_pass grpc_pass upstream proxy_bind grpc_bind", _HANDLES, "routes[].upstream, or routes[].split"),
    ("fastcgi_* uwsgi_* scgi_* memcached_* stub_status status api empty_gif mp4 flv hls", _HANDLES, ""),
    ("stream mail http events quic* http3*", _HANDLES, ""),
    ("proxy_set_header grpc_set_header proxy_pass_request_headers", _SETS, "spec.headers.request"),
    ("proxy_hide_header grpc_hide_header", _SETS, "spec.headers.response.remove"),
    ("proxy_pass_header grpc_pass_header proxy_ignore_headers", _SETS, ""),
    ("add_header", "it would hold in no block that sends a header of its own", "spec.headers.response"),
    ("expires", "it would hold in routes that send a header of their own for it", "add_header"),
    ("server_tokens add_trailer", _SETS, ""),
    ("error_page recursive_error_pages proxy_intercept_errors grpc_intercept_errors", _SETS, "errorPages"),
    ("listen http2 absolute_redirect port_in_redirect server_name_in_redirect", _SETS, "spec.listeners[]"),
    ("keepalive_timeout proxy_*_timeout grpc_*_timeout", _SETS, "spec.timeouts, or routes[].timeouts"),
    ("proxy_buffering proxy_request_buffering", _SETS, "routes[].buffering"),
    ("client_max_body_size", _SETS, "spec.body.maxSize, or routes[].maxBodySize"),
    ("gzip_types", "entity tags of what it compresses would change", "spec.compression: enabled, types"),
    ("gzip*", _SETS, "spec.compression"),
    ("pcre_jit", "a regular expression could fail on a long text, and a request pass that it refuses", ""),
    ("sub_filter*", _SETS, "routes[].substitution"),
    ("proxy_http_version proxy_method proxy_set_body proxy_pass_request_body", _SETS, ""),
    ("daemon master_process worker_processes env debug_points worker_rlimit_* worker_shutdown_timeout", _PROCESS, ""),
    ("google_perftools_profiles user working_directory", _PROCESS, ""),
    (
        "include load_module error_log pid lock_file *_file *_path *_store dav_* perl* js_* *_by_lua* lua_* ssi* xslt* "
        "image_filter* open_file_cache* client_body_in_* aio disable_symlinks mirror* add_before_body add_after_body",
        _FILES,
        "",
    ),
)
"""Patterns of names, the reason, and the field in place of it: of them all, the first that fits explains a refusal."""


def why_refused(name: str, where: str) -> str:
    """Return why a directive may not stand in a block, and what works, as a sentence without its end; empty: it may."""
    group = BY_NAME.get(name)
    if group and where in group.where:
        return ""
    from fnmatch import fnmatchcase  # noqa: PLC0415 # only for the message

    for patterns, reason, instead in _REFUSED if group is None or name in _ELSEWHERE else ():
        if any(fnmatchcase(name, pattern) for pattern in patterns.split()):
            return f"not use {name}: {reason}" + (f". Use {instead}" if instead else "")
    if group:
        return f"not use {name} in {where}: its place is {' or '.join(group.where)}"
    return f"not use {name}: it is not among the directives that are known to be safe, in docs/nginx-snippets.md"


_ELSEWHERE = ("add_header", "expires")
"""They may stand in some blocks, and there is a reason why not in others."""


_PREFIXES = (
    *("arg_", "cookie_", "http_", "sent_http_", "sent_trailer_", "upstream_", "proxy_", "grpc_", "ssl_", "tcpinfo_"),
    *("geoip_", "realip_", "jwt_"),
)
_EXACT = frozenset(
    """
    ancient_browser args binary_remote_addr body_bytes_sent bytes_received bytes_sent connection connection_requests
    connection_time connections_active connections_reading connections_waiting connections_writing content_length
    content_type date_gmt date_local document_root document_uri fastcgi_path_info fastcgi_script_name gzip_ratio host
    hostname http2 http3 https invalid_referer is_args is_request_port limit_conn_status limit_rate limit_req_status
    memcached_key modern_browser msec msie nginx_version pid pipe query_string quic realpath_root remote_addr
    remote_port remote_user request request_body request_body_file request_completion request_filename request_id
    request_length request_method request_port request_time request_uri scheme secure_link secure_link_expires
    server_addr server_name server_port server_protocol slice_range status time_iso8601 time_local uid_got uid_reset
    uid_set uri
    """.split()  # noqa: SIM905 # as a list it has a line for each
)


def is_of_nginx(variable: str) -> bool:
    """Return whether nginx itself has a variable of this name, or may have one later."""
    return variable in _EXACT or variable.startswith(_PREFIXES)
