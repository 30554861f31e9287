"""Calico's selector expressions, such as app == "web" && tier in {"front", "edge"} || !has(legacy)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Test: TypeAlias = Callable[[dict[str, Any]], bool]

_SYMBOLS = ("&&", "||", "==", "!=", "!", "(", ")", "{", "}", ",")
_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, part: part in value,
    "starts with": str.startswith,
    "ends with": str.endswith,
}
_DEEPEST = 50


def calico_matches(expression: str, labels: dict[str, Any]) -> bool:
    """Return whether labels are selected. An empty expression selects all. A ValueError where it cannot be read."""
    if not expression.strip():
        return True
    reader = _Reader(_tokens(expression))
    test = reader.either(0)
    if reader.tokens:
        msg = f"must end before {reader.tokens[0]!r}"
        raise ValueError(msg)
    return test(labels)


def calico_label(expression: str) -> tuple[str, str] | None:
    """Return a label that all must have that an expression selects, None where it has none at its start.

    A ValueError where it cannot be read.
    """
    calico_matches(expression, {})
    tokens = _tokens(expression)
    is_one = len(tokens) == 3 or tokens[3:4] == ["&&"]  # noqa: PLR2004 # key, operator, value
    if not is_one or tokens[1] != "==" or not tokens[2].startswith("'") or "||" in tokens:
        return None
    return tokens[0], tokens[2][1:]


def _tokens(text: str) -> list[str]:
    """Return symbols and words as they are written, and what is in quotes with one quote before it."""
    tokens = []
    at = 0
    while at < len(text):
        symbol = next((symbol for symbol in _SYMBOLS if text.startswith(symbol, at)), "")
        end = at + (len(symbol) or 1)
        if text[at] in "'\"":
            end = text.find(text[at], at + 1)
            if end < 0:
                msg = "must close its quotes"
                raise ValueError(msg)
            tokens.append("'" + text[at + 1 : end])
            end += 1
        elif symbol:
            tokens.append(symbol)
        elif not text[at].isspace():
            while end < len(text) and (text[end].isalnum() or text[end] in "_./-"):
                end += 1
            tokens.append(text[at:end])
        at = end
    return tokens


class _Reader:
    """Reads an expression from left to right: `!` binds closest, then `&&`, then `||`."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def either(self, depth: int) -> Test:
        tests = [self._all(depth)]
        while self._is_next("||"):
            tests.append(self._all(depth))
        return lambda labels: any(test(labels) for test in tests)

    def _all(self, depth: int) -> Test:
        tests = [self._one(depth)]
        while self._is_next("&&"):
            tests.append(self._one(depth))
        return lambda labels: all(test(labels) for test in tests)

    def _one(self, depth: int) -> Test:
        if depth > _DEEPEST:
            msg = "must not be nested so deep"
            raise ValueError(msg)
        if self._is_next("!"):
            test = self._one(depth + 1)
            return lambda labels: not test(labels)
        if self._is_next("("):
            test = self.either(depth + 1)
            self._expect(")")
            return test
        word = self._take()
        if word in ("all", "global", "has") and self._is_next("("):
            key = self._take() if word == "has" else ""
            self._expect(")")
            return (lambda labels: key in labels) if word == "has" else lambda _labels: word == "all"
        return self._comparison(word)

    def _comparison(self, key: str) -> Test:
        operator = self._take()
        if operator in ("not", "starts", "ends"):
            operator += f" {self._take()}"
        if operator in ("in", "not in"):
            values = self._values()
            return lambda labels: (key in labels and str(labels[key]) in values) == (operator == "in")
        value = self._value()
        if operator in ("==", "!="):
            return lambda labels: (key in labels and str(labels[key]) == value) == (operator == "==")
        if operator in _TEXT_TESTS:
            holds = _TEXT_TESTS[operator]
            return lambda labels: key in labels and holds(str(labels[key]), value)
        msg = f"must compare {key!r}, got {operator!r}"
        raise ValueError(msg)

    def _values(self) -> list[str]:
        self._expect("{")
        values: list[str] = []
        while not self._is_next("}"):
            if values:
                self._expect(",")
            values.append(self._value())
        return values

    def _value(self) -> str:
        token = self._take()
        if not token.startswith("'"):
            msg = f"must have a value in quotes, got {token!r}"
            raise ValueError(msg)
        return token[1:]

    def _take(self) -> str:
        if not self.tokens:
            msg = "must not end there"
            raise ValueError(msg)
        return self.tokens.pop(0)

    def _expect(self, token: str) -> None:
        if not self._is_next(token):
            msg = f"must have {token!r} there"
            raise ValueError(msg)

    def _is_next(self, token: str) -> bool:
        if self.tokens[:1] != [token]:
            return False
        del self.tokens[0]
        return True
