"""Static files of a route: the directives of its location, and the maps by which these go."""

from __future__ import annotations

from krm_fn.engines.files.patterns import WELL_KNOWN, expression_of, without_fallback
from krm_fn.engines.media_types import type_of
from krm_fn.engines.nginx.quoting import quoted, quoted_verbatim, regex_of, word
from krm_fn.engines.paths import OWN
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyListener
    from krm_fn.function_config.generated.values import Route, StaticFiles

_ABSENT = quoted(f"{OWN}/absent")
"""A path at which no file lies."""
_REVALIDATE = SafeText("no-cache")


class FileMap(Record):
    """A map of nginx whose values depend on the path."""

    source: SafeText
    variable: SafeText
    lines: tuple[tuple[SafeText, SafeText], ...]
    """Keys with their values; the first expression that matches counts."""
    otherwise: SafeText


class Served(Record):
    """How a location serves files."""

    root: SafeText
    """The directory below which each file lies at its URL path."""
    media_type: SafeText | None
    """Of the one file, where its URL path has another ending."""
    cache_control: SafeText
    precompressed: bool
    """Whether compressed twins are looked for."""
    has_times: bool
    """Whether the times of files say when these changed."""
    redirects: bool
    """Whether nginx redirects the path of a folder to the one with a slash."""
    hidden: str | None
    """The expression of the paths that are answered 404, whatever lies there."""
    tried: tuple[SafeText, ...]
    """What is looked for, one after another."""
    maps: tuple[FileMap, ...]


def served(proxy_listener: ProxyListener, route: Route, files: StaticFiles, place: str) -> Served:
    """Return the directives of a route that serves files; what the names of its variables end in is given."""
    maps: list[FileMap] = []
    found = Served(
        root=quoted(proxy_listener.root_of(route)),
        media_type=None,
        cache_control=_REVALIDATE,
        precompressed=proxy_listener.has_twins(route),
        has_times=proxy_listener.has_times(route),
        redirects=files.image is not None,
        hidden=None,
        tried=(),
        maps=(),
    )
    if files.browser_cache:
        variable = SafeText(f"$browser_cache_{place}")
        maps.append(_cache_map(variable, proxy_listener, route, files))
        found = found.replace(cache_control=variable)
    if route.match == "exact":
        expected = type_of(files.key or route.path)
        media_type = word(expected) if expected != type_of(route.path) else None
        return found.replace(media_type=media_type, maps=tuple(maps))
    tried = [SafeText("$uri"), *(SafeText(f"$uri/{word(name)}") for name in files.index)]
    if found.redirects:
        variable = SafeText(f"$folder_{place}")
        lines = ((_key("[^/]$"), SafeText("$uri")),)
        maps.append(FileMap(source=SafeText("$uri"), variable=variable, lines=lines, otherwise=_ABSENT))
        tried.insert(1, SafeText(f"{variable}/"))
    if files.fallback:
        fallback = quoted(route.path + files.fallback)
        if without_fallback(files):
            variable = SafeText(f"$fallback_{place}")
            keys = [_key(f"^{regex_of(route.path)}{expression_of(each)}$") for each in without_fallback(files)]
            excepted = tuple((key, _ABSENT) for key in keys)
            maps.append(FileMap(source=SafeText("$uri"), variable=variable, lines=excepted, otherwise=fallback))
            fallback = variable
        tried.append(fallback)
    return found.replace(hidden=_hidden(route, files), tried=tuple(tried), maps=tuple(maps))


def _hidden(route: Route, files: StaticFiles) -> str:
    """Return the expression of the paths with a segment that begins with a dot."""
    first = f"(.*/|(?!{expression_of(WELL_KNOWN)}))" if files.image else "(.*/)?"
    return rf"^{regex_of(route.path)}{first}\."


def _cache_map(variable: SafeText, proxy_listener: ProxyListener, route: Route, files: StaticFiles) -> FileMap:
    """Return the map of Cache-Control: by the status, and by the path of the file that is sent in the end.

    nginx makes a 206 or 416 of a 200 later than it adds headers, so that no request for a part matches.
    """
    from krm_fn.engines.files.browser_cache import SENT, cache_rules, value_for  # noqa: PLC0415 # few routes need it

    assert files.browser_cache  # noqa: S101 # the caller has checked
    listener, sent = proxy_listener.listener, f"^(?:{'|'.join(map(str, SENT))}) "
    if route.match == "exact":
        name = files.key or route.path.rpartition("/")[2]
        lines = [(_key(sent), quoted(value_for(name, files.browser_cache, route, listener)))]
    else:
        before = sent + regex_of(route.path) + "/?"  # a second slash stands before the name of an index
        rules = cache_rules(files.browser_cache, route, listener)
        lines = [(_key(f"{before}{rule.expression}$"), quoted(rule.value)) for rule in rules]
    return FileMap(
        source=SafeText('"$status$http_range $uri"'), variable=variable, lines=tuple(lines), otherwise=_REVALIDATE
    )


def _key(expression: str) -> SafeText:
    return quoted_verbatim(f"~{expression}")
