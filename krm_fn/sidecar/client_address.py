"""Whether the client's address, by which a setting goes, is its own: warnings where clients can choose it."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines.routes import maintenance_of
from krm_fn.record import Record
from krm_fn.resource_list.identity import annotations_of, labels_of, may_be_one, name_of, ref_of
from krm_fn.result import Result
from krm_fn.yaml_text.paths import shown_path
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from krm_fn.function_config.generated.values import Listener, RateLimit, Spec
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.workload.workload import Workload

_TRUST = "spec.realIP.trustedProxies"


class _Mesh(Record):
    """A service mesh whose proxy in the Pod takes its connections, and how one sees that it does."""

    name: str
    key: str
    """The label or annotation of a Pod, and with most of its namespace, that says whether the Pod is in it."""
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    """The values of the key."""
    containers: tuple[str, ...]
    """The names of its containers."""
    of_namespaces: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Other labels of namespaces that put Pods inside, with their values; none stands for any."""
    excluded: str
    """The annotation of a Pod with the ports that the proxy leaves alone."""
    included: str = ""
    """The annotation of a Pod with the only ports that it takes, or *."""


_MESHES = (
    _Mesh(
        name="Istio",
        key="sidecar.istio.io/inject",
        inside=("true",),
        outside=("false",),
        containers=("istio-proxy",),
        of_namespaces=(("istio-injection", ("enabled",)), ("istio.io/rev", ())),
        excluded="traffic.sidecar.istio.io/excludeInboundPorts",
        included="traffic.sidecar.istio.io/includeInboundPorts",
    ),
    _Mesh(
        name="Linkerd",
        key="linkerd.io/inject",
        inside=("enabled", "ingress"),
        outside=("disabled",),
        containers=("linkerd-proxy",),
        excluded="config.linkerd.io/skip-inbound-ports",
    ),
    _Mesh(
        name="Kuma",
        key="kuma.io/sidecar-injection",
        inside=("enabled", "true"),
        outside=("disabled", "false"),
        containers=("kuma-sidecar",),
        excluded="traffic.kuma.io/exclude-inbound-ports",
    ),
    _Mesh(
        name="Consul",
        key="consul.hashicorp.com/connect-inject",
        inside=("true",),
        outside=("false",),
        containers=("consul-dataplane", "envoy-sidecar"),
        excluded="consul.hashicorp.com/transparent-proxy-exclude-inbound-ports",
    ),
)
_KEEPS_ADDRESSES = ("sidecar.istio.io/interceptionMode", "TPROXY")
"""The annotation with which Istio's proxy connects from the client's own address."""


def warnings(plans: Iterable[SidecarPlan], spec: Spec, items: Items, ref: ResourceRef) -> Iterator[Result]:
    """Yield a warning where every Pod is trusted by default, and one for each workload that a mesh hides clients of."""
    used = [place for index, listener in enumerate(spec.listeners) for place in _by_address(index, listener)]
    if used and spec.real_ip.trusted_proxies is None:
        message = (
            f"must be set where a client's address decides something, as for {_first(used)}: left out, every private "
            "address is trusted, and any Pod can name an address of its choice as its own. Set the addresses of the "
            "proxies in front, such as [10.244.7.0/24], or [] where there are none."
        )
        yield Result(code=codes.EVERY_POD_TRUSTED, ref=ref, path=_TRUST, message=message)
    for plan in plans:
        yield from _mesh_warnings(plan, spec, items)


def goes_by_address(spec: Spec, index: int) -> bool:
    """Return whether something of a listener goes by the client's address, which a mesh would hide."""
    return _trusts_others(spec) or any(True for _ in _by_address(index, spec.listeners[index]))


def _by_address(index: int, listener: Listener) -> Iterator[str]:
    """Yield the paths of a listener's settings that go by the client's address."""
    start = f"spec.listeners[{index}]"
    maintenance = maintenance_of(listener)
    if maintenance and maintenance.allow:
        yield f"{start}.maintenance.allow"
    if listener.rate_limit and _counts_by_address(listener.rate_limit):
        yield f"{start}.rateLimit"
    for position, route in enumerate(listener.routes):
        settings = {
            "allow": route.allow,  # an empty one is for nobody
            "deny": route.deny,
            "rateLimit": route.rate_limit and _counts_by_address(route.rate_limit),
            "connectionLimit": route.connection_limit,
        }
        yield from (f"{start}.routes[{position}].{field}" for field, value in settings.items() if value)


