"""The Pod's own `resources`: no limit of a container may be above the Pod's, nor all requests together."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.container.quantities import RESOURCES, resources_of, text_of, total
from krm_fn.result import Result
from krm_fn.yaml_text.paths import mapping_at, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.pod_checks.addition import Addition


def problems(added: Addition) -> Iterator[Result]:
    """Yield a warning for each limit of ours above the Pod's, and for requests that exceed the Pod's with ours."""
    workload = added.workload
    pod = workload.pod_spec
    limits, requests = resources_of(pod, "limits"), resources_of(pod, "requests")
    place = shown_path((*workload.spec_path, "resources"))
    for resource in RESOURCES:
        for each in added.every:
            own, most = resources_of(each.container, "limits").get(resource), limits.get(resource)
            if own is not None and most is not None and own > most:
                there = f"{place}.limits.{resource} of {workload.ref}"
                message = (
                    f"must be at most the Pod's limit, {text_of(most, resource)} in {there}, got "
                    f"{text_of(own, resource)}: the API server refuses a Pod with more. Set {text_of(most, resource)} "
                    "or less, or raise that limit."
                )
                yield Result(
                    code=codes.POD_RESOURCES_EXCEEDED,
                    ref=added.ref,
                    path=f"{each.field}.resources.limits.{resource}",
                    message=message,
                    current_value=text_of(own, resource),
                    proposed_value=text_of(most, resource),
                )
        sums, most = total(added.running, "requests").get(resource, 0), requests.get(resource)
        own = total((each.container for each in added.containers), "requests").get(resource, 0)
        if most is not None and sums - own <= most < sums:
            field = "requests" if resource in mapping_at(pod, ("resources", "requests")) else "limits"
            message = (
                f"must leave all requests together at most {text_of(most, resource)}, the Pod's in "
                f"{place}.{field}.{resource} of {workload.ref}, got {text_of(sums, resource)} with the "
                f"{text_of(own, resource)} that is added: the API server refuses more. Raise the Pod's to "
                f"{text_of(sums, resource)}, or request less."
            )
            yield Result(
                code=codes.POD_RESOURCES_EXCEEDED,
                ref=added.ref,
                path=f"{added.containers[0].field}.resources.requests.{resource}",
                message=message,
                current_value=text_of(own, resource),
            )
