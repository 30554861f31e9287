"""Plans of every shape, for laws."""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st

from krm_fn.engines.engine import ProxyListener, ProxyPlan, ReadyCheck
from krm_fn.function_config.generated.values import (
    TLS,
    AccessLog,
    Auth,
    Bandwidth,
    BasicAuth,
    Body,
    CachedStatus,
    CacheKey,
    CacheLock,
    CacheStale,
    CacheStorage,
    ClientCertificates,
    Companions,
    Compression,
    Cors,
    ErrorPage,
    ErrorPages,
    ExternalAuth,
    HeaderChanges,
    Headers,
    Keepalive,
    Listener,
    Maintenance,
    Metrics,
    MountPaths,
    OtherUpstream,
    Page,
    Probes,
    RateLimit,
    RateLimitKey,
    RealIP,
    Redirect,
    Rewrite,
    Route,
    RouteCache,
    RouteTimeouts,
    ServiceAddress,
    Sidecar,
    Spec,
    Split,
    StaticFiles,
    Sticky,
    StickyCookie,
    Substitution,
    Target,
    Timeouts,
    Upstream,
    UpstreamAuthority,
    UpstreamTLS,
)
from tests.engines.nginx.plans import DEBIANS, SECRETS
from tests.servers.certificates import certificates, client_secret

USERS, CLIENTS = "users", "web-clients"
KEYS = {
    **certificates().secrets,
    **client_secret("alice"),
    "configMaps/ca/own.crt": certificates().secrets["web-clients/ca.crt"],
    "users/auth": b"alice:x\n",
    "users/alice": b"$2y$04$" + b"a" * 53,
}
CHECKED = UpstreamTLS(ca=UpstreamAuthority(config_map="ca", key="own.crt"), certificate="alice")
SHOWN = UpstreamTLS(verify=True, ca=UpstreamAuthority(secret=CLIENTS), server_name="a.example")
"""The Secrets of all plans."""

