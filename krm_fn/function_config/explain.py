"""Validates a functionConfig by the models, and returns its value or raises all its problems as Results.

Slow to import, and imported only where the acceptor is unsure.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from krm_fn import codes
from krm_fn.function_config.generated import values
from krm_fn.function_config.models.base import Override
from krm_fn.function_config.models.spec import ProxySidecar
from krm_fn.function_config.problem import ABSENT, Problem, mapping, text
from krm_fn.function_config.rules import problems
from krm_fn.function_config.value_problems import not_a_choice, unknown_field, wrong_type
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.result import FunctionError, ResourceRef, Result
from krm_fn.yaml_text.paths import find

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
        raise FunctionError(*(problem.result(ref) for problem in _in_order(found, data)))
    value: values.ProxySidecar = to_value(model)
    return value


def to_value(value: Any) -> Any:
    """Return the plain value of a model, or of a value in a model's field."""
    if isinstance(value, Override):
        return value.model_dump(by_alias=True, exclude_unset=True)
    if isinstance(value, BaseModel):
        record: type[Record] = getattr(values, type(value).__name__)
        return record(**{name: to_value(getattr(value, name)) for name in type(value).model_fields})
    return tuple(map(to_value, value)) if isinstance(value, list) else value


def _expect_proxy_sidecar(data: Any) -> None:
    """Refuse a document of another kind before its fields are checked: all of them would be wrong."""
    example = f"Give the function a document with apiVersion: {_API_VERSION} and kind: {_KIND}."
    if not isinstance(data, dict):
        got = "nothing" if data is None else shown(data)
        raise FunctionError(
            Result(code=codes.NO_FUNCTION_CONFIG, message=f"functionConfig: must be a {_KIND}, got {got}. {example}")
        )
    if data.get("kind") == "ConfigMap":
        message = (
            f"must be a {_KIND}, got a ConfigMap. Options of the form key=value cannot hold a {_KIND}: "
            f"write one to a file and name it, under configPath in a Kptfile. {example}"
        )
        raise FunctionError(Result(code=codes.CONFIG_MAP_GIVEN, message=message, ref=_ref(data), path="kind"))
    found = []
    for field, expected in (("apiVersion", _API_VERSION), ("kind", _KIND)):
        value = data.get(field, ABSENT)
        if value != expected:
            near = isinstance(value, str) and get_close_matches(value.lower(), [expected.lower()])
            remedy = f"Did you mean {expected}?" if near else example
            proposed = expected if near else None
            found.append(
                Problem(
                    code=codes.OTHER_KIND,
                    steps=(field,),
                    must=f"must be {expected}",
                    value=value,
                    remedy=remedy,
                    proposed=proposed,
                )
            )
    if found:
        raise FunctionError(*(problem.result(_ref(data)) for problem in found))


def _ref(data: dict[Any, Any]) -> ResourceRef | None:
    metadata = mapping(data, "metadata")
    ref = ResourceRef(
        api_version=text(data, "apiVersion"),
        kind=text(data, "kind"),
        name=text(metadata, "name"),
        namespace=text(metadata, "namespace"),
    )
    return ref if ref.api_version and ref.kind and ref.name else None


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


_TYPES = {
    "string_type": "string",
    "int_type": "int",
    "bool_type": "bool",
    "list_type": "list",
    "dict_type": "dict",
    "model_type": "dict",
}
"""The types by pydantic's names of its errors."""
_IN_KEY = "[key]"
"""Pydantic's last step where it means a mapping's key and not the value under it."""
_LONGEST_EXAMPLE = 100


def problem_of(detail: ErrorDetails, data: Any) -> Problem:
    """Return the problem that the error's details describe, found in the document."""
    steps, kind, value = detail["loc"], detail["type"], detail["input"]
    in_key = steps[-1:] == (_IN_KEY,) and not any(find(data, steps))  # a key may be spelled like pydantic's mark
    if kind == "krm_fn":
        return _refused(detail, in_key)
    if kind in ("extra_forbidden", "invalid_key"):
        steps = (*steps[:-1], value) if kind == "invalid_key" else steps
        return unknown_field(steps, list(_fields_at(steps[:-1])))
    if kind == "missing":
        return Problem(code=codes.FIELD_MISSING, steps=steps, must="must be set", remedy=_example(steps))
    if kind == "literal_error":
        last = max(at for at, step in enumerate(steps) if isinstance(step, str))  # a choice may be one of a list
        return not_a_choice(steps, value, _choices(_fields_at(steps[:last])[str(steps[last])].annotation))
    if in_key:
        must, place = "the key must be a string", (*steps[:-2], value)
        return Problem(code=codes.KEY_NOT_TEXT, steps=place, must=must, remedy="Put it in quotes.")
    return _of_other_type(detail)


def _of_other_type(detail: ErrorDetails) -> Problem:
    steps, kind, value = detail["loc"], detail["type"], detail["input"]
    if kind in _TYPES:
        found = wrong_type(steps, _TYPES[kind], value)
        return found.replace(remedy=_example(steps)) if value is None and _is_required(steps) else found
    is_empty = kind == "too_short"
    must = "must have at least one entry" if is_empty else f"must be otherwise ({detail['msg']})"
    return Problem(code=codes.LIST_EMPTY if is_empty else codes.WRONG_TYPE, steps=steps, must=must, value=value)


def _refused(detail: ErrorDetails, in_key: bool) -> Problem:
    """Return the problem of one of our own types; its context may name a place below the field."""
    context, steps, must = detail["ctx"], detail["loc"], detail["msg"]
    if in_key:
        steps, must = steps[:-1], must.replace("must be", "the key must be", 1)
    return Problem(
        code=context["code"],
        steps=(*steps, *context.get("steps", ())),
        must=must,
        value=context.get("value", detail["input"]),
        remedy=context.get("remedy", ""),
    )


def _example(steps: tuple[Any, ...]) -> str:
    field = _fields_at(steps[:-1])[steps[-1]]
    examples = field.examples or _choices(field.annotation)
    return f"For example {field.alias}: {shown(examples[0], _LONGEST_EXAMPLE)}."


def _is_required(steps: tuple[Any, ...]) -> bool:
    field = _fields_at(steps[:-1]).get(steps[-1])
    return field is not None and field.is_required()


def _choices(annotation: Any) -> list[str]:
    """Return the choices of a Literal, also where it is optional."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [choice for part in get_args(annotation) for choice in _choices(part)]


def _fields_at(steps: tuple[Any, ...]) -> dict[str, FieldInfo]:
    """Return the fields that the mapping at this place of a document has, by name; none where any key may stand."""
    model: type[BaseModel] | None = ProxySidecar
    for step in steps:
        if isinstance(step, str):
            fields = _fields_of(model)
            model = _model_in(fields[step].annotation) if step in fields else None
    return _fields_of(model)


def _fields_of(model: type[BaseModel] | None) -> dict[str, FieldInfo]:
    return {str(field.alias): field for field in model.model_fields.values()} if model else {}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
