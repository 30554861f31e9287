"""What a listener is rendered to: a server block, with TLS, authentication, pages, and its locations."""

from __future__ import annotations

from krm_fn.engines.nginx.headers.header_plan import Header
from krm_fn.engines.nginx.locations.guarding.authenticating import AuthLocation, Basic, External, authentication
from krm_fn.engines.nginx.locations.location import Location
from krm_fn.engines.nginx.locations.outward import server_directives
from krm_fn.engines.nginx.quoting import quoted
from krm_fn.engines.nginx.snippets import parts_of
from krm_fn.engines.nginx.statuses import AS_400
from krm_fn.engines.paths import OWN, page_path, request_target, secret_file
from krm_fn.engines.routes import LOCALHOST, maintenance_of
from krm_fn.engines.templates import SafeText
from krm_fn.function_config.listeners import auths_of
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyListener, ProxyPlan, ReadyCheck
    from krm_fn.engines.nginx.upstreams import Upstreams
    from krm_fn.engines.path_forms import Refusal
    from krm_fn.function_config.generated.values import Listener


HTTP2_DIRECTIVE = (1, 25, 1)
"""The first version with a directive for HTTP/2, with which a port without TLS takes HTTP/2 and HTTP/1."""


HTTP2_UPSTREAMS = (1, 29, 4)
"""The first version that sends requests to upstreams by HTTP/2."""


class PageLocation(Record):
    """The location of a page of the proxy's own."""

    path: str
    retry_after: int | None = None


class PagesOf(Record):
    """Statuses, and the path of their page."""

    statuses: tuple[int, ...]
    path: str


class Certificates(Record):
    """The files of TLS."""

    certificate: SafeText
    key: SafeText
    clients: SafeText | None
    verify: SafeText


class RefusalMap(Record):
    """A map whose variable is 1 for requests that are refused."""

    source: SafeText
    variable: SafeText
    passed: tuple[str, ...]
    """Its keys for requests about which the next map decides, whatever the others say."""
    refused: tuple[str, ...]
    """Its keys for those that are refused."""
    otherwise: SafeText
    """The variable of the next map; 0 where there is none."""


class Server(Record):
    """A server block: a listener and its locations."""

    proxy_listener: ProxyListener
    port: int
    locations: tuple[Location, ...]
    refusals: tuple[RefusalMap, ...]
    listen: SafeText
    """The options after the port."""
    http2: bool
    """Whether it is turned on by a directive of its own."""
    tls: Certificates | None
    basic: Basic | None
    external: External | None
    services: tuple[AuthLocation, ...]
    """The locations that send requests to auth services."""
    error_pages: tuple[PagesOf, ...]
    intercepts: bool
    has_cors: bool
    """Whether other origins may read answers of some routes, and so the pages in place of them."""
    maintenance: str | None
    """The path of the page while the app is under maintenance; empty for a line of text."""
    maintained_for: tuple[str, ...]
    """The networks whose clients are allowed during maintenance."""
    pages: tuple[PageLocation, ...]
    own_paths: tuple[str, ...]
    """What the proxy requests within itself: the rules of the snippet are not asked about it."""
    outward: tuple[Header, ...]
    """The directives of what leaves in headers of the app's answers."""
    added: SafeText
    """The directives of the snippet with headers, which locations with headers of their own must repeat."""


def server_of(
    proxy_listener: ProxyListener, plan: ProxyPlan, locations: tuple[Location, ...], upstreams: Upstreams
) -> Server:
    """Return the server block of a listener."""
    listener = proxy_listener.listener
    by_directive = plan.version is None or plan.version >= HTTP2_DIRECTIVE
    for_clients = "h2c" in proxy_listener.protocols or (proxy_listener.takes_http2 and by_directive)
    http2 = bool(listener.tls) or for_clients or any(location.protocol == "grpc" for location in locations)
    options = [
        *(["ssl"] if listener.tls else []),
        *(["http2"] if http2 and not by_directive else []),
        *(["proxy_protocol"] if listener.proxy_protocol else []),
    ]
    maintenance = maintenance_of(listener)
    pages = {page_path(each.page): PageLocation(path=page_path(each.page)) for each in listener.error_pages.pages}
    if maintenance and maintenance.page:
        path = page_path(maintenance.page)
        pages[path] = PageLocation(path=path, retry_after=maintenance.retry_after)
    auth = authentication(proxy_listener, plan.spec, upstreams)
    own = (location.auth.external for location in locations if location.auth and not location.is_twin)
    externals = [external for external in (auth.external, *own) if external]
    return Server(
        proxy_listener=proxy_listener,
        port=listener.port,
        locations=locations,
        refusals=_refusals(proxy_listener) if len(locations) > 1 or any(True for _ in auths_of(listener)) else (),
        listen=SafeText("".join(f" {option}" for option in options)),
        http2=http2 and by_directive,
        tls=_certificates(proxy_listener, plan),
        basic=auth.basic,
        external=auth.external,
        error_pages=tuple(
            PagesOf(statuses=_caught(each.statuses, listener), path=page_path(each.page))
            for each in listener.error_pages.pages
        ),
        intercepts=listener.error_pages.of_app,
        has_cors=any(location.cors for location in locations),
        maintenance=None if maintenance is None else page_path(maintenance.page) if maintenance.page else "",
        maintained_for=tuple(dict.fromkeys(maintenance.allow)) if maintenance else (),
        pages=tuple(pages.values()),
        services=tuple(each for external in externals for each in external.locations),
        own_paths=(*(str(external.requested) for external in externals), *pages),
        outward=server_directives(proxy_listener),
        added=parts_of(listener.snippet).headers,
    )


