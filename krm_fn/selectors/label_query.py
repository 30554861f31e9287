"""Label selectors as text, as kubectl and kustomize accept them: app=web,tier in (front,edge),!legacy."""

from __future__ import annotations

from krm_fn.selectors.label_selector import meets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SYMBOLS = ("==", "!=", "=", "!", "(", ")", ",")


def query_matches(text: str, labels: dict[str, Any]) -> bool:
    """Return whether labels are selected. Other values than text are taken as YAML writes them."""
    as_text = {key: _text(value) for key, value in labels.items()}
    return all(meets(requirement, as_text) for requirement in parse(text))


def is_label_query(text: str) -> bool:
    """Return whether a text has at most 1024 characters, and `parse` reads it."""
    try:
        parse(text)
    except ValueError:
        return False
    return len(text) <= 1024  # noqa: PLR2004 # no longer than other settings of a line


def parse(text: str) -> list[tuple[str, str, list[Any]]]:
    """Return the requirements, each as key, operator and values. A ValueError where the text is none."""
    tokens = _tokens(text)
    found = []
    while tokens:
        found.append(_requirement(tokens))
        if tokens:
            _expect(tokens, ",")
            if not tokens:
                msg = "must not end with a comma"
                raise ValueError(msg)
    if not found:
        msg = "must have a requirement"
        raise ValueError(msg)
    return found


def _requirement(tokens: list[str]) -> tuple[str, str, list[Any]]:
    if tokens[0] == "!":
        del tokens[0]
        return _word(tokens), "DoesNotExist", []
    key = _word(tokens)
    if not tokens or tokens[0] == ",":
        return key, "Exists", []
    operator = tokens.pop(0)
    if operator in ("=", "==", "!="):
        value = "" if not tokens or tokens[0] == "," else _word(tokens)
        return key, "NotIn" if operator == "!=" else "In", [value]
    if operator in ("in", "notin"):
        _expect(tokens, "(")
        values = [_word(tokens)]
        while tokens and tokens[0] == ",":
            del tokens[0]
            values.append(_word(tokens))
        _expect(tokens, ")")
        return key, "In" if operator == "in" else "NotIn", values
    msg = f"must have =, !=, in or notin behind {key!r}, got {operator!r}"
    raise ValueError(msg)


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    while at < len(text):
        symbol = next((symbol for symbol in _SYMBOLS if text.startswith(symbol, at)), "")
        end = at + (len(symbol) or 1)
        if not symbol and not text[at].isspace():
            while end < len(text) and (text[end].isalnum() or text[end] in "-_./"):
                end += 1
        if not text[at].isspace():
            tokens.append(text[at:end])
        at = end
    return tokens


def _word(tokens: list[str]) -> str:
    word = tokens.pop(0) if tokens else ""
    if not word or not (word[0].isascii() and word[0].isalnum()):
        msg = f"must have a name or value, got {word!r}"
        raise ValueError(msg)
    return word


def _expect(tokens: list[str], token: str) -> None:
    if tokens[:1] != [token]:
        msg = f"must have {token!r} there"
        raise ValueError(msg)
    del tokens[0]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
