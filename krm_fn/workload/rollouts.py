"""Whether Pods that run are replaced after a change of the Pod template: by kind, and by the object's settings."""

from __future__ import annotations

from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.resource_list.identity import group_version_of
from krm_fn.yaml_text.paths import get, mappings_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.workload.workload import Workload
    from krm_fn.yaml_text.node import Path


class MissingRollout(Record):
    """Why no rollout follows, or none of all Pods."""

    path: Path
    """The field that says so; empty where the kind does."""
    reason: str
    """What happens to the Pods that run, as a sentence."""
    remedy: str
    """What replaces them, as a sentence."""
    is_gradual: bool = True
    """Whether they can be replaced while others serve."""


def missing_rollout(workload: Workload) -> MissingRollout | None:
    """Return why Pods that run stay as they are; None where new ones replace them.

    An object without a name, but a generateName, is made anew each time.

    | kind                                         | no rollout where                                            |
    |----------------------------------------------|-------------------------------------------------------------|
    | ReplicaSet, ReplicationController            | always: only new Pods are made from the template            |
    | Pod, Job, BroadcastJob                       | always: the object cannot be changed while it is there      |
    | any with such a field                        | spec.paused or its update strategy's paused is true         |
    | StatefulSet, DaemonSet, those of OpenKruise  | the update strategy's type is OnDelete, or is by default    |
    | StatefulSet, CloneSet, those of OpenKruise   | a partition keeps Pods as they are                          |
    | DeploymentConfig                             | its triggers have no ConfigChange                           |
    """
    return next(_missing(workload.item.data, workload.kind.kind), None) if workload.name else None


def _missing(data: dict[str, Any], kind: str) -> Iterator[MissingRollout]:
    if kind in ("ReplicaSet", "ReplicationController"):
        yield MissingRollout(path=(), reason=f"A {kind} does not replace its Pods.", remedy=_DELETE)
    if kind in ("Pod", "Job", "BroadcastJob"):
        reason = f"The containers of a {kind} that is there cannot be changed."
        yield MissingRollout(path=(), reason=reason, remedy=_REPLACE, is_gradual=False)
    for path in _PAUSED:
        if get(data, path) is True:
            remedy = "Resume it after this is applied."
            yield MissingRollout(path=path, reason="While it is paused, no Pod is replaced.", remedy=remedy)
    if kind in ("StatefulSet", "DaemonSet") and _strategy(data) == "OnDelete":
        yield MissingRollout(path=_TYPE, reason="With OnDelete, no Pod is replaced.", remedy=_DELETE)
    for path in _PARTITIONS:
        partition = get(data, path)
        if partition not in (None, 0, "0", "0%"):
            reason = f"Pods that the partition {shown(partition)} keeps are not replaced."
            yield MissingRollout(path=path, reason=reason, remedy="Set it to 0 when the others are ready.")
    triggers = ("spec", "triggers")
    if kind == "DeploymentConfig" and get(data, triggers) is not None:
        types = [trigger.get("type") for trigger in mappings_at(data, triggers)]
        if "ConfigChange" not in types:
            reason = "Without a ConfigChange trigger, no Pod is replaced."
            yield MissingRollout(path=triggers, reason=reason, remedy="Run oc rollout latest after this is applied.")


_DELETE = "Delete the Pods one by one after this is applied, each when the one before is ready again."
_REPLACE = "Apply it by kubectl replace --force, which deletes what is there first."
_TYPE = ("spec", "updateStrategy", "type")
_PAUSED = (
    ("spec", "paused"),
    ("spec", "updateStrategy", "paused"),
    ("spec", "updateStrategy", "rollingUpdate", "paused"),
)
_PARTITIONS = (
    ("spec", "updateStrategy", "partition"),
    ("spec", "updateStrategy", "rollingUpdate", "partition"),
)


def _strategy(data: dict[str, Any]) -> str:
    """Return the type of the update strategy; without one, OnDelete in the API versions that had that default."""
    old = group_version_of(data) in (("apps", "v1beta1"), ("extensions", "v1beta1"))
    return str(get(data, _TYPE) or ("OnDelete" if old else "RollingUpdate"))
