"""Maps for the access log: `escape=json` keeps bytes that are no UTF-8, and knows no credentials.

nginx writes the text at which an expression fails to its error log, and the limits of PCRE make one fail that tries too
much. So each takes time in proportion to the text: what is repeated is followed by a lookahead that none of it is left,
so that there is one way to match it, and groups are not repeated, as PCRE1 recurses for each.
"""

from __future__ import annotations

from krm_fn.engines.access_log import PATH_NAMES, REDACTED, secret_queries
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.function_config.generated.values import Spec


class LogLine(Record):
    """A regular expression, and what is logged where it matches."""

    pattern: str
    value: SafeText


class LogMap(Record):
    """A map whose last line matches every text: its default is only for an expression that fails."""

    source: SafeText
    variable: SafeText
    lines: tuple[LogLine, ...]


_FIELDS = (
    ("time", '"$time_iso8601"'),
    ("request.remote_ip", '"PEER"'),
    ("request.client_ip", '"$remote_addr"'),
    ("request.proto", '"$server_protocol"'),
    ("request.method", '"$request_method"'),
    ("request.host", '"$log_host"'),
    ("request.uri", '"$log_uri"'),
    ("status", "$log_status"),
    ("bytes", "$body_bytes_sent"),
    ("duration", "$request_time"),
    ("upstream_status", "$log_upstream_status"),
    ("upstream_duration", "$log_upstream_duration"),
    ("cache", '"$upstream_cache_status"'),
    ("substitution", '"$log_substitution"'),
    ("version", '"$log_version"'),
    ("referer", '"$log_referer"'),
    ("user_agent", '"$log_user_agent"'),
    ("request_id", '"$app_request_id"'),
    ("traceparent", '"$log_traceparent"'),
)
"""The fields of a line, and the JSON of their values. Those of the request are together."""
_FIRST = ("request.method", "duration", "cache", "referer", "traceparent")
"""Those that begin a line."""


def log_format(spec: Spec, peer: str, *, cached: bool, substitutes: bool, split: bool) -> tuple[SafeText, ...]:
    """Return the lines of the format: `peer` is the variable of the address that connected."""
    absent = (("cache", cached), ("substitution", substitutes), ("version", split))
    left_out = (*spec.access_log.omit, *(name for name, there in absent if not there))
    parts = [(name, value.replace("PEER", peer)) for name, value in _FIELDS if name not in left_out]
    lines, above = ["{"], ""
    for index, (name, value) in enumerate(parts):
        holder, _, key = name.rpartition(".")
        opening = f'"{holder}":{{' if holder and holder != above else ""
        next_holder = parts[index + 1][0].rpartition(".")[0] if index + 1 < len(parts) else ""
        closing = "}" if holder and holder != next_holder else ""
        text = f'{opening}"{key}":{value}{closing}' + ("," if index + 1 < len(parts) else "}")
        lines[-1:] = [lines[-1], text] if name in _FIRST else [lines[-1] + text]
        above = holder
    return tuple(map(SafeText, lines))


def log_maps(spec: Spec) -> tuple[LogMap, ...]:
    """Return the maps: $log_uri, $log_referer, $log_user_agent and $log_host are logged."""
    return (
        *_url("log_target", "log_uri", spec, most=_MOST),
        *_url("http_referer", "log_referer", spec),
        _map("http_host", "log_host_1", (_line("^.*@(.*)$", f"{REDACTED}@$1"),)),
        _utf8("log_host_1", "log_host"),
        _utf8("http_user_agent", "log_user_agent"),
    )


def _url(source: str, variable: str, spec: Spec, most: int = 1) -> tuple[LogMap, ...]:
    """Return the maps of a URL: for credentials in its query, in its path and before its host, and for UTF-8."""
    queries = (_line(f"^([^?#]*[?#]){each}", f"$1{REDACTED}") for each in secret_queries(spec))
    return (
        _map(source, f"{variable}_1", (_line("^[^?#]*$", f"${source}"), *queries)),
        _map(f"{variable}_1", f"{variable}_2", _all("[^?#]", _PARAMETER, "[^/?#;]*(?![^/?#;])", "")),
        _map(f"{variable}_2", f"{variable}_3", _all(".", "//", "[^/?#]*@(?![^@/?#]*@)", "@")),
        _utf8(f"{variable}_3", variable, most),
    )


def _all(other: str, before: str, secret: str, end: str) -> Iterator[LogLine]:
    """Yield the lines that replace each secret; of very many, with what is between them."""
    for count in range(_SECRETS, 0, -1):
        each = f"({other}*?{before}){secret}" * count
        others = f"(?:{other}*{before}{secret})?" if count == _SECRETS else ""
        kept = "".join(f"${place}{REDACTED}{end}" for place in range(1, count + 1))
        yield _line(f"^{each}{others}(.*)$", f"{kept}${count + 1}")


_PARAMETER = f";(?=[a-z0-9_.-]+=)(?={PATH_NAMES}=)[a-z0-9_.-]+="
_SECRETS = 3
"""How many secrets of one kind are replaced each."""
_WRONG = (
    r"(?:^|[\x00-\x7f])[\x80-\xbf]|[\xc0\xc1\xf5-\xff]|\xe0[\x80-\x9f]|\xed[\xa0-\xbf]|\xf0[\x80-\x8f]|\xf4[\x90-\xbf]|"
    r"[\xc2-\xdf](?:(?![\x80-\xbf])|[\x80-\xbf]{2})|[\xe0-\xef](?:(?![\x80-\xbf]{2})|[\x80-\xbf]{3})|"
    r"[\xf0-\xf4](?:(?![\x80-\xbf]{3})|[\x80-\xbf]{4})"
)
"""What is no UTF-8: too few or too many bytes after the first of a character, or a first that cannot be."""
_ASCII, _OTHER = r"([\x00-\x7f]*)(?![\x00-\x7f])", r"[\x80-\xff]+(?![\x80-\xff])"
_MARK = "\N{REPLACEMENT CHARACTER}"
_MOST = 8
"""How many runs of other bytes than ASCII are replaced each in a path: nginx has nine groups."""


def _utf8(source: str, variable: str, most: int = 1) -> LogMap:
    """Return the map that replaces what is no UTF-8: so many runs each, the last one up to the last such byte."""
    lines = [_line(rf"^(?![\s\S]*(?:{_WRONG}))", f"${source}")]
    for runs in range(1, most + 1):
        others = r"(?:[\s\S]*[\x80-\xff])?" if runs == most else ""
        kept = _MARK.join(f"${place}" for place in range(1, runs + 2))
        lines.append(_line(f"^{_OTHER.join([_ASCII] * runs)}{_OTHER}{others}{_ASCII}$", kept))
    return _map(source, variable, lines)


def _map(source: str, variable: str, lines: Iterable[LogLine]) -> LogMap:
    lines = (*lines, _line("^", f"${source}"))
    return LogMap(source=SafeText(f"${source}"), variable=SafeText(f"${variable}"), lines=lines)


def _line(pattern: str, value: str) -> LogLine:
    return LogLine(pattern=f"~*{pattern}", value=SafeText(value))
