"""Istio: routes and rules for Services, and what it sets for the Pods' ports."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, Finder, Says, service_key
from krm_fn.references.pod_peers import label_of
from krm_fn.references.policy_port import PolicyPort, plain_entry_like, plain_policy_port
from krm_fn.references.reference import PolicyRule, Reference, Selects
from krm_fn.resource_list.identity import namespace_of
from krm_fn.selectors.label_selector import matches
from krm_fn.yaml_text.paths import find, get, list_at, mapping_at
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.references.namespaces import Namespaces
    from krm_fn.yaml_text.node import Path

_TLS_MODES = {"simple": "https", "mutual": "https"}
"""The modes of a DestinationRule in which clients begin TLS; ISTIO_MUTUAL is between the mesh's own sidecars."""
_ROOT = "istio-system"
"""Where Istio's root namespace is unless its configuration says otherwise."""
_MESH = "mesh"
"""The word among `gateways` for the clients in the mesh."""
_VIRTUAL_SERVICE = "istio/api, v1: networking/v1alpha3/virtual_service.proto"
_BOTH = (
    "that is for the clients in the mesh, while the gateways have ports of their own. Let an entry with "
    "gateways: [mesh] name the new port, and one with the other gateways this port"
)


def match_ports(data: dict[str, Any], _namespaces: Namespaces) -> Iterator[Reference]:
    """Yield the ports by which a VirtualService's hosts are addressed, where its matches are for clients in the mesh.

    | gateways of the match, or else of the object | the port is | then         |
    |----------------------------------------------|-------------|--------------|
    | none, or mesh alone                          | the hosts'  | it follows   |
    | mesh, and others                             | that of all | it is fixed  |
    | others                                       | theirs      | no reference |
    """
    spec, own = mapping_at(data, ("spec",)), namespace_of(data)
    services = tuple(key for host in list_at(spec, ("hosts",)) if (key := service_key(host, own)))
    for protocol in _PROTOCOLS if services else ():
        for path, match in find(data, f"spec.{protocol}[].match[]"):
            port = get(match, ("port",))
            gateways = list_at(match, ("gateways",)) or list_at(spec, ("gateways",)) or [_MESH]
            if isinstance(port, int | str) and _MESH in gateways:
                fixed = _BOTH if any(each != _MESH for each in gateways) else ""
                yield Reference(path=(*path, "port"), port=port, services=services, entry=path, fixed=fixed)


def wide_hosts(data: dict[str, Any], namespaces: Namespaces) -> Iterator[Reference]:
    """Yield the ports that are named for all Services of a namespace, or of all: by a host with `*`.

    Also those of a Sidecar's listeners, beyond which the Pods reach nothing of these hosts.
    """
    spec, own = mapping_at(data, ("spec",)), namespace_of(data)
    places: list[tuple[Path, Any, list[Any]]] = []
    match data.get("kind"):
        case "DestinationRule":
            places = [
                (path, port, [spec.get("host")])
                for pattern in _LEVELS
                for path, port in find(data, f"spec.{pattern}")
                if str(spec.get("host")).startswith(_ANY)
            ]
        case "VirtualService":
            hosts = [host for host in list_at(spec, ("hosts",)) if str(host).startswith(_ANY)]
            places = [
                ((*path, "port"), get(match, ("port",)), hosts)
                for protocol in _PROTOCOLS
                for path, match in find(data, f"spec.{protocol}[].match[]")
                if _MESH in (list_at(match, ("gateways",)) or list_at(spec, ("gateways",)) or [_MESH])
            ]
        case "Sidecar":
            places = [
                ((*path, "port", "number"), get(listener, ("port", "number")), list_at(listener, ("hosts",)))
                for path, listener in find(data, "spec.egress[]")
            ]
    why = _ONLY_THERE if data.get("kind") == "Sidecar" else _SEVERAL
    for path, port, hosts in places:
        for host in hosts if isinstance(port, int) else ():
            space, slash, name = str(host).rpartition("/")
            like = Reference(path=path, port=port, fixed=why, also=tuple(str(each) for _, each, _ in places))
            if _ANY in name:
                where = {"": _spaces_of(name), ".": own, _ANY: _spaces_of(name)}.get(space, space)
                yield like.replace(selects_services=_all_in(where, namespaces))
            elif slash and (key := service_key(name, own if space in (".", _ANY) else space)):
                yield like.replace(services=(key,))


