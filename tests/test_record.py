from __future__ import annotations

import copy
from typing import Any

import pytest

from krm_fn.record import Record


class Point(Record):
    x: int
    y: int = 0


class Named(Point):
    name: str = "p"
    tags: tuple[str, ...] = ()


def test_fields_and_defaults() -> None:
    point = Point(x=1)
    assert (point.x, point.y) == (1, 0)
    assert repr(Named(x=1, name="a")) == "Named(x=1, y=0, name='a', tags=())"
    assert Named._fields == ("x", "y", "name", "tags")


@pytest.mark.parametrize(
    ("values", "message"),
    [({}, "Point lacks the field 'x'"), ({"x": 1, "z": 2}, "Point has no field 'z'")],
)
def test_fields_that_are_not_as_declared(values: dict[str, int], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Point(**values)


def test_a_field_may_not_hide_a_method() -> None:
    with pytest.raises(TypeError, match="Bad cannot have a field 'replace'"):

        class Bad(Record):
            replace: int  # type: ignore[assignment] # that is the mistake


def test_equal_by_type_and_fields() -> None:
    assert Point(x=1) == Point(x=1, y=0)
    assert Point(x=1) != Point(x=2)
    assert Point(x=1) != Named(x=1)
    assert len({Point(x=1), Point(x=1, y=0), Named(x=1)}) == 2


def test_frozen() -> None:
    point: Any = Point(x=1)
    with pytest.raises(AttributeError, match="Point is frozen: cannot set 'x'"):
        point.x = 2
    with pytest.raises(AttributeError, match="Point is frozen: cannot delete 'x'"):
        del point.x
    assert point == Point(x=1)


def test_replace_makes_another() -> None:
    point = Point(x=1)
    assert point.replace(y=5) == Point(x=1, y=5)
    assert point == Point(x=1)
    with pytest.raises(TypeError, match="no field"):
        point.replace(z=1)


def test_copies_are_equal() -> None:
    assert copy.deepcopy(Named(x=1, tags=("a",))) == Named(x=1, tags=("a",))