durations = st.sampled_from(["1ms", "500ms", "1s", "60s", "5m", "999999999h", "7d"])
seconds = st.sampled_from(["1s", "90s", "1m", "999999999d"])
sizes = st.sampled_from(["0", "00", "0k", "1", "1024", "16k", "16m", "1g", "999999999g"])
ports = st.integers(1024, 65535)
lines = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, [*range(32), 127]))),
    min_size=1,
    max_size=30,
)
paths = lines.map(lambda text: "/" + "".join(char for char in text if char not in '?#%\\"/.'))
_names = st.lists(st.sampled_from(["X-Tenant", "X-API-Key", "a"]), unique=True).map(tuple)
_parameters = st.lists(st.sampled_from(["v", "utm_*", "~-"]), unique=True).map(tuple)
_keys = st.builds(
    CacheKey,
    only_query=st.none() | st.just(("v", "~-")),
    ignore_query=_parameters,
    headers=_names,
    cookies=st.lists(st.sampled_from(["theme", "a.b"]), unique=True).map(tuple),
)
caches = st.builds(
    RouteCache,
    statuses=st.just(()) | st.just((CachedStatus(status=404, ttl="1m"), CachedStatus(status=302, ttl="1h"))),
    bypass_headers=st.none() | _names,
    key=_keys,
    ignore_vary=st.booleans(),
    drop_set_cookie=st.booleans(),
    stale=st.builds(
        CacheStale,
        unreachable=st.booleans(),
        statuses=st.just(()) | st.just((500, 403)),
        updating=st.none() | st.booleans(),
    ),
    lock=st.builds(CacheLock, wait=seconds, renew=seconds),
    compressed=st.booleans(),
    policy=st.sampled_from(["respect-origin", "immutable-for-pod"]),
    ttl=seconds,
    bypass_cookies=st.none() | st.lists(st.sampled_from(["session", "a.b-c", "x_1"]), unique=True).map(tuple),
)
files = st.builds(StaticFiles, config_map=st.just("files"), charset=st.sampled_from(["utf-8", "off"]))
timeouts = st.builds(RouteTimeouts, read=st.none() | durations, send=st.none() | durations)
networks = st.sampled_from(["10.0.0.0/8", "::1", "FC00::/7", "192.0.2.7"])
values = st.text(st.sampled_from("a\\\"$'{};# "), min_size=1, max_size=9).map(str.strip).filter(bool)
some_networks = st.lists(networks, max_size=3).map(tuple)
allowed = st.none() | some_networks
others = st.builds(OtherUpstream, port=st.sampled_from([80, 4180])) | st.sampled_from(
    [
        OtherUpstream(service=ServiceAddress(name="api", port=80)),
        OtherUpstream(service=ServiceAddress(name="api", namespace="other", port=8443)),
        OtherUpstream(socket="/run/app.sock"),
        OtherUpstream(port=4180, protocol="https"),
        OtherUpstream(socket="/run/app.sock", protocol="grpc"),
        OtherUpstream(service=ServiceAddress(name="api", port=443), tls=CHECKED),
        OtherUpstream(service=ServiceAddress(name="api", port=443), protocol="grpc", tls=CHECKED),
    ]
)
names = st.sampled_from(["X-Canary", "x-b"])
splits = st.builds(
    Split,
    percent=st.sampled_from([0, 1, 100]),
    upstream=others,
    header=st.none() | names,
    cookie=st.none() | st.sampled_from(["a.b", "c_d-e"]),
    sticky=st.none()
    | st.sampled_from(
        [
            Sticky(set_cookie=StickyCookie(name="v.1", lifetime=None, same_site="None")),
            Sticky(address=True),
            Sticky(header="X-User"),
            Sticky(cookie="a.b"),
        ]
    ),
)
cors = st.builds(
    Cors,
    origins=st.lists(
        st.sampled_from(["https://a.example", "https://*.b.example:8443", "http://c"]), min_size=1, max_size=4
    ).map(tuple),
    methods=st.sampled_from([(), ("GET", "PATCH")]),
    headers=st.sampled_from([(), ("X-A", "X-B")]),
    expose=st.sampled_from([(), ("X-C",)]),
    credentials=st.booleans(),
    max_age=st.sampled_from([0, 3600]),
)
auths = st.sampled_from(
    [
        Auth(basic=BasicAuth(secret=USERS, users=("alice",))),
        Auth(external=ExternalAuth(upstream=OtherUpstream(port=4180))),
        Auth(
            external=ExternalAuth(
                upstream=OtherUpstream(service=ServiceAddress(name="auth", port=80)),
                sign_in=None,
                own_prefix=None,
                headers=("Remote-User", "Authorization"),
            )
        ),
    ]
)
limits = st.sampled_from([1, 10000])
rates = st.builds(
    RateLimit,
    per_second=st.integers(1, 10000),
    burst=st.sampled_from([0, 1, 10000]),
    key=st.none()
    | st.sampled_from(
        [
            *(RateLimitKey(header=name) for name in ("X-A", "Authorization", "X-Auth-Request-User", "X-" + "s" * 44)),
            *(RateLimitKey(cookie=name) for name in ("a.b-c", "_", "x" * 128)),
            RateLimitKey(of="user"),
            RateLimitKey(of="all"),
        ]
    ),
    exempt=some_networks,
)
bandwidths = st.none() | st.builds(
    Bandwidth, rate=st.sampled_from(["1", "999999999k"]), after=st.sampled_from(["0", "10m"])
)
proxied = st.builds(
    Route,
    path=paths,
    match=st.sampled_from(["exact", "prefix"]),
    cache=st.none() | caches,
    allow=allowed,
    rate_limit=st.none() | rates,
    bandwidth=bandwidths,
    websocket=st.booleans(),
    timeouts=timeouts,
    max_body_size=st.none() | sizes,
    upstream=st.none() | others,
    split=st.none() | splits,
    deny=some_networks,
    anonymous=st.booleans(),
    auth=st.none() | auths,
    satisfy=st.sampled_from(["all", "any"]),
    connection_limit=st.none() | limits,
    cors=st.none() | cors,
    substitution=st.none()
    | st.builds(
        Substitution,
        texts=st.dictionaries(values, values | st.just(""), min_size=1, max_size=2),
        types=st.sampled_from([(), ("text/html", "text/css", "text/css")]),
    ),
    buffering=st.booleans(),
    access_log=st.booleans(),
).map(lambda route: route.replace(auth=None) if route.anonymous else route)
grpc = st.builds(Route, path=paths, grpc=st.just(True), upstream=st.none() | others, split=st.none() | splits)
rewritten = st.builds(
    Route, path=paths, rewrite=st.builds(Rewrite, path=st.sampled_from(["/", "/a;b"])), cache=st.none() | caches
)
moved = st.builds(
    Route,
    path=paths.map(lambda path: path.rstrip("/") + "/"),
    match=st.just("prefix"),
    rewrite=st.builds(Rewrite, prefix=st.sampled_from(["/", "/a/b:c/"])),
)
groups = st.just(Route(path=r"^/(a|b)/(\d+)$", match="regex", rewrite=Rewrite(path="/$2/x$1")))
expressions = st.builds(
    Route, path=st.sampled_from([r"^/a\d{2}$", r'"\\', "a|b", "$"]), match=st.just("regex"), cache=st.none() | caches
)
redirects = st.builds(
    Redirect, to=st.sampled_from(["/new", "https://example.com/a?b=$c#d", "/$host/(x)"]), permanent=st.booleans()
)
elsewhere = st.builds(Route, path=paths, match=st.sampled_from(["exact", "prefix"]), redirect=redirects)
changes = st.builds(
    HeaderChanges,
    set=st.dictionaries(st.sampled_from(["X-A", "x-b", "Link", "X-" + "s" * 44]), values, max_size=2),
    default=st.dictionaries(st.sampled_from(["X-E", "x-f", "X-" + "d" * 44]), values, max_size=2),
    add=st.dictionaries(st.sampled_from(["X-G", "x-h", "X-" + "a" * 44]), values, max_size=2),
    remove=st.lists(st.sampled_from(["X-C", "X-D", "X-" + "r" * 44]), unique=True).map(tuple),
)
exact_files = st.builds(Route, path=paths, files=files, allow=allowed, auth=st.none() | auths)
prefix_files = st.builds(
    Route, path=paths.map(lambda path: path.rstrip("/") + "/"), match=st.just("prefix"), files=files
)
routes = st.lists(
    proxied | expressions | exact_files | prefix_files | elsewhere | grpc | rewritten | moved | groups,
    max_size=8,
    unique_by=lambda route: (route.match, route.path),
).map(tuple)