_ANY = "*"
_DOMAINS: tuple[list[str], ...] = ([], ["svc"], ["cluster"], ["local"])
"""How the part behind `*.` may begin that all Services have."""
_PROTOCOLS = ("http", "tls", "tcp")
_LEVELS = (
    "trafficPolicy.portLevelSettings[].port.number",
    "subsets[].trafficPolicy.portLevelSettings[].port.number",
)
_SEVERAL = "its host stands for several Services. Add an entry for the new port, if it must hold there"
_ONLY_THERE = "the Pods reach these hosts by that port alone. Add an entry for the new port, if they need it"


def _spaces_of(pattern: str) -> str:
    """Return the namespace of the Services that a host with `*` means: `*` for all, empty where it means none."""
    first, *labels = pattern.removesuffix(".").split(".")
    if first != _ANY:
        return ""
    return labels[0] if labels[1:2] == ["svc"] else _ANY if labels[:1] in _DOMAINS else ""


def _all_in(where: str, namespaces: Namespaces) -> Selects:
    """Return the selection of all Services in a namespace, or in all."""
    is_any = where == _ANY
    return Selects(
        test=lambda _labels, namespace: is_any or (bool(where) and namespaces.are_one(where, namespace)),
        namespaces=None if is_any else (where,),
    )


def _selected(data: dict[str, Any], namespaces: Namespaces) -> Selects:
    """Return the Pods for which a policy is: without a selector, all in its namespace.

    In Istio's root namespace it is for all Pods: which one that is, the items do not say; istio-system may be it. Where
    it is for an object that it names, that may be a Service of the Pods, and else is a gateway.
    """
    selector, own = get(data, ("spec", "selector")) or {}, namespace_of(data)
    named = [get(data, ("spec", "targetRef")), *list_at(data, ("spec", "targetRefs"))]
    kinds = [get(each, ("kind",)) for each in named if isinstance(each, dict)]
    if kinds:
        unsure = None if "Service" in kinds else False
        return Selects(test=lambda _labels, namespace: unsure if namespaces.are_one(own, namespace) else False)
    elsewhere = None if own == _ROOT else False

    def selects(labels: dict[str, Any], namespace: str) -> bool | None:
        return matches(selector, labels) and (namespaces.are_one(own, namespace) or elsewhere)

    return Selects(test=selects, label=label_of(selector), namespaces=(own,))


def authorization_policy(data: dict[str, Any], namespaces: Namespaces) -> Iterator[PolicyRule]:
    """Yield the lists of ports, as text, that a policy's rules are for, or that they are not for."""
    selects = _selected(data, namespaces)
    allows = str(get(data, ("spec", "action")) or "ALLOW") == "ALLOW"
    for path, ports, is_for in _port_lists(data):
        if isinstance(ports, list):
            yield PolicyRule(
                path=path,
                ports=tuple(map(plain_policy_port, ports)),
                selects=selects,
                entry_like=plain_entry_like,
                as_text=True,
                takes_names=False,
                admits=allows and is_for,
            )


def _port_lists(data: dict[str, Any]) -> list[tuple[Path, Any, bool]]:
    """Return the lists of ports in a policy's rules, each with whether the rule is for these."""
    lists = [
        (path, ports, field == "ports")
        for field in ("ports", "notPorts")
        for path, ports in find(data, f"spec.rules[].to[].operation.{field}")
    ]
    return lists + [
        ((*path, field), get(condition, (field,)), field == "values")
        for path, condition in find(data, "spec.rules[].when[]")
        for field in ("values", "notValues")
        if get(condition, ("key",)) == "destination.port"
    ]


