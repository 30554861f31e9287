"""The types of single fields of the proxy's settings: each allows what its place can hold, and describes it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from krm_fn.function_config.formats import text
from krm_fn.function_config.formats.type_rules import Between, NumberOf, PlainRule, Text

PortNumber = Annotated[int, Between(1, 65535)]
UnprivilegedPort = Annotated[int, Between(1024, 65535, "Use 8080: the sidecar runs as non-root.")]
GzipLevel = Annotated[int, Between(1, 9)]
Seconds = Annotated[int, Between(0, 3600)]
RequestsPerSecond = Annotated[int, Between(1, 10000)]
Burst = Annotated[int, Between(0, 10000)]
Percent = Annotated[int, Between(0, 100)]
ConnectionCount = Annotated[int, Between(1, 10000)]
ErrorStatus = Annotated[int, Between(400, 599)]
RedirectStatus = Annotated[int, NumberOf((301, 302, 303, 307, 308))]
BlockedStatus = Annotated[int, NumberOf((403, 404))]
MaxAge = Annotated[int, Between(0, 2**31 - 1)]
AnswerStatus = Annotated[int, Between(200, 599)]
PositiveSeconds = Annotated[int, Between(1, 3600)]
NamePattern = Annotated[
    str,
    Text(
        text.is_name_pattern,
        "be a name pattern: a name, or a regular expression (RE2) that matches whole names",
        longest=1024,
    ),
]
NamePatternOrEmpty = Annotated[
    str,
    Text(
        text.is_name_pattern_or_empty,
        "be a name pattern or empty: a name, or a regular expression (RE2) that matches whole names",
        longest=1024,
    ),
]
LabelQuery = Annotated[
    str,
    Text(
        text.is_label_query,
        "be a selector such as app=web,tier in (front,edge),!legacy",
        longest=1024,
    ),
    Field(examples=["app=web"]),
]
RouteMatch = Annotated[
    str,
    Text(
        text.is_line,
        "be one line of text: at most 1024 characters, none of them a control character",
        pattern=r"[^\x00-\x1f\x7f]+",
        longest=1024,
    ),
    Field(examples=["/lib/"]),
]
HeaderName = Annotated[
    str,
    Text(
        text.is_header_name,
        "be a header's name: at most 46 letters, digits and '-', such as X-Frame-Options",
        pattern=r"[A-Za-z0-9][A-Za-z0-9-]*",
        longest=46,
    ),
    Field(examples=["X-Tenant"]),
]
HeaderValue = Annotated[
    str,
    Text(
        text.is_header_value,
        "be a header's value: printable ASCII, with no space at its ends",
        pattern=r"[!-~]([ -~]*[!-~])?",
        longest=1024,
    ),
    Field(examples=["DENY"]),
]
HeaderPattern = Annotated[
    str,
    Text(
        text.is_header_pattern,
        "be a pattern of a header's value: printable ASCII with at most three *, and ?",
        pattern=r"(?!(.*\*){4})[!-~]([ -~]*[!-~])?",
        longest=200,
    ),
    Field(examples=["*@example.com"]),
]
RedirectTarget = Annotated[
    str,
    Text(
        text.is_redirect_target,
        "be a path such as /new, or a URL such as https://example.com/, of a URI's characters",
        pattern=r"(/(?!/)|https?:///*[A-Za-z0-9._~:?#\[\]@!$&'()*+,;=%-])[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*",
        longest=1024,
    ),
    Field(examples=["/new"]),
]
AnswerText = Annotated[
    str,
    Text(
        text.is_answer,
        "be text of at most 2000 bytes, with no control characters but line breaks and tabs",
        pattern=r"[^\x00-\x08\x0b-\x1f\x7f]+",
        longest=2000,
    ),
]
BlockedPath = Annotated[
    str,
    Text(
        text.is_blocked_path,
        "be a path to block: at most 100 characters, such as /internal/, or an ending, such as *.map",
        pattern=r"(?!.*(//|/\.{1,2}(/|$)))/[A-Za-z0-9._/-]+|\*(\.[A-Za-z0-9_-]+)+",
        longest=100,
    ),
    Field(examples=["/internal/"]),
]
ScriptName = Annotated[
    str,
    Text(
        text.is_script_name,
        "be the name of a script: letters, digits, '_' and '-' before .php, at most 100 characters",
        pattern=r"[A-Za-z0-9_-]+\.php",
        longest=100,
    ),
    Field(examples=["index.php"]),
]
ScriptPath = Annotated[
    str,
    Text(
        text.is_script_path,
        "be a script's path: at most 100 characters, such as /wp-login.php or /wp-admin/*.php, or with / at its end",
        pattern=r"(?!.*\*\*)/([A-Za-z0-9_~-][A-Za-z0-9._~-]*/)*[A-Za-z0-9_*-]+\.php/?",
        longest=100,
    ),
    Field(examples=["/wp-login.php"]),
]
AssetFolder = Annotated[
    str,
    Text(
        text.is_asset_folder,
        "be a folder's path other than /, with a slash at both ends: at most 100 characters, such as /assets/",
        pattern=r"/([A-Za-z0-9_~-][A-Za-z0-9._~-]*/)+",
        longest=100,
    ),
    Field(examples=["/assets/"]),
]
PartOfUserAgent = Annotated[
    str,
    Text(
        text.is_part_of_user_agent,
        "be a part of a User-Agent: printable ASCII, with no space at its ends",
        pattern=r"[!-~]([ -~]*[!-~])?",
        longest=200,
    ),
    Field(examples=["BadBot"]),
]
RewritePath = Annotated[
    str,
    Text(
        text.is_rewrite_path,
        "be a path for the app: such as /new/, of letters, digits and -._~/&+,;=:@; $1 to $9 stand for groups",
        pattern=r"/([A-Za-z0-9._~/&+,;=:@-]|\$[1-9])*",
        longest=255,
    ),
    Field(examples=["/new/"]),
]
LocationStart = Annotated[
    str,
    Text(
        text.is_location_start,
        "be what an address begins with: a path such as /old/, or a URL such as https://intern.example.com/, up to a /",
        pattern=r"(https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?)?/([A-Za-z0-9._~:@&+,;=%-][A-Za-z0-9._~:/@&+,;=%-]*/)?",
        longest=1024,
    ),
    Field(examples=["https://intern.example.com/"]),
]
CookieDomain = Annotated[
    str,
    Text(
        text.is_cookie_domain,
        "be a cookie's domain: a host name such as shop.example.com, or empty to remove it",
        pattern=r"([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)?",
        longest=253,
    ),
]
UpstreamHost = Annotated[
    str,
    Text(
        text.is_upstream_host,
        "be client, upstream, or a host such as shop.example.com or localhost:3000",
        pattern=r"client|upstream|"
        r"[a-z0-9]([a-z0-9-]*[a-z0-9])?((\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:[0-9]{1,5})?|:[0-9]{1,5})",
        longest=253,
    ),
    Field(examples=["shop.example.com"]),
]
Resolver = Annotated[
    str,
    Text(
        text.is_resolver,
        "be a DNS server such as 10.96.0.10, [fd00::a]:53 or kube-dns.kube-system.svc.cluster.local",
    ),
    Field(examples=["10.96.0.10"]),
]
RequestPath = Annotated[
    str,
    Text(
        text.is_request_path,
        "be a plain path: such as /oauth2/auth, of letters, digits, '.', '_', '-' and '/'",
        pattern=r"(?!.*(//|/\.{1,2}(/|$)))/[A-Za-z0-9._/-]*",
        longest=255,
    ),
    Field(examples=["/verify"]),
]
Origin = Annotated[
    str,
    Text(
        text.is_origin,
        "be an origin such as https://ui.example.com or https://*.example.com:8443, in lower case",
        pattern=r"https?://(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?",
        longest=253,
    ),
]
Method = Annotated[
    str,
    Text(text.is_method, "be a method such as GET or PATCH, in capitals", pattern=r"[A-Z]+", longest=20),
    Field(examples=["GET"]),
]
SoughtText = Annotated[
    str,
    Text(
        text.is_sought_text,
        "be a short line of text: at most 255 bytes, none of them a control character",
        pattern=r"[^\x00-\x1f\x7f]+",
        longest=255,
    ),
]
Replacement = Annotated[
    str,
    Text(
        text.is_replacement,
        "be text of at most 1024 characters, none of them a control character; empty to remove the old text",
        pattern=r"[^\x00-\x1f\x7f]*",
        longest=1024,
    ),
]
Realm = Annotated[
    str,
    Text(
        text.is_realm,
        "be a realm: letters, digits, spaces, '.', '_' and '-'",
        pattern=r"[A-Za-z0-9._-]([A-Za-z0-9 ._-]*[A-Za-z0-9._-])?",
        longest=64,
    ),
]
UserName = Annotated[
    str,
    Text(
        text.is_user_name,
        "be a user's name that can be a Secret's key: letters, digits, '.', '_' and '-', a letter or digit first",
        pattern=r"[A-Za-z0-9][A-Za-z0-9._-]*",
        longest=64,
    ),
    Field(examples=["alice"]),
]
QueryName = Annotated[
    str,
    Text(text.is_query_name, "be a parameter's name: letters, digits, '_', '.' and '-'", "", r"[A-Za-z0-9_.-]+", 64),
    Field(examples=["invitation"]),
]
EngineVersion = Annotated[
    str,
    Text(text.is_version, "be a version such as 1.24 or 1.24.0", pattern=r"[0-9]{1,4}(\.[0-9]{1,4}){1,2}"),
    Field(examples=["1.24"]),
]
SnippetText = Annotated[
    str,
    Text(
        text.is_snippet,
        "be text of at most 16384 bytes, with no control characters but line breaks and tabs",
        longest=16384,
    ),
    Field(examples=["add_header X-Served-By proxy;"]),
]
CookieName = Annotated[
    str,
    Text(
        text.is_cookie_name,
        "be a cookie's name: letters, digits, '_', '.' and '-'",
        pattern=r"[A-Za-z0-9_.-]+",
        longest=128,
    ),
]
CookieValue = Annotated[
    str,
    Text(
        text.is_cookie_value,
        "be a cookie's value: printable ASCII without spaces, quotes, commas, semicolons and backslashes",
        pattern=r"[!#-&(-+\--:<-\[\]-~]+",
        longest=256,
    ),
]
ParameterName = Annotated[
    str,
    Text(
        text.is_parameter_name,
        "be the name of a parameter: letters, digits, '_', '~' and '-', or with * at its end the beginning of names",
        pattern=r"[A-Za-z0-9_~-]+\*?",
        longest=64,
    ),
]
KeptStatus = Annotated[int, Between(300, 451)]
StaleStatus = Annotated[int, Between(403, 504)]
AuthCookieName = Annotated[
    str,
    Text(
        text.is_variable_name,
        "be the name of a cookie that nginx has a variable for: letters, digits and '_'",
        pattern=r"[A-Za-z0-9_]+",
        longest=64,
    ),
    Field(examples=["_oauth2_proxy_1"]),
]
MediaType = Annotated[
    str,
    Text(
        text.is_media_type,
        "be a media type such as text/css, in lower case, of at most 46 characters",
        pattern=r"[a-z]+/[a-z0-9][a-z0-9.+-]*",
        longest=46,
    ),
]
Duration = Annotated[
    str,
    Text(
        text.is_duration,
        "be a duration such as 500ms, 60s, 5m, 1h or 7d",
        pattern=r"[1-9][0-9]{0,8}(ms|s|m|h|d)",
    ),
]
WholeSeconds = Annotated[
    str,
    Text(
        text.is_seconds,
        "be a duration in whole seconds such as 60s, 5m, 1h or 7d",
        pattern=r"[1-9][0-9]{0,8}[smhd]",
    ),
]
Size = Annotated[
    str,
    Text(text.is_size, "be a size such as 16k, 16m or 1g, in lower case", pattern=r"[0-9]{1,9}[kmg]?"),
]
SmallSize = Annotated[
    str,
    Text(text.is_small_size, "be a small size such as 1024, 16k or 1m, in lower case", pattern=r"[0-9]{1,9}[km]?"),
]
Network = Annotated[
    str,
    Text(
        text.is_network,
        "be a network or address such as 10.0.0.0/8 or fc00::/7, with no bits set after the prefix",
    ),
]
FileText = Annotated[
    str,
    Text(text.is_text, "be text without NUL and without lone surrogates", "Put other content under binaryData."),
]
FilePattern = Annotated[
    str,
    Text(
        text.is_file_pattern,
        "be a pattern of files such as *.woff2 or assets/*: letters, digits and -._~@+,= with at most three *, and ?",
        pattern=r"(?!(.*\*){4})/?[A-Za-z0-9._~@+,=*?-]+(/[A-Za-z0-9._~@+,=*?-]+)*",
        longest=128,
    ),
    Field(examples=["*.woff2"]),
]
PlainText = Annotated[str, Text(text.is_text, "be text without NUL and without lone surrogates")]
PlainMapping = Annotated[dict[str, Any], PlainRule()]
"""The content of a Kubernetes field that the function copies unchanged."""
