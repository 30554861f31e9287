"""What a patch may change in Caddy's configuration, and what it may add: all else is refused.

Nothing of ours may go, change its place or its matchers. Numbers may change that say how long, how many and how much.
What is added answers by itself or changes headers of answers: it reaches neither the app nor files, and changes nothing
that our own routes read.
"""

from __future__ import annotations

from krm_fn.engines.caddy.patch.kinds import Fields, Named, OneOf, Parts, Servers, Several, Value
from krm_fn.function_config.formats import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.caddy.patch.kinds import Kind


def _one_of(*choices: str) -> Value:
    must = f"{', '.join(choices[:-1])} or {choices[-1]}" if len(choices) > 1 else choices[0]
    return Value(accepts=lambda value: isinstance(value, str) and value in choices, must=must, example=choices[0])


def _number(least: int, most: int, must: str) -> Value:
    return Value(
        accepts=lambda value: type(value) is int and least <= value <= most,
        must=f"{must} from {least} to {most}",
        example=least,
    )


_LONGEST = 24 * 3600 * 10**9
_LONGEST_DURATION = len("99999ms")


def _is_duration(value: Any) -> bool:
    if type(value) is int:
        return 0 < value <= _LONGEST
    if not isinstance(value, str) or not text.is_duration(value):
        return False
    return len(value) <= _LONGEST_DURATION and not value.endswith("d")


_DURATION = Value(accepts=_is_duration, must="a duration such as 30s, or at most a day in nanoseconds", example="30s")
_FLUSH = Value(
    accepts=lambda value: (type(value) is int and value == -1) or _is_duration(value),
    must="-1 or a duration such as 100ms",
    example=-1,
)
_NANOSECONDS = _number(1, _LONGEST, "a number of nanoseconds")
_COUNT = _number(1, 10**6, "a number")
_SIZE = _number(1024, 16 * 2**20, "a number of bytes")
_FLAG = Value(accepts=lambda value: isinstance(value, bool), must="true or false", example=True)
_STATUS = _number(200, 599, "a status")
_ERROR_STATUS = _number(400, 599, "a status")

# Text. Only these placeholders may stand in it, and only in answers. Others read the environment, files, the variables
# of our own routes, or what a client sent in secret.

PLACEHOLDERS = (
    *("http.request.host", "http.request.hostport", "http.request.port", "http.request.scheme", "http.request.method"),
    *("http.request.uri", "http.request.uri.path", "http.request.uri.query", "http.request.proto", "http.request.uuid"),
    *("http.request.orig_uri", "http.request.orig_uri.path", "http.request.orig_uri.query", "http.request.orig_method"),
    *("http.vars.client_ip", "http.error.status_code", "http.error.status_text", "time.now.http"),
)
_SECRETS = ("{env.", "{file.", "{system.", "{$")
_LONGEST_TEXT = 65536


def _is_answer(value: Any) -> bool:
    r"""Whether each `{` in a text begins one of the placeholders, or is written `\{`."""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or not text.is_text(value):
        return False
    rest = value
    for name in PLACEHOLDERS:
        rest = rest.replace(f"{{{name}}}", "|")  # what stands before it may not join with what stands after
    return "{" not in rest.replace("\\{", "|") and not any(each in value for each in _SECRETS)


def _is_header_line(value: Any) -> bool:
    return _is_answer(value) and not any(char < " " or char == "\x7f" for char in value)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and text.is_line(value) and "{" not in value


def _is_path(value: Any) -> bool:
    return _is_plain(value) and value.startswith(("/", "*")) and not set(value) & set("[\\%")


def _is_regex(value: Any) -> bool:
    """Whether Go and Python know a regular expression, and each `{` counts repetitions or is escaped."""
    import re  # noqa: PLC0415 # few patches have one

    from krm_fn.function_config.formats.regexes import foreign_to_re2, why_not_pcre  # noqa: PLC0415

    if not isinstance(value, str) or not text.is_line(value) or any(each in value for each in _SECRETS):
        return False
    braces = re.sub(r"\\.|(?<=.)\{[1-9][0-9]{0,2}(,([1-9][0-9]{0,2})?)?\}", "", value)
    return "{" not in braces and not foreign_to_re2(value) and not why_not_pcre(value)


_OF_THE_CONNECTION = (
    *("connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"),
    *("proxy-connection",),
)


def _is_header(value: str) -> bool:
    return text.is_header_name(value) and value.lower() not in _OF_THE_CONNECTION


def _is_host(value: Any) -> bool:
    return _is_plain(value) and text.only(value, f"{text.LOWER}{text.DIGITS}.-*")