page = Page(config_map="files", key="50x.html")
tls = st.builds(
    TLS,
    secret=st.just("web-tls"),
    clients=st.none() | st.builds(ClientCertificates, secret=st.just("web-clients"), required=st.booleans()),
)
pauses = st.builds(
    Maintenance,
    enabled=st.booleans(),
    page=st.none() | st.just(page),
    retry_after=st.none() | st.just(7),
    allow=some_networks,
)
error_pages = st.builds(
    ErrorPages,
    pages=st.sampled_from([(), (ErrorPage(statuses=(404, 502), page=page), ErrorPage(statuses=(401,), page=page))]),
    of_app=st.booleans(),
)
listeners_of = st.builds(
    Listener,
    upstream=st.builds(Upstream, socket=st.none() | st.just("/run/own.sock")),
    tls=st.none() | tls,
    proxy_protocol=st.booleans(),
    auth=st.none() | auths,
    rate_limit=st.none() | rates,
    bandwidth=bandwidths,
    maintenance=st.none() | pauses,
    error_pages=error_pages,
)


header_values = st.text(st.sampled_from("a\\\"$'{};# é"), max_size=9)
header_names = st.sampled_from(["X-A", "x-b", "!#$%&'*+.^_`|~1", "Accept", "X-" + "long" * 40])
checks = st.builds(
    ReadyCheck,
    handler=st.sampled_from(["http", "tcp", "grpc", "any"]),
    port=st.sampled_from([80, 9093]),
    socket=st.sampled_from(["", "/run/own.sock"]),
    tls=st.booleans(),
    path=lines,
    host=st.just("") | st.text(st.sampled_from("a\\\"$'{};#:[]"), max_size=9),
    headers=st.lists(st.tuples(header_names, header_values), max_size=3).map(tuple),
    timeout=st.sampled_from([1, 3600]),
    http2=st.booleans(),
)


