"""Requester: a program that sends requests to a listener, and what it requests."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import ref_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.resource_list.item import Item
    from krm_fn.traffic.clients import Client
    from krm_fn.yaml_text.node import Path


class Requester(Record):
    """A program that an object sends requests to a listener for."""

    item: Item
    path: Path
    """The field that says what it requests, or else the mapping without it."""
    index: int
    """The listener's."""
    target: str
    """The path of the URL."""
    where: str
    """The port that it uses."""
    is_below: bool = False
    """Whether it requests all that is below the path."""
    scrapes: bool = False
    takes_credentials: bool = False
    """Whether its object has fields for credentials."""
    has_password: bool = False
    has_certificate: bool = False
    passes: tuple[int, ...] = ()
    """The statuses of a refusal that do not matter to it."""


def where_of(client: Client) -> str:
    """Return the port that a client uses, as a message shows it."""
    route = client.route
    return f"{ref_of(route.item.data)} spec.ports[{route.index}]" if route else f"port {client.pod_port}"
