"""The engines' facts that rules read. Generated from their packages by `python -m codegen`: do not edit."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

UNSUPPORTED: dict[str, dict[str, str]] = {
    "nginx": {
        "spec.listeners[].routes[].files.twins": "its stock build serves the twins of gzip alone",
        "spec.snippets.patch": "its configuration is not JSON",
        "spec.listeners[].auth.basic.users": "the file in the Secret's key names them",
        "spec.listeners[].routes[].auth.basic.users": "the file in the Secret's key names them",
    },
    "caddy": {
        "spec.cache": "it has no cache",
        "spec.dns": "it looks names up for each connection",
        "spec.accessLog.percent": "it cannot log every error and only a share of the other requests",
        "spec.listeners[].auth.basic.key": "it reads each user's hash from the Secret's key of that name",
        "spec.listeners[].routes[].auth.basic.key": "it reads each user's hash from the Secret's key of that name",
        "spec.listeners[].routes[].cache": "it has no cache",
        "spec.listeners[].rateLimit": "its stock build has no rate limit",
        "spec.listeners[].routes[].rateLimit": "its stock build has no rate limit",
        "spec.listeners[].bandwidth": "its stock build cannot slow responses down",
        "spec.listeners[].routes[].bandwidth": "its stock build cannot slow responses down",
        "spec.listeners[].routes[].buffering": "it does not buffer answers",
        "spec.listeners[].routes[].connectionLimit": "it cannot limit connections",
        "spec.companions.metrics.exporter": "it shows its metrics itself",
        "spec.snippets.main": "it has no directives: patch its JSON",
        "spec.snippets.http": "it has no directives: patch its JSON",
        "spec.listeners[].snippet": "it has no directives: patch its JSON",
        "spec.listeners[].routes[].snippet": "it has no directives: patch its JSON",
        "spec.listeners[].routes[].substitution": "its stock build cannot replace text in answers",
    },
}

REGEX_DIALECT: dict[str, Literal["PCRE", "RE2"]] = {
    "nginx": "PCRE",
    "caddy": "RE2",
}

LONGEST_PATH: dict[str, int | None] = {
    "nginx": 255,
    "caddy": None,
}

LONGEST_REGEX: dict[str, int | None] = {
    "nginx": 1024,
    "caddy": None,
}

LONGEST_TEXT: dict[str, int | None] = {
    "nginx": 4000,
    "caddy": None,
}

LENGTHS: dict[str, dict[str, int]] = {
    "nginx": {
        "$": 9,
        "\\": 2,
        '"': 2,
    },
    "caddy": {},
}

USERS_ARE_KEYS: dict[str, bool] = {
    "nginx": False,
    "caddy": True,
}

APP_ERRORS_SIGN_IN: dict[str, bool] = {
    "nginx": True,
    "caddy": False,
}

NOT_ANSWERED: dict[str, dict[int, str]] = {
    "nginx": {
        408: "nginx closes the connection without an answer",
        444: "nginx closes the connection without an answer",
        494: "nginx answers 400 instead",
        495: "nginx answers 400 instead",
        496: "nginx answers 400 instead",
        497: "nginx answers 400 instead",
        499: "nginx closes the connection without an answer",
    },
    "caddy": {},
}

HEADERS_OF_THE_PROXY = (
    "host",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "forwarded",
    "x-real-ip",
    "x-request-id",
)

HEADERS_OF_THE_CONNECTION = (
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
)

KEYS_AND_TOKENS = (
    "api-key",
    "apikey",
    "x-api-key",
    "x-apikey",
    "x-api-token",
    "x-auth-token",
    "x-access-token",
    "x-session-token",
    "x-amz-security-token",
    "x-vault-token",
    "private-token",
    "ocp-apim-subscription-key",
    "x-goog-api-key",
    "x-functions-key",
    "x-goog-iap-jwt-assertion",
    "cf-access-jwt-assertion",
    "x-amzn-oidc-data",
    "proxy-authorization",
)
