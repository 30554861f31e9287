"""The kinds that make Pods, and where in them the Pod template stands."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.yaml_text.node import Path


class WorkloadKind(Record):
    """A kind with a Pod template."""

    groups: tuple[str, ...]
    """The API groups that have it; "" is the core group."""
    template: Path = ("spec", "template")
    """The Pod template, which holds `metadata` and `spec`; empty where the object itself is the Pod."""
    finishes: bool = False
    """Whether its Pods must come to an end, which a sidecar of the classic form would prevent."""


KINDS = {
    "CronJob": WorkloadKind(groups=("batch",), template=("spec", "jobTemplate", "spec", "template"), finishes=True),
    "DaemonSet": WorkloadKind(groups=("apps", "extensions")),
    "Deployment": WorkloadKind(groups=("apps", "extensions")),
    "Job": WorkloadKind(groups=("batch",), finishes=True),
    "Pod": WorkloadKind(groups=("",), template=()),
    "ReplicaSet": WorkloadKind(groups=("apps", "extensions")),
    "ReplicationController": WorkloadKind(groups=("",)),
    "StatefulSet": WorkloadKind(groups=("apps",)),
}
"""A kind that is not here has no Pod template that this program knows."""
