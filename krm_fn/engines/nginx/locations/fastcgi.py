"""PHP-FPM behind nginx: the script of a path, and the files beside the scripts."""

from __future__ import annotations

from krm_fn.engines.fastcgi.scripts import asset_expressions, parameter_of, scripts_of
from krm_fn.engines.nginx.headers.header_plan import Header
from krm_fn.engines.nginx.quoting import quoted, quoted_verbatim, word
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krm_fn.engines.engine import ReadyCheck
    from krm_fn.function_config.generated.values import FastCGI

_NOT_SENT = ("Proxy", "HTTPS", "Connection", "Upgrade", "Keep-Alive", "TE", "Transfer-Encoding", "Expect")
"""What concerns the client's connection alone; Proxy, which a script would take for the variable HTTP_PROXY; and HTTPS,
which is the proxy's to say."""
_PARAMETER, _NOTHING = SafeText("fastcgi_param"), SafeText('""')


class ScriptMaps(Record):
    """The keys by which a path leads to a script, or to an asset, for the routes with the same settings."""

    number: SafeText
    root: SafeText
    others: SafeText
    """The key of every other path."""
    front: SafeText
    """The path of the front controller, which these run."""
    scripts: tuple[tuple[SafeText, SafeText], ...]
    """Keys, each with the path of the script."""
    below: tuple[SafeText, ...]
    """The keys whose second group is what is below the script."""
    path_info: bool
    """Whether the front controller gets every path as one that is below its own."""
    assets: tuple[SafeText, ...]
    """The keys of the paths of assets."""


class ScriptPass(Record):
    """How a location sends requests to PHP-FPM."""

    number: SafeText
    """Of its maps."""
    root: SafeText
    streams: bool
    """Whether bodies go on as they arrive, so that their length must be known."""


def script_pass(settings: FastCGI, number: int, *, streams: bool) -> ScriptPass:
    """Return how requests are sent to PHP-FPM by the maps of a number."""
    return ScriptPass(number=SafeText(str(number)), root=word(settings.root), streams=streams)


def script_maps(settings: FastCGI, number: int) -> ScriptMaps:
    """Return the maps for the routes with the same settings."""

    def key(expression: str) -> SafeText:
        return quoted_verbatim(f"~^{number}:{expression.removeprefix('^')}")

    scripts = scripts_of(settings)
    return ScriptMaps(
        number=SafeText(str(number)),
        root=word(settings.root),
        others=key("^"),
        front=quoted(f"/{settings.index}"),
        scripts=tuple((key(each.expression), quoted(each.script) if each.script else _FIRST) for each in scripts),
        below=tuple(key(each.expression) for each in scripts if each.below),
        path_info=settings.path_info,
        assets=tuple(key(each) for each in asset_expressions(settings)),
    )


_FIRST = SafeText("$1")


def header_parameters(headers: Iterable[Header]) -> tuple[Header, ...]:
    """Return the parameters of headers of requests, each once: the last one counts, as where headers are set."""
    sent = {"CONTENT_TYPE": SafeText("$content_type"), "HTTP_CONTENT_TYPE": _NOTHING, "HTTP_CONTENT_LENGTH": _NOTHING}
    sent |= {parameter_of(name): _NOTHING for name in _NOT_SENT}
    for header in headers:
        sent[parameter_of(str(header.name))] = header.value
    return tuple(Header(name=SafeText(name), value=value) for name, value in sent.items())


def ready_parameters(check: ReadyCheck, target: str) -> tuple[Header, ...]:
    """Return the directives with the parameters of the request that finds out whether PHP-FPM is ready."""
    path, _, query = target.partition("?")
    values = {
        "SCRIPT_FILENAME": check.script_root + check.script,
        "SCRIPT_NAME": check.script,
        "DOCUMENT_ROOT": check.script_root,
        "DOCUMENT_URI": path,
        "REQUEST_URI": target,
        "QUERY_STRING": query,
        "REQUEST_METHOD": "GET",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "GATEWAY_INTERFACE": "CGI/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": check.host or "localhost",
        "HTTP_HOST": check.host or "localhost",
    }
    given = (f"{name} {quoted(value)}" for name, value in values.items())
    return tuple(Header(name=_PARAMETER, value=SafeText(each)) for each in given)
