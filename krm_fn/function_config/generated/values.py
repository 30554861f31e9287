"""The functionConfig as plain frozen values. Generated from the models by `python -m codegen`: do not edit."""

# ruff: noqa: RUF012 # the defaults are shared, and nothing changes a value once it is made

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal


class Metadata(Record):
    """Metadata of the functionConfig. Fields other than the name are for the hosts."""

    name: str
    """Name of the proxy: it marks all that is injected, and is part of the default names."""
    annotations: dict[str, Any] | None = None
    """Those of the document, such as config.kubernetes.io/function. They are set on nothing else."""
    labels: dict[str, Any] | None = None
    """Those of the document. They are set on nothing else."""


class Target(Record):
    """The workloads to inject the proxy into, by names, or regular expressions of whole names, as in kustomize."""

    group: str | None = None
    """API group such as apps; empty for the core group. Left out: any."""
    version: str | None = None
    """API version such as v1. Left out: any."""
    kind: str | None = None
    """Kind such as Deployment. Left out: any that has a Pod template."""
    name: str | None = None
    """Name, or the name before kustomize added a prefix or suffix. Left out: any."""
    namespace: str | None = None
    """Namespace. Left out: any."""
    label_selector: str | None = None
    """The workload's labels, as kubectl selects them: app=web,tier in (front,edge),!legacy. Left out: any."""
    annotation_selector: str | None = None
    """The workload's annotations, in the same form. Left out: any."""


class WorkloadKind(Record):
    """A kind of your own that makes Pods."""

    group: str
    """API group such as example.com; empty for the core group."""
    kind: str
    """Kind such as WebApp."""
    template: str = "spec.template"
    """Path of the Pod template, which holds `metadata` and `spec`."""


class FastCGI(Record):
    """An app behind PHP-FPM. A request runs a script that is listed, else the front controller, and no other file."""

    root: str = "/var/www/html"
    """The folder of the scripts, as PHP-FPM's container has it."""
    index: str = "index.php"
    """The front controller in that folder: it gets each path that leads to no script of `scripts`, and to no asset.
    /index.php, and paths below it, are its own, too."""
    scripts: tuple[str, ...] = ()
    """Other scripts that may be requested by their path. In a name `*` stands for letters, digits, `-`, `_` and `~`.
    With a slash at the end, /remote.php/, the script also gets the paths below it, as PATH_INFO. Where one is named as
    `index`, its folder's path with a slash runs it. Every other path with .php is the front controller's, whatever lies
    there: so no upload runs."""
    path_info: bool = False
    """Whether the front controller gets the whole path as PATH_INFO, for an app that does not read REQUEST_URI."""
    assets: tuple[str, ...] = ()
    """Folders whose styles, scripts of browsers, images, fonts, sound, films and PDFs the proxy serves itself: PHP-FPM
    serves none. The sidecar must mount the volume with the app's code at `root`. Files with other endings are never
    served, so no source of a script is; nor is a name, or a folder, that begins with a dot."""
    ping: str | None = None
    """`ping.path` of the pool: /readyz requests it. Left out: any response of PHP-FPM below 500 to a request for a
    script that there is not, or for `spec.probes.appPath`, counts as ready."""


class UpstreamAuthority(Record):
    """The certificates of the authorities that the upstream's certificate is checked against."""

    secret: str | None = None
    """The Secret that holds them."""
    config_map: str | None = None
    """The ConfigMap that holds them."""
    key: str = "ca.crt"
    """The key with the certificates."""


class UpstreamTLS(Record):
    """How the proxy connects to an upstream by TLS."""

    verify: bool | None = None
    """Whether the upstream's certificate is checked. Left out: not for a port or socket of the Pod, which no other Pod
    can answer for; otherwise it is."""
    ca: UpstreamAuthority | None = None
    """The authorities whose certificates are accepted. Must be set where the certificate is checked."""
    server_name: str | None = None
    """The name that the proxy requests (SNI) and that the certificate must be for. Left out: the Service's host name;
    none for a port or socket of the Pod."""
    certificate: str | None = None
    """A Secret of type kubernetes.io/tls with the certificate that the proxy shows to the upstream."""


class Upstream(Record):
    """The app's port that the proxy connects to, and what the app speaks there."""

    port: int | str | None = None
    """Number of the port on which the app listens, or the name of a containerPort. Left out: the one that the Services
    route to; where they route to several, see [Which port](#which-port)."""
    socket: str | None = None
    """Path of a Unix socket on which the app listens as well, in a volume that both containers mount: the proxy
    connects to it in place of the port."""
    protocol: Literal["auto", "http", "https", "h2c", "grpc", "fastcgi"] = "auto"
    """What the app speaks: `https` is HTTP by TLS, `h2c` is HTTP/2 without TLS, which has no WebSockets, `grpc` is gRPC
    without TLS, or by TLS where `tls` is set, `fastcgi` is PHP-FPM's FastCGI. `auto` is what the manifests say, see
    [What the app speaks](#what-the-app-speaks); it is never `fastcgi`."""
    fastcgi: FastCGI | None = None
    """For the protocol `fastcgi`: where the scripts are, and which of them run. Left out: its defaults."""
    tls: UpstreamTLS | None = None
    """The app speaks TLS on this port, with these settings. Left out: as `protocol` says."""
    host: str = "client"
    """The Host header that it gets: `client` is the client's, `upstream` its own address such as localhost:3000, all
    else is sent as it is. X-Forwarded-Host is the client's with each."""
    rewrite_location: bool = True
    """Whether `Location` and `Refresh` that name its own address, such as http://localhost:3000/a, are sent to clients
    as a path, such as /a."""


class ServicePort(Record):
    """How the Service port that routed to the app changes. Left out, its number and name stay."""

    port: int | None = None
    """The new number of the Service port."""
    name: str | None = None
    """The new name of the Service port."""
    app_protocol: str | None = None
    """The new appProtocol of the Service port. Left out: one that is there stays; where there is none, it says what the
    listener speaks, unless the port's name says something else, or the cutover is by name."""


class ClientCertificates(Record):
    """Certificates that clients show. The app gets the subject in X-Client-DN, never a client's own claim."""

    secret: str
    """The Secret with the authorities' certificates."""
    key: str = "ca.crt"
    """Its key."""
    required: bool = True
    """Refuse clients without one. false: they pass, without X-Client-DN."""