def waypoint_ports(data: dict[str, Any], _namespaces: Namespaces) -> Iterator[Reference]:
    """Yield the ports in the rules of a policy for Services: a waypoint compares them with the Services' ports."""
    own, named = namespace_of(data), [get(data, ("spec", "targetRef")), *list_at(data, ("spec", "targetRefs"))]
    services = tuple(
        key for each in named if get(each, ("kind",)) == "Service" and (key := service_key(get(each, ("name",)), own))
    )
    for path, ports, _ in _port_lists(data) if services else ():
        for index, port in enumerate(ports if isinstance(ports, list) else []):
            if isinstance(port, str) and port.isdecimal():
                others = tuple(map(str, ports))
                yield Reference(path=(*path, index), port=port, services=services, fixed=_AT_WAYPOINT, also=others)


_AT_WAYPOINT = "a waypoint in front of the Service goes by that. Add the new port"


def peer_authentication(data: dict[str, Any], namespaces: Namespaces) -> Iterator[PolicyRule]:
    """Yield the modes of mutual TLS by the Pods' ports, which are the keys: they need a selector."""
    modes = mapping_at(data, ("spec", "portLevelMtls"))
    if mapping_at(data, ("spec", "selector", "matchLabels")) and modes:
        numbers = {key: number_of(key) for key in map(str, modes) if key.isdecimal()}
        yield PolicyRule(
            path=("spec", "portLevelMtls"),
            ports=tuple(PolicyPort(first=each, last=each, name="", entry=modes[key]) for key, each in numbers.items()),
            selects=_selected(data, namespaces),
            entry_like=plain_entry_like,
            keys=tuple(numbers),
            takes_names=False,
        )


def wasm_plugin(data: dict[str, Any], namespaces: Namespaces) -> Iterator[PolicyRule]:
    """Yield the lists of ports at which a plugin is in the way of requests to the Pods: it may guard them."""
    for path, match in find(data, "spec.match[]"):
        ports = list_at(match, ("ports",))
        if ports and get(match, ("mode",)) != "CLIENT" and not list_at(data, ("spec", "targetRefs")):
            yield PolicyRule(
                path=(*path, "ports"),
                ports=tuple(map(_numbered, ports)),
                selects=_selected(data, namespaces),
                entry_like=lambda _entry, port: {"number": port},
                takes_names=False,
                admits=False,
            )


def _numbered(entry: Any) -> PolicyPort | None:
    number = get(entry, ("number",))
    return (
        PolicyPort(first=number, last=number, name="", entry=entry, field=("number",))
        if isinstance(number, int)
        else None
    )


