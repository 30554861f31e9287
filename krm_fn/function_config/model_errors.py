"""What pydantic says about one field, in the words of this project: what it must be, and a remedy."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from krm_fn.function_config.models import ProxySidecar
from krm_fn.function_config.problem import Problem
from krm_fn.quoting import shown

_MUST = {
    "string_type": "must be a string",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "too_short": "must have at least one entry",
}
_YES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_IN_KEY = "[key]"
"""The last step of pydantic where it means a mapping's key rather than the value under it."""
_LONGEST_EXAMPLE = 100
_LONGEST_NUMBER = 20


def problem_of(detail: ErrorDetails, data: Any) -> Problem:
    """Return the problem that the error's details tell of, found in the document."""
    steps, kind, value = detail["loc"], detail["type"], detail["input"]
    in_key = steps[-1:] == (_IN_KEY,) and not _has(data, steps)
    if kind == "krm_fn":
        return _refused(detail, in_key)
    if kind in ("extra_forbidden", "invalid_key"):
        return _unknown_field((*steps[:-1], value) if kind == "invalid_key" else steps)
    if kind == "missing":
        return Problem(steps=steps, must="must be set", remedy=_example(steps))
    if kind == "literal_error":
        return _not_a_choice(steps, value)
    if in_key:
        return Problem(steps=(*steps[:-2], value), must="the key must be a string", remedy="Put it in quotes.")
    if value is None and _is_required(steps):
        remedy, proposed = _example(steps), None
    else:
        remedy, proposed = _type_remedy(kind, value)
    must = _MUST.get(kind) or f"must be otherwise ({detail['msg']})"
    return Problem(steps=steps, must=must, value=value, remedy=remedy, proposed=proposed)


def _refused(detail: ErrorDetails, in_key: bool) -> Problem:
    """Return what a rule of our own types says; its context may name a place further in."""
    context, steps, must = detail.get("ctx", {}), detail["loc"], detail["msg"]
    if in_key:
        steps, must = steps[:-1], must.replace("must be", "the key must be", 1)
    return Problem(
        steps=(*steps, *context.get("steps", ())),
        must=must,
        value=context.get("value", detail["input"]),
        remedy=context.get("remedy", ""),
    )


def _has(data: Any, steps: tuple[Any, ...]) -> bool:
    """Whether there is such a place in the document; a key of the user's may be spelt like pydantic's mark."""
    for step in steps:
        if not (isinstance(data, dict) and step in data) and not (isinstance(data, list) and isinstance(step, int)):
            return False
        data = data[step]
    return True


def _unknown_field(steps: tuple[Any, ...]) -> Problem:
    known = list(_fields_at(steps[:-1]))
    near = _nearest(steps[-1], known) if isinstance(steps[-1], str) else None
    must = f"must be left out: there is no field {shown(steps[-1])} here"
    return Problem(steps=steps, must=must, remedy=f"Did you mean {near}?" if near else f"Fields: {', '.join(known)}.")


def _not_a_choice(steps: tuple[Any, ...], value: object) -> Problem:
    choices = _choices(_fields_at(steps[:-1])[steps[-1]].annotation)
    near = _nearest(value, choices) if isinstance(value, str) else None
    must = "must be " + (f"{', '.join(choices[:-1])} or {choices[-1]}" if len(choices) > 1 else choices[0])
    remedy = f"Did you mean {near}?" if near else "Leave the field out for the default." if value is None else ""
    return Problem(steps=steps, must=must, value=value, remedy=remedy, proposed=near)


def _type_remedy(kind: str, value: Any) -> tuple[str, str | int | bool | None]:
    """Return the remedy for a value of the wrong type, and the value that works if there is just one."""
    remedy, proposed = "", None
    if value is None:
        remedy = "Give a value, or leave the field out."
    elif kind == "string_type" and not isinstance(value, (dict, list)):
        remedy = "Put it in quotes."
    elif kind == "int_type" and isinstance(value, str) and value.isascii() and value.isdecimal():
        remedy, proposed = "Remove the quotes.", int(value[:_LONGEST_NUMBER])
    elif kind == "int_type" and isinstance(value, float) and value.is_integer():
        remedy, proposed = f"Use {int(value)}.", int(value)
    elif kind == "bool_type" and isinstance(value, str) and value.lower() in _YES:
        proposed = _YES[value.lower()]
        remedy = f"Use {shown(proposed)}, without quotes."
    elif kind == "list_type":
        remedy = 'Put "- " before each entry.'
    elif kind in ("dict_type", "model_type") and isinstance(value, list):
        remedy = 'Remove the "- ": there is only one.'
    return remedy, proposed


def _example(steps: tuple[Any, ...]) -> str:
    field = _fields_at(steps[:-1])[steps[-1]]
    examples = field.examples or _choices(field.annotation)
    return f"For example {field.alias}: {shown(examples[0], _LONGEST_EXAMPLE)}."


def _is_required(steps: tuple[Any, ...]) -> bool:
    field = _fields_at(steps[:-1]).get(steps[-1])
    return field is not None and field.is_required()


def _nearest(value: str, choices: list[str]) -> str | None:
    """Return the choice that the value was likely meant to be, whatever its case."""
    by_lower = {choice.lower(): choice for choice in choices}
    near = get_close_matches(value.lower(), by_lower, n=1)
    return by_lower[near[0]] if near else None


def _choices(annotation: Any) -> list[str]:
    """Return the choices of a Literal, also where it is optional."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [choice for part in get_args(annotation) for choice in _choices(part)]


def _fields_at(steps: tuple[Any, ...]) -> dict[str, FieldInfo]:
    """Return the fields that the mapping at this place of a document has, by name; none where its keys are free."""
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