class TLS(Record):
    """Lets clients connect by TLS 1.2 or 1.3, and HTTP/2."""

    secret: str
    """A Secret of type kubernetes.io/tls. The proxy reads a changed one only when it starts."""
    clients: ClientCertificates | None = None
    """Request certificates from clients."""
    redirect_port: int | None = None
    """A port of the sidecar that redirects clients without TLS to the same URL with it, by 308. Let a Service route to
    it."""
    redirect_name: str = "proxy-redirect"
    """Name of that containerPort."""


class BasicAuth(Record):
    """Requires a user's name and password. The app gets the name, and the password on `anonymous` routes alone."""

    secret: str
    """The Secret with the users. For nginx its `key` is a file as htpasswd -B writes it. For Caddy each user's name is
    a key, with the bcrypt hash alone."""
    key: str = "auth"
    """The Secret's key with the users; nginx only."""
    users: tuple[str, ...] = ()
    """The names of the users; Caddy only."""
    realm: str = "restricted"
    """What browsers show where they prompt for the password."""
    user_header: str = "X-Remote-User"
    """The request header in which the app gets the name."""


class ServiceAddress(Record):
    """Another Service. nginx looks its name up once, when it starts, or again with `spec.dns`; Caddy, each time."""

    name: str
    """Name of the Service."""
    namespace: str | None = None
    """Its namespace. Left out: that of the Pod."""
    port: int
    """Number of the Service's port."""


class OtherUpstream(Record):
    """Where a route sends requests in place of the app's port: one of `port`, `service` and `socket`."""

    port: int | str | None = None
    """Another port in the Pod: its number, or the name of a containerPort."""
    service: ServiceAddress | None = None
    """Another Service."""
    socket: str | None = None
    """Path of a Unix socket, in a volume that the sidecar mounts."""
    protocol: Literal["auto", "http", "https", "h2c", "grpc", "fastcgi"] = "auto"
    """What it speaks, as for the listener's upstream. `auto` is what the manifests say of a port of the Pod or of a
    Service among the items; otherwise http."""
    fastcgi: FastCGI | None = None
    """As for the listener's upstream."""
    tls: UpstreamTLS | None = None
    """It speaks TLS, with these settings."""
    host: str = "client"
    """The Host header that it gets, as for the listener's upstream: `upstream` is the Service's name, and its port
    where that is not the usual one."""
    rewrite_location: bool = True
    """As for the listener's upstream."""


class ExternalAuth(Record):
    """Has a service decide about each request: 2xx admits it, 401 means sign in, 403 refuses it, all else is 500."""

    upstream: OtherUpstream
    """The service: a container of the Pod, or another Service."""
    path: str = "/oauth2/auth"
    """The path of the subrequest. It has the request's headers and X-Original-URI, X-Original-Method, X-Forwarded-*."""
    sign_in: str | None = "/oauth2/start"
    """The path of the service that answers the client in place of a 401; X-Auth-Request-Redirect is the client's own
    target. null: the client gets the 401."""
    own_prefix: str | None = "/oauth2/"
    """The paths that the service itself answers, without authentication. null: none."""
    headers: tuple[str, ...] = ("X-Auth-Request-User", "X-Auth-Request-Email")
    """The headers of its response that the app gets. Those of clients never pass."""
    cookies: tuple[str, ...] = ()
    """The names of the cookies that its response may set beside the first. Only nginx before 1.23 needs them: it gives
    each the attributes of the first."""


class Auth(Record):
    """Who may send requests, but for `anonymous` routes: one of the two. Redirects, preflights and probes are open."""

    basic: BasicAuth | None = None
    """Users with passwords."""
    external: ExternalAuth | None = None
    """Another service decides about each request."""


class RateLimitKey(Record):
    """What requests are counted by, one of the three; the client's address where a request lacks it."""

    header: str | None = None
    """A header's value, without a word such as Bearer before it; the last 128 characters of it. With a comma or another
    blank, as in several lines, the client's address counts. Of headers of trusted peers, only theirs count."""
    cookie: str | None = None
    """A cookie's value; the last 128 characters of it. Where it is there twice, or any cookie has quotes, commas or
    blanks, so that apps could read another value, the client's address counts."""
    of: Literal["user", "all"] | None = None
    """user: the name that a client of `auth.basic` gives, also with a wrong password. all: all requests together."""


class RateLimit(Record):
    """How many requests a client may send. More are answered 429, before anything authenticates them."""

    per_second: int
    """Requests a second, evenly spread: 10 means one in each tenth of a second."""
    burst: int = 0
    """How many more may arrive at once."""
    key: RateLimitKey | None = None
    """What to count by. Left out: the client's address. Whoever chooses a header or a cookie at will has as many
    limits: let the app refuse those that it does not know, and limit addresses on the listener. 1 MiB holds some
    thousand values; the least recently used are forgotten."""
    exempt: tuple[str, ...] = ()
    """Clients whose requests are not counted, by their address, as `spec.realIP` says it."""


class Bandwidth(Record):
    """How fast each response is sent, of which a client may request several at once."""

    rate: str
    """Bytes a second, such as 512k. The app's response is buffered in memory for that, so that events of a stream come
    late. No limit holds for gRPC, upgraded connections, and where the app sends X-Accel-Buffering or X-Accel-Limit-
    Rate."""
    after: str = "0"
    """How much of it is sent without a limit before that."""


class Page(Record):
    """A page: a file of a ConfigMap."""

    config_map: str
    """A ConfigMap under `spec.files`, or one among the items."""
    key: str
    """Its key."""


class Maintenance(Record):
    """Answers 503 in place of the app. Probes are not affected."""

    enabled: bool = True
    """Whether it is on: false keeps the other fields for later."""
    page: Page | None = None
    """The page. Left out: one line of text."""
    retry_after: int | None = None
    """When clients may send the request again, in seconds (Retry-After)."""
    allow: tuple[str, ...] = ()
    """Clients that reach the app nevertheless. Who the client is, `spec.realIP` says."""


