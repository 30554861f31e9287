r"""Scripts: which of them a path runs, and which files are assets.

The expressions are about the decoded path, by which routes are chosen as well, and are of the dialect that PCRE and RE2
share. A name ends with `\z`: `$` would also match before a line break, at which a guard's own path would not end.
"""

from __future__ import annotations

from krm_fn.engines.media_types import MEDIA_TYPES
from krm_fn.function_config.generated.values import FastCGI
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyListener
    from krm_fn.function_config.generated.values import OtherUpstream

_NAME = "[0-9A-Za-z_~-]*"
"""What `*` stands for."""
_NOT_SERVED = (
    *("text/html", "text/csv", "text/markdown", "text/plain", "text/xml", "application/xhtml+xml", "application/yaml"),
    *("application/atom+xml", "application/rss+xml", "application/ld+json", "application/gzip", "application/zip"),
)
"""The types of files that lie beside scripts and are often not meant for clients: settings, dumps, archives, pages."""
_NOT_ENDINGS = frozenset(("json",))


class Script(Record):
    """The paths that run a script."""

    expression: str
    """Its first group is the script's path, where `script` is empty; its second one what is below it."""
    script: str = ""
    below: bool = False
    """Whether there is a second group."""


def settings_of(proxy_listener: ProxyListener, other: OtherUpstream | None) -> FastCGI:
    """Return the settings of FastCGI of a route's upstream; None is the listener's own."""
    upstream = proxy_listener.listener.upstream if other is None else other
    return upstream.fastcgi or FastCGI()


def parameter_of(header: str) -> str:
    """Return the name of the parameter of a header: CGI makes one character of all that are no letters or digits."""
    name = "".join(char if char.isalnum() else "_" for char in header.upper())
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


def script_at(settings: FastCGI, path: str) -> str:
    """Return the path of the script that a path runs."""
    import re  # noqa: PLC0415 # few apps speak FastCGI

    for each in scripts_of(settings):
        found = re.match(each.expression.replace(r"\z", r"\Z"), path)
        if found:
            return each.script or str(found[1])
    return f"/{settings.index}"


def scripts_of(settings: FastCGI) -> tuple[Script, ...]:
    """Return the scripts in the order in which they are looked for; every other path is the front controller's."""
    front = f"/{settings.index}"
    found = [Script(expression=rf"^({_plain(front)})((?s:/.*)?)\z", below=True)]
    for path in settings.scripts:
        name = _plain(path.removesuffix("/"))
        if path.endswith("/"):
            found.append(Script(expression=rf"^({name})((?s:/.*)?)\z", below=True))
        else:
            found.append(Script(expression=rf"^({name})\z"))
        folder = path.removesuffix("/").rpartition("/")[0] + "/"
        if folder != "/" and _is_named(path, settings.index):
            found.append(Script(expression=rf"^{_plain(folder)}\z", script=folder + settings.index))
    return tuple(dict.fromkeys(found))


def asset_expressions(settings: FastCGI) -> tuple[str, ...]:
    """Return the expressions of the paths at which the proxy looks for an asset, one for each folder."""
    endings = "|".join(
        ending
        for media_type, every in MEDIA_TYPES.items()
        if media_type not in _NOT_SERVED
        for ending in every
        if ending not in _NOT_ENDINGS
    )
    segment = r"[^/\\.\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]*"
    below = rf"(?:{segment}/)*{segment}(?i:\.(?:{endings}))\z"
    return tuple(f"^{_plain(folder)}{below}" for folder in dict.fromkeys(settings.assets))


def _is_named(path: str, index: str) -> bool:
    """Return whether a script may have the name of the front controller."""
    import re  # noqa: PLC0415 # few apps speak FastCGI

    return re.fullmatch(_plain(path.removesuffix("/").rpartition("/")[2]), index) is not None


def _plain(path: str) -> str:
    return path.replace(".", "\\.").replace("*", _NAME)
