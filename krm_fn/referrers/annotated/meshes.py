"""What changes in a mesh by the proxy's port: it may be left out of the mesh, or be the first that is not.

| a list to leave out has the app's | the proxy's | then                                                      |
|-----------------------------------|-------------|-----------------------------------------------------------|
| yes                               | yes         | nothing changes                                           |
| yes                               | no          | a warning: requests pass through the mesh from now on     |
| no                                | yes         | a warning: requests pass the mesh by, with its policies;  |
|                                   |             | none where a setting goes by the client's address, which  |
|                                   |             | the mesh would hide                                       |
| no                                | no          | nothing changes                                           |
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import listed
from krm_fn.resource_list.identity import ref_of
from krm_fn.sidecar.client_address import goes_by_address
from krm_fn.yaml_text.paths import shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.references.annotations.grammars import Mention
    from krm_fn.references.annotations.table import Annotation
    from krm_fn.referrers.annotated.places import Place
    from krm_fn.result import Result
    from krm_fn.services.port_changes import FrontedPort

_STEP = 2
"""Listeners are given every other number, as where they are left out."""


def of_left_out(place: Place, annotation: Annotation, spec: Spec, left_out: Sequence[Mention]) -> Iterator[Result]:
    """Yield a warning for each listener that is left out of the mesh, or whose app's port was.

    All that is left out somewhere is no number to propose.
    """
    path = shown_path((*place.path, annotation.key))
    for few in _alike(place, annotation):
        port, whose = few[0], _whose(place, few)
        had, has = _holds(annotation, port.app_number), _holds(annotation, port.number)
        if has and not had:
            index = next((index for index, each in enumerate(spec.listeners) if each.port == port.number), 0)
            if goes_by_address(spec, index):
                continue
            message = (
                f"leaves port {port.number} out of the mesh, which is now the proxy's{whose}: requests to it pass by "
                f"the mesh, with its encryption between Pods and its policies. Set spec.listeners[{index}].port to "
                f"{_free(place, left_out, port)}, which is free; or let this list be without {port.number}, unless "
                "another container needs it."
            )
            yield place.item.result(codes.PROXY_LEFT_OUT_OF_MESH, path, message, current=annotation.text)
        elif had and not has:
            held = _holding(annotation, port.app_number)
            remove = f"let {held} be without {port.app_number}" if "-" in held else f"remove {held}"
            message = (
                f"leaves the app's port {port.app_number} out of the mesh. Clients now reach the proxy's port "
                f"{port.number}{whose}, which is in it. Add {port.number} to leave that out as well; or {remove}, "
                "which nobody outside of the Pod needs any more."
            )
            yield place.item.result(
                codes.PROXY_IN_MESH, path, message, current=annotation.text, proposed=f"{annotation.text},{port.number}"
            )


def of_namespace(place: Place, annotation: Annotation) -> Iterator[Result]:
    """Yield a warning for a Namespace whose list has the app's port, and not the proxy's: it is for other Pods, too."""
    for few in _alike(place, annotation):
        port = few[0]
        if _holds(annotation, port.app_number) and not _holds(annotation, port.number):
            path = shown_path((*place.path, annotation.key))
            message = (
                f"lists the app's port {port.app_number}, and not the proxy's {port.number}{_whose(place, few)}, which "
                f"clients reach now. It is for all Pods here, and so it stays: add {port.number} to it, or set it in "
                "the Pod template."
            )
            proposed = f"{annotation.text},{port.number}"
            yield place.item.result(
                codes.ANNOTATION_OF_NAMESPACE, path, message, current=annotation.text, proposed=proposed
            )


def _alike(place: Place, annotation: Annotation) -> Iterator[list[FrontedPort]]:
    """Yield the fronted ports with the same numbers together, without those whose Pods have such an annotation."""
    alike: dict[tuple[int, int], list[FrontedPort]] = {}
    for port in place.fronted:
        if place.on != "Namespace" or annotation.key not in port.workload.pod_annotations:
            alike.setdefault((port.app_number, port.number), []).append(port)
    yield from alike.values()


def _whose(place: Place, few: list[FrontedPort]) -> str:
    if place.on != "Namespace":
        return ""
    return f" in {listed(list(dict.fromkeys(str(ref_of(each.workload.item.data)) for each in few)))}"


def _holds(annotation: Annotation, number: int) -> bool:
    return bool(_holding(annotation, number))


def _holding(annotation: Annotation, number: int) -> str:
    """Return the first entry of a list that has a number, as it is written there; empty where none has."""
    held = (annotation.text[each.start : each.end] for each in annotation.mentions if each.holds(number))
    return next(held, "")


def _free(place: Place, left_out: Sequence[Mention], port: FrontedPort) -> int:
    """Return the next number that no list leaves out, and no container of the Pods declares."""
    taken = {each.number for each in port.workload.ports} | {each.number for each in place.fronted}
    number = port.number + _STEP
    while number in taken or any(mention.holds(number) for mention in left_out):
        number += _STEP
    return number
