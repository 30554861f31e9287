"""The app's port behind a listener: the one that is set, else the only one that is possible, else the likeliest.

Where Services route to several ports of the Pods, or several are declared, these decide, one after another; each keeps
the ports for which it holds, unless it holds for none:

| the port                                                             | such as                              |
|----------------------------------------------------------------------|--------------------------------------|
| speaks HTTP, for all that is known                                   | not one named redis                  |
| is one to which an Ingress, a route or another client sends requests | HTTPRoute, VirtualService            |
| is not for metrics, health, debugging or administration, by its name | not http-metrics                     |
| is named http or web; for people                                     | http, http-api; frontend, ui         |
| has evidence of HTTP without TLS                                     | appProtocol: http                    |
| has no evidence of gRPC alone                                        | not one named grpc                   |
| is 80 or 8080                                                        |                                      |
| is one that a probe requests by HTTP                                 |                                      |
| has evidence of TLS                                                  | https                                |
| is behind a Service's port 80, then 443                              |                                      |
| is a usual one for HTTP                                              | 8000, 3000, 5000, 443, 8443          |

Ports of containers that meshes put into Pods, and of other ProxySidecars, are none of them.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import MANY, listed, shown
from krm_fn.record import Record
from krm_fn.resource_list.identity import ref_of
from krm_fn.workload.services import place_of
from krm_fn.workload.workload import ContainerPort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from krm_fn.codes import Code
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.workload.services import ServiceRoute, Survey


class AppPort(Record):
    """The app's port, and why it is meant."""

    port: ContainerPort
    """Of no container, where none declares it."""
    reason: str = ""
    """Why this one, where there were several; empty otherwise."""
    doubt: str = ""
    """A warning: others are declared, and this one is not."""


class NoAppPort(Record):
    """Why there is no port of the app's."""

    code: Code
    message: str
    route: ServiceRoute | None = None
    """The Service's port that is wrong, where that is why."""


