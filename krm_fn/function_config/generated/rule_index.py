"""The fields that each rule is about. Generated from the rules by `python -m codegen`: do not edit."""

from __future__ import annotations

FIELDS = {
    "access": ("spec.listeners[].auth", "spec.listeners[].errorPages", "spec.listeners[].proxyProtocol"),
    "headers": ("spec.headers", "spec.listeners[].routes[].headers"),
    "own_kinds": ("spec.referrers", "spec.workloadKinds"),
    "pod": ("spec.cache", "spec.companions", "spec.sidecar"),
    "ports": ("spec.companions", "spec.listeners", "spec.probes"),
    "protocols": (
        "spec.listeners[].auth",
        "spec.listeners[].routes[].split",
        "spec.listeners[].routes[].upstream",
        "spec.listeners[].upstream.protocol",
        "spec.listeners[].upstream.tls",
    ),
    "routes.answers": ("spec.listeners[].routes[].redirect", "spec.listeners[].routes[].respond"),
    "routes.caching": ("spec.listeners[].routes[].cache",),
    "routes.files": ("spec.files", "spec.listeners[].routes[].files"),
    "routes.images": ("spec.listeners[].routes[].files",),
    "routes.paths": ("spec.listeners[].routes", "spec.probes"),
    "routes.upstreams": (
        "spec.dns",
        "spec.listeners[].auth",
        "spec.listeners[].routes[].cookies",
        "spec.listeners[].routes[].grpc",
        "spec.listeners[].routes[].locations",
        "spec.listeners[].routes[].rewrite",
        "spec.listeners[].routes[].split",
        "spec.listeners[].routes[].upstream",
    ),
    "snippets": ("spec.listeners[].routes[].snippet", "spec.listeners[].snippet", "spec.snippets"),
    "support": (
        "spec.engine: caddy",
        "spec.headers",
        "spec.kubernetesVersion",
        "spec.listeners[].auth",
        "spec.listeners[].routes[].cors",
        "spec.listeners[].routes[].files",
        "spec.listeners[].routes[].headers",
        "spec.listeners[].routes[].redirect",
        "spec.listeners[].routes[].respond",
        "spec.listeners[].routes[].substitution",
        "spec.snippets",
    ),
    "targets": ("spec",),
}