_SPOKEN: tuple[tuple[tuple[Literal["http", "https", "h2c", "grpc"], ...], UpstreamTLS | None], ...] = (
    (("http",), None),
    (("http", "grpc"), None),
    (("grpc",), None),
    (("https",), UpstreamTLS()),
    (("https", "grpc"), SHOWN),
    (("grpc",), CHECKED),
)
spoken = st.sampled_from(
    [
        ProxyListener(listener=Listener(), upstream_port=0, root="/srv/files", protocols=protocols, tls=tls)
        for protocols, tls in _SPOKEN
    ]
)


@st.composite
def plans(draw: st.DrawFn) -> ProxyPlan:
    """Draw a plan that a valid functionConfig could lead to."""
    numbers = draw(st.lists(ports, min_size=3, max_size=5, unique=True))
    listeners = tuple(draw(listeners_of).replace(port=number, routes=draw(routes)) for number in numbers[2:])
    spec = Spec(
        target=Target(kind="Deployment", name="web"),
        listeners=listeners,
        compression=draw(
            st.builds(
                Compression,
                enabled=st.booleans(),
                level=st.integers(1, 9),
                min_length=st.sampled_from(["0", "10", "1k", "999999999m"]),
                types=st.none() | st.lists(st.sampled_from(["text/html", "text/css", "a/b.c+d-e"])).map(tuple),
            )
        ),
        ipv6=draw(st.booleans()),
        real_ip=RealIP(trusted_proxies=draw(st.lists(st.sampled_from(["10.0.0.0/8", "::1", "FC00::/7"])).map(tuple))),
        access_log=AccessLog(
            enabled=draw(st.booleans()),
            percent=draw(st.sampled_from([0, 7, 100])),
            hide_query=draw(st.lists(st.text("aZ0_.-", min_size=1, max_size=64), max_size=30).map(tuple)),
        ),
        timeouts=draw(st.builds(Timeouts, connect=durations, read=durations, send=durations, idle=durations)),
        keepalive=Keepalive(connections=draw(st.sampled_from([1, 10000])), idle=draw(seconds)),
        body=Body(max_size=draw(sizes)),
        headers=draw(st.builds(Headers, request=changes, response=changes, security=st.booleans())),
        cache=draw(st.builds(CacheStorage, max_size=sizes, min_free=sizes)),
        probes=Probes(port=numbers[0]),
        companions=draw(st.sampled_from([Companions(), Companions(metrics=Metrics(port=numbers[1]))])),
        sidecar=Sidecar(mount_paths=MountPaths(config="/nginx", secrets=SECRETS, cache="/var/cache/nginx")),
    )
    return ProxyPlan(
        spec=spec,
        listeners=tuple(
            draw(spoken).replace(listener=listener, upstream_port=draw(st.sampled_from([80, 9093])))
            for listener in listeners
        ),
        config_path="/nginx/nginx.conf",
        ready=draw(checks),
        version=DEBIANS,
        worker_processes=draw(st.integers(1, 8)),
        drain_seconds=draw(st.integers(1, 3600)),
    )