_ANSWER = Value(
    accepts=_is_answer,
    must="text whose { are written \\{, or begin one of the placeholders that are allowed, "
    f"and which has none of {', '.join(_SECRETS)} at all",
    example="{http.request.host} is \\{closed}",
)
_HEADER_VALUE = Value(accepts=_is_header_line, must=f"one line: {_ANSWER.must}", example="{http.request.host}")
_PLAIN = Value(accepts=_is_plain, must="one line of text without {", example="x")
_PATH = Value(accepts=_is_path, must="a path such as /a or /a/*, without {, [, % and backslashes", example="/a/*")
_REGEX = Value(accepts=_is_regex, must="a regular expression of RE2, without placeholders", example="^/a[0-9]{2}$")
_METHOD = Value(accepts=lambda value: isinstance(value, str) and text.is_method(value), must="a method", example="GET")
_NETWORK = Value(
    accepts=lambda value: isinstance(value, str) and text.is_network(value), must="a network", example="10.0.0.0/8"
)
_HOST = Value(accepts=_is_host, must="a host in lower case", example="*.example.com")
_NAMES = "the names of headers, but for those of the connection"
_NAME = Value(
    accepts=lambda value: isinstance(value, str) and _is_header(value.removesuffix("*")),
    must="the name of a header, but for those of the connection",
    example="X-Old",
)

# What is added: routes, their matchers and handlers.

_VALUES = Named(accepts_name=_is_header, must=_NAMES, kind=Several(kind=_HEADER_VALUE), example="X-New")
_OF_ERROR = "{http.error.status_code}"
MATCHERS: dict[str, Kind] = {
    "path": Several(kind=_PATH),
    "path_regexp": Fields(fields={"pattern": _REGEX}),
    "host": Several(kind=_HOST, distinct=True),
    "method": Several(kind=_METHOD),
    "header": Named(
        accepts_name=text.is_header_name, must="the names of headers", kind=Several(kind=_PLAIN), example="X-A"
    ),
    "header_regexp": Named(
        accepts_name=text.is_header_name,
        must="the names of headers",
        kind=Fields(fields={"pattern": _REGEX}),
        example="X-A",
    ),
    "query": Named(accepts_name=_is_plain, must="names without {", kind=Several(kind=_PLAIN), example="a"),
    "protocol": _one_of("http", "https", "grpc", "http/1.0", "http/1.1", "http/2"),
    "remote_ip": Fields(fields={"ranges": Several(kind=_NETWORK)}),
    "client_ip": Fields(fields={"ranges": Several(kind=_NETWORK)}),
    "vars": Named(
        accepts_name=lambda name: name == _OF_ERROR, must=_OF_ERROR, kind=Several(kind=_PLAIN), example=_OF_ERROR
    ),
}
MATCHERS["not"] = Several(kind=Fields(fields=MATCHERS))
_ANSWERED = Fields(fields={"status_code": Several(kind=_STATUS), "headers": MATCHERS["header"]})
HANDLERS: dict[str, Fields] = {
    "static_response": Fields(
        fields={"status_code": _STATUS, "headers": _VALUES, "body": _ANSWER, "close": _FLAG, "abort": _FLAG}
    ),
    "headers": Fields(
        fields={
            "response": Fields(
                fields={
                    "add": _VALUES,
                    "set": _VALUES,
                    "delete": Several(kind=_NAME),
                    "deferred": _FLAG,
                    "require": _ANSWERED,
                },
                one_of=("add", "set", "delete"),  # without one of them, Caddy 2.8 does not start
            )
        }
    ),
    "error": Fields(fields={"status_code": _ERROR_STATUS, "error": _PLAIN}),
}
_ADDED_HANDLER = OneOf(key="handler", choices=HANDLERS)
ROUTE = Fields(
    fields={"match": Several(kind=Fields(fields=MATCHERS)), "handle": Several(kind=_ADDED_HANDLER), "terminal": _FLAG}
)
HANDLERS["subroute"] = Fields(fields={"routes": Several(kind=ROUTE)})

# What may change in ours.

