"""What text in the proxy's settings may be, as plain predicates without `re`: for the models and the acceptor."""

# ruff: noqa: PLR2004 # each limit is in the one function that it is for

from __future__ import annotations

LOWER = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
WORD = LOWER + LOWER.upper() + DIGITS
_USUAL_NETWORKS = (
    "127.0.0.0/8",
    "::1/128",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
)


def only(value: str, allowed: str) -> bool:
    """Return whether the text has only these characters."""
    return not value.strip(allowed)


def is_count(value: str) -> bool:
    """Accept a number of at most nine digits."""
    return 0 < len(value) <= 9 and only(value, DIGITS)


def is_text(value: str) -> bool:
    """Accept any text that YAML and UTF-8 can hold: no NUL, no lone surrogates."""
    return (value.isascii() and "\0" not in value) or not any(
        char == "\0" or "\ud800" <= char <= "\udfff" for char in value
    )


def is_line(value: str) -> bool:
    """Accept one line of text without control characters, not empty."""
    return 0 < len(value) <= 1024 and is_text(value) and not any(char < " " or char == "\x7f" for char in value)


def is_header_name(value: str) -> bool:
    """Accept the name of a header: letters, digits and '-', which every proxy accepts, and no more than nginx keeps."""
    return 0 < len(value) <= 46 and only(value, WORD + "-") and only(value[0], WORD)


def is_header_value(value: str) -> bool:
    """Accept the value of a header: printable ASCII, no space at an end."""
    return 0 < len(value) <= 1024 and value == value.strip() and all(" " <= char <= "~" for char in value)


def is_header_pattern(value: str) -> bool:
    """Accept a pattern of values: * and ? have a meaning. Many * would take long to match."""
    return len(value) <= 200 and is_header_value(value) and value.count("*") <= 3


def is_redirect_target(value: str) -> bool:
    """Accept an absolute path or a URL, of the characters that a URI has."""
    after = value.partition("://")[2] if value.startswith(("http://", "https://")) else ""
    is_path = value.startswith("/") and not value.startswith("//")
    return len(value) <= 1024 and only(value, WORD + "-._~:/?#[]@!$&'()*+,;=%") and (is_path or after.strip("/") != "")


def is_answer(value: str) -> bool:
    """Accept lines of text of at most 2000 bytes, not empty."""
    odd = any((char < " " and char not in "\n\t") or char == "\x7f" for char in value)
    return value != "" and not odd and is_text(value) and len(value.encode()) <= 2000


def is_rewrite_path(value: str) -> bool:
    """Accept a path of the characters that need no escape in one; `$` only before a digit that names a group."""
    pieces = value.split("$")
    return (
        0 < len(value) <= 255
        and value.startswith("/")
        and all(only(piece, WORD + "-._~/&+,;=:@") for piece in pieces)
        and all(piece[:1] in "123456789" and piece for piece in pieces[1:])
    )


def is_location_start(value: str) -> bool:
    """Accept what a Location begins with: a path or a URL that ends in a slash, so that it ends no host's name."""
    with_scheme = value.startswith(("http://", "https://"))
    origin, _, rest = (value.partition("://")[2] if with_scheme else value).partition("/")
    host, colon, port = origin.partition(":")
    known = host != "" and only(host, WORD + ".-") and (not colon or is_port(port)) if with_scheme else origin == ""
    below = rest == "" or (rest[0] != "/" and only(rest, WORD + "-._~:/@&+,;=%"))
    return len(value) <= 1024 and value.endswith("/") and known and below


def is_upstream_host(value: str) -> bool:
    """Accept `client`, `upstream`, or a host's name with a dot or a port, which neither of these words has."""
    host, colon, port = value.partition(":")
    ported = is_port(port) if colon else "." in host
    return value in ("client", "upstream") or (len(value) <= 253 and host != "" and is_cookie_domain(host) and ported)


def is_cookie_domain(value: str) -> bool:
    """Accept a host's name without a port, or nothing."""
    labels = value.split(".") if value else []
    known = all(each and only(each, LOWER + DIGITS + "-") for each in labels)
    return len(value) <= 253 and known and not any("-" in each[0] + each[-1] for each in labels)


