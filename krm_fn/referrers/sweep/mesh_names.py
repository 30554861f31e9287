"""Mesh names: how meshes call a port of a Service, with the number in the name.

| the name                                        | is of                 |
|-------------------------------------------------|-----------------------|
| `outbound_.80_.v1_.web.shop.svc.cluster.local`  | Istio, also with bars |
| `web_shop_svc_80`, `web_shop_svc_80.mesh`       | Kuma                  |
| `web.shop.svc.80.mesh`                          | Kuma, as a host       |
| `web.shop.80.svc`                               | Kong                  |

Sources: Istio, `BuildSubsetKey` and `BuildDNSSrvSubsetKey`; Kuma, "Service discovery" and "DNS"; Kong Ingress
Controller, the names of upstreams.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Span: TypeAlias = tuple[int, int, int]
    """Where the name starts, where its number does, and where the name ends."""

_PART = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
_LONGEST = 100
"""Characters before a host that are looked at."""


def before_host(lower: str, at: int, end: int, number: int) -> Span | None:
    """Return the span of Istio's name whose host is at a span, in a text in lower case; None where there is none."""
    for cut in ("|", "_."):
        if lower.startswith(cut, at - len(cut)):
            start = lower.rfind("outbound", max(0, at - _LONGEST), at)
            parts = lower[start:at].split(cut) if start >= 0 else []
            if len(parts) == 4 and parts[0] == "outbound" and parts[1] == str(number):  # noqa: PLR2004 # and a subset
                return start, start + len("outbound") + len(cut), end
    return None


def at_host(lower: str, at: int, name: str, namespace: str, number: int) -> Span | None:
    """Return the span of the name that begins with a Service's at an offset, None where there is none."""
    if at and lower[at - 1] in _PART:
        return None
    forms = (
        (f"{name}_{namespace}_svc_", ""),
        (f"{name}.{namespace}.svc.", ".mesh"),
        (f"{name}.{namespace}.", ".svc"),
    )
    for first, last in forms:
        if lower.startswith(first, at):
            place = at + len(first)
            end = place + len(str(number)) + len(last)
            if lower[place:end] == f"{number}{last}" and not _goes_on(lower, end):
                return at, place, end
    return None


def is_of_mesh(host: str) -> bool:
    """Return whether a host has the number of a port in it."""
    return host.endswith(".mesh")


def _goes_on(lower: str, end: int) -> bool:
    """Return whether behind a name more of it follows."""
    behind = lower[end : end + 1]
    return behind in _PART - {"."} if behind else False
