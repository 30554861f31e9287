"""Validates a functionConfig by the models, and turns all that is wrong with it into Results.

Slow to import, and imported only where the acceptor is unsure.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from krm_fn.function_config import values
from krm_fn.function_config.base import Override
from krm_fn.function_config.model_errors import problem_of
from krm_fn.function_config.models import ProxySidecar
from krm_fn.function_config.problem import ABSENT, Problem, mapping, text
from krm_fn.function_config.rules import problems
from krm_fn.quoting import join_path, shown
from krm_fn.record import Record
from krm_fn.result import FunctionError, ResourceRef, Result

_API_VERSION, _KIND = (get_args(ProxySidecar.model_fields[name].annotation)[0] for name in ("api_version", "kind"))


def validate(data: Any) -> values.ProxySidecar:
    """Return the value of the functionConfig document, or raise FunctionError with all problems."""
    _expect_proxy_sidecar(data)
    try:
        model = ProxySidecar.model_validate(data)
        found = []
    except ValidationError as error:
        found = [problem_of(detail, data) for detail in error.errors(include_url=False)]
    places = {problem.steps for problem in found}
    found += [problem for problem in problems(data) if problem.steps not in places]
    if found:
        ref = _ref(data)
        raise FunctionError(*(_result(problem, ref) for problem in _in_order(found, data)))
    value: values.ProxySidecar = to_value(model)
    return value


def to_value(value: Any) -> Any:
    """Return the plain value of a model, or of what a model's field holds."""
    if isinstance(value, Override):
        return value.model_dump(by_alias=True, exclude_unset=True)
    if isinstance(value, BaseModel):
        record: type[Record] = getattr(values, type(value).__name__)
        return record(**{name: to_value(getattr(value, name)) for name in type(value).model_fields})
    return tuple(map(to_value, value)) if isinstance(value, list) else value


def _expect_proxy_sidecar(data: Any) -> None:
    """Refuse a document of another kind before its fields are looked at: all of them would be wrong."""
    example = f"Give the function a document with apiVersion: {_API_VERSION} and kind: {_KIND}."
    if not isinstance(data, dict):
        got = "nothing" if data is None else shown(data)
        raise FunctionError(
            Result(severity="error", message=f"functionConfig: must be a {_KIND}, got {got}. {example}")
        )
    if data.get("kind") == "ConfigMap":
        message = (
            f"must be a {_KIND}, got a ConfigMap. Options of the form key=value cannot say what a {_KIND} says: "
            f"write one to a file and name it, under configPath in a Kptfile. {example}"
        )
        raise FunctionError(Result(severity="error", message=message, ref=_ref(data), path="kind"))
    found = []
    for field, expected in (("apiVersion", _API_VERSION), ("kind", _KIND)):
        value = data.get(field, ABSENT)
        if value != expected:
            near = isinstance(value, str) and get_close_matches(value.lower(), [expected.lower()])
            remedy = f"Did you mean {expected}?" if near else example
            proposed = expected if near else None
            must = f"must be {expected}"
            found.append(Problem(steps=(field,), must=must, value=value, remedy=remedy, proposed=proposed))
    if found:
        raise FunctionError(*(_result(problem, _ref(data)) for problem in found))


def _ref(data: dict[Any, Any]) -> ResourceRef | None:
    metadata = mapping(data, "metadata")
    ref = ResourceRef(
        api_version=text(data, "apiVersion"),
        kind=text(data, "kind"),
        name=text(metadata, "name"),
        namespace=text(metadata, "namespace"),
    )
    return ref if ref.api_version and ref.kind and ref.name else None


def _result(problem: Problem, ref: ResourceRef | None) -> Result:
    got = "" if problem.value is ABSENT else f", got {shown(problem.value)}"
    scalar = isinstance(problem.value, (str, int, float))
    return Result(
        severity="error",
        message=f"{problem.must}{got}. {problem.remedy}".rstrip(),
        ref=ref,
        path=join_path(problem.steps),
        current_value=problem.value if scalar else None,
        proposed_value=problem.proposed,
    )


def _in_order(found: Iterable[Problem], data: Any) -> list[Problem]:
    """Return the problems in the order in which the document has their fields."""
    return sorted(found, key=lambda problem: _position(problem.steps, data))


def _position(steps: Iterable[Any], data: Any) -> list[int]:
    position: list[int] = []
    for step in steps:
        keys = list(data) if isinstance(data, dict) else list(range(len(data))) if isinstance(data, list) else []
        if step not in keys:
            return [*position, len(keys)]
        position.append(keys.index(step))
        data = data[step]
    return position
