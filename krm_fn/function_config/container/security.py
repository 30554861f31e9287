"""Security contexts: privileges that need each other, and profiles that lie on the node."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.problem import Problem, entries, mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.container import Circumstances
    from krm_fn.function_config.problem import Steps

_LOCAL = "Localhost"


def escalation(context: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require that a container which has all privileges may raise them."""
    if context.get("allowPrivilegeEscalation") is not False:
        return
    reason = ""
    if context.get("privileged") is True:
        reason = "privileged is true"
    elif "CAP_SYS_ADMIN" in entries(mapping(context, "capabilities"), "add"):
        reason = "capabilities.add has CAP_SYS_ADMIN"
    if reason:
        yield Problem(
            code=codes.CONTAINER_FIELDS_CONFLICT,
            steps=(*steps, "allowPrivilegeEscalation"),
            must=f"must not be false where {reason}",
            remedy="Remove the field, or that privilege.",
            proposed=True,
        )


def profile_of_other_type(profile: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require that only a profile of the node has a name."""
    kind = text(profile, "type")
    if "localhostProfile" in profile and kind not in ("", _LOCAL):
        yield Problem(
            code=codes.CONTAINER_FIELDS_CONFLICT,
            steps=(*steps, "localhostProfile"),
            must=f"must be removed where type is {kind}",
            value=profile["localhostProfile"],
            remedy=f"Set type: {_LOCAL}, or remove the field.",
        )


def profile_without_name(profile: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require the name of a profile of the node."""
    if text(profile, "type") == _LOCAL and not text(profile, "localhostProfile").strip():
        yield Problem(
            code=codes.CONTAINER_FIELD_INCOMPLETE,
            steps=(*steps, "localhostProfile"),
            must=f"must be set where type is {_LOCAL}",
            remedy="Set the name of the node's profile.",
        )


_PROFILES = ("SeccompProfile", "AppArmorProfile")
RULES = {"SecurityContext": (escalation,), **dict.fromkeys(_PROFILES, (profile_of_other_type,))}
WHOLE_RULES = dict.fromkeys(_PROFILES, (profile_without_name,))