def is_port(value: str) -> bool:
    """Accept one to five digits."""
    return 0 < len(value) <= 5 and only(value, DIGITS)


def is_resolver(value: str) -> bool:
    """Accept a DNS server: a host's name or IPv4 address, or an IPv6 address in brackets, and perhaps a port."""
    if value.startswith("["):
        address, closed, rest = value[1:].partition("]")
        known = ":" in address and "/" not in address and is_network(address)
        return closed != "" and known and (rest == "" or (rest[0] == ":" and _is_reachable(rest[1:])))
    host, colon, port = value.partition(":")
    return host != "" and is_cookie_domain(host) and (not colon or _is_reachable(port))


def _is_reachable(port: str) -> bool:
    return is_port(port) and 0 < int(port) <= 65535


def is_request_path(value: str) -> bool:
    """Accept a path that the proxy itself requests, or matches requests with."""
    segments = value.split("/")
    plain = 0 < len(value) <= 255 and value.startswith("/") and only(value, WORD + "-._/")
    return plain and "//" not in value and "." not in segments and ".." not in segments


def is_blocked_path(value: str) -> bool:
    """Accept a plain path other than /, or an ending of names."""
    if value.startswith("*."):
        return len(value) <= 100 and all(part and only(part, WORD + "_-") for part in value[2:].split("."))
    return len(value) <= 100 and value != "/" and is_request_path(value)


def is_script_name(value: str) -> bool:
    """Accept the name of a script of PHP."""
    return len(value) <= 100 and value.endswith(".php") and value != ".php" and only(value[:-4], WORD + "_-")


def is_script_path(value: str) -> bool:
    """Accept the path of a script: plain folders, and a name, in which `*` may stand for a part."""
    folder, _, name = value.removesuffix("/").rpartition("/")
    stem = name.removesuffix(".php")
    return (
        len(value) <= 100
        and value.startswith("/")
        and stem not in ("", name)
        and only(stem, WORD + "_*-")
        and "**" not in stem
        and is_asset_folder(f"{folder}/", root=True)
    )


def is_asset_folder(value: str, *, root: bool = False) -> bool:
    """Accept the path of a folder, with a slash at both ends; `/` itself only where it may be that."""
    if value == "/":
        return root
    segments = value[1:-1].split("/")
    return (
        len(value) <= 100
        and value[:1] == value[-1:] == "/"
        and all(part and part[0] != "." and only(part, WORD + "._~-") for part in segments)
    )


def is_part_of_user_agent(value: str) -> bool:
    """Accept printable ASCII, with no space at an end."""
    return len(value) <= 200 and is_header_value(value)


def is_origin(value: str) -> bool:
    """Accept a web origin: scheme, host and perhaps port; a host may begin with `*.`."""
    scheme, separator, rest = value.partition("://")
    host, colon, port = rest.removeprefix("*.").partition(":")
    return (
        len(value) <= 253
        and scheme in ("http", "https")
        and separator != ""
        and host != ""
        and only(host, LOWER + DIGITS + ".-")
        and only(host[0] + host[-1], LOWER + DIGITS)
        and (not colon or (0 < len(port) <= 5 and only(port, DIGITS)))
    )


def is_method(value: str) -> bool:
    """Accept a request method in capitals."""
    return 0 < len(value) <= 20 and only(value, LOWER.upper())


def is_sought_text(value: str) -> bool:
    """Accept one line of text that is short enough to be looked for."""
    return is_line(value) and len(value.encode()) <= 255


def is_replacement(value: str) -> bool:
    """Accept one line of text, or none."""
    return value == "" or is_line(value)


def is_realm(value: str) -> bool:
    """Accept the realm of basic authentication."""
    return 0 < len(value) <= 64 and value == value.strip() and only(value, WORD + " ._-")


def is_user_name(value: str) -> bool:
    """Accept a user's name that can be a Secret's key."""
    return 0 < len(value) <= 64 and only(value, WORD + "._-") and only(value[0], WORD)


def is_snippet(value: str) -> bool:
    """Accept lines of text of at most 16384 bytes, not empty."""
    odd = any(char < " " and char not in "\n\t" for char in value)
    return value != "" and not odd and is_text(value) and len(value.encode()) <= 16384


