"""Listeners, their redirects, probes and metrics differ in `port` and in `name`."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated import values
from krm_fn.function_config.problem import Problem, entries, mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.listeners", "spec.probes", "spec.companions.metrics")


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check that each port has a number and a name of its own: the Pod's containers share them."""
    for field in ("port", "name"):
        seen: dict[object, str] = {}
        for holder, steps, value in _ports(mapping(document, "spec"), field):
            if not isinstance(value, (int, str)) or not value:
                continue  # ill typed, or left out: a free one is chosen
            if value in seen:
                must, remedy = f"must differ from the {field} of {seen[value]}", f"Set one of them to another {field}."
                yield Problem(code=codes.PORTS_ALIKE, steps=steps, must=must, value=value, remedy=remedy)
            seen.setdefault(value, holder)


def _ports(spec: dict[Any, Any], field: str) -> Iterator[tuple[str, Steps, object]]:
    """Yield the ports' numbers or names, their paths, and the fields that have them."""
    default = getattr(values.Listener, field)
    listeners = entries(spec, "listeners") if "listeners" in spec else [{}]
    for index, listener in enumerate(listeners):
        if isinstance(listener, dict):
            steps: Steps = ("spec", "listeners", index)
            yield f"spec.listeners[{index}]", (*steps, field), listener.get(field, default)
    for index, listener in enumerate(listeners):
        tls, own = mapping(listener, "tls"), "redirect" + field.capitalize()
        if tls.get("redirectPort") is not None:
            steps = ("spec", "listeners", index, "tls", own)
            yield f"spec.listeners[{index}].tls", steps, tls.get(own, values.TLS.redirect_name)
    yield "spec.probes", ("spec", "probes", field), mapping(spec, "probes").get(field, getattr(values.Probes, field))
    metrics = mapping(spec, "companions").get("metrics")
    if isinstance(metrics, dict):
        place = "spec.companions.metrics"
        yield place, (*place.split("."), field), metrics.get(field, getattr(values.Metrics, field))