class ErrorPage(Record):
    """A page in place of the proxy's own answer to some errors. The status stays."""

    statuses: tuple[int, ...]
    """The statuses. Not every engine can answer with each: see [Engines](#engines)."""
    page: Page
    """The page."""


class ErrorPages(Record):
    """Pages of your own in place of errors."""

    pages: tuple[ErrorPage, ...] = ()
    """Which pages in place of which statuses."""
    of_app: bool = False
    """Also in place of the app's own answers with these statuses, whose headers are discarded too."""


class InitContainer(Record):
    """An init container that copies the files from the image into an emptyDir, with `cp` of the image."""

    size_limit: str = "256Mi"
    """sizeLimit of the emptyDir: with more files the Pod is evicted."""
    container: dict[str, Any] = {}


class FilesImage(Record):
    """A folder of an image, with all below it. Its files are on the node once, and no limit of a ConfigMap holds."""

    reference: str
    """The image, or another artifact that the container runtime can mount. Pods get a new one with a new reference."""
    path: str | None = None
    """The folder. Left out: the image's root."""
    pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    """When the image is pulled. Left out: as Kubernetes does by the reference."""
    trust_times: bool = False
    """For an image volume: whether each file has the time when it changed, so that a browser that has it is answered
    304, by Last-Modified and ETag. Left out: neither is sent, because many builds set one time for all files, as ko,
    Jib, Bazel, Nix and buildpacks do: a browser would take a new page of the same size for the one that it has."""
    init_container: InitContainer | None = None
    """Copy the files. Left out: they are mounted as an image volume, which needs Kubernetes 1.35, or 1.33 with the
    feature gate ImageVolume, and a container runtime that has it."""


class BrowserCache(Record):
    """How long browsers keep files without asking again: the first field that fits. They ask about each other file."""

    hashed: bool = False
    """Assets with a hash in their name, such as main.8e0d2c1f.js or index-BxY3k9Zq.css, are kept for a year: the name
    changes with the content. A hash is, between a dash or dot and a dot, 8 or more hexadecimal digits with a letter, or
    8 letters, digits and _ with a capital behind the first. Assets are scripts, styles, JSON, WebAssembly, fonts,
    images, sound and films. No page is one."""
    immutable: tuple[str, ...] = ()
    """Other files whose name changes with their content, kept for a year. A pattern is for names in every folder; with
    a slash, for paths below the route's: `*` stands for any text, in a path with its slashes, and ? for one
    character."""
    max_age: dict[str, str] = {}
    """How long others are kept, by their pattern. Of several that fit the most specific counts, in whatever order they
    stand: that with the most characters besides `*` and `?`; of these, that with the fewest `*`; else the first by the
    alphabet."""


class StaticFiles(Record):
    """Files of a ConfigMap or an image, served in place of the app's."""

    config_map: str | None = None
    """A ConfigMap under `spec.files`, or one among the items."""
    more_config_maps: tuple[str, ...] = ()
    """For a prefix route: others, whose files lie beside those of `configMap`, for a site of more than 1 MiB. No two
    have the same key. Those under `spec.files` need none: they are split."""
    image: FilesImage | None = None
    """For a prefix route: a folder of an image. A path of a folder in it is redirected to the path with a slash. Paths
    with a segment that begins with a dot are answered 404, but those below `.well-known/` in the folder, which have no
    fallback."""
    key: str | None = None
    """For an exact route: the key to serve. Left out: the last segment of the route's path."""
    index: tuple[str, ...] = ("index.html",)
    """For a prefix route: the files that are served for a path that ends in /, the first that there is."""
    fallback: str | None = None
    """For a prefix route: the key of `configMap`, or the file of the image, to serve where there is no such file, as a
    single-page app needs it."""
    fallback_except: tuple[str, ...] = ()
    """Patterns, as for `browserCache`, of paths that have no fallback: where there is no such file they are answered
    404. `*.*` is for names with a dot: a missing script must not be answered with a page. Left out: none."""
    charset: Literal["utf-8", "off"] = "utf-8"
    """The charset named in the Content-Type of text files."""
    browser_cache: BrowserCache | None = None
    """How long browsers keep files without asking again. All else is sent with Cache-Control: no-cache: other files,
    parts of files, and what is missing. Of a route with a guard it is private: caches between keep nothing. There is no
    Expires, over which Cache-Control wins. Left out: no-cache for all."""
    twins: tuple[Literal["br", "zstd"], ...] = ()
    """The kinds of compressed twins beside files, such as app.js.br or app.js.zst, that are served to clients that take
    them. Those of gzip, such as app.js.gz, are served in any case."""


class Redirect(Record):
    """A response that sends the client elsewhere."""

    to: str
    """Where to: a path, or a URL. $1 to $9 stand for the groups of a regex route, and $1 in a prefix route for what
    stays of the path: as the client sent it, and never as another host."""
    permanent: bool = True
    """Whether clients may remember it: 308, else 307. Either keeps the request's method."""
    status: int | None = None
    """The status, in place of `permanent`. With 301, 302 and 303 clients go on with GET."""
    query: Literal["keep", "drop"] | None = None
    """Whether the request's query is kept, behind one of `to`. Left out: kept, unless `to` has one."""


class FixedAnswer(Record):
    """A response that is always the same. It needs no credentials."""

    status: int = 200
    """The status, none from 300 to 399. An error without a body has the page of `errorPages`, if there is one."""
    body: str | None = None
    """The body. Left out: none; for an error, its page or one line. For longer ones use `files`."""
    content_type: str = "text/plain"
    """The body's media type; text is UTF-8."""


class HeaderChanges(Record):
    """Headers that are set, added and removed."""

    set: dict[str, str] = {}
    """Values by name, which replace others."""
    default: dict[str, str] = {}
    """Values by name, for headers that are not present."""
    add: dict[str, str] = {}
    """Values by name, added to those that are present."""
    remove: tuple[str, ...] = ()
    """Names of headers to remove."""


class RouteHeaders(Record):
    """Headers of one route. A header that is named here is as is said here, whatever `spec.headers` says of it."""

    request: HeaderChanges = HeaderChanges()
    """Headers of the requests that the app gets."""
    response: HeaderChanges = HeaderChanges()
    """Headers of the responses that the client gets, whatever the status, and of pages in place of them. What nginx
    refuses before it looks at the route, by `block` or with 400 or 413, has those of `spec.headers`."""


