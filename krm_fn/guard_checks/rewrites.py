"""Rewrites that lead around what guards another path: another route's guard, or what is blocked on every listener."""

from __future__ import annotations

import re

from krm_fn import codes
from krm_fn.engines.guards import chosen_route, guard_of
from krm_fn.engines.path_forms import blocked_paths, literal_beginning
from krm_fn.engines.routes import is_answered
from krm_fn.quoting import shown
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.engines.guards import Guard
    from krm_fn.function_config.generated.values import Block, Listener, Rewrite, Route, Spec
    from krm_fn.result import ResourceRef


def rewrite_results(spec: Spec, ref: ResourceRef) -> Iterator[Result]:
    """Yield a result for each rewrite that leads around a guard, or only to what is blocked."""
    blocked = [re.compile(each) for each in blocked_paths(spec.block)]
    for index, listener in enumerate(spec.listeners):
        for place, route in enumerate(listener.routes):
            if not route.rewrite:
                continue
            path = f"spec.listeners[{index}].routes[{place}].rewrite"
            yield from _blocked(spec.block, route.rewrite, blocked, path, ref)
            yield from _around(route, listener, path, ref)


def _blocked(
    block: Block, rewrite: Rewrite, blocked: list[re.Pattern[str]], path: str, ref: ResourceRef
) -> Iterator[Result]:
    field = "path" if rewrite.prefix is None else "prefix"
    target = rewrite.path if rewrite.prefix is None else rewrite.prefix
    if target is None or "$" in target or not any(each.search(target) for each in blocked):
        return
    names = [each for each in ("paths", "presets") if getattr(block, each)]
    message = (
        f"must lead to a path that spec.block does not refuse, got {shown(target)}: rewritten, a request would reach "
        f"what no client may. Set another path, or change spec.block.{' or spec.block.'.join(names)}."
    )
    yield Result(code=codes.REWRITE_TO_BLOCKED, ref=ref, path=f"{path}.{field}", message=message, current_value=target)


def _around(route: Route, listener: Listener, path: str, ref: ResourceRef) -> Iterator[Result]:
    rewrite = route.rewrite
    assert rewrite  # noqa: S101 # the caller has checked
    field = "path" if rewrite.prefix is None else "prefix"
    target = (rewrite.path if rewrite.prefix is None else rewrite.prefix) or "/"
    beginning, is_open_ended = target.partition("$")[0], rewrite.prefix is not None or "$" in target
    upstream, guard = route.upstream or listener.upstream, guard_of(route, listener)
    for other in _reached(listener, beginning, is_open_ended=is_open_ended):
        if other is route or other.files or is_answered(other) or (other.upstream or listener.upstream) != upstream:
            continue
        missing = _missing(guard, guard_of(other, listener))
        if missing:
            where = f"the route {shown(other.path)}" if other in listener.routes else "no route of its own"
            message = (
                f"must not lead around a guard, got {shown(target)}: requests for {shown(route.path)} reach the app at "
                f"paths of {where}, without its {missing}. Give this route the same {missing}, or set a path of "
                "the app below which nothing is guarded."
            )
            yield Result(
                code=codes.REWRITE_AROUND_GUARD, ref=ref, path=f"{path}.{field}", message=message, current_value=target
            )
            return


def _reached(listener: Listener, beginning: str, *, is_open_ended: bool) -> Iterator[Route]:
    """Yield the routes whose paths a rewrite makes; that of all paths without a route only where it makes all."""
    chosen = chosen_route(listener.routes, beginning)
    if not is_open_ended or beginning == "/" or chosen.path != "/":
        yield chosen
    if is_open_ended:
        for other in listener.routes:
            path = literal_beginning(other.path) if other.match == "regex" else other.path
            if path.startswith(beginning) and (path != "/" or beginning == "/"):
                yield other


def _missing(guard: Guard, other: Guard) -> str:
    """Return the names of the fields that guard another route, and this one not."""
    lacks_auth = other.authenticates and other.auth != guard.auth
    lacks_allow = other.allow is not None and other.allow != guard.allow
    if other.is_either and not guard.is_either and not (lacks_auth and lacks_allow):
        lacks_auth = lacks_allow = False  # one of the two is enough there
    fields = {
        "auth": lacks_auth,
        "allow": lacks_allow,
        "satisfy": guard.is_either and not other.is_either and (other.authenticates or other.allow is not None),
        "deny": bool(other.deny) and not {*other.deny} <= {*guard.deny},
        "rateLimit": other.rate_limit is not None and _counted(guard) != _counted(other),
        "connectionLimit": other.connection_limit is not None and guard.connection_limit is None,
        "methods": bool(other.methods) and not (guard.methods and {*guard.methods} <= {*other.methods}),
    }
    *names, last = [*(name for name, is_missing in fields.items() if is_missing)] or [""]
    return f"{', '.join(names)} and {last}" if names else last


def _counted(guard: Guard) -> object:
    """Return what a guard's limit goes by, and for whom."""
    return guard.rate_limit and (guard.rate_limit.key, {*guard.rate_limit.exempt})
