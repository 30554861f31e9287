"""Accepts what is surely a valid functionConfig. Generated from the models by `python -m codegen`: do not edit."""

from __future__ import annotations

from krm_fn.function_config.accepting import (
    anything,
    app_port,
    boolean,
    choice,
    list_of,
    map_of,
    number_of,
    optional,
    override,
    plain_mapping,
    record,
    string,
    whole,
)
from krm_fn.function_config.formats import kubernetes, text
from krm_fn.function_config.generated import values

_metadata = record(
    values.Metadata,
    {
        "name": ("name", string(kubernetes.is_proxy_name)),
        "annotations": ("annotations", optional(map_of(string(text.is_text), anything))),
        "labels": ("labels", optional(map_of(string(text.is_text), anything))),
    },
    required=("name",),
    others=True,
)
_target = record(
    values.Target,
    {
        "group": ("group", optional(string(text.is_name_pattern_or_empty))),
        "version": ("version", optional(string(text.is_name_pattern))),
        "kind": ("kind", optional(string(text.is_name_pattern))),
        "name": ("name", optional(string(text.is_name_pattern))),
        "namespace": ("namespace", optional(string(text.is_name_pattern_or_empty))),
        "labelSelector": ("label_selector", optional(string(text.is_label_query))),
        "annotationSelector": ("annotation_selector", optional(string(text.is_label_query))),
    },
)
_workload_kind = record(
    values.WorkloadKind,
    {
        "group": ("group", string(kubernetes.is_api_group)),
        "kind": ("kind", string(kubernetes.is_kind)),
        "template": ("template", string(kubernetes.is_field_path)),
    },
    required=("group", "kind"),
)
_fast_cgi = record(
    values.FastCGI,
    {
        "root": ("root", string(kubernetes.is_directory)),
        "index": ("index", string(text.is_script_name)),
        "scripts": ("scripts", list_of(string(text.is_script_path))),
        "pathInfo": ("path_info", boolean),
        "assets": ("assets", list_of(string(text.is_asset_folder))),
        "ping": ("ping", optional(string(text.is_request_path))),
    },
)
_upstream_authority = record(
    values.UpstreamAuthority,
    {
        "secret": ("secret", optional(string(kubernetes.is_resource_name))),
        "configMap": ("config_map", optional(string(kubernetes.is_resource_name))),
        "key": ("key", string(kubernetes.is_config_map_key)),
    },
)
_upstream_tls = record(
    values.UpstreamTLS,
    {
        "verify": ("verify", optional(boolean)),
        "ca": ("ca", optional(_upstream_authority)),
        "serverName": ("server_name", optional(string(kubernetes.is_resource_name))),
        "certificate": ("certificate", optional(string(kubernetes.is_resource_name))),
    },
)
_upstream = record(
    values.Upstream,
    {
        "port": ("port", optional(app_port)),
        "socket": ("socket", optional(string(kubernetes.is_socket))),
        "protocol": ("protocol", choice("auto", "http", "https", "h2c", "grpc", "fastcgi")),
        "fastcgi": ("fastcgi", optional(_fast_cgi)),
        "tls": ("tls", optional(_upstream_tls)),
        "host": ("host", string(text.is_upstream_host)),
        "rewriteLocation": ("rewrite_location", boolean),
    },
)
_service_port = record(
    values.ServicePort,
    {
        "port": ("port", optional(whole(1, 65535))),
        "name": ("name", optional(string(kubernetes.is_port_name))),
        "appProtocol": ("app_protocol", optional(string(kubernetes.is_label_key))),
    },
)
_client_certificates = record(
    values.ClientCertificates,
    {
        "secret": ("secret", string(kubernetes.is_resource_name)),
        "key": ("key", string(kubernetes.is_config_map_key)),
        "required": ("required", boolean),
    },
    required=("secret",),
)
_tls = record(
    values.TLS,
    {
        "secret": ("secret", string(kubernetes.is_resource_name)),
        "clients": ("clients", optional(_client_certificates)),
        "redirectPort": ("redirect_port", optional(whole(1024, 65535))),
        "redirectName": ("redirect_name", string(kubernetes.is_port_name)),
    },
    required=("secret",),
)
_basic_auth = record(
    values.BasicAuth,
    {
        "secret": ("secret", string(kubernetes.is_resource_name)),
        "key": ("key", string(kubernetes.is_config_map_key)),
        "users": ("users", list_of(string(text.is_user_name))),
        "realm": ("realm", string(text.is_realm)),
        "userHeader": ("user_header", string(text.is_header_name)),
    },
    required=("secret",),
)
_service_address = record(
    values.ServiceAddress,
    {
        "name": ("name", string(kubernetes.is_label)),
        "namespace": ("namespace", optional(string(kubernetes.is_label))),
        "port": ("port", whole(1, 65535)),
    },
    required=("name", "port"),
)
_other_upstream = record(
    values.OtherUpstream,
    {
        "port": ("port", optional(app_port)),
        "service": ("service", optional(_service_address)),
        "socket": ("socket", optional(string(kubernetes.is_socket))),
        "protocol": ("protocol", choice("auto", "http", "https", "h2c", "grpc", "fastcgi")),
        "fastcgi": ("fastcgi", optional(_fast_cgi)),
        "tls": ("tls", optional(_upstream_tls)),
        "host": ("host", string(text.is_upstream_host)),
        "rewriteLocation": ("rewrite_location", boolean),
    },
)
_external_auth = record(
    values.ExternalAuth,
    {
        "upstream": ("upstream", _other_upstream),
        "path": ("path", string(text.is_request_path)),
        "signIn": ("sign_in", optional(string(text.is_request_path))),
        "ownPrefix": ("own_prefix", optional(string(text.is_request_path))),
        "headers": ("headers", list_of(string(text.is_header_name))),
        "cookies": ("cookies", list_of(string(text.is_variable_name))),
    },
    required=("upstream",),
)
_auth = record(
    values.Auth,
    {
        "basic": ("basic", optional(_basic_auth)),
        "external": ("external", optional(_external_auth)),
    },
)
_rate_limit_key = record(
    values.RateLimitKey,
    {
        "header": ("header", optional(string(text.is_header_name))),
        "cookie": ("cookie", optional(string(text.is_cookie_name))),
        "of": ("of", optional(choice("user", "all"))),
    },
)
_rate_limit = record(
    values.RateLimit,
    {
        "perSecond": ("per_second", whole(1, 10000)),
        "burst": ("burst", whole(0, 10000)),
        "key": ("key", optional(_rate_limit_key)),
        "exempt": ("exempt", list_of(string(text.is_network))),
    },
    required=("perSecond",),
)
_bandwidth = record(
    values.Bandwidth,
    {
        "rate": ("rate", string(text.is_small_size)),
        "after": ("after", string(text.is_small_size)),
    },
    required=("rate",),
)
_page = record(
    values.Page,
    {
        "configMap": ("config_map", string(kubernetes.is_resource_name)),
        "key": ("key", string(kubernetes.is_config_map_key)),
    },
    required=("configMap", "key"),
)
_maintenance = record(
    values.Maintenance,
    {
        "enabled": ("enabled", boolean),
        "page": ("page", optional(_page)),
        "retryAfter": ("retry_after", optional(whole(0, 3600))),
        "allow": ("allow", list_of(string(text.is_network))),
    },
)
_error_page = record(
    values.ErrorPage,
    {
        "statuses": ("statuses", list_of(whole(400, 599), least=1)),
        "page": ("page", _page),
    },
    required=("statuses", "page"),
)
_error_pages = record(
    values.ErrorPages,
    {
        "pages": ("pages", list_of(_error_page)),
        "ofApp": ("of_app", boolean),
    },
)
_init_container_override = override(
    {
        "resources": ("resources", optional(plain_mapping)),
        "securityContext": ("security_context", optional(plain_mapping)),
    },
)
_init_container = record(
    values.InitContainer,
    {
        "sizeLimit": ("size_limit", string(kubernetes.is_byte_quantity)),
        "container": ("container", _init_container_override),
    },
)
_files_image = record(
    values.FilesImage,
    {
        "reference": ("reference", string(kubernetes.is_image)),
        "path": ("path", optional(string(kubernetes.is_directory))),
        "pullPolicy": ("pull_policy", optional(choice("Always", "IfNotPresent", "Never"))),
        "trustTimes": ("trust_times", boolean),
        "initContainer": ("init_container", optional(_init_container)),
    },
    required=("reference",),
)
_browser_cache = record(
    values.BrowserCache,
    {
        "hashed": ("hashed", boolean),
        "immutable": ("immutable", list_of(string(text.is_file_pattern))),
        "maxAge": ("max_age", map_of(string(text.is_file_pattern), string(text.is_seconds))),
    },
)
_static_files = record(
    values.StaticFiles,
    {
        "configMap": ("config_map", optional(string(kubernetes.is_resource_name))),
        "moreConfigMaps": ("more_config_maps", list_of(string(kubernetes.is_resource_name))),
        "image": ("image", optional(_files_image)),
        "key": ("key", optional(string(kubernetes.is_config_map_key))),
        "index": ("index", list_of(string(kubernetes.is_config_map_key), least=1)),
        "fallback": ("fallback", optional(string(kubernetes.is_config_map_key))),
        "fallbackExcept": ("fallback_except", list_of(string(text.is_file_pattern))),
        "charset": ("charset", choice("utf-8", "off")),
        "browserCache": ("browser_cache", optional(_browser_cache)),
        "twins": ("twins", list_of(choice("br", "zstd"))),
    },
)
_redirect = record(
    values.Redirect,
    {
        "to": ("to", string(text.is_redirect_target)),
        "permanent": ("permanent", boolean),
        "status": ("status", optional(number_of(301, 302, 303, 307, 308))),
        "query": ("query", optional(choice("keep", "drop"))),
    },
    required=("to",),
)
_fixed_answer = record(
    values.FixedAnswer,
    {
        "status": ("status", whole(200, 599)),
        "body": ("body", optional(string(text.is_answer))),
        "contentType": ("content_type", string(text.is_media_type)),
    },
)
_header_changes = record(
    values.HeaderChanges,
    {
        "set": ("set", map_of(string(text.is_header_name), string(text.is_header_value))),
        "default": ("default", map_of(string(text.is_header_name), string(text.is_header_value))),
        "add": ("add", map_of(string(text.is_header_name), string(text.is_header_value))),
        "remove": ("remove", list_of(string(text.is_header_name))),
    },
)
_route_headers = record(
    values.RouteHeaders,
    {
        "request": ("request", _header_changes),
        "response": ("response", _header_changes),
    },
)
_sticky_cookie = record(
    values.StickyCookie,
    {
        "name": ("name", string(text.is_cookie_name)),
        "path": ("path", string(text.is_request_path)),
        "lifetime": ("lifetime", optional(string(text.is_seconds))),
        "sameSite": ("same_site", choice("Strict", "Lax", "None")),
        "httpOnly": ("http_only", boolean),
    },
    required=("name",),
)
_sticky = record(
    values.Sticky,
    {
        "setCookie": ("set_cookie", optional(_sticky_cookie)),
        "address": ("address", boolean),
        "header": ("header", optional(string(text.is_header_name))),
        "cookie": ("cookie", optional(string(text.is_cookie_name))),
    },
)
_split = record(
    values.Split,
    {
        "percent": ("percent", whole(0, 100)),
        "upstream": ("upstream", _other_upstream),
        "header": ("header", optional(string(text.is_header_name))),
        "headerValue": ("header_value", optional(string(text.is_header_value))),
        "headerPattern": ("header_pattern", optional(string(text.is_header_pattern))),
        "cookie": ("cookie", optional(string(text.is_cookie_name))),
        "cookieValue": ("cookie_value", optional(string(text.is_cookie_value))),
        "sticky": ("sticky", optional(_sticky)),
    },
    required=("percent", "upstream"),
)
_rewrite = record(
    values.Rewrite,
    {
        "prefix": ("prefix", optional(string(text.is_rewrite_path))),
        "path": ("path", optional(string(text.is_rewrite_path))),
        "answers": ("answers", boolean),
    },
)
_location_change = record(
    values.LocationChange,
    {
        "start": ("start", string(text.is_location_start)),
        "to": ("to", string(text.is_location_start)),
    },
    required=("start", "to"),
)
_cookie_changes = record(
    values.CookieChanges,
    {
        "domains": ("domains", map_of(string(kubernetes.is_resource_name), string(text.is_cookie_domain))),
        "paths": ("paths", map_of(string(text.is_request_path), string(text.is_request_path))),
        "secure": ("secure", optional(boolean)),
        "httpOnly": ("http_only", optional(boolean)),
        "sameSite": ("same_site", optional(choice("Strict", "Lax", "None"))),
    },
)
_cors = record(
    values.Cors,
    {
        "origins": ("origins", list_of(string(text.is_origin), least=1)),
        "methods": ("methods", list_of(string(text.is_method))),
        "headers": ("headers", list_of(string(text.is_header_name))),
        "expose": ("expose", list_of(string(text.is_header_name))),
        "credentials": ("credentials", boolean),
        "maxAge": ("max_age", whole(0, 3600)),
    },
    required=("origins",),
)
_substitution = record(
    values.Substitution,
    {
        "texts": ("texts", map_of(string(text.is_sought_text), string(text.is_replacement))),
        "types": ("types", list_of(string(text.is_media_type))),
    },
    required=("texts",),
)
_cached_status = record(
    values.CachedStatus,
    {
        "status": ("status", whole(300, 451)),
        "ttl": ("ttl", string(text.is_seconds)),
    },
    required=("status", "ttl"),
)
_cache_key = record(
    values.CacheKey,
    {
        "onlyQuery": ("only_query", optional(list_of(string(text.is_parameter_name)))),
        "ignoreQuery": ("ignore_query", list_of(string(text.is_parameter_name))),
        "headers": ("headers", list_of(string(text.is_header_name))),
        "cookies": ("cookies", list_of(string(text.is_cookie_name))),
    },
)
_cache_stale = record(
    values.CacheStale,
    {
        "unreachable": ("unreachable", boolean),
        "statuses": ("statuses", list_of(whole(403, 504))),
        "updating": ("updating", optional(boolean)),
    },
)
_cache_lock = record(
    values.CacheLock,
    {
        "wait": ("wait", string(text.is_seconds)),
        "renew": ("renew", string(text.is_seconds)),
    },
)
_route_cache = record(
    values.RouteCache,
    {
        "policy": ("policy", choice("respect-origin", "immutable-for-pod")),
        "ttl": ("ttl", string(text.is_seconds)),
        "statuses": ("statuses", list_of(_cached_status)),
        "bypassCookies": ("bypass_cookies", optional(list_of(string(text.is_cookie_name)))),
        "bypassHeaders": ("bypass_headers", optional(list_of(string(text.is_header_name)))),
        "key": ("key", _cache_key),
        "ignoreVary": ("ignore_vary", boolean),
        "dropSetCookie": ("drop_set_cookie", boolean),
        "stale": ("stale", _cache_stale),
        "lock": ("lock", _cache_lock),
        "compressed": ("compressed", boolean),
    },
)
_route_timeouts = record(
    values.RouteTimeouts,
    {
        "read": ("read", optional(string(text.is_duration))),
        "send": ("send", optional(string(text.is_duration))),
    },
)
_route = record(
    values.Route,
    {
        "path": ("path", string(text.is_line)),
        "match": ("match", choice("exact", "prefix", "regex")),
        "files": ("files", optional(_static_files)),
        "redirect": ("redirect", optional(_redirect)),
        "respond": ("respond", optional(_fixed_answer)),
        "methods": ("methods", optional(list_of(string(text.is_method)))),
        "headers": ("headers", optional(_route_headers)),
        "upstream": ("upstream", optional(_other_upstream)),
        "split": ("split", optional(_split)),
        "rewrite": ("rewrite", optional(_rewrite)),
        "locations": ("locations", list_of(_location_change)),
        "cookies": ("cookies", optional(_cookie_changes)),
        "grpc": ("grpc", boolean),
        "allow": ("allow", optional(list_of(string(text.is_network)))),
        "deny": ("deny", list_of(string(text.is_network))),
        "auth": ("auth", optional(_auth)),
        "anonymous": ("anonymous", boolean),
        "satisfy": ("satisfy", choice("all", "any")),
        "rateLimit": ("rate_limit", optional(_rate_limit)),
        "connectionLimit": ("connection_limit", optional(whole(1, 10000))),
        "bandwidth": ("bandwidth", optional(_bandwidth)),
        "cors": ("cors", optional(_cors)),
        "substitution": ("substitution", optional(_substitution)),
        "cache": ("cache", optional(_route_cache)),
        "buffering": ("buffering", boolean),
        "websocket": ("websocket", boolean),
        "timeouts": ("timeouts", _route_timeouts),
        "maxBodySize": ("max_body_size", optional(string(text.is_size))),
        "snippet": ("snippet", optional(string(text.is_snippet))),
        "accessLog": ("access_log", boolean),
    },
    required=("path",),
)
_listener = record(
    values.Listener,
    {
        "name": ("name", string(kubernetes.is_port_name)),
        "port": ("port", whole(1024, 65535)),
        "upstream": ("upstream", _upstream),
        "service": ("service", _service_port),
        "tls": ("tls", optional(_tls)),
        "proxyProtocol": ("proxy_protocol", boolean),
        "auth": ("auth", optional(_auth)),
        "rateLimit": ("rate_limit", optional(_rate_limit)),
        "bandwidth": ("bandwidth", optional(_bandwidth)),
        "maintenance": ("maintenance", optional(_maintenance)),
        "errorPages": ("error_pages", _error_pages),
        "snippet": ("snippet", optional(string(text.is_snippet))),
        "routes": ("routes", list_of(_route)),
    },
)
_files_config_map = record(
    values.FilesConfigMap,
    {
        "name": ("name", string(kubernetes.is_resource_name)),
        "data": ("data", map_of(string(kubernetes.is_config_map_key), string(text.is_text))),
        "binaryData": ("binary_data", map_of(string(kubernetes.is_config_map_key), string(kubernetes.is_base64))),
        "precompress": ("precompress", boolean),
        "labels": ("labels", map_of(string(kubernetes.is_label_key), string(kubernetes.is_label_value))),
    },
    required=("name",),
)
_compression = record(
    values.Compression,
    {
        "enabled": ("enabled", boolean),
        "level": ("level", whole(1, 9)),
        "minLength": ("min_length", string(text.is_small_size)),
        "types": ("types", optional(list_of(string(text.is_media_type)))),
    },
)
_real_ip = record(
    values.RealIP,
    {
        "trustedProxies": ("trusted_proxies", optional(list_of(string(text.is_network)))),
    },
)
_access_log = record(
    values.AccessLog,
    {
        "enabled": ("enabled", boolean),
        "percent": ("percent", whole(0, 100)),
        "hideQuery": ("hide_query", list_of(string(text.is_query_name))),
        "query": ("query", boolean),
        "omit": (
            "omit",
            list_of(
                choice(
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
                )
            ),
        ),
    },
)
_timeouts = record(
    values.Timeouts,
    {
        "connect": ("connect", string(text.is_duration)),
        "read": ("read", string(text.is_duration)),
        "send": ("send", string(text.is_duration)),
        "idle": ("idle", string(text.is_duration)),
    },
)
_body = record(
    values.Body,
    {
        "maxSize": ("max_size", string(text.is_size)),
    },
)
_dns = record(
    values.DNS,
    {
        "resolver": ("resolver", string(text.is_resolver)),
        "clusterDomain": ("cluster_domain", string(kubernetes.is_resource_name)),
    },
)
_keepalive = record(
    values.Keepalive,
    {
        "connections": ("connections", whole(1, 10000)),
        "idle": ("idle", string(text.is_seconds)),
    },
)
_strict_transport_security = record(
    values.StrictTransportSecurity,
    {
        "maxAge": ("max_age", whole(0, 2147483647)),
        "includeSubDomains": ("include_sub_domains", boolean),
        "preload": ("preload", boolean),
    },
)
_headers = record(
    values.Headers,
    {
        "request": ("request", _header_changes),
        "response": ("response", _header_changes),
        "security": ("security", boolean),
        "presets": ("presets", list_of(choice("csp", "permissions", "opener", "embedder", "resource"))),
        "hsts": ("hsts", optional(_strict_transport_security)),
        "maxRequestSize": ("max_request_size", string(text.is_small_size)),
        "maxResponseSize": ("max_response_size", optional(string(text.is_small_size))),
    },
)
_block = record(
    values.Block,
    {
        "presets": ("presets", list_of(choice("dotfiles", "backups", "sources"))),
        "paths": ("paths", list_of(string(text.is_blocked_path))),
        "userAgents": ("user_agents", list_of(string(text.is_part_of_user_agent))),
        "methods": ("methods", list_of(string(text.is_method))),
        "status": ("status", number_of(403, 404)),
    },
)
_cache_storage = record(
    values.CacheStorage,
    {
        "maxSize": ("max_size", string(text.is_size)),
        "minFree": ("min_free", string(text.is_size)),
    },
)
_snippets = record(
    values.Snippets,
    {
        "allow": ("allow", boolean),
        "main": ("main", optional(string(text.is_snippet))),
        "http": ("http", optional(string(text.is_snippet))),
        "patch": ("patch", list_of(plain_mapping)),
    },
)
_probes = record(
    values.Probes,
    {
        "port": ("port", whole(1024, 65535)),
        "name": ("name", string(kubernetes.is_port_name)),
        "appPath": ("app_path", optional(string(text.is_line))),
    },
)
_shutdown = record(
    values.Shutdown,
    {
        "delaySeconds": ("delay_seconds", whole(0, 3600)),
        "drainSeconds": ("drain_seconds", whole(1, 3600)),
    },
)
_referrer_kind = record(
    values.ReferrerKind,
    {
        "group": ("group", string(kubernetes.is_api_group)),
        "kind": ("kind", string(kubernetes.is_kind)),
        "service": ("service", string(kubernetes.is_field_path)),
        "port": ("port", string(kubernetes.is_field_path)),
        "namespace": ("namespace", optional(string(kubernetes.is_field_path))),
    },
    required=("group", "kind", "service", "port"),
)
_referrers = record(
    values.Referrers,
    {
        "kinds": ("kinds", list_of(_referrer_kind)),
        "ignore": ("ignore", list_of(string(kubernetes.is_kind))),
        "scrape": ("scrape", choice("proxy", "app")),
        "appPort": ("app_port", choice("open", "closed")),
    },
)
_container_override = override(
    {
        "image": ("image", optional(string(kubernetes.is_image))),
        "imagePullPolicy": ("image_pull_policy", optional(choice("Always", "IfNotPresent", "Never"))),
        "command": ("command", optional(list_of(string(text.is_text)))),
        "args": ("args", optional(list_of(string(text.is_text)))),
        "workingDir": ("working_dir", optional(string(text.is_text))),
        "env": ("env", optional(list_of(plain_mapping))),
        "envFrom": ("env_from", optional(list_of(plain_mapping))),
        "ports": ("ports", optional(list_of(plain_mapping))),
        "resources": ("resources", optional(plain_mapping)),
        "securityContext": ("security_context", optional(plain_mapping)),
        "livenessProbe": ("liveness_probe", optional(plain_mapping)),
        "readinessProbe": ("readiness_probe", optional(plain_mapping)),
        "startupProbe": ("startup_probe", optional(plain_mapping)),
        "lifecycle": ("lifecycle", optional(plain_mapping)),
        "volumeMounts": ("volume_mounts", optional(list_of(plain_mapping))),
        "volumeDevices": ("volume_devices", optional(list_of(plain_mapping))),
        "resizePolicy": ("resize_policy", optional(list_of(plain_mapping))),
        "terminationMessagePath": ("termination_message_path", optional(string(text.is_text))),
        "terminationMessagePolicy": ("termination_message_policy", optional(choice("File", "FallbackToLogsOnError"))),
        "stdin": ("stdin", optional(boolean)),
        "stdinOnce": ("stdin_once", optional(boolean)),
        "tty": ("tty", optional(boolean)),
    },
)
_volume_names = record(
    values.VolumeNames,
    {
        "config": ("config", optional(string(kubernetes.is_label))),
        "files": ("files", optional(string(kubernetes.is_label))),
        "images": ("images", optional(string(kubernetes.is_label))),
        "secrets": ("secrets", optional(string(kubernetes.is_label))),
        "cache": ("cache", optional(string(kubernetes.is_label))),
    },
)
_mount_paths = record(
    values.MountPaths,
    {
        "config": ("config", string(kubernetes.is_directory)),
        "files": ("files", string(kubernetes.is_directory)),
        "images": ("images", string(kubernetes.is_directory)),
        "secrets": ("secrets", string(kubernetes.is_directory)),
        "cache": ("cache", string(kubernetes.is_directory)),
    },
)
_sidecar = record(
    values.Sidecar,
    {
        "name": ("name", optional(string(kubernetes.is_label))),
        "mode": ("mode", choice("classic", "native")),
        "container": ("container", _container_override),
        "guaranteed": ("guaranteed", optional(boolean)),
        "volumes": ("volumes", _volume_names),
        "mountPaths": ("mount_paths", _mount_paths),
        "cacheSizeLimit": ("cache_size_limit", string(kubernetes.is_byte_quantity)),
    },
)
_exporter = record(
    values.Exporter,
    {
        "name": ("name", optional(string(kubernetes.is_label))),
        "container": ("container", _container_override),
    },
)
_metrics = record(
    values.Metrics,
    {
        "port": ("port", whole(1024, 65535)),
        "name": ("name", string(kubernetes.is_port_name)),
        "exporter": ("exporter", _exporter),
    },
)
_companions = record(
    values.Companions,
    {
        "metrics": ("metrics", optional(_metrics)),
    },
)
_config_map_settings = record(
    values.ConfigMapSettings,
    {
        "name": ("name", optional(string(kubernetes.is_resource_name))),
        "key": ("key", optional(string(kubernetes.is_config_map_key))),
        "labels": ("labels", map_of(string(kubernetes.is_label_key), string(kubernetes.is_label_value))),
        "rollout": ("rollout", choice("checksum", "hash", "none")),
    },
)
_spec = record(
    values.Spec,
    {
        "target": ("target", optional(_target)),
        "targets": ("targets", list_of(_target)),
        "workloadKinds": ("workload_kinds", list_of(_workload_kind)),
        "remove": ("remove", boolean),
        "formerNames": ("former_names", list_of(string(kubernetes.is_proxy_name))),
        "record": ("record", choice("annotation", "none")),
        "engine": ("engine", choice("nginx", "caddy")),
        "engineVersion": ("engine_version", optional(string(text.is_version))),
        "kubernetesVersion": ("kubernetes_version", optional(string(kubernetes.is_kubernetes_version))),
        "cutover": ("cutover", optional(choice("name", "service", "staged"))),
        "listeners": ("listeners", list_of(_listener, least=1)),
        "files": ("files", list_of(_files_config_map)),
        "compression": ("compression", _compression),
        "ipv6": ("ipv6", boolean),
        "realIP": ("real_ip", _real_ip),
        "accessLog": ("access_log", _access_log),
        "timeouts": ("timeouts", _timeouts),
        "body": ("body", _body),
        "dns": ("dns", optional(_dns)),
        "keepalive": ("keepalive", _keepalive),
        "headers": ("headers", _headers),
        "block": ("block", _block),
        "cache": ("cache", _cache_storage),
        "snippets": ("snippets", _snippets),
        "probes": ("probes", _probes),
        "shutdown": ("shutdown", _shutdown),
        "referrers": ("referrers", _referrers),
        "sidecar": ("sidecar", _sidecar),
        "companions": ("companions", _companions),
        "configMap": ("config_map", _config_map_settings),
    },
)
_proxy_sidecar = record(
    values.ProxySidecar,
    {
        "apiVersion": ("api_version", choice("krm-fn.dev/v1alpha1")),
        "kind": ("kind", choice("ProxySidecar")),
        "metadata": ("metadata", _metadata),
        "spec": ("spec", _spec),
    },
    required=("apiVersion", "kind", "metadata", "spec"),
)

accept = _proxy_sidecar
