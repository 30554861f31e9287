"""Reference and PolicyRule: the two ways in which an object names ports, as the kinds' declarations find them.

They say where a port is and whose it is. Its new value is decided and written elsewhere, in one place for all kinds.
"""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

    from krm_fn.references.policy_port import PolicyPort
    from krm_fn.selectors.label_index import Label
    from krm_fn.yaml_text.node import Path


NO_PORT = "use-annotation"
"""What the controllers of AWS and Alibaba take, in place of a port's name, for: see the annotation."""


class Selects(Record):
    """Which Services or Pods are selected by their labels."""

    test: Callable[[dict[str, Any], str], bool | None]
    """Whether something with these labels, in this namespace, is selected; None where the items do not say."""
    label: Label | None = None
    """A label that all have that are or may be selected; None where there is no such."""
    namespaces: tuple[str, ...] | None = None
    """The names of the namespaces in which something is selected; None where they are chosen in another way."""

    def __call__(self, labels: dict[str, Any], namespace: str) -> bool | None:
        """Return what the test says."""
        return self.test(labels, namespace)


class ServiceKey(Record):
    """The Service that a name means."""

    namespace: str
    """Empty where none is named and the object that names it has none."""
    name: str
    explicit: bool
    """Whether the namespace is named, and not just that of the object."""


class WorkloadKey(Record):
    """The workload that is named: one of a kind, in a namespace."""

    namespace: str
    kind: str
    name: str


class Reference(Record):
    """A field that holds one port, by number or by name."""

    path: Path
    """Where the port is, or would be."""
    port: int | str
    """A number, digits, or a name."""
    of: Literal["service", "endpoints", "pods"] = "service"
    """Whose port it is: the Service's; that of its endpoints, which is the Service's by name and the Pod's by number;
    or the Pod's, either way."""
    services: tuple[ServiceKey, ...] = ()
    """The Services that are named: the one field is for a port of all of these."""
    selects_services: Selects | None = None
    """Which Services are selected by their labels, where none is named."""
    selects_pods: Selects | None = None
    """Which Pods are selected by their labels, where there is no Service between."""
    entry: Path = ()
    """The list's entry that holds the field, if the list may have a second such entry."""
    absent: bool = False
    """Whether the field is not there, and the port is its default."""
    scrapes: bool = False
    """Whether metrics are requested there."""
    app_field: str = ""
    """The key that, in the place of this field's, holds a port of the Pod itself."""
    fixed: str = ""
    """Why the port cannot be written, where it cannot."""
    guards: bool = False
    """Whether policies hold for that port alone, and for no other of the Pods."""
    every: bool = False
    """Whether no port is named, and each of the Service's is meant."""
    before: str = ""
    """What stands before the port in the field, as 127.0.0.1: does in 127.0.0.1:3000."""
    after: str = ""
    """What stands behind it, as a path."""
    text: str = ""
    """The whole of the field, where the port is a part of it, or is meant by what has none."""
    workload: WorkloadKey | None = None
    """The workload whose Pods these are, where it is named."""
    also: tuple[str, ...] = ()
    """The ports that are named beside it, so that a warning of one that cannot be written is not needed."""
    checks: str = ""
    """What the health check of a load balancer speaks there; empty where it is none."""

    @property
    def written(self) -> int | str:
        """What is in the field."""
        return self.text or self.port

    def with_port(self, port: int | str) -> int | str:
        """Return what is in the field with another port."""
        return f"{self.before}{port}{self.after}" if self.before else port

    def part(self, port: int | str) -> tuple[int, int, str]:
        """Return the offsets, in the text of the field, of what becomes another where it gets a port, and that."""
        if self.text.startswith(self.before):
            return len(self.before), len(self.text) - len(self.after), str(port)
        return 0, len(self.before) - 1, f"{self.before}{port}"


class Use(Record):
    """A client of Services or Pods, as its object declares it: whose ports it uses, and what it says that it speaks."""

    path: Path
    """Where the port is; where none is named, the mapping that names the Service."""
    port: int | str | None
    """None where no port is named: any."""
    of: Literal["service", "endpoints", "pods"]
    services: tuple[ServiceKey, ...]
    selects_services: Selects | None
    selects_pods: Selects | None
    speaks: str
    """What it speaks, in the terms of `traffic.words`; empty where that is not known."""
    says: Path
    """The field that says so; empty where it is what all objects of the kind speak, or no field is set."""
    scrapes: bool
    """Whether it requests metrics."""


def namespaces_named(by: Reference | Use) -> tuple[str, ...] | None:
    """Return the namespaces that are meant for what is referred to, without those that its name or host has.

    None where they are chosen in another way than by name.
    """
    selects = by.selects_pods or by.selects_services
    return selects.namespaces if selects else tuple(key.namespace for key in by.services if not key.explicit)


class PolicyRule(Record):
    """A list of TCP ports of Pods in the rule of a network policy; or a mapping of what it sets for each of them."""

    path: Path
    """Where the list is."""
    ports: tuple[PolicyPort | None, ...]
    """The list's entries; None for those of other protocols."""
    selects: Selects
    """The Pods whose ports these are."""
    entry_like: Callable[[Any, int | str], Any]
    """Given an entry of the list and a port, an entry for that port, as an API server completes it."""
    has_two_forms: bool = False
    """Whether an entry has a name in another field than a number, so that one cannot replace the other."""
    keys: tuple[str, ...] = ()
    """Where it is no list but a mapping: the key of each entry, which is the port."""
    as_text: bool = False
    """Whether numbers are written as text."""
    takes_names: bool = True
    """Whether an entry may be a port's name."""
    admits: bool = True
    """Whether the rule admits traffic, or else denies it."""
    beside: Callable[[dict[str, Any], str, Any], tuple[Path, Any]] | None = None
    """For a rule that is for all destinations: given the labels and the namespace of Pods and an entry of a list of
    ports, the place of a new rule for these Pods alone, and that rule."""
    is_beside: Callable[[Any], bool] | None = None
    """Whether a rule, in the same list, is one that `beside` makes."""
    wide: bool = False
    """Whether the rule is for all destinations, so that another port in it would open that port everywhere."""

    def path_to(self, index: int) -> Path:
        """Return where the number or name of an entry is; the entry itself where it is a key."""
        port = self.ports[index]
        return (*self.path, self.keys[index] if self.keys else index, *(port.field if port else ()))