class StickyCookie(Record):
    """A cookie in which the proxy keeps the version that a client got: `canary` or `stable`."""

    name: str
    """Its name, which no other app on the same host uses. Routes with the same name keep one version together."""
    path: str = "/"
    """The paths for which browsers send it."""
    lifetime: str | None = "1d"
    """How long browsers keep it from the first response on. null: until they are closed."""
    same_site: Literal["Strict", "Lax", "None"] = "Lax"
    """Whether it is sent with requests from other sites. With None it is always for TLS alone; otherwise for clients
    that came by TLS."""
    http_only: bool = True
    """Whether it is kept from scripts."""


class Sticky(Record):
    """How clients keep their version: by one of these. Nothing is kept in the proxy: all its replicas choose alike."""

    set_cookie: StickyCookie | None = None
    """Draw once, and keep the version in a cookie, also when `percent` changes, unless to 0 or 100. Not set by
    responses of 500 and above."""
    address: bool = False
    """Choose by the client's address. `spec.realIP` says who the client is."""
    header: str | None = None
    """Choose by the value of a request header; by the address where there is none."""
    cookie: str | None = None
    """Choose by the value of a cookie of the app's; by the address where there is none."""


class Split(Record):
    """A share of a route's requests that goes to another upstream, such as a canary."""

    percent: int
    """The percentage of requests, drawn at random for each; with `sticky`, of clients."""
    upstream: OtherUpstream
    """Where they go."""
    header: str | None = None
    """A request header that decides in place of the share: `always` goes there, `never` does not."""
    header_value: str | None = None
    """The header's value with which requests go there, in place of `always` and `never`."""
    header_pattern: str | None = None
    """The same for all values that match: * stands for any text, ? for one character."""
    cookie: str | None = None
    """A cookie that decides in the same way where the header does not."""
    cookie_value: str | None = None
    """The cookie's value with which requests go there, in place of `always` and `never`."""
    sticky: Sticky | None = None
    """Let each client keep its version where neither header nor cookie decides."""


class Rewrite(Record):
    """Sends the app another path than the client requested. The query, and what stays of the path, are as they came."""

    prefix: str | None = None
    """For a prefix route: what replaces its path. / strips it."""
    path: str | None = None
    """The whole path. For a regex route, $1 to $9 stand for its groups."""
    answers: bool = False
    """With `prefix`: also rewrites the app's answers, for one that does not know where it is mounted. A path in
    `Location` or `Refresh`, and the Path of a cookie, gets the route's path in place of `prefix`, unless it has it."""


class LocationChange(Record):
    """What `Location` and `Refresh` of the app's answers begin with, and what clients get in its place."""

    start: str
    """A path or a URL, as the app sends it."""
    to: str
    """A path or a URL for clients."""


class CookieChanges(Record):
    """Changes the attributes of each cookie that the app sets."""

    domains: dict[str, str] = {}
    """The new Domain by the old one; an empty one is sent to the client's host alone."""
    paths: dict[str, str] = {}
    """What the Path begins with in its place, by what it begins with: of several that fit the longest counts, in
    whatever order they stand."""
    secure: bool | None = None
    """Whether it is sent by TLS alone. Left out: as the app says; so for the others."""
    http_only: bool | None = None
    """Whether it is kept from scripts."""
    same_site: Literal["Strict", "Lax", "None"] | None = None
    """Whether it is sent with requests from other sites."""


class Cors(Record):
    """Lets pages of other origins read the responses. The app's own headers for this are replaced."""

    origins: tuple[str, ...]
    """Exact origins, such as https://ui.example.com; https://*.example.com stands for all below that domain."""
    methods: tuple[str, ...] = ("GET", "HEAD", "POST")
    """The methods that such pages may use."""
    headers: tuple[str, ...] = ()
    """The request headers that they may send."""
    expose: tuple[str, ...] = ()
    """The response headers that they may read."""
    credentials: bool = False
    """Whether they may send cookies."""
    max_age: int = 600
    """How long browsers may cache the response to a preflight, in seconds."""


class Substitution(Record):
    """Replaces text in the app's responses, which are requested uncompressed."""

    texts: dict[str, str]
    """The new text by the old; every occurrence, upper and lower case alike."""
    types: tuple[str, ...] = ()
    """Media types beside text/html in which to look."""


class CachedStatus(Record):
    """A status that is kept beside 200, 301 and 308."""

    status: int
    """300, 302, 303, 307, 404, 405, 410, 414 or 451."""
    ttl: str
    """How long, in place of the cache's `ttl`."""


class CacheKey(Record):
    """Which of a request's parts choose between responses, beside its URL and all that says who the client is."""

    only_query: tuple[str, ...] | None = None
    """The parameters of the query that count. Where a query has one of them twice, in another spelling, or among names
    that an app could read as them, all of it counts. Left out: all."""
    ignore_query: tuple[str, ...] = ()
    """Parameters of the query that do not count: utm_* stands for all that begin so. The app gets them, so it must not
    go by them."""
    headers: tuple[str, ...] = ()
    """Request headers that count, whatever the app's Vary says."""
    cookies: tuple[str, ...] = ()
    """Cookies that count, where `bypassCookies` lets requests with them be answered from the cache. Where an app could
    read another value, as with quotes, commas or a name twice, all cookies count."""


class CacheStale(Record):
    """When a kept response is served that is too old."""

    unreachable: bool = True
    """While the app cannot be reached, or does not answer in time."""
    statuses: tuple[int, ...] = (500, 502, 503, 504)
    """In place of the app's responses with these statuses: 403, 404, 429, 500, 502, 503 or 504."""
    updating: bool | None = None
    """While it is renewed, behind the client that requested it first and all others. Left out: with `immutable-for-
    pod`. With `respect-origin`, the app's stale-while-revalidate and stale-if-error say it as well."""


class CacheLock(Record):
    """Of several requests for what is not kept yet, one goes to the app, and the others wait for its response."""

    wait: str = "5s"
    """How long they wait, before they go to the app as well; their responses are not kept."""
    renew: str = "5s"
    """How long the app may take, before one more request goes to it."""


