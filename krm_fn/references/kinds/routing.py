"""What routes requests from outside by the platform's own means: Ingresses, Routes, load balancers of clouds."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, Finder, Says
from krm_fn.references.policy_port import entry_like, policy_port
from krm_fn.references.reference import PolicyRule, Selects
from krm_fn.resource_list.identity import name_of, namespace_of
from krm_fn.selectors.label_selector import matches
from krm_fn.workload.services import selector_of
from krm_fn.yaml_text.paths import find, get, list_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.references.namespaces import Namespaces

_TARGET_GROUP = "AWS Load Balancer Controller, v1beta1: apis/elbv2/v1beta1/targetgroupbinding_types.go"


def security_groups(data: dict[str, Any], namespaces: Namespaces) -> Iterator[PolicyRule]:
    """Yield the lists of ports that security groups open of the Pods behind the Service of a TargetGroupBinding.

    Where its targets are nodes, the ports are theirs.
    """
    own, name = namespace_of(data), str(get(data, ("spec", "serviceRef", "name")) or "")
    rules = list(find(data, "spec.networking.ingress[].ports"))
    if not rules or not name or get(data, ("spec", "targetType")) == "instance":
        return
    services = [item.readable_data for item in namespaces.items.of_kind("Service", words=[name])]
    service = next(
        (each for each in services if name_of(each) == name and namespaces.are_one(own, namespace_of(each))), {}
    )
    selector, there = {"matchLabels": selector_of(service)}, namespace_of(service)

    def selects(labels: dict[str, Any], namespace: str) -> bool:
        return matches(selector, labels) and namespaces.are_one(there, namespace)

    for path, _ in rules if selector["matchLabels"] else ():
        yield PolicyRule(
            path=path,
            ports=tuple(map(policy_port, list_at(data, path))),
            selects=Selects(test=selects, namespaces=(there,)),
            entry_like=entry_like,
        )


KINDS = (
    FieldSpec(
        groups=("networking.k8s.io",),
        kinds=("Ingress",),
        read="Kubernetes: networking/v1",
        versions=("v1",),
        at=("spec.defaultBackend.service", "spec.rules[].http.paths[].backend.service"),
        services=("name",),
        ports=("port.number", "port.name"),
        speaks="http",
    ),
    FieldSpec(
        groups=("networking.k8s.io", "extensions"),
        kinds=("Ingress",),
        read="Kubernetes: networking/v1beta1, extensions/v1beta1",
        versions=("v1beta1",),
        at=("spec.backend", "spec.rules[].http.paths[].backend"),
        services=("serviceName",),
        ports=("servicePort",),
        speaks="http",
    ),
    FieldSpec(
        groups=("route.openshift.io", ""),
        kinds=("Route",),
        read="openshift/api, v1: route/v1",
        note="A name is the Service's port, a number the Pods'; it must suit all backends.",
        at=("spec",),
        services=("to.name", "alternateBackends[].name"),
        ports=("port.targetPort",),
        only=(("to.kind", "Service", "Service"),),
        of="endpoints",
        speaks="http",
        says=(Says(field="tls.termination", words={"passthrough": "tls", "reencrypt": "https"}),),
    ),
    FieldSpec(
        groups=("elbv2.k8s.aws",),
        kinds=("TargetGroupBinding",),
        read=_TARGET_GROUP,
        at=("spec.serviceRef",),
        services=("name",),
        ports=("port",),
    ),
    Finder(
        groups=("elbv2.k8s.aws",),
        kinds=("TargetGroupBinding",),
        read=_TARGET_GROUP,
        note="Of the Pods behind `serviceRef`, unless `targetType` is instance.",
        found_by="ports",
        find=security_groups,
        fields=("spec.networking.ingress[].ports[].port",),
    ),
)
