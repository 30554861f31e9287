"""Row and Grammar: what is known of one annotation, as data."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    On: TypeAlias = Literal["Service", "Pod", "workload", "Ingress", "Namespace"]
    Of: TypeAlias = Literal["service", "endpoints", "pods", "other"]
    Does: TypeAlias = Literal["follows", "gains", "leaves out", "is reported", "stays"]

PORT = "{port}"
"""What stands for a port in the keys and examples of rows."""
ANY = "*"
"""What stands for any text in the keys of rows."""


class Grammar(Record):
    """How ports are written in a value."""

    form: Literal["port", "list", "pairs", "key", "JSON keys", "JSON fields", "addresses", "statistics"]
    """
    | form        | a port is                                                                        |
    |-------------|----------------------------------------------------------------------------------|
    | port        | the whole value                                                                  |
    | list        | an entry between separators: a number, a name, or a range of numbers             |
    | pairs       | one side of the entries between separators                                       |
    | key         | a part of the annotation's key                                                   |
    | JSON keys   | a key of the mapping at a path                                                   |
    | JSON fields | a field of any mapping, which may name its Service in another                    |
    | addresses   | digits behind a colon                                                            |
    | statistics  | digits behind | or _, as in inbound|3000||                                       |
    """
    separators: str = ","
    between: str = ":"
    """What is between the sides of a pair."""
    first: bool = True
    """Whether the ports stand on the first side of a pair, where they may be a list with commas, or else the last."""
    path: str = ""
    """Where the mapping is whose keys are ports; empty for the whole value."""
    service: str = ""
    """The field that names a Service, in lower case; empty where the annotation is one of the Service's own."""
    port: str = "serviceport"
    """The field with the port, in lower case."""


class Row(Record):
    """An annotation: where it is, whose port it names, how, and what becomes of it."""

    key: str
    """The key; `{port}` stands for a port in it, and `*` for any text."""
    on: tuple[On, ...]
    """The objects on which it means something: of a workload, its Pod template is the Pod."""
    of: Of
    """Whose port it is.

    | service   | a port of the Service, by number or name                                                   |
    | pods      | a port of the Pods                                                                         |
    | endpoints | by name one of the Service, by number one of the Pods                                      |
    | other     | one of a load balancer, or of another container: never the Service's or the app's          |
    """
    grammar: Grammar
    does: Does
    """
    | follows     | names the proxy's port from now on                                                       |
    | gains       | lists the proxy's port beside the app's                                                  |
    | leaves out  | lists ports that a mesh leaves alone: what changes by that is reported                    |
    | is reported | is left as it is, with a warning                                                         |
    | stays       | means the app itself, or no port of the app at all                                       |
    """
    source: str
    """What was read about it: the project, and the file or page."""
    example: str
    """A value, in which `{port}` stands for the port; `{service}` for the Service's name."""
    beside: str = ""
    """A key that must be there too; `*` stands in it for the same text as in the row's key."""
    scrapes: bool = False
    """Whether metrics are requested there."""
    checks: bool = False
    """Whether a load balancer asks there whether the Pod is well."""


ONE = Grammar(form="port")
LIST = Grammar(form="list")
KEY = Grammar(form="key")
