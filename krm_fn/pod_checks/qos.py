"""The QoS class: a Pod that is Guaranteed stays one only where each container requests what its limits are."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.container.quantities import RESOURCES, resources_of
from krm_fn.result import Result
from krm_fn.yaml_text.paths import mappings_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.pod_checks.addition import Addition


def problems(added: Addition) -> Iterator[Result]:
    """Yield a warning where the Pod is Guaranteed and would not stay so.

    | guaranteed | what is added requests its limits | then                                            |
    |------------|-----------------------------------|-------------------------------------------------|
    | left out   | no                                | a warning that names the field                  |
    | false      | no                                | nothing: it is wanted so                        |
    | true       | no: the user's resources win      | a warning for each of the user's that breaks it |
    | any        | yes                               | nothing                                         |
    """
    chosen, pod = added.spec.sidecar.guaranteed, added.workload.pod_spec
    there = [*mappings_at(pod, ("containers",)), *mappings_at(pod, ("initContainers",))]
    if chosen is False or not there or pod.get("resources") or not all(map(_is_guaranteed, there)):
        return
    breaking = [each for each in added.every if not _is_guaranteed(each.container)]
    if breaking and chosen is None:
        listed = " and ".join(f'"{each.name}"' for each in breaking)
        message = (
            f"must be true for {added.workload.ref} to stay of the QoS class Guaranteed: with {listed}, which requests "
            "less than its limits, the Pod is Burstable. Set true, or false if it may be."
        )
        path = "spec.sidecar.guaranteed"
        yield Result(code=codes.QOS_CHANGED, ref=added.ref, path=path, message=message, proposed_value=True)
        return
    for each in breaking:
        message = (
            f"must hold requests that equal the limits of CPU and memory for {added.workload.ref} to stay of the QoS "
            "class Guaranteed. Set only limits here."
        )
        yield Result(code=codes.QOS_CHANGED, ref=added.ref, path=f"{each.field}.resources", message=message)


def _is_guaranteed(container: dict[str, Any]) -> bool:
    limits, requests = resources_of(container, "limits"), resources_of(container, "requests")
    return all(limits.get(name) and limits[name] == requests.get(name) for name in RESOURCES)