class RouteCache(Record):
    """Keeps responses of the app to GET and HEAD: 200, 301, 308 and those of `statuses`; none that sets a cookie."""

    policy: Literal["respect-origin", "immutable-for-pod"] = "respect-origin"
    """`respect-origin` obeys the app's Cache-Control and Expires. `immutable-for-pod` is for assets that cannot change
    while the Pod lives: the app's headers are replaced, and browsers must revalidate."""
    ttl: str = "10m"
    """How long a response is kept; with `respect-origin`, one that sets none itself."""
    statuses: tuple[CachedStatus, ...] = ()
    """Other statuses that are kept, each with its time."""
    bypass_cookies: tuple[str, ...] | None = None
    """A request with one of these cookies is neither answered from the cache nor kept; so is one with Authorization, a
    body, or a header that replaces the method. Left out: any cookie. An empty list: none."""
    bypass_headers: tuple[str, ...] | None = None
    """The same of request headers, such as those with keys and tokens. Left out: API-Key, ApiKey, X-API-Key, X-ApiKey,
    X-API-Token, X-Auth-Token, X-Access-Token, X-Session-Token, X-Amz-Security-Token, X-Vault-Token, Private-Token, Ocp-
    Apim-Subscription-Key, X-Goog-API-Key, X-Functions-Key, X-Goog-IAP-JWT-Assertion, Cf-Access-Jwt-Assertion, X-Amzn-
    OIDC-Data and Proxy-Authorization. An empty list: none."""
    key: CacheKey = CacheKey()
    """Which parts of a request choose between responses."""
    ignore_vary: bool = False
    """Keep one response for all, whatever the app's Vary says, also `*`. List in `key.headers` what it depends on.
    nginx before 1.23 keeps no response with Vary otherwise: of several lines of it, it would go by one."""
    drop_set_cookie: bool = False
    """Keep responses that set cookies, as some frameworks do with each asset. No response of the route sets a cookie
    then, nor does one that bypasses the cache."""
    stale: CacheStale = CacheStale()
    """When a response is served that is too old."""
    lock: CacheLock = CacheLock()
    """How long requests wait for each other."""
    compressed: bool = True
    """Keep a compressed response for clients that take gzip beside the one for others, where `spec.compression` is on.
    Else each of them costs the compression again, as where `substitution` or a snippet changes what is compressed, and
    where the upstream is a socket or knows the proxy by its certificate."""


class RouteTimeouts(Record):
    """Timeouts of one route, in place of those under `spec.timeouts`."""

    read: str | None = None
    """Longest pause between two reads from the app."""
    send: str | None = None
    """Longest pause between two writes to the app."""


class Route(Record):
    """What happens to requests for some paths. Requests that no route matches go to the app, uncached."""

    path: str
    """A path such as /lib/, or a regular expression (PCRE) where `match` is regex."""
    match: Literal["exact", "prefix", "regex"] = "exact"
    """`exact` wins over the longest `prefix`, which wins over the first `regex`. A prefix that ends in / takes what is
    below it; what guards that also guards the path without the slash, and to `files` that path is redirected."""
    files: StaticFiles | None = None
    """Serve files of a ConfigMap."""
    redirect: Redirect | None = None
    """Redirect the client."""
    respond: FixedAnswer | None = None
    """Answer without the app."""
    methods: tuple[str, ...] | None = None
    """The methods that requests may have: others are answered 405. GET brings HEAD, and `cors` answers preflights. Left
    out: any."""
    headers: RouteHeaders | None = None
    """Set, add and remove headers."""
    upstream: OtherUpstream | None = None
    """Where to send requests, in place of the listener's upstream."""
    split: Split | None = None
    """Send a share of the requests to another upstream."""
    rewrite: Rewrite | None = None
    """Request another path from the app."""
    locations: tuple[LocationChange, ...] = ()
    """Change other addresses in `Location` and `Refresh` of the app's answers than its own; the first that fits
    counts."""
    cookies: CookieChanges | None = None
    """Change the cookies that the app sets."""
    grpc: bool = False
    """The app serves gRPC here, without TLS or as its upstream says. Streams may be idle for an hour. Not needed where
    all that the upstream speaks is gRPC."""
    allow: tuple[str, ...] | None = None
    """Clients that may send requests: others are answered 403. `spec.realIP` says who the client is. Left out: all."""
    deny: tuple[str, ...] = ()
    """Clients that may not send any, even where `allow` lists them."""
    auth: Auth | None = None
    """Who may send requests, in place of the listener's `auth`."""
    anonymous: bool = False
    """Admit everybody, whatever the listener's `auth`."""
    satisfy: Literal["all", "any"] = "all"
    """all: a client needs both, an address in `allow` and what `auth` requires. any: one of the two is enough. Who has
    such an address is not authenticated then, whatever credentials it sends: the app gets no name, and of basic
    authentication no password."""
    rate_limit: RateLimit | None = None
    """Limit each client's requests. `spec.realIP` says who the client is; by IPv6, all of a /64 network are one. The
    listener's limit holds beside it."""
    connection_limit: int | None = None
    """How many requests a client, as for `rateLimit`, may have in flight. More are answered 429."""
    bandwidth: Bandwidth | None = None
    """Limit how fast a response is sent, in place of the listener's limit."""
    cors: Cors | None = None
    """Let pages of other origins read the responses."""
    substitution: Substitution | None = None
    """Replace text in the app's responses. One that the app compresses unasked stays as it is, and the access log says
    so: the app's own compression must be turned off."""
    cache: RouteCache | None = None
    """Cache the app's responses."""
    buffering: bool = False
    """Buffer the app's response while the client is slow to read it, so that the app is free for others. Each response
    takes up to an eighth of `spec.sidecar.cacheSizeLimit` on disk; the app waits for the client with what is beyond."""
    websocket: bool = False
    """Keep idle connections for an hour. Every route allows upgrades."""
    timeouts: RouteTimeouts = RouteTimeouts()
    max_body_size: str | None = None
    """Largest request body, in place of `spec.body.maxSize`."""
    snippet: str | None = None
    """nginx: directives of your own in the route's `location`. `spec.snippets` must allow it."""
    access_log: bool = True
    """Whether requests are logged, where `spec.accessLog` logs any."""


