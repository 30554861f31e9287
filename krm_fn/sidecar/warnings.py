"""What a workload's author should know before the proxy goes live: warnings that stop nothing."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.resource_list.identity import metadata_of
from krm_fn.yaml_text.paths import mappings_at, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.result import Result
    from krm_fn.sidecar.plan import SidecarPlan


def warnings(plan: SidecarPlan) -> Iterator[Result]:
    """Yield a warning where ports are the node's, where one bypasses the proxy, and for an object from a cluster."""
    workload = plan.workload
    if workload.pod_spec.get("hostNetwork") is True:
        ports = ", ".join(str(port.number) for port in plan.all_ports)
        message = f"makes the proxy's ports those of the node: {ports} must be free on each that runs such a Pod."
        yield workload.item.result(
            codes.HOST_NETWORK, shown_path((*workload.spec_path, "hostNetwork")), message, current=True
        )
    fronted = [port.number for port in plan.app_ports.values()]
    for container in workload.long_running:
        for port in mappings_at(container, ("ports",)):
            if port.get("containerPort") in fronted and port.get("hostPort"):
                message = (
                    f"bypasses the proxy: the node's port {port['hostPort']} is still the app's "
                    f"{port['containerPort']}. Remove hostPort, or let clients use the Service."
                )
                path = shown_path((*workload.spec_path, "containers"))
                yield workload.item.result(codes.HOST_PORT, path, message, current=port["hostPort"])
    if "managedFields" in metadata_of(workload.item.data):
        message = (
            "must be a manifest, got an object from a cluster: what the cluster added is left as it is, and may be "
            "refused when it is applied. Use the manifest as it was written."
        )
        yield workload.item.result(codes.LIVE_OBJECT, "metadata.managedFields", message)
