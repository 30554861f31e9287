"""Packages: the items of a ResourceList as data, with what a functionConfig has to know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.laws.beside import files_config_map, ingress, others, service
from tests.laws.workloads import app_ports, workload

if TYPE_CHECKING:
    from tests.laws.choices import Choices


@dataclass(frozen=True)
class Package:
    """Items, and what a functionConfig has to know of them."""

    items: list[dict[str, Any]]
    target: dict[str, Any]
    targets: list[dict[str, Any]]
    """The workloads among the items that it means."""
    ports: list[int | str]
    """The app's ports that every target declares, by number and by name."""
    files: str
    """The name of a ConfigMap of files, empty where there is none."""


def package(choices: Choices) -> Package:
    """Return a package of one or two workloads that may share Services."""
    namespace = choices.one("", "", "shop")
    names = choices.one(["web"], ["web"], ["web", "web-2"])
    workloads = [workload(choices, name, namespace) for name in names]
    selectors: list[dict[str, str]] = [{"app": "web"}, {"tier": "web"}, {"app": "web", "tier": "web"}]
    services = [
        service(choices, name, choices.one(*selectors), namespace) for name in choices.some(["web", "admin", "all"], 6)
    ]
    items = [*workloads, *services, *others(choices)]
    if services and choices.maybe():
        items.append(ingress(choices, services, namespace))
    files = choices.one("", "", "site")
    if files:
        items.append(files_config_map(files, namespace))
    if choices.maybe():
        choices.random.shuffle(items)
    target = {"kind": workloads[0]["kind"], "name": "web" if len(names) == 1 else "web.*"}
    if len(names) > 1:
        target["kind"] = "|".join(dict.fromkeys(each["kind"] for each in workloads))
    ports = [port for port in app_ports(workloads[0]) if port in app_ports(workloads[-1])]
    return Package(items=items, target=target, targets=workloads, ports=ports, files=files)