class Listener(Record):
    """A port the proxy listens on, and the app port behind it."""

    name: str = ""
    """Name of the sidecar's containerPort. Left out: the name of the app's port, where `cutover` is by name; else the
    first of proxy-http, proxy-http-2, proxy-http-3 and so on that is free in the Pod."""
    port: int = 0
    """Number of the sidecar's containerPort. Left out: the first of 8080, 8082, 8084 and so on that is free in the
    Pod."""
    upstream: Upstream = Upstream()
    service: ServicePort = ServicePort()
    tls: TLS | None = None
    """Clients connect by TLS. Left out: without TLS, as is usual inside a cluster."""
    proxy_protocol: bool = False
    """Connections begin with a PROXY protocol header, as some load balancers send it. Only `realIP.trustedProxies` are
    believed; others are refused, or count as the address they connect from."""
    auth: Auth | None = None
    """Who may send requests, but for routes with `auth` of their own."""
    rate_limit: RateLimit | None = None
    """Limit the requests of each client for all routes together, beside the limits that these have. What the proxy
    answers itself, such as redirects and refusals, does not count."""
    bandwidth: Bandwidth | None = None
    """Limit how fast each response is sent, but on routes with `bandwidth` of their own."""
    maintenance: Maintenance | None = None
    """Answer 503 in place of the app."""
    error_pages: ErrorPages = ErrorPages()
    snippet: str | None = None
    """nginx: directives of your own in the listener's `server`. `spec.snippets` must allow it."""
    routes: tuple[Route, ...] = ()
    """Routes. Requests that match none go to the app."""


class FilesConfigMap(Record):
    """A ConfigMap of static files to generate; several, NAME-2 and so on, where they are more than 1 MiB."""

    name: str
    """Name of the ConfigMap."""
    data: dict[str, str] = {}
    """Text files by name."""
    binary_data: dict[str, str] = {}
    """Other files by name, in base64."""
    precompress: bool = False
    """Add a compressed twin, such as app.js.gz, beside each text of at least 1 KiB, and serve that to clients that take
    gzip."""
    labels: dict[str, str] = {}
    """Labels beside the mark of ownership, those under `spec.configMap.labels`, and those that all workloads share."""


class Compression(Record):
    """Compression of responses on their way to the client."""

    enabled: bool = True
    """Whether responses are compressed. Their ETag is another then; If-Match and If-None-Match give the app its own."""
    level: int = 5
    """1 is fast, 9 is small."""
    min_length: str = "1024"
    """Smaller responses are not compressed."""
    types: tuple[str, ...] | None = None
    """Media types to compress beside text/html. Left out: the text types of the web."""


class RealIP(Record):
    """Who the client is."""

    trusted_proxies: tuple[str, ...] | None = None
    """Peers that are believed: their X-Forwarded-For, -Proto, -Host, -Port and -Prefix are passed on, and other headers
    of their kind, see Headers of trusted peers. Of all others the former are replaced, the latter removed. Left out,
    every private address is believed, and so every Pod: where a client's address decides something, list the proxies in
    front alone, or none."""


class AccessLog(Record):
    """One JSON object a request on the sidecar's standard output, without credentials; probes are not logged."""

    enabled: bool = True
    """Whether requests are logged."""
    percent: int = 100
    """The percentage of requests that are logged. Those that end in an error (4xx, 5xx) always are."""
    hide_query: tuple[str, ...] = ()
    """Names of more query parameters that hold credentials, in any case: a query with one is not logged. Which ones
    always do, and the fields of a line: [the access log](access-log.md)."""
    query: bool = True
    """Whether queries are logged. false: REDACTED stands in place of each."""
    omit: tuple[
        Literal[
            "request.remote_ip",
            "request.client_ip",
            "request.proto",
            "request.host",
            "bytes",
            "duration",
            "upstream_status",
            "upstream_duration",
            "cache",
            "version",
            "referer",
            "user_agent",
            "request_id",
            "traceparent",
        ],
        ...,
    ] = ()
    """Fields of a line that are left out, such as those that say who somebody is."""


class Timeouts(Record):
    """How long the proxy waits."""

    connect: str = "2s"
    """For the app to accept a connection."""
    read: str = "60s"
    """Longest pause between two reads from the app."""
    send: str = "60s"
    """Longest pause between two writes to the app."""
    idle: str = "75s"
    """For the next request on a client's connection."""


class Body(Record):
    """Request bodies. They go on to the app as they arrive, and nothing of them is written to disk."""

    max_size: str = "16m"
    """A larger body is refused with 413. 0: no limit. nginx keeps bodies of at most 16k in memory until they are whole,
    where this or the route's limit is no more, so that a slow client does not hold the app."""


class DNS(Record):
    """nginx: looks names of Services up again, and starts without them; each `service` must have its `namespace`."""

    resolver: str = "kube-dns.kube-system.svc.cluster.local"
    """The cluster's DNS server. A name is looked up when nginx starts, which needs it: an address is safer where the
    cluster has another name for it, as OpenShift's `dns-default.openshift-dns.svc.cluster.local`."""
    cluster_domain: str = "cluster.local"
    """What the names of Services end in."""


class Keepalive(Record):
    """Idle connections to the app that are kept open."""

    connections: int = 16
    """How many each worker keeps to each upstream."""
    idle: str = "4s"
    """How long. Must be less than the app keeps them: else it may close a connection just as the proxy uses it."""


class StrictTransportSecurity(Record):
    """Makes browsers use HTTPS alone, as long as `maxAge` says: they cannot be made to forget it."""

    max_age: int = 31536000
    """How long, in seconds: a year. 0 makes them forget it."""
    include_sub_domains: bool = False
    """Whether that holds for all below the domain as well."""
    preload: bool = False
    """Whether the domain may be put on the list that browsers come with."""