def _refusals(proxy_listener: ProxyListener) -> tuple[RefusalMap, ...]:
    """Return the maps in a chain, which begins with $refused_ and the listener's port."""
    from krm_fn.engines.path_forms import refusals  # noqa: PLC0415 # only where there are routes

    found = refusals(proxy_listener)
    groups = [
        *(tuple(each for each in found if not each.unless and each.subject == subject) for subject in _SUBJECTS),
        *((each,) for each in found if each.unless),
    ]
    groups = [group for group in groups if group]
    variables = [
        SafeText(f"$refused_{proxy_listener.listener.port}" + (f"_{number}" if number else ""))
        for number in range(len(groups))
    ]
    return tuple(
        RefusalMap(
            source=_SUBJECTS[group[0].subject],
            variable=variable,
            passed=_passed(group[0]),
            refused=tuple(f"~{each.pattern}" for each in group),
            otherwise=otherwise,
        )
        for group, variable, otherwise in zip(groups, variables, (*variables[1:], SafeText("0")), strict=False)
    )


def _passed(refusal: Refusal) -> tuple[str, ...]:
    """Return the keys for requests that no refusal of a group is about: one by the path may be about any."""
    pattern = refusal.unless or (PLAIN if refusal.subject == "target" else "")
    return (f"~{pattern}",) if pattern else ()


_SUBJECTS = {"target": SafeText("$request_uri"), "path": SafeText("$uri")}
PLAIN = r"^(?=/)(?:/[0-9A-Za-z_-]++(?:\.[0-9A-Za-z_-]++)*+)*+/?+(?:\?|$)"
"""Targets with one spelling, which no refusal of targets is about but those by case: most need no more."""


def _caught(statuses: tuple[int, ...], listener: Listener) -> tuple[int, ...]:
    """Return the statuses as nginx itself counts them, or only as the app answers with them where that counts too."""
    return statuses if listener.error_pages.of_app or 400 not in statuses else (*statuses, *AS_400)  # noqa: PLR2004


def _certificates(proxy_listener: ProxyListener, plan: ProxyPlan) -> Certificates | None:
    tls, directory = proxy_listener.listener.tls, plan.spec.sidecar.mount_paths.secrets
    if tls is None:
        return None
    return Certificates(
        certificate=quoted(secret_file(directory, tls.secret, "tls.crt")),
        key=quoted(secret_file(directory, tls.secret, "tls.key")),
        clients=quoted(secret_file(directory, tls.clients.secret, tls.clients.key)) if tls.clients else None,
        verify=SafeText("on" if tls.clients and tls.clients.required else "optional"),
    )


CHECK_PATH = f"{OWN}/check"
"""Where the proxy asks whether the app is ready."""


class ReadyLocation(Record):
    """A location that asks the app whether it is ready: for /readyz alone, and with nothing of the client's request."""

    path: SafeText = SafeText(CHECK_PATH)
    inside: bool = False
    """Whether nginx requests it of itself by a connection."""
    rewritten: SafeText | None = None
    """What is requested, where the URL cannot say it."""
    directives: tuple[Header, ...] = ()
    """Other directives, by name."""
    protocol: SafeText = SafeText("proxy")
    """proxy, grpc or fastcgi: what the names of its directives begin with."""
    connect_timeout: int = 1
    headers: tuple[Header, ...]
    statuses: SafeText | None
    """Those that another location answers in place of the app, with `=` and the status of that."""
    url: SafeText


def ready_location(check: ReadyCheck) -> ReadyLocation:
    """Return the location that tells whether the app is ready by a plain request."""
    server = f"unix:{check.socket}:" if check.socket else f"{LOCALHOST}:{check.port}"
    return ReadyLocation(
        headers=(
            Header(
                name=SafeText("Host"), value=quoted(check.host) if check.host else SafeText(f"$ready_host:{check.port}")
            ),
            Header(name=SafeText("Connection"), value=SafeText("close")),
            Header(name=SafeText("Content-Length"), value=SafeText('""')),
        ),
        directives=tuple(
            Header(name=SafeText(name), value=SafeText("off"))
            for name in ("proxy_pass_request_headers", "proxy_pass_request_body")
        ),
        statuses=SafeText(in_lines(300, 500 if check.handler == "any" else 400) + " =200"),
        url=quoted(f"http://{server}{request_target(check.path)}"),
    )


def in_lines(first: int, end: int) -> str:
    """Return the statuses from the first to before the end, in lines, without the one that nginx refuses."""
    lines = (range(start, min(start + _IN_A_LINE, end)) for start in range(first, end, _IN_A_LINE))
    return "".join(
        "\n                " + " ".join(str(status) for status in line if status != _REFUSED) for line in lines
    )


_IN_A_LINE = 20
_REFUSED = 499
