"""The kinds that refer to a Service's port. A row adds one."""

from __future__ import annotations

from krm_fn.referrers.reference import EACH, ReferrerKind

REFERRER_KINDS = (
    ReferrerKind(
        api_version="networking.k8s.io/v1",
        kind="Ingress",
        backends=(
            ("spec", "defaultBackend", "service"),
            ("spec", "rules", EACH, "http", "paths", EACH, "backend", "service"),
        ),
        service=("name",),
        ports=(("port", "number"), ("port", "name")),
    ),
)