class Headers(Record):
    """Headers of requests to the app and responses to the client. Static files and redirects also get the latter."""

    request: HeaderChanges = HeaderChanges()
    """Headers of the requests that the app gets. It gets none whose name has `_` or another character than letters,
    digits and hyphens: what sends one must use another name."""
    response: HeaderChanges = HeaderChanges()
    """Headers of the responses that the client gets, whatever the status. What `tls.redirectPort` answers has none. Nor
    has, and no page either, what Caddy answers before it reads its configuration: 400 to what is no HTTP, such as a
    Host of `{a}`, 417, 431, 501, 505, and 200 to `OPTIONS *`."""
    security: bool = False
    """Send X-Content-Type-Options, X-Frame-Options and Referrer-Policy where neither the app nor `response` does."""
    presets: tuple[Literal["csp", "permissions", "opener", "embedder", "resource"], ...] = ()
    """Headers to send as well where neither the app nor `response` does, each with its strict value; see [security
    headers](tasks/security-headers.md). csp and embedder keep many apps from working: try them first."""
    hsts: StrictTransportSecurity | None = None
    """Send Strict-Transport-Security in place of the app's, to clients that came by TLS: to this listener, or to a
    trusted peer whose X-Forwarded-Proto says https."""
    max_request_size: str = "64k"
    """How long the line and the headers of a request may be together; with nginx each at most half of it. More is
    answered 400, 414 or 431; Caddy lets 4096 bytes more pass. See [memory](limits.md#memory)."""
    max_response_size: str | None = None
    """How long the headers of the app's responses, and of an auth service's, may be together: else the answer is 502.
    Left out: 32k with nginx, 10m with Caddy."""


class Block(Record):
    """Requests that are refused on every listener, before authentication. Probes are not affected."""

    presets: tuple[Literal["dotfiles", "backups", "sources"], ...] = ()
    """Paths that no app means to serve. dotfiles: with a segment that begins with a dot, such as /.git/config and
    /.env, but not /.well-known/. backups: of names that end in .bak, .old, .orig, .save, .sql, .dump, .swp or ~, also
    compressed. sources: in .conf, .dist, .fla, .inc, .ini, .log, .psd or .sh."""
    paths: tuple[str, ...] = ()
    """More paths, each with all below it, such as /internal/; *.map stands for names that end so. All in any spelling
    and in upper and lower case alike. What is percent-encoded twice, such as /%2569nternal/, is another path, though
    some such spellings are refused as well."""
    user_agents: tuple[str, ...] = ()
    """Texts in the User-Agent of clients that are refused, in upper and lower case alike."""
    methods: tuple[str, ...] = ()
    """Methods that are refused on every route. `methods` of a route says those that it allows."""
    status: int = 403
    """The status: 403, or 404, which does not say that there is something."""


class CacheStorage(Record):
    """The space that cached responses share."""

    max_size: str = "64m"
    """The least recently used responses are removed when it is full."""
    min_free: str = "16m"
    """Responses are removed as well when the volume has less free space."""


class Snippets(Record):
    """Your own text in the proxy's configuration: whole directives, each among those that are known to be safe."""

    allow: bool = False
    """Must be true where there is a snippet, so that none is added unnoticed."""
    main: str | None = None
    """nginx: directives outside of `http`."""
    http: str | None = None
    """nginx: directives in `http`."""
    patch: tuple[dict[str, Any], ...] = ()
    """Caddy: operations on its JSON configuration (RFC 6902): each with `op` (add, replace, remove, test), `path` and
    `value`. What comes out is compared with the configuration without them: they may set numbers, and add routes that
    answer by themselves; nothing that the other fields ask for may go, change or move."""


class Probes(Record):
    """Health endpoints on a listener of their own, which no Service routes to."""

    port: int = 0
    """Serves /healthz (the proxy runs) and /readyz (the app answers; nothing of the request reaches it, nor of its
    answer the client); with nginx and `companions.metrics` also /stub_status, to the exporter alone. Left out: the
    first of 8081, 8083, 8085 and so on that is free in the Pod."""
    name: str = ""
    """Name of its containerPort. Left out: proxy-status, or the first of proxy-status-2 and so on that is free."""
    app_path: str | None = None
    """The app's path that /readyz requests. Left out: that of the app's readinessProbe; where there is none, any
    response of the app to GET / that is not a server error counts as ready."""


class Shutdown(Record):
    """How the sidecar ends."""

    delay_seconds: int = 5
    """Pause before it stops accepting requests, so that load balancers stop sending them (preStop)."""
    drain_seconds: int = 20
    """How long requests in flight may take after that."""


class ReferrerKind(Record):
    """A kind of your own that refers to a Service's port."""

    group: str
    """API group such as example.com; empty for the core group."""
    kind: str
    """Kind such as Gate."""
    service: str
    """Path of the Service's name, alone or with its namespace as in web.shop or web.shop.svc.cluster.local."""
    port: str
    """Path of the Service's port, a number or name: in the same list entry as the Service's name, or below it."""
    namespace: str | None = None
    """Path of the Service's namespace. Left out, or where it is not set: that of the object."""


class Referrers(Record):
    """References to the app's Service and Pods, which are updated."""

    kinds: tuple[ReferrerKind, ...] = ()
    """Kinds of your own, beside those that are known."""
    ignore: tuple[str, ...] = ()
    """Kinds to leave alone: not even a warning is reported about them. With Service, none routes to the proxy."""
    scrape: Literal["proxy", "app"] = "proxy"
    """What ServiceMonitors, PodMonitors and prometheus.io/port annotations that named the app's port scrape: the app
    through the proxy, or directly."""
    app_port: Literal["open", "closed"] = "open"
    """Whether network policies that admit the app's port still admit it beside the proxy's."""


class VolumeNames(Record):
    """Names of the Pod's volumes for the sidecar. Left out: the ProxySidecar's name, and -config, -files and so on."""

    config: str | None = None
    """The proxy's configuration."""
    files: str | None = None
    """Static files."""
    images: str | None = None
    """Static files of an image. Those of the second one end in -2, and so on."""
    secrets: str | None = None
    """Secrets: certificates and users."""
    cache: str | None = None
    """The only writable volume: cache, temporary files, pid."""


class MountPaths(Record):
    """Where the volumes are mounted in the sidecar's container."""

    config: str = "/etc/proxy-sidecar"
    """The proxy's configuration."""
    files: str = "/srv/proxy-sidecar"
    """Static files."""
    images: str = "/srv/proxy-sidecar-images"
    """Static files of images, each in a directory of its own."""
    secrets: str = "/var/run/proxy-sidecar"
    """Secrets, each in a directory of its name."""
    cache: str = "/var/cache/proxy-sidecar"
    """The only writable volume."""