_TRANSPORT = Fields(
    fields={
        "dial_timeout": _DURATION,
        "dial_fallback_delay": _DURATION,
        "response_header_timeout": _DURATION,
        "expect_continue_timeout": _DURATION,
        "read_timeout": _DURATION,
        "write_timeout": _DURATION,
        "max_response_header_size": _SIZE,
        "read_buffer_size": _SIZE,
        "write_buffer_size": _SIZE,
        "max_conns_per_host": _COUNT,
        "keep_alive": Fields(
            fields={
                "enabled": _FLAG,
                "probe_interval": _DURATION,
                "idle_timeout": _DURATION,
                "max_idle_conns": _COUNT,
                "max_idle_conns_per_host": _COUNT,
            }
        ),
    }
)
_PASSIVE = Fields(
    fields={
        "fail_duration": _DURATION,
        "max_fails": _COUNT,
        "unhealthy_request_count": _COUNT,
        "unhealthy_status": Several(kind=_ERROR_STATUS),
        "unhealthy_latency": _DURATION,
    }
)
_PROXY = Fields(
    fields={
        "flush_interval": _FLUSH,
        "stream_timeout": _DURATION,
        "stream_close_delay": _DURATION,
        "request_buffers": _SIZE,
        "response_buffers": _SIZE,
        "load_balancing": Fields(fields={"retries": _COUNT, "try_duration": _DURATION, "try_interval": _DURATION}),
        "health_checks": Fields(fields={"passive": _PASSIVE}),
        "transport": _TRANSPORT,
    }
)
_OUR_HANDLERS: dict[str, Fields] = {"reverse_proxy": _PROXY}
_OUR_HANDLER = OneOf(key="handler", choices=_OUR_HANDLERS)
_ROUTES = Parts(
    ours=Fields(fields={"handle": Parts(ours=_OUR_HANDLER, added=_ADDED_HANDLER, same=("handler",))}),
    added=ROUTE,
    same=("match", "group", "terminal"),
)
_OUR_HANDLERS["subroute"] = Fields(fields={"routes": _ROUTES})
_SERVER = Fields(
    fields={
        "read_timeout": _DURATION,
        "read_header_timeout": _DURATION,
        "write_timeout": _DURATION,
        "idle_timeout": _DURATION,
        "keepalive_interval": _DURATION,
        "max_header_bytes": _SIZE,
        "tls_connection_policies": Parts(ours=Fields(fields={"protocol_min": _one_of("tls1.3")})),
        "routes": _ROUTES,
        "errors": Fields(fields={"routes": _ROUTES}, may_be_added=False),
    },
    may_be_added=False,
)
_FILTERS = OneOf(
    key="filter",
    choices={
        "delete": Fields(fields={}),
        "hash": Fields(fields={}),
        "replace": Fields(fields={"value": _PLAIN}),
        "ip_mask": Fields(
            fields={"ipv4_cidr": _number(1, 32, "a number of bits"), "ipv6_cidr": _number(1, 128, "a number of bits")}
        ),
    },
)
_LAYOUT = Fields(
    fields={
        "time_format": _one_of(
            "unix_seconds_float", "unix_milli_float", "unix_nano", "iso8601", "rfc3339", "rfc3339_nano"
        ),
        "time_local": _FLAG,
        "duration_format": _one_of("seconds", "nano", "string"),
        "level_format": _one_of("lower", "upper"),
    }
)
_LEFT_OUT = Named(
    accepts_name=_is_plain, must="names without {", kind=_FILTERS, example="request>client_ip", within=">"
)
_WRAPPED = OneOf(key="format", choices={"json": _LAYOUT}, may_be_added=False)
_ENCODER = OneOf(
    key="format",
    choices={"filter": Fields(fields={"wrap": _WRAPPED, "fields": _LEFT_OUT})},
    may_be_added=False,
)  # of ours alone: a filter around it would write what is in a mapping past it
_SAMPLING = Fields(fields={"interval": _NANOSECONDS, "first": _COUNT, "thereafter": _COUNT})
_LOGS: dict[str, Kind] = {
    name: Fields(fields={"level": _one_of(*levels), "sampling": _SAMPLING, "encoder": _ENCODER}, may_be_added=False)
    for name, levels in {"default": ("WARN", "ERROR"), "access": ("INFO", "WARN", "ERROR")}.items()
}  # not DEBUG, which writes the headers of each request; nor INFO in the default log, which gets each request then
_HTTP = Fields(
    fields={
        "grace_period": _DURATION,
        "shutdown_delay": _DURATION,
        "servers": Servers(kind=_SERVER, fixed=("probes", "metrics")),
    },
    may_be_added=False,
)
CONFIGURATION = Fields(
    fields={
        "logging": Fields(fields={"logs": Fields(fields=_LOGS)}),
        "apps": Fields(fields={"http": _HTTP}),
    }
)
"""The whole configuration."""

INSTEAD = {
    "authentication": "set auth of the listener",
    "reverse_proxy": "set upstream of a route: what is added here would reach the app, or another, past the doors",
    "file_server": "set files of a route",
    "rewrite": "set rewrite of a route: the doors are chosen by the path",
    "request_body": "set maxBodySize of a route",
    "encode": "set spec.compression",
    "request": "set spec.headers.request: a change here could forge who the client is",
    "vars": "our own routes read variables",
    "map": "our own routes read variables",
    "expression": "use path, header, query and the like: an expression can read files and the environment",
    "vars_regexp": "use header_regexp or path_regexp: a variable can be a file or of the environment",
    "file": "set files of a route",
    "group": "use terminal: a group would take requests from our routes",
    "name": "leave it out: our own routes read what is kept by name",
    "log_credentials": "secrets stay out of the log",
    "writer": "the logs go to stdout and stderr",
}
"""What to do in place of what is refused, by its name, where there is more to say than to leave it out."""
