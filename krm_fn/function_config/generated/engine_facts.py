"""What the rules know of the engines. Generated from their packages by `python -m codegen`: do not edit."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

UNSUPPORTED: dict[str, dict[str, str]] = {
    "nginx": {
        "spec.snippets.patch": "its configuration is no JSON",
        "spec.listeners[].auth.basic.users": "the file in the Secret's key names them",
    },
    "caddy": {
        "spec.cache": "it has no cache",
        "spec.accessLog.percent": "its log cannot keep the errors among what it leaves out",
        "spec.listeners[].auth.basic.key": "it reads each user's hash from the Secret's key of that name",
        "spec.listeners[].routes[].cache": "it has no cache",
        "spec.listeners[].routes[].rateLimit": "its stock build has no rate limit",
        "spec.listeners[].routes[].buffering": "it hands answers on as they come",
        "spec.listeners[].routes[].connectionLimit": "it has no limit of connections",
        "spec.companions.metrics.exporter": "it shows its metrics itself",
        "spec.snippets.main": "it has no directives: patch its JSON",
        "spec.snippets.http": "it has no directives: patch its JSON",
        "spec.listeners[].snippet": "it has no directives: patch its JSON",
        "spec.listeners[].routes[].snippet": "it has no directives: patch its JSON",
        "spec.listeners[].routes[].substitution": "its stock build cannot change what the app answers",
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

USERS_ARE_KEYS: dict[str, bool] = {
    "nginx": False,
    "caddy": True,
}

APP_ERRORS_SIGN_IN: dict[str, bool] = {
    "nginx": True,
    "caddy": False,
}
