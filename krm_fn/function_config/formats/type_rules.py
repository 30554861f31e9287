"""The rules of which the types of single fields are made.

Each checks, describes itself in the schema, and names the acceptor's expression for it: a rule is written once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from krm_fn import codes
from krm_fn.codes import Code
from krm_fn.function_config.formats.kubernetes import DEEPEST, find_odd, is_app_port

JsonSchema = dict[str, Any]


@runtime_checkable
class Rule(Protocol):
    """What the generators read from a rule."""

    @property
    def acceptor(self) -> str:
        """The acceptor's expression, in the names of `accepting` and the two modules of checks."""

    @property
    def words(self) -> str:
        """The type in words, for the reference page."""


def refusal(code: Code, must: str, **context: Any) -> PydanticCustomError:
    """Return the error for a value that is refused; the context may hold `remedy`, `steps` and `value`."""
    return PydanticCustomError("krm_fn", "{must}", {"code": code, "must": must, **context})


@dataclass(frozen=True)
class Text:
    """A string for which a predicate holds. `pattern` and `longest` are the same, or the nearest, in the schema."""

    holds: Callable[[str], bool]
    must: str
    remedy: str = ""
    pattern: str | None = None
    longest: int | None = None

    @property
    def acceptor(self) -> str:
        """The acceptor's expression."""
        return f"string({self.holds.__module__.rpartition('.')[2]}.{self.holds.__name__})"

    @property
    def words(self) -> str:
        """The type in words."""
        return re.sub(r"^be (an? )?", "", self.must)

    @property
    def short(self) -> str:
        """The type's name: its words without what follows a colon, `such as` or `without`."""
        return re.split(r":| such as| without", self.words, maxsplit=1)[0]

    def json_schema(self) -> JsonSchema:
        """Return the schema's keywords other than the type."""
        keywords = {"pattern": f"^({self.pattern})$" if self.pattern else None, "maxLength": self.longest}
        return {key: value for key, value in keywords.items() if value}

    def check(self, value: str) -> str:
        """Return the value, or refuse it."""
        if not self.holds(value):
            raise refusal(codes.TEXT_REFUSED, f"must {self.must}", remedy=self.remedy)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        return {**handler(schema), **self.json_schema()}


@dataclass(frozen=True)
class Between:
    """A whole number with limits, both allowed."""

    low: int
    high: int
    remedy: str = ""

    @property
    def acceptor(self) -> str:
        """The acceptor's expression."""
        return f"whole({self.low}, {self.high})"

    @property
    def words(self) -> str:
        """The type in words."""
        return f"whole number from {self.low} to {self.high}"

    def check(self, value: int) -> int:
        """Return the value, or refuse it."""
        if not self.low <= value <= self.high:
            must = f"must be between {self.low} and {self.high}"
            raise refusal(codes.NUMBER_OUT_OF_RANGE, must, remedy=self.remedy)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        return {**handler(schema), "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class NumberOf:
    """One of some numbers."""

    numbers: tuple[int, ...]

    @property
    def acceptor(self) -> str:
        """The acceptor's expression."""
        return f"number_of({', '.join(map(str, self.numbers))})"

    @property
    def words(self) -> str:
        """The type in words."""
        return f"one of {', '.join(map(str, self.numbers))}"

    def check(self, value: int) -> int:
        """Return the value, or refuse it."""
        if value not in self.numbers:
            raise refusal(codes.NUMBER_OUT_OF_RANGE, f"must be {self.words}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        return {**handler(schema), "enum": list(self.numbers)}


@dataclass(frozen=True)
class AppPortRule:
    """Number or name of a containerPort: one rule rather than a union, so that a mistake is one error."""

    name: Text
    acceptor = "app_port"
    words = "port number or port name"

    def check(self, value: Any) -> int | str:
        """Return the value, or refuse it."""
        if isinstance(value, (int, str)) and not isinstance(value, bool) and is_app_port(value):
            return value
        remedy = "Remove the quotes." if isinstance(value, str) and value.isdecimal() else ""
        must = "must be a port number from 1 to 65535, or a port's name"
        raise refusal(codes.APP_PORT_REFUSED, must, remedy=remedy)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchema:
        number = {"type": "integer", "minimum": 1, "maximum": 65535}
        return {"anyOf": [number, {"type": "string", **self.name.json_schema()}]}


@dataclass(frozen=True)
class PlainRule:
    """A mapping of what JSON can hold."""

    acceptor = "plain_mapping"
    words = "mapping"

    def check(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return the value, or refuse the first part of it that JSON cannot hold."""
        steps = find_odd(value)
        if steps is None:
            return value
        if len(steps) == DEEPEST:
            must = f"must be nested less than {DEEPEST} deep"
            raise refusal(codes.NOT_JSON, must, remedy="Look for an anchor that contains itself.")
        part: Any = value
        for step in steps:
            part = part[step]
        must = "must be what JSON can hold: text, a number, true, false, null, a list, or a mapping with text as keys"
        raise refusal(codes.NOT_JSON, must, steps=steps, value=part, remedy="Put dates and other text in quotes.")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))
