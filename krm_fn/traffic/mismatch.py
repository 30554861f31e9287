"""Clients that speak TLS to a port without it, or no TLS to a port with it, once the proxy is in front."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.resource_list.identity import ref_of
from krm_fn.traffic.clients import clients_of
from krm_fn.yaml_text.paths import shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.generated.values import Listener
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.traffic.clients import Client
    from krm_fn.traffic.survey import Survey

_TLS = ("https", "grpcs", "tls")


def mismatches(
    survey: Survey, items: Items, listeners: dict[int | str, tuple[int, Listener]]
) -> Iterator[tuple[Client, Result]]:
    """Yield the clients whose requests the listener cannot take, each with a warning.

    `listeners` are those in front of the Pods' ports, by these, with their positions. A port of the Pods that is named
    by number stays the app's, so its clients are left out.
    """
    plain_only = all(listener.tls is None for _, listener in listeners.values())
    seen = set()
    for client in clients_of(items, survey, telling=plain_only):
        index, listener = listeners.get(client.pod_port, (-1, None))
        if listener is None or client.route is None or not client.speaks:
            continue
        place = shown_path(client.place)
        speaks_tls = client.speaks in _TLS
        if speaks_tls is (listener.tls is not None) or (id(client.item), place) in seen:
            continue
        seen.add((id(client.item), place))
        where = f"{ref_of(client.route.item.data)} spec.ports[{client.route.index}]"
        if speaks_tls:
            code = codes.CLIENT_SPEAKS_TLS
            message = (
                f"sends TLS to {where}, at which the proxy now takes requests without it: they would fail. Set "
                f"spec.listeners[{index}].tls, with upstream.protocol: https where the app itself speaks TLS, so that "
                "clients still use TLS; or let this one use HTTP."
            )
        else:
            code = codes.CLIENT_SPEAKS_PLAIN
            message = (
                f"sends requests without TLS to {where}, at which the proxy now takes TLS: they would fail. Let it use "
                "TLS: an Ingress by its controller's annotation, a monitor by scheme: https, others by their fields."
            )
        yield client, client.item.result(code, place, message)
