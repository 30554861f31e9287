"""Headers that make browsers careful, sent where nobody else has a say."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.values import Spec

_DEFAULTS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
"""Never a Content-Security-Policy: which one suits, only the app's author knows."""


def security_headers(spec: Spec) -> dict[str, str]:
    """Return the defaults by name, without what the user sets or takes out."""
    changes = spec.headers.response
    told = {name.lower() for name in (*changes.set, *changes.remove)}
    return {name: value for name, value in _DEFAULTS.items() if spec.headers.security and name.lower() not in told}
