"""Headers that routes have of their own: each is a variable, whose value a map says by the route.

So every block sends the same list of headers: that of a page in place of an error, too, which is another location. What
the app sends under the name is hidden by the route's own location.
"""

from __future__ import annotations

from krm_fn.engines.headers import names_of, of_trusted, security_headers, spec_of_route
from krm_fn.engines.nginx.headers.header_plan import Header, RouteMap, ValueMap, hidden_of, of_client
from krm_fn.engines.nginx.quoting import quoted, variable_part, word
from krm_fn.engines.routes import effective_routes
from krm_fn.engines.templates import SafeText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyPlan
    from krm_fn.engines.nginx.headers.header_plan import HeaderPlan
    from krm_fn.function_config.generated.values import Route, Spec

_NOTHING = SafeText('""')
_HIDDEN_ANYWAY = (SafeText("X-Pad"),)
"""What nginx itself hides: where a location hides nothing else, it does not take over what the server hides."""


def own_hidden(spec: Spec, route: Route) -> tuple[SafeText, ...]:
    """Return the app's headers that a route with headers of its own does not send to clients."""
    return hidden_of(spec_of_route(spec, route)) or _HIDDEN_ANYWAY


def with_routes(usual: HeaderPlan, plan: ProxyPlan) -> HeaderPlan:
    """Return the headers of a plan, with those that some of its routes have."""
    specs = {
        f"{proxy_listener.listener.port}_{index}": spec_of_route(plan.spec, route)
        for proxy_listener in plan.listeners
        for index, route in enumerate(effective_routes(proxy_listener))
        if route.headers
    }
    sent, maps = _responses(plan.spec, specs)
    requests, request_maps, values = _requests(usual, plan.spec, specs)
    kept = tuple(each for each in usual.response if each.value in ("$hsts", "$answer_allow"))
    defaults = tuple(
        ValueMap(
            source=SafeText(f"$sent_http_{part}"),
            variable=SafeText(f"$default_{part}"),
            absent=SafeText(f"$route_usual_{part}"),
            present=_NOTHING,
        )
        for part in (each.variable.removeprefix("$route_usual_") for each in maps)
        if any(each.value == f"$default_{part}" for each in sent)
    )
    names = {each.name.lower() for each in requests}
    of_request = tuple(each for each in usual.maps if not each.variable.startswith("$default_"))

    def with_own(headers: tuple[Header, ...]) -> tuple[Header, ...]:
        return (*(each for each in headers if each.name.lower() not in names), *requests)

    return usual.replace(
        request=with_own(usual.request),
        auth_request=with_own(usual.auth_request),
        response=(*sent, *kept),
        maps=(*of_request, *values, *defaults),
        by_route=(*maps, *request_maps),
    )


def _responses(spec: Spec, specs: dict[str, Spec]) -> tuple[tuple[Header, ...], tuple[RouteMap, ...]]:
    """Return what every client is sent, and the maps of the values."""
    sent: dict[str, Header] = {}
    maps: dict[str, RouteMap] = {}
    for values_of, kind, shown in ((_fixed, "response", "route_response"), (_defaults, "usual", "default")):
        values = {place: values_of(each) for place, each in specs.items()}
        usual = values_of(spec)
        for name in dict.fromkeys(key for each in (usual, *values.values()) for key in each):
            title, part = _title(name, spec, specs), variable_part(name)
            sent[f"{kind} {name}"] = Header(name=word(title), value=SafeText(f"${shown}_{part}"))
            maps[f"{kind} {name}"] = RouteMap(
                variable=SafeText(f"$route_{kind}_{part}"),
                values=tuple(
                    Header(name=quoted(place), value=quoted(each[name]) if name in each else _NOTHING)
                    for place, each in values.items()
                ),
                usual=quoted(usual[name]) if name in usual else _NOTHING,
            )
    return tuple(sent.values()), tuple(maps.values())


def _fixed(spec: Spec) -> dict[str, str]:
    response = spec.headers.response
    return {name.lower(): value for name, value in (response.set | response.add).items()}


def _defaults(spec: Spec) -> dict[str, str]:
    every = {**security_headers(spec), **spec.headers.response.default}
    return {name.lower(): value for name, value in every.items()}


def _title(lower: str, spec: Spec, specs: dict[str, Spec]) -> str:
    """Return a header's name as it is written first."""
    every = (spec, *specs.values())
    names = (name for each in every for name in (*names_of(each.headers.response), *security_headers(each)))
    return next(name for name in names if name.lower() == lower)


def _requests(
    usual: HeaderPlan, spec: Spec, specs: dict[str, Spec]
) -> tuple[tuple[Header, ...], tuple[RouteMap, ...], tuple[ValueMap, ...]]:
    """Return the headers of requests that some route changes, and the maps of their values."""
    usual_names = {name.lower() for name in names_of(spec.headers.request)}
    trusted = {name.lower(): name for name in of_trusted() if name.lower() not in usual_names}
    changed = {
        name.lower(): name
        for each in specs.values()
        for name in names_of(each.headers.request)
        if _value(each, name, "", SafeText("")) != _value(spec, name, "", SafeText(""))
    }
    there = {each.name.lower(): each.value for each in usual.request}
    headers, maps, values = [], [], []
    for name in changed.values():
        part, client = variable_part(name), of_client(name, trusted)
        found = {place: _value(each, name, place, client) for place, each in specs.items()}
        values += [each for _, each in found.values() if each]
        usually = there.get(name.lower(), client)
        headers.append(Header(name=word(name), value=SafeText(f"$route_request_{part}")))
        maps.append(
            RouteMap(
                variable=SafeText(f"$route_request_{part}"),
                values=tuple(
                    Header(name=quoted(place), value=value) for place, (value, _) in found.items() if value is not None
                ),
                usual=usually,
            )
        )
    return tuple(headers), tuple(maps), tuple(values)


def _value(spec: Spec, name: str, place: str, client: SafeText) -> tuple[SafeText | None, ValueMap | None]:
    """Return what the app gets under a name, with the map that this needs; None where nothing is said of it."""
    request, lower = spec.headers.request, name.lower()
    variable = SafeText(f"$request_{variable_part(name)}_{place}")
    for key, value in request.set.items():
        if key.lower() == lower:
            return quoted(value), None
    for key, value in request.default.items():
        if key.lower() == lower:
            return variable, ValueMap(source=client, variable=variable, absent=quoted(value), present=client)
    for key, value in request.add.items():
        if key.lower() == lower:
            both = SafeText(f'"{client}, {quoted(value)[1:]}')
            return variable, ValueMap(source=client, variable=variable, absent=quoted(value), present=both)
    return (_NOTHING if any(key.lower() == lower for key in request.remove) else None), None
