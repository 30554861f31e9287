"""Snippets in the configuration: the parts of one, and what it may not have beside what is there already."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines.engine import RenderError, RenderProblem
from krm_fn.engines.nginx.quoting import snippet
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.engines.engine import ProxyListener, ProxyPlan
    from krm_fn.function_config.snippets.statements import Directive

_MARK = "proxy_sidecar_snippet"
_STEPS = ("if", "return", "rewrite", "set")
_LISTS = ("link", "set-cookie", "vary")
"""Headers that may be sent more than once."""


class Parts(Record):
    """A snippet, divided by how nginx inherits it."""

    settings: SafeText = SafeText("")
    """What blocks within the block inherit."""
    steps: SafeText = SafeText("")
    """What they do not."""
    headers: SafeText = SafeText("")
    """Of the settings, those that send headers: a block inherits them only where it sends none of its own."""


_NONE = Parts()


def parts_of(text: str | None) -> Parts:
    """Return the parts of a snippet, each with its directives in their order."""
    if text is None:
        return _NONE
    from krm_fn.function_config.snippets.statements import directives  # noqa: PLC0415 # few plans have snippets

    data, place = text.encode(), 0
    settings, steps, headers = b"", b"", b""
    for each in directives(text):
        own = data[each.start : each.stop] + b"\n"
        if each.words[0] in _STEPS:
            settings, place = settings + data[place : each.start], each.stop
            steps += own
        elif each.words[0] == "add_header":
            headers += own
    settings += data[place:]
    return Parts(
        settings=snippet(settings.decode() if settings.strip() else ""),
        steps=snippet(steps.decode()),
        headers=snippet(headers.decode()),
    )


def snippets_of(plan: ProxyPlan) -> dict[str, str]:
    """Return the snippets by their path in the functionConfig."""
    found = {"spec.snippets.main": plan.spec.snippets.main, "spec.snippets.http": plan.spec.snippets.http}
    for number, proxy_listener in enumerate(plan.listeners):
        path = f"spec.listeners[{number}]"
        found[f"{path}.snippet"] = proxy_listener.listener.snippet
        routes = enumerate(proxy_listener.listener.routes)
        found |= {f"{path}.routes[{index}].snippet": route.snippet for index, route in routes}
    return {path: text for path, text in found.items() if text is not None}


def marked(plan: ProxyPlan) -> ProxyPlan:
    """Return the plan with a directive in the place of each snippet, which names its path."""
    snippets = plan.spec.snippets
    main = snippets.main and _mark("spec.snippets.main")
    http = snippets.http and _mark("spec.snippets.http")
    listeners = tuple(_marked(each, f"spec.listeners[{number}]") for number, each in enumerate(plan.listeners))
    return plan.replace(spec=plan.spec.replace(snippets=snippets.replace(main=main, http=http)), listeners=listeners)


def _marked(proxy_listener: ProxyListener, path: str) -> ProxyListener:
    listener = proxy_listener.listener
    routes = tuple(
        route.replace(snippet=route.snippet and _mark(f"{path}.routes[{index}].snippet"))
        for index, route in enumerate(listener.routes)
    )
    mark = listener.snippet and _mark(f"{path}.snippet")
    return proxy_listener.replace(listener=listener.replace(snippet=mark, routes=routes))


def _mark(path: str) -> str:
    return f"{_MARK} {path};"


def check_snippets(snippets: dict[str, str], text: str) -> None:
    """Compare the snippets with the configuration in which their places are marked; a RenderError where one conflicts.

    nginx does not start where a block has a directive twice, and the last definition of a variable counts everywhere.
    """
    from krm_fn.function_config.snippets.statements import directives  # noqa: PLC0415 # few plans have snippets

    configuration = directives(text)
    own = {path: directives(each) for path, each in snippets.items()}
    problems: list[RenderProblem] = []
    for block in (configuration, *(each.block for each in _every(configuration) if each.block)):
        for mark in block:
            if mark.words[0] == _MARK:
                problems += _block_problems(own[mark.words[1]], block, mark.words[1])
    every = tuple(_every(configuration))
    for path, found in own.items():
        problems += _name_problems(tuple(_every(found)), every, path)
    if problems:
        raise RenderError(*problems)


def _every(found: tuple[Directive, ...]) -> Iterator[Directive]:
    for each in found:
        yield each
        yield from _every(each.block or ())


def _block_problems(own: tuple[Directive, ...], block: tuple[Directive, ...], path: str) -> Iterator[RenderProblem]:
    """Yield where a snippet conflicts with the other directives of its block."""
    from krm_fn.function_config.snippets.allowed import BY_NAME  # noqa: PLC0415 # few plans have snippets
    from krm_fn.function_config.snippets.check import sends  # noqa: PLC0415

    names = {each.words[0] for each in block}
    headers = {name for each in _every(block) for name in sends(each.words)}.difference(_LISTS)
    for each in own:
        name = each.words[0]
        if name in names and not BY_NAME[name].repeats:
            inner = [where for where in BY_NAME[name].where if where in ("server", "location")]
            remedy = (
                ". Set it in the snippet of a listener or of a route" if inner and path == "spec.snippets.http" else ""
            )
            message = (
                f"must not have {name}: the proxy sets it in the same block, and nginx takes no second one{remedy}"
            )
            yield RenderProblem(code=codes.SNIPPET_REPEATS, path=path, message=f"{message}.")
        sent = headers.intersection(sends(each.words))
        if sent:
            message = f"must not send {min(sent)}: the proxy sends it there. Use spec.headers.response"
            yield RenderProblem(code=codes.SNIPPET_REPEATS, path=path, message=f"{message}.")
        if name == "if" and "try_files" in names and any(inside.words[0] == "set" for inside in each.block or ()):
            message = "must have no set in if where the route serves files: nginx would not look for them any more"
            yield RenderProblem(code=codes.SNIPPET_ARGUMENT_DENIED, path=path, message=f"{message}.")


def _name_problems(own: tuple[Directive, ...], every: tuple[Directive, ...], path: str) -> Iterator[RenderProblem]:
    """Yield where the variables and zones of a snippet are those of the configuration."""
    from krm_fn.function_config.snippets.check import defines, variables, zones  # noqa: PLC0415 # few plans have snippets

    variables_there = {defines(each.words) for each in every} - {""}
    beginnings = tuple({name[: name.index("_") + 1] for name in variables_there if "_" in name})
    zones_there = {zone for each in every for zone in zones(each.words)}
    for each in own:
        defined = defines(each.words)
        if defined.startswith(beginnings):
            message = f"must not define ${defined}: variables of the proxy's own begin so. Use $my_{defined}"
            yield RenderProblem(code=codes.SNIPPET_NAME_TAKEN, path=path, message=f"{message}.")
        used = variables_there.intersection(variables(each.words))
        if used:
            message = f"must not use ${min(used)}: it is a variable of the proxy's own"
            yield RenderProblem(code=codes.SNIPPET_NAME_TAKEN, path=path, message=f"{message}.")
        taken = zones_there.intersection(zones(each.words))
        if taken:
            message = (
                f"must not use the zone {min(taken)}: it is the proxy's own. Use another name, such as my_{min(taken)}"
            )
            yield RenderProblem(code=codes.SNIPPET_NAME_TAKEN, path=path, message=f"{message}.")
