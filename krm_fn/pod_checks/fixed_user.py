"""The user of our containers on OpenShift, whose default SecurityContextConstraints choose one for each namespace."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.resource_list.identity import ref_of
from krm_fn.result import Result
from krm_fn.workload.kinds import OPENSHIFT, is_of_openshift
from krm_fn.yaml_text.paths import get

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.pod_checks.addition import Addition


def problems(added: Addition) -> Iterator[Result]:
    """Yield a warning for each user that the user did not choose, where another object is one of OpenShift's."""
    found = next(
        (item.readable_data for item in added.items.mentioning(OPENSHIFT) if is_of_openshift(item.readable_data)),
        None,
    )
    if not found:
        return
    for each in added.every:
        user = get(each.container, ("securityContext", "runAsUser"))
        if user is not None and get(each.override, ("securityContext", "runAsUser")) is None:
            message = (
                f"must be null on OpenShift, got {user}: {ref_of(found)} is among the items, and the default "
                f"SecurityContextConstraints there refuse a user that a Pod chooses, as that of {added.workload.ref} "
                f"would. Set runAsUser: null and runAsGroup: null; or runAsUser: {user}, where that is allowed."
            )
            path = f"{each.field}.securityContext.runAsUser"
            yield Result(code=codes.USER_REFUSED, ref=added.ref, path=path, message=message, current_value=user)