def _counts_by_address(rate: RateLimit) -> bool:
    """Return whether a limit goes by the client's address, also where a request lacks what it counts by."""
    return bool(rate.exempt or not (rate.key and rate.key.of == "all"))


def _first(paths: list[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"


def _mesh_warnings(plan: SidecarPlan, spec: Spec, items: Items) -> Iterator[Result]:
    """Yield a warning where a mesh's proxy takes the connections of a port, and a setting goes by where they come from.

    | trusted peers             | settings by address | then                                                   |
    |---------------------------|---------------------|--------------------------------------------------------|
    | any                       | some                | a warning: clients name their address, or all have one |
    | set, without the loopback | none                | a warning: those that are meant are no peers           |
    | left out, none, loopback  | none                | nothing                                                |
    """
    workload = plan.workload
    found = None if workload.pod_spec.get("hostNetwork") is True else _mesh_of(workload, items)
    if found is None:
        return
    mesh, sign = found
    used: dict[int, list[str]] = {}
    for index, listener in enumerate(plan.settled):
        paths = [*_by_address(index, listener)] or ([_TRUST] if _trusts_others(spec) else [])
        if paths and not _is_left_alone(mesh, workload.pod_annotations, listener.port):
            used[listener.port] = paths
    if not used:
        return
    paths = list(dict.fromkeys(path for paths in used.values() for path in paths))
    ports = ",".join(map(str, used))
    chosen = [
        f"spec.listeners[{index}].port: {listener.port}"
        for index, listener in enumerate(plan.settled)
        if listener.port in used and not spec.listeners[index].port
    ]
    fixed = f"{' and '.join(chosen)} and " if chosen else ""
    message = (
        f"is in the mesh of {mesh.name}, by {sign}: requests come from the mesh's proxy in the Pod. So for "
        f"{_first(paths)} each client has the address of that proxy or, where that is trusted, any that it writes into "
        f"X-Forwarded-For. Remove that and let {mesh.name} decide who may connect, or keep the port out of the mesh: "
        f'set {fixed}the annotation {mesh.excluded}: "{ports}".'
    )
    yield workload.item.result(codes.MESH_HIDES_CLIENTS, shown_path(workload.spec_path[:-1]), message)


def _trusts_others(spec: Spec) -> bool:
    """Return whether peers are set, and a proxy on the loopback interface is not among them."""
    from ipaddress import IPv4Network, ip_network  # noqa: PLC0415 # few Pods are in a mesh

    networks = [ip_network(network, strict=False) for network in spec.real_ip.trusted_proxies or ()]
    loopback = IPv4Network("127.0.0.0/8")
    return bool(networks) and not any(isinstance(each, IPv4Network) and each.overlaps(loopback) for each in networks)


def _mesh_of(workload: Workload, items: Items) -> tuple[_Mesh, str] | None:
    """Return the mesh that a workload is in, and what says so."""
    name, value = _KEEPS_ADDRESSES
    if workload.pod_annotations.get(name) == value:
        return None
    names = [container.get("name") for container in workload.long_running]
    namespaces = [each.readable_data for each in items.of_kind("Namespace")]
    namespaces = [data for data in namespaces if may_be_one(name_of(data), workload.namespace)]
    for mesh in _MESHES:
        own = [str(each[mesh.key]).lower() for each in (workload.labels, workload.pod_annotations) if mesh.key in each]
        if own and own[0] in mesh.outside:
            continue
        if own and own[0] in mesh.inside:
            return mesh, mesh.key
        there = next((name for name in names if name in mesh.containers), None)
        if there:
            return mesh, f"its container {there}"
        for key, values in ((mesh.key, mesh.inside), *mesh.of_namespaces):
            for data in namespaces:
                given = {**annotations_of(data), **labels_of(data)}
                if key in given and (not values or str(given[key]).lower() in values):
                    return mesh, f"{key} of {ref_of(data)}"
    return None


def _is_left_alone(mesh: _Mesh, annotations: Mapping[str, Any], port: int) -> bool:
    """Return whether the mesh's proxy does not take the connections of a port."""
    if _has(annotations.get(mesh.excluded, ""), port):
        return True
    included = annotations.get(mesh.included, "*")
    return str(included).strip() != "*" and not _has(included, port)


def _has(ports: object, port: int) -> bool:
    """Return whether a port is among those of an annotation: numbers and ranges."""
    for part in str(ports).split(","):
        first, _, last = part.strip().partition("-")
        if first.isdecimal() and (last or first).isdecimal() and number_of(first) <= port <= number_of(last or first):
            return True
    return False