KINDS = (
    *(
        FieldSpec(
            groups=("networking.istio.io",),
            kinds=("VirtualService",),
            read=_VIRTUAL_SERVICE,
            at=at,
            services=("host",),
            ports=("port.number",),
            speaks=speaks,
        )
        for speaks, at in {
            "http": ("spec.http[].route[].destination", "spec.http[].mirror", "spec.http[].mirrors[].destination"),
            "": ("spec.tcp[].route[].destination",),
            "tls": ("spec.tls[].route[].destination",),
        }.items()
    ),
    Finder(
        groups=("networking.istio.io",),
        kinds=("VirtualService",),
        read=_VIRTUAL_SERVICE,
        note="A port of gateways alone stays. With `mesh` beside other gateways, a warning.",
        find=match_ports,
        fields=tuple(f"spec.{protocol}[].match[].port" for protocol in _PROTOCOLS),
    ),
    *(
        Finder(
            groups=("networking.istio.io",),
            kinds=(kind,),
            read=read,
            note=note,
            found_by="numbers",
            find=wide_hosts,
            fields=fields,
        )
        for kind, read, note, fields in (
            (
                "DestinationRule",
                "istio/api, v1: networking/v1alpha3/destination_rule.proto",
                "With `*` in the host, a warning.",
                tuple(f"spec.{level}" for level in _LEVELS),
            ),
            ("VirtualService", _VIRTUAL_SERVICE, "With `*` in the host, a warning.", ("spec.http[].match[].port",)),
            (
                "Sidecar",
                "istio/api, v1: networking/v1alpha3/sidecar.proto",
                "A warning, where it has the host.",
                ("spec.egress[].port.number",),
            ),
        )
    ),
    FieldSpec(
        groups=("networking.istio.io",),
        kinds=("DestinationRule",),
        read="istio/api, v1: networking/v1alpha3/destination_rule.proto",
        at=("spec",),
        services=("host",),
        ports=_LEVELS,
        says=(Says(field="trafficPolicy.portLevelSettings[].tls.mode", words=_TLS_MODES),),
    ),
    FieldSpec(  # what holds for all ports
        groups=("networking.istio.io",),
        kinds=("DestinationRule",),
        read="istio/api, v1: networking/v1alpha3/destination_rule.proto",
        at=("spec",),
        services=("host",),
        ports=(),
        says=(
            Says(field="trafficPolicy.tls.mode", words=_TLS_MODES),
            Says(field="subsets[].trafficPolicy.tls.mode", words=_TLS_MODES),
        ),
    ),
    FieldSpec(
        groups=("networking.istio.io",),
        kinds=("ServiceEntry",),
        read="istio/api, v1: networking/v1alpha3/service_entry.proto",
        note="Where it selects Pods. One that is not set is `number`, and is added.",
        found_by="ports",
        at=("spec.ports[]",),
        labels="spec.workloadSelector.labels",
        ports=("targetPort",),
        default_field="number",
        of="pods",
    ),
    FieldSpec(
        groups=("networking.istio.io",),
        kinds=("Sidecar",),
        read="istio/api, v1: networking/v1alpha3/sidecar.proto",
        found_by="ports",
        at=("spec.ingress[]",),
        labels="spec.workloadSelector.labels",
        selects_all=True,
        ports=("port.number",),
        addresses=("defaultEndpoint",),
        of="pods",
    ),
    FieldSpec(
        groups=("networking.istio.io",),
        kinds=("EnvoyFilter",),
        read="istio/api, v1alpha3: networking/v1alpha3/envoy_filter.proto",
        found_by="ports",
        at=("spec.configPatches[].match",),
        labels="spec.workloadSelector.labels",
        selects_all=True,
        ports=(
            "listener.portNumber",
            "listener.filterChain.destinationPort",
            "cluster.portNumber",
            "routeConfiguration.portNumber",
        ),
        only=(("context", "", "SIDECAR_INBOUND"),),
        of="pods",
        fixed="a patch of Envoy's own configuration depends on how Istio makes it. Check that it still applies",
    ),
    *(
        FieldSpec(  # inbound, it is the Pods' port, and the Service has no say
            groups=("networking.istio.io",),
            kinds=("EnvoyFilter",),
            read="istio/api, v1alpha3: networking/v1alpha3/envoy_filter.proto",
            at=("spec.configPatches[].match",),
            services=("cluster.service",),
            ports=("cluster.portNumber",),
            only=(("context", "", context),),
        )
        for context in ("SIDECAR_OUTBOUND", "GATEWAY")
    ),
    Finder(
        groups=("security.istio.io",),
        kinds=("AuthorizationPolicy",),
        read="istio/api, v1: security/v1beta1/authorization_policy.proto",
        found_by="ports",
        find=authorization_policy,
        fields=(
            "spec.rules[].to[].operation.ports[]",
            "spec.rules[].to[].operation.notPorts[]",
            "spec.rules[].when[].values[]",
            "spec.rules[].when[].notValues[]",
        ),
        note="Of `when`, those with the key `destination.port`.",
    ),
    Finder(
        groups=("security.istio.io",),
        kinds=("AuthorizationPolicy",),
        read="istio/api, v1: security/v1beta1/authorization_policy.proto; Istio: docs of waypoints, targetRefs",
        find=waypoint_ports,
        fields=("spec.rules[].to[].operation.ports[]", "spec.rules[].when[].values[]"),
        note="Where a `targetRef` is the Service, a warning.",
    ),
    Finder(
        groups=("security.istio.io",),
        kinds=("PeerAuthentication",),
        read="istio/api, v1: security/v1beta1/peer_authentication.proto",
        note="The mode of the app's port is set for the proxy's as well; where that cannot be, an error.",
        found_by="labels",
        find=peer_authentication,
        fields=("spec.portLevelMtls",),
    ),
    Finder(
        groups=("extensions.istio.io",),
        kinds=("WasmPlugin",),
        read="istio/api, v1alpha1: extensions/v1alpha1/wasm.proto",
        note="Not of clients.",
        found_by="ports",
        find=wasm_plugin,
        fields=("spec.match[].ports[].number",),
    ),
)