class Sidecar(Record):
    """The container and its volumes."""

    name: str | None = None
    """Name of the container. Left out: the ProxySidecar's name."""
    mode: Literal["classic", "native"] = "classic"
    """`classic` is a container beside the app's. `native` is an init container that keeps running (Kubernetes 1.29): it
    is ready before the app starts and ends after it, so that Jobs can finish. Services route to it by number; by name
    only with `kubernetesVersion` 1.32 or later."""
    container: dict[str, Any] = {}
    guaranteed: bool | None = None
    """Whether the containers that are added request as much CPU and memory as their limits, so that a Pod of the QoS
    class Guaranteed stays one; the CPU's limit is then 100m where you set none. Left out: they request less, and a
    warning says where that makes a Pod Burstable."""
    volumes: VolumeNames = VolumeNames()
    mount_paths: MountPaths = MountPaths()
    cache_size_limit: str = "256Mi"
    """sizeLimit of the writable volume. Where another container of the Pod has a limit of ephemeral-storage, so has the
    sidecar: this, and 64Mi for its log files."""


class Exporter(Record):
    """The container that reads nginx's status page for Prometheus. Caddy needs none."""

    name: str | None = None
    """Name of the container. Left out: the sidecar's, and -metrics."""
    container: dict[str, Any] = {}


class Metrics(Record):
    """Shows the proxy's metrics to Prometheus, under /metrics on a port of their own, which no Service routes to."""

    port: int = 0
    """The port that Prometheus scrapes. Left out: the first of 9113, 9114 and so on that is free in the Pod."""
    name: str = ""
    """Name of its containerPort. Left out: proxy-metrics, or the first of proxy-metrics-2 and so on that is free."""
    exporter: Exporter = Exporter()


class Companions(Record):
    """What is injected beside the proxy: each that is set, if only as {}."""

    metrics: Metrics | None = None


class ConfigMapSettings(Record):
    """The generated ConfigMap that holds the proxy's configuration."""

    name: str | None = None
    """Left out: the workload's name, the ProxySidecar's name and config, joined by -. One of more than 240 letters has
    a digest in the place of a part."""
    key: str | None = None
    """Key of the configuration, and its file's name under `sidecar.mountPaths.config`. Left out: nginx.conf, or
    caddy.json."""
    labels: dict[str, str] = {}
    """Labels beside the mark of ownership and the workload's own; the ConfigMaps under `spec.files` also have them."""
    rollout: Literal["checksum", "hash", "none"] = "checksum"
    """How a changed configuration reaches running Pods: `checksum` is an annotation on the Pod template; `hash` leaves
    it to kustomize's hash in the ConfigMap's name, and also needs the functionConfig under `generators:`."""


class Spec(Record):
    """Which proxy to inject into which workload."""

    target: Target | None = None
    """The workloads to inject the proxy into. Must be set, unless `targets` or `remove` is."""
    targets: tuple[Target, ...] = ()
    """Several, in place of `target`."""
    workload_kinds: tuple[WorkloadKind, ...] = ()
    """Kinds of your own that make Pods, beside those that are known."""
    remove: bool = False
    """Remove all that was injected under the name of this ProxySidecar, and inject nothing. It is recorded how to undo
    each change: no other field is needed, and none counts but `formerNames`."""
    former_names: tuple[str, ...] = ()
    """Names that this ProxySidecar had before: what was injected under these is removed."""
    record: Literal["annotation", "none"] = "annotation"
    """Where it is recorded how to undo each change. annotation: on each changed object, where a later run, and a
    removal, find it. none: nowhere, for a source that is never written over, as in `kustomize build`. The source alone
    is then the way back: a run over its output, and a removal from it, are refused."""
    engine: Literal["nginx", "caddy"] = "nginx"
    """The proxy. Fields that it does not support are refused."""
    engine_version: str | None = None
    """Version of the proxy, for which its configuration is written. Left out: that of the image's tag; where that has
    no number, the current one, with a warning where you chose the image."""
    kubernetes_version: str | None = None
    """The oldest version of Kubernetes among your clusters: what needs a later one is refused, or left out. Left out:
    nothing is assumed, and fields of `container` may be the newest."""
    cutover: Literal["name", "service", "staged"] | None = None
    """How Services come from the running Pods to those with the proxy. name: the listener's port takes the name of the
    app's port, so that Services by name reach both, and no request is lost. service: Services change at once, and reach
    no running Pod from then on. staged: Services, and all outside the Pods that follows them, stay as they are; after
    the rollout, `service` changes them. Left out: name where that is possible, else service, with a warning."""
    listeners: tuple[Listener, ...] = (Listener(),)
    """The ports the proxy listens on. Left out: one."""
    files: tuple[FilesConfigMap, ...] = ()
    """ConfigMaps of static files to generate."""
    compression: Compression = Compression()
    ipv6: bool = True
    """Also listen on IPv6. Turn it off where nodes boot with `ipv6.disable=1`: the proxy could not start there."""
    real_ip: RealIP = RealIP()
    access_log: AccessLog = AccessLog()
    timeouts: Timeouts = Timeouts()
    body: Body = Body()
    dns: DNS | None = None
    """Left out: nginx looks names of Services up once, when it starts."""
    keepalive: Keepalive = Keepalive()
    headers: Headers = Headers()
    block: Block = Block()
    cache: CacheStorage = CacheStorage()
    snippets: Snippets = Snippets()
    probes: Probes = Probes()
    shutdown: Shutdown = Shutdown()
    referrers: Referrers = Referrers()
    sidecar: Sidecar = Sidecar()
    companions: Companions = Companions()
    config_map: ConfigMapSettings = ConfigMapSettings()


class ProxySidecar(Record):
    """Injects a proxy in front of a workload."""

    api_version: Literal["krm-fn.dev/v1alpha1"] = "krm-fn.dev/v1alpha1"
    """Version of this format."""
    kind: Literal["ProxySidecar"] = "ProxySidecar"
    """Kind of this format."""
    metadata: Metadata
    """The name of the proxy."""
    spec: Spec
    """The settings of the proxy."""
