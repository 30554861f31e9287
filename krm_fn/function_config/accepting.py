"""The parts that the generated acceptor is made of.

Each part is, or returns, a function from plain data to the plain value; it raises Unsure where the data is not surely
valid. Then pydantic decides and explains the problems. Types must be exact: a subclass of str may do anything.
"""

from __future__ import annotations

from krm_fn.function_config.formats.kubernetes import find_odd, is_app_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from krm_fn.record import Record

    Accept = Callable[[Any], Any]
    Fields = dict[str, tuple[str, Accept]]


class Unsure(Exception):  # noqa: N818 # no error: then pydantic decides
    """The data is not surely valid."""


def anything(value: Any) -> Any:
    """Accept any value as it is."""
    return value


def string(holds: Callable[[str], bool]) -> Accept:
    """Accept a string for which the predicate holds."""

    def accept(value: Any) -> Any:
        if type(value) is str and holds(value):
            return value
        raise Unsure

    return accept


def choice(*choices: str) -> Accept:
    """Accept one of the strings."""
    return string(choices.__contains__)


def whole(low: int, high: int) -> Accept:
    """Accept a whole number with limits, both allowed."""

    def accept(value: Any) -> Any:
        if type(value) is int and low <= value <= high:
            return value
        raise Unsure

    return accept


def number_of(*numbers: int) -> Accept:
    """Accept one of the numbers."""

    def accept(value: Any) -> Any:
        if type(value) is int and value in numbers:
            return value
        raise Unsure

    return accept


def boolean(value: Any) -> Any:
    """Accept true and false."""
    if type(value) is bool:
        return value
    raise Unsure


def app_port(value: Any) -> Any:
    """Accept number or name of a containerPort."""
    if type(value) in (int, str) and is_app_port(value):
        return value
    raise Unsure


def plain_mapping(value: Any) -> Any:
    """Accept a mapping of what JSON can hold."""
    if type(value) is dict and find_odd(value) is None:
        return value
    raise Unsure


def optional(accept: Accept) -> Accept:
    """Accept null, and what the part accepts."""
    return lambda value: None if value is None else accept(value)


def list_of(accept: Accept, least: int = 0) -> Accept:
    """Accept a list of such entries, as a tuple."""

    def accept_list(value: Any) -> Any:
        if type(value) is list and len(value) >= least:
            return tuple([accept(entry) for entry in value])
        raise Unsure

    return accept_list


def map_of(accept_key: Accept, accept_value: Accept) -> Accept:
    """Accept a mapping of such keys and values."""

    def accept_map(value: Any) -> Any:
        if type(value) is dict:
            return {accept_key(key): accept_value(entry) for key, entry in value.items()}
        raise Unsure

    return accept_map


def record(make: type[Record], fields: Fields, required: tuple[str, ...] = (), *, others: bool = False) -> Accept:
    """Accept a mapping with these fields, as the record; with `others`, unknown fields are ignored."""

    def accept_record(value: Any) -> Any:
        return make(**{fields[key][0]: entry for key, entry in _accepted(value, fields, required, others).items()})

    return accept_record


def override(fields: Fields) -> Accept:
    """Accept a mapping with some of these fields, as the same mapping."""

    def accept_override(value: Any) -> Any:
        _accepted(value, fields, (), others=False)
        return value

    return accept_override


def _accepted(value: Any, fields: Fields, required: tuple[str, ...], others: bool) -> dict[str, Any]:
    if type(value) is not dict:
        raise Unsure
    for field in required:
        if field not in value:
            raise Unsure
    found = {}
    for key, entry in value.items():
        if key in fields:
            found[key] = fields[key][1](entry)
        elif not others:
            raise Unsure
    return found
