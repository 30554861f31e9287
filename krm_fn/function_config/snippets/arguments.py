"""What is asked of the arguments of some directives in snippets."""

from __future__ import annotations

import re

from krm_fn.quoting import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Words = tuple[str, ...]

REDIRECTS = (301, 302, 303, 307, 308)
"""The statuses with which the argument of `return` is a URL."""
DEFINING = {"set": 1, "auth_request_set": 1, "map": -1, "geo": -1, "split_clients": -1}
"""The directives that define a variable, each with the place of its name among the words."""

_VARIABLE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_FRAMING = (
    *("connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"),
    "upgrade",
)
_URLS = ("http://", "https://", "$scheme")
_SIZE = re.compile(r"([0-9]{1,9})([kKmM]?)")
_UNITS = {"": 1, "k": 2**10, "m": 2**20}
_MOST_BUFFERS, _LARGEST_BUFFER = 8, 64 * 2**10


def reason_against(words: Words) -> str:
    """Return what a directive must be or do beside being allowed, as a sentence without its end; empty: it is."""
    return (_ARGUMENTS[words[0]](words) if words[0] in _ARGUMENTS else "") or _count(words) or _dollar(words)


def _count(words: Words) -> str:
    least, most = _COUNTS.get(words[0], (0, len(words)))
    if least < len(words) <= most + 1:
        return ""
    number = f"{least}" if least == most else f"{least} to {most}"
    return f"give {words[0]} {number} argument{'' if number == '1' else 's'}, got {len(words) - 1}"


_COUNTS = {
    "return": (1, 2),
    "add_header": (2, 3),
    "set": (2, 2),
    "rewrite": (2, 3),
    "limit_conn": (2, 2),
    "if": (1, 99),
    "map": (2, 2),
    "geo": (1, 2),
    "split_clients": (2, 2),
    "limit_conn_zone": (2, 2),
    "proxy_buffers": (2, 2),
    **dict.fromkeys(("limit_rate", "limit_rate_after", "default_type", "charset", "etag", "max_ranges"), (1, 1)),
    **dict.fromkeys(("proxy_buffer_size", "proxy_busy_buffers_size", "limit_req_status", "gzip"), (1, 1)),
}
"""How many arguments some directives take."""


def _dollar(words: Words) -> str:
    """Refuse a $ that begins no variable, where variables are expanded."""
    odd = next((each for each in words[2:] if _LONE_DOLLAR.search(each)), "") if words[0] in _EXPANDED else ""
    remedy = 'Define one in spec.snippets.http: geo $my_dollar { default "$"; }'
    return f"have no $ without the name of a variable, got {shown(odd)}. {remedy}" if odd else ""


_LONE_DOLLAR = re.compile(r"\$(?![A-Za-z0-9_{])")
_EXPANDED = ("return", "add_header", "set")


def why_not_buffers(found: Mapping[str, Words], where: str) -> str:
    """Return why nginx does not start with the sizes of buffers that a block sets, as a sentence; empty: it does."""
    number, size = found.get("proxy_buffers", ("", "8", "16k"))[1:]
    first = size_of(found.get("proxy_buffer_size", ("", "32k"))[1])
    each, busy = size_of(size), size_of(found.get("proxy_busy_buffers_size", ("", "0"))[1])
    if first is None or each is None or busy is None or not (number.isascii() and number[:9].isdigit()):
        return ""  # nginx says so itself
    largest, all_but_one = max(first, each), (int(number[:9]) - 1) * each
    if largest <= (busy or 2 * largest) <= all_but_one:
        return ""
    place = ", in the snippet of a listener or of a route" if where == "http" else ""
    beside = f"proxy_buffers 8 {_shown_size(largest)} beside it, and no proxy_busy_buffers_size{place}"
    return (
        "have buffers that go together: proxy_busy_buffers_size, or twice the largest buffer, must be no less than a "
        f"buffer, and no more than all proxy_buffers but one. Use {beside}"
    )


def _shown_size(size: int) -> str:
    return f"{size // 1024}k" if size % 1024 == 0 else str(size)


def _if(words: Words) -> str:
    """Check that a condition is about a variable, as nginx reads it: the parentheses may be words of their own."""
    inside = " ".join(words[1:]).removeprefix("(").lstrip(" ")
    if not words[-1].endswith(")") or not words[1:][0].startswith("(") or not inside.startswith("$"):
        return f"test a variable with if, got {shown(' '.join(words[1:]))}: other conditions look at files"
    return ""


def _return(words: Words) -> str:
    status = words[1] if len(words) > 1 else ""
    if not (status.isascii() and status.isdigit()):
        return "" if status.startswith(_URLS) else f"return a status or a URL, got {shown(status)}"
    if 200 <= int(status) <= 451 or 500 <= int(status) <= 511:  # noqa: PLR2004 # what HTTP registers
        return ""
    return f"return a status from 200 to 451 or from 500 to 511, got {status}: the proxy itself uses others"


def _rewrite(words: Words) -> str:
    target, flags = words[2] if len(words) > 2 else "", words[3:]  # noqa: PLR2004 # rewrite, regex, target, flag
    if flags in (("redirect",), ("permanent",)) or (not flags and target.startswith(_URLS)):
        return ""
    return (
        "redirect with rewrite, by a last word redirect or permanent: another path would be sent to the app than "
        "the one that was judged. Use routes[].rewrite to send another path"
    )


def _defined(words: Words) -> str:
    name = words[DEFINING[words[0]]] if len(words) > 1 else ""
    return (
        "" if _VARIABLE.fullmatch(name) else f"define a variable with {words[0]}, such as $my_value, got {shown(name)}"
    )


def _add_header(words: Words) -> str:
    name = words[1] if len(words) > 1 else ""
    if not _HEADER.fullmatch(name):
        return f"name a header with add_header, got {shown(name)}"
    return f"not add {name}: it says where a response ends" if name.lower() in _FRAMING else ""


def _status(words: Words) -> str:
    odd = next((word for word in words[1:] if word not in ("429", "503")), "")
    return f"set {words[0]} to 429 or 503, got {shown(odd)}" if odd else ""


def _gzip(words: Words) -> str:
    return (
        ""
        if words[1:] == ("off",)
        else "have gzip off, or no gzip: entity tags of what it compresses would change. Use spec.compression: "
        "enabled, types"
    )


def _header_buffers(words: Words) -> str:
    number, size = words[1:] if len(words) == 3 else ("1", words[-1])  # noqa: PLR2004 # name, number, size
    few = number.isascii() and number.isdigit() and 0 < int(number[:9]) <= _MOST_BUFFERS
    if few and 0 < (size_of(size) or 0) <= _LARGEST_BUFFER:
        return ""
    most = f"{_MOST_BUFFERS} 64k" if words[0] == "large_client_header_buffers" else "64k"
    return f"set {words[0]} to at most {most}, got {shown(' '.join(words[1:]))}: each client takes so much memory"


def size_of(text: str) -> int | None:
    """Return the bytes of a size; None where it is none."""
    found = _SIZE.fullmatch(text)
    return int(found[1]) * _UNITS[found[2].lower()] if found else None


_ARGUMENTS: Mapping[str, Callable[[Words], str]] = {
    "if": _if,
    "return": _return,
    "rewrite": _rewrite,
    "set": _defined,
    "map": _defined,
    "geo": _defined,
    "split_clients": _defined,
    "add_header": _add_header,
    "limit_req_status": _status,
    "limit_conn_status": _status,
    "gzip": _gzip,
    "client_header_buffer_size": _header_buffers,
    "large_client_header_buffers": _header_buffers,
}