class AppPorts:
    """The ports of one workload's app. The evidence about them is only read where it must decide."""

    def __init__(self, survey: Survey, items: Items, proxies: dict[str, str], beside: Iterable[int | str]) -> None:
        """Take the containers of proxies, by name, and numbers and names of our own ports, which are not the app's."""
        self._survey, self._items, self._proxies = survey, items, proxies
        own = {port.number for port in survey.workload.ports if port.container in proxies}
        self._routes = [route for route in survey.routes if route.pod_port not in {*beside, *own}]

    def find(self, desired: int | str | None) -> AppPort | NoAppPort:
        """Return the app's port, or why there is none."""
        if desired is not None:
            return self._desired(desired)
        routed = [route.pod_port for route in self._routes if isinstance(route.pod_port, int)]
        if self._routes and not routed:
            return self._unresolved(min(self._routes, key=place_of))
        numbers = list(dict.fromkeys(routed or self._declared()))
        if not numbers:
            from krm_fn.traffic.undeclared import undeclared_ports  # noqa: PLC0415 # nearly all declare their ports

            numbers = undeclared_ports(self._survey.workload)
        if len(numbers) == 1:
            return self._found(numbers[0])
        return self._likeliest(numbers) if numbers else self._unclear([])

    def _desired(self, desired: int | str) -> AppPort | NoAppPort:
        workload = self._survey.workload
        found = workload.tcp_port(desired)
        if found and found.container in self._proxies:
            whose = f'the ProxySidecar "{self._proxies[found.container]}"'
            message = (
                f"must be a port of the app, got {shown(desired)}: {whose} added that port. {self._declarations()}"
            )
            return NoAppPort(code=codes.APP_PORT_OF_PROXY, message=message)
        if found:
            return AppPort(port=found)
        if isinstance(desired, int):
            return self._found(desired)
        message = f'must be the name of a port in {workload.ref}, got "{desired}". {self._declarations()}'
        return NoAppPort(code=codes.APP_PORT_UNKNOWN, message=message)

    def _likeliest(self, numbers: list[int]) -> AppPort | NoAppPort:
        """Return the port for which the most is said."""
        from krm_fn.traffic.likeliest import likeliest  # noqa: PLC0415 # most apps have one port

        routes = {number: [route for route in self._routes if route.pod_port == number] for number in numbers}
        remaining, reason = likeliest(self._survey, self._items, routes)
        if len(remaining) == 1:
            rest = listed([str(number) for number in sorted(numbers) if number != remaining[0]], MANY)
            return self._found(remaining[0], f"{reason}; without the proxy stay {rest}")
        return self._unclear(remaining)

    def _unclear(self, numbers: Sequence[int]) -> NoAppPort:
        """Return the question which port is meant, with what is known of each."""
        ref = self._survey.workload.ref
        to = [
            f"{number} ({listed([*dict.fromkeys(ref_of(route.item.data).name for route in routes)])})"
            for number in sorted(numbers)
            if (routes := [route for route in self._routes if route.pod_port == number])
        ]
        if to:
            reason = f"Services route to {listed(to, MANY)} of {ref}"
        else:
            reason = f"{ref} has several" if numbers else f"{ref} has none, and no Service or probe names one"
        message = f"must be set: {reason}, and nothing says which one is meant. {self._declarations()}"
        return NoAppPort(code=codes.APP_PORT_UNCLEAR, message=message)

    def _unresolved(self, route: ServiceRoute) -> NoAppPort:
        message = (
            f"must be a port's number, or a name that a container of {self._survey.workload.ref} declares, got "
            f"{shown(route.pod_port)}. {self._declarations()}"
        )
        return NoAppPort(code=codes.TARGET_PORT_UNKNOWN, message=message, route=route)

    def _declared(self) -> list[int]:
        ports = self._survey.workload.ports
        others = {*self._proxies, *_OF_MESHES}
        return [port.number for port in ports if port.protocol == "TCP" and port.container not in others]

    def _declarations(self) -> str:
        ports = self._survey.workload.ports
        own = [port for port in ports if port.protocol == "TCP" and port.container not in self._proxies]
        declared = listed([*map(_described, own)], MANY)
        return f"Declared are: {declared}." if declared else "No container declares a TCP port: set its number."

    def _found(self, number: int, reason: str = "") -> AppPort:
        found = self._survey.workload.tcp_port(number)
        port = found or ContainerPort(container="", number=number, name="", protocol="TCP")
        doubt = ""
        if not found and self._declared():
            doubt = (
                f"is {number}, which no container of {self._survey.workload.ref} declares, and is requested "
                f"nevertheless. {self._declarations()}"
            )
        return AppPort(port=port, reason=reason, doubt=doubt)


def _described(port: ContainerPort) -> str:
    name = f"{port.name}, " if port.name else ""
    return f'{port.number} ({name}container "{port.container}")'


_OF_MESHES = (
    *("istio-proxy", "linkerd-proxy", "kuma-sidecar", "envoy-sidecar"),
    *("consul-dataplane", "daprd", "nginx-mesh-sidecar"),
)
"""Containers that meshes put into Pods: their ports are not the app's."""


def unresolved(survey: Survey, own: Container[object]) -> Iterator[Result]:
    """Yield a warning for each Service's port that points to a name that no container declares, where others do not.

    `own` are the names of ports that are going to be declared.
    """
    numbers = [route for route in survey.routes if isinstance(route.pod_port, int)]
    for route in survey.routes if numbers else ():
        if not isinstance(route.pod_port, int) and route.pod_port not in own:
            message = (
                f"must be a port's number, or a name that a container of {survey.workload.ref} declares, got "
                f"{shown(route.pod_port)}: it reaches nothing, and stays as it is."
            )
            path = f"spec.ports[{route.index}].targetPort"
            yield route.item.result(codes.TARGET_PORT_DANGLING, path, message, current=route.pod_port)
