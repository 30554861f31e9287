"""Problems of one value: its type, a field that there is not, a choice that there is not."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.problem import Problem
from krm_fn.quoting import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from krm_fn.function_config.problem import Steps

MUST = {
    "string": "must be a string",
    "int": "must be a whole number",
    "bool": "must be true or false",
    "list": "must be a list",
    "dict": "must be a mapping",
}
"""What a value of each type must be."""
_YES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_LONGEST_NUMBER = 20


def wrong_type(steps: Steps, kind: str, value: Any) -> Problem:
    """Return the problem of a value that is not of one of the types in MUST."""
    remedy, proposed = type_remedy(kind, value)
    return Problem(code=codes.WRONG_TYPE, steps=steps, must=MUST[kind], value=value, remedy=remedy, proposed=proposed)


def type_remedy(kind: str, value: Any) -> tuple[str, str | int | bool | None]:
    """Return the remedy for a value of the wrong type, and the value that works if there is just one."""
    remedy, proposed = "", None
    if value is None:
        remedy = "Give a value, or remove the field."
    elif kind == "string" and not isinstance(value, (dict, list)):
        remedy = "Put it in quotes."
    elif kind == "int" and isinstance(value, str) and value.isascii() and value.isdecimal():
        remedy, proposed = "Remove the quotes.", int(value[:_LONGEST_NUMBER])
    elif kind == "int" and isinstance(value, float) and value.is_integer():
        remedy, proposed = f"Use {int(value)}.", int(value)
    elif kind == "bool" and isinstance(value, str) and value.lower() in _YES:
        proposed = _YES[value.lower()]
        remedy = f"Use {shown(proposed)}, without quotes."
    elif kind == "list":
        remedy = 'Put "- " before each entry.'
    elif kind == "dict" and isinstance(value, list):
        remedy = 'Remove the "- ": there is only one.'
    return remedy, proposed


def unknown_field(steps: Steps, known: Sequence[str]) -> Problem:
    """Return the problem of a field that is not one of those that are known there."""
    near = nearest(steps[-1], known) if isinstance(steps[-1], str) else None
    must = f"must be removed: there is no field {shown(steps[-1])} here"
    remedy = f"Did you mean {near}?" if near else f"Fields: {', '.join(known)}."
    return Problem(code=codes.FIELD_UNKNOWN, steps=steps, must=must, remedy=remedy)


def not_a_choice(steps: Steps, value: object, choices: Sequence[str]) -> Problem:
    """Return the problem of a value that is none of the choices."""
    near = nearest(value, choices) if isinstance(value, str) else None
    must = "must be " + (f"{', '.join(choices[:-1])} or {choices[-1]}" if len(choices) > 1 else choices[0])
    remedy = f"Did you mean {near}?" if near else "Remove the field for the default." if value is None else ""
    return Problem(code=codes.NOT_A_CHOICE, steps=steps, must=must, value=value, remedy=remedy, proposed=near)


def nearest(value: str, choices: Sequence[str]) -> str | None:
    """Return the choice most like the value, whatever its case; None where none is close."""
    from difflib import get_close_matches  # noqa: PLC0415 # for mistakes only

    by_lower = {choice.lower(): choice for choice in choices}
    near = get_close_matches(value.lower(), by_lower, n=1)
    return by_lower[near[0]] if near else None