def is_version(value: str) -> bool:
    """Accept a version of two or three numbers."""
    numbers = value.split(".")
    return len(numbers) in (2, 3) and all(0 < len(number) <= 4 and only(number, DIGITS) for number in numbers)


def is_name_pattern(value: str) -> bool:
    """Accept a name, or a regular expression of RE2's."""
    if not is_line(value):
        return False
    if only(value, WORD + "-."):
        return True
    from krm_fn.selectors.name_regex import NameRegex  # noqa: PLC0415 # not needed by most inputs

    try:
        NameRegex(value)
    except ValueError:
        return False
    return True


def is_label_query(value: str) -> bool:
    """Accept a label selector as text."""
    from krm_fn.selectors.label_query import is_label_query as is_query  # noqa: PLC0415 # not needed by most inputs

    return is_line(value) and is_query(value)


def is_name_pattern_or_empty(value: str) -> bool:
    """Accept a name pattern, or nothing: empty stands for the core group, or no namespace."""
    return value == "" or is_name_pattern(value)


def is_query_name(value: str) -> bool:
    """Accept a name of a query parameter that needs no escape."""
    return 0 < len(value) <= 64 and only(value, WORD + "_.-")


def is_cookie_name(value: str) -> bool:
    """Accept a cookie's name that proxies can match."""
    return 0 < len(value) <= 128 and only(value, WORD + "_.-")


def is_cookie_value(value: str) -> bool:
    """Accept a cookie's value that every app reads alike."""
    return 0 < len(value) <= 256 and all("!" <= char <= "~" and char not in "\"',;\\" for char in value)


def is_parameter_name(value: str) -> bool:
    """Accept the name of a query's parameter that no app reads as another one, or with * the beginning of names."""
    name = value.removesuffix("*")
    return name != "" and len(value) <= 64 and only(name, WORD + "_~-")


def is_variable_name(value: str) -> bool:
    """Accept a cookie's name that can be a part of a variable's name in nginx."""
    return 0 < len(value) <= 64 and only(value, WORD + "_")


def is_media_type(value: str) -> bool:
    """Accept a media type in lower case, without parameters. nginx allows at most 46 characters."""
    kind, _, subtype = value.partition("/")
    return (
        len(value) <= 46
        and kind != ""
        and only(kind, LOWER)
        and subtype != ""
        and only(subtype, LOWER + DIGITS + ".+-")
        and only(subtype[0], LOWER + DIGITS)
    )


def is_duration(value: str) -> bool:
    """Accept a positive number with one of the units ms, s, m, h, d."""
    return is_seconds(value) or (value.endswith("ms") and is_seconds(value[:-2] + "s"))


def is_seconds(value: str) -> bool:
    """Accept a duration of whole seconds."""
    return is_count(value[:-1]) and value[0] != "0" and value[-1] in "smhd"


def is_size(value: str) -> bool:
    """Accept a number of bytes, or with one of the units k, m, g."""
    return is_small_size(value) or (value.endswith("g") and is_count(value[:-1]))


def is_small_size(value: str) -> bool:
    """Accept a size without the unit g."""
    return is_count(value[:-1] if value.endswith(("k", "m")) else value)


def is_file_pattern(value: str) -> bool:
    """Accept a pattern of names of files, or of paths: plain characters, * and ?. Many * would take long to match."""
    segments = value.removeprefix("/").split("/")
    plain = all(segment != "" and only(segment, WORD + "._~@+,=*?-") for segment in segments)
    return plain and len(value) <= 128 and value.count("*") <= 3


def is_network(value: str) -> bool:
    """Accept an IP address or network; the prefix length in digits, and no bits set after it."""
    if value in _USUAL_NETWORKS:
        return True
    if not only(value, "0123456789abcdefABCDEF.:/"):
        return False
    import ipaddress  # noqa: PLC0415 # not needed by most inputs

    try:
        network = ipaddress.ip_network(value)
    except ValueError:
        return False
    return "/" not in value or value.endswith(f"/{network.prefixlen}")
