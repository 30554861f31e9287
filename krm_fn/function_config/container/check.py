"""The check of a container: each field by its type and limits, each mapping by the rules of its type."""

from __future__ import annotations

from importlib import import_module

from krm_fn import codes
from krm_fn.function_config.container.fields import CONTAINER, entry_type, key_of, type_of
from krm_fn.function_config.container.limits import CHOICES, FORMS, HIGHEST_PORT, LARGEST, RANGES, UNIQUE
from krm_fn.function_config.container.quantities import parts_of
from krm_fn.function_config.generated.container_fields import REQUIRED, TYPES
from krm_fn.function_config.problem import Problem
from krm_fn.function_config.value_problems import not_a_choice, unknown_field, wrong_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeAlias

    from krm_fn.function_config.container import Circumstances
    from krm_fn.function_config.problem import Steps

    Rule: TypeAlias = Callable[[dict[str, Any], Steps, Circumstances], Iterator[Problem]]

_RULES = ("alternatives", "environment", "handlers", "mounts", "resources", "security")
"""The modules with rules between fields."""
_ALSO_REQUIRED = {"Container": ("image",)}
"""What the schemas leave to those who write the Pods of a template."""


def problems(container: dict[str, Any], steps: Steps, given: Circumstances) -> Iterator[Problem]:
    """Yield what Kubernetes would refuse in a container, or in a part of one, which lies at these steps.

    What only a whole container must have is looked for in a list that is replaced as a whole, too.
    """
    modules = [import_module(f"{__package__}.{name}") for name in _RULES]
    any_part = _by_type(module.RULES for module in modules)
    whole = _by_type(module.WHOLE_RULES for module in modules)
    yield from _Check(any_part, whole, given).mapping(container, CONTAINER, steps, is_whole=given.is_whole)


def _by_type(parts: Iterable[dict[str, tuple[Rule, ...]]]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for part in parts:
        for kind, rules in part.items():
            found.setdefault(kind, []).extend(rules)
    return found


class _Check:
    """One run over a container: what each value in it must be, by its type in the generated table."""

    def __init__(self, rules: dict[str, list[Rule]], whole: dict[str, list[Rule]], given: Circumstances) -> None:
        self._rules = rules
        self._whole = whole
        self._given = given

    def mapping(self, data: dict[str, Any], kind: str, steps: Steps, *, is_whole: bool) -> Iterator[Problem]:
        """Yield the problems of a mapping and of all in it. Rules between fields are for fields that are right."""
        data = {field: value for field, value in data.items() if value is not None and isinstance(field, str)}
        if all(_is_of(value, type_of(kind, field)) for field, value in data.items()):
            if is_whole:
                yield from _missing(data, kind, steps)
            for rule in (*self._rules.get(kind, ()), *(self._whole.get(kind, ()) if is_whole else ())):
                yield from rule(data, steps, self._given)
        for field, value in data.items():
            below = type_of(kind, field)
            name = f"{kind}.{field}"
            if not below:
                yield unknown_field((*steps, field), list(TYPES[kind]))
            elif entry_type(below)[1]:
                yield from self._list(value, below, name, (*steps, field), is_whole=is_whole)
            else:
                yield from self._value(value, below, name, (*steps, field), is_whole=is_whole)

    def _list(self, value: Any, kind: str, name: str, steps: Steps, *, is_whole: bool) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield wrong_type(steps, "list", value)
            return
        keys, below = entry_type(kind)
        for index, entry in enumerate(value):
            if keys and not is_whole and isinstance(entry, dict):
                yield from _without_key(entry, keys, (*steps, index))
            each = {} if entry is None and below in TYPES else entry
            yield from self._value(each, below, name, (*steps, index), is_whole=is_whole or not keys)
        for field in UNIQUE.get(name, ()):
            yield from _twice(value, field, steps)

    def _value(self, value: Any, kind: str, name: str, steps: Steps, *, is_whole: bool) -> Iterator[Problem]:
        if not _is_of(value, kind):
            yield from _ill(value, kind, steps)
        elif isinstance(value, dict):
            yield from self.mapping(value, kind, steps, is_whole=is_whole)
        elif value != "":
            yield from _out_of_limits(value, name, steps)


def _is_of(value: Any, kind: str) -> bool:
    """Return whether a value has the type of a field; true for one of a list or a mapping whatever is in it."""
    if kind.startswith("["):
        return isinstance(value, list)
    if kind in TYPES or kind.startswith("{"):
        return isinstance(value, dict)
    if kind in LARGEST:
        return _is_whole(value) and -LARGEST[kind] - 1 <= value <= LARGEST[kind]
    if kind == "Quantity":
        return parts_of(value) is not None
    if kind == "IntOrString":
        return isinstance(value, str) or _is_whole(value)
    return isinstance(value, {"string": str, "boolean": bool}.get(kind, ()))


def _is_whole(value: Any) -> bool:
    """Return whether a value is a whole number; 5.0 is one, as in JSON."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def _ill(value: Any, kind: str, steps: Steps) -> Iterator[Problem]:
    """Yield the problem of a value that is not of its type."""
    if value is None:
        return
    if kind in TYPES or kind.startswith("{"):
        yield wrong_type(steps, "dict", value)
    elif kind in LARGEST and _is_whole(value):
        must = f"must be at most {LARGEST[kind]}" if value > 0 else "must be 0 or more"
        yield Problem(
            code=codes.CONTAINER_VALUE_REFUSED, steps=steps, must=must, value=value, remedy="Set another number."
        )
    elif kind == "Quantity":
        must = "must be a quantity of 0 or more"
        remedy = 'For example "500m" or 2 for CPUs, "64Mi" for bytes.'
        yield Problem(code=codes.CONTAINER_VALUE_REFUSED, steps=steps, must=must, value=value, remedy=remedy)
    elif kind == "IntOrString":
        yield wrong_type(steps, "string", value)
    else:
        yield wrong_type(steps, {"boolean": "bool", "string": "string"}.get(kind, "int"), value)


def _out_of_limits(value: Any, name: str, steps: Steps) -> Iterator[Problem]:
    """Yield the problem of a value that is of its type, and is not what its field may be."""
    code = codes.CONTAINER_VALUE_REFUSED
    if name in CHOICES and value not in CHOICES[name]:
        yield not_a_choice(steps, value, CHOICES[name])
    if name in FORMS:
        form = FORMS[name]
        if not (form.accepts(value) if isinstance(value, str) else 0 < value <= HIGHEST_PORT):
            remedy = f"For example {form.example}."
            yield Problem(code=code, steps=steps, must=f"must be {form.what}", value=value, remedy=remedy)
    if name in RANGES:
        least, most = RANGES[name]
        if value < least or (most is not None and value > most):
            must = f"must be {least} or more" if most is None else f"must be between {least} and {most}"
            proposed = least if value < least else most
            yield Problem(code=code, steps=steps, must=must, value=value, remedy=f"Use {proposed}.", proposed=proposed)


def _missing(data: dict[str, Any], kind: str, steps: Steps) -> Iterator[Problem]:
    for field in (*REQUIRED.get(kind, ()), *_ALSO_REQUIRED.get(kind, ())):
        if data.get(field) is None or (data[field] == "" and (kind, field) != ("HTTPHeader", "value")):
            yield Problem(
                code=codes.FIELD_MISSING,
                steps=(*steps, field),
                must="must be set",
                remedy=f"Set {field}.",
            )


def _without_key(entry: dict[str, Any], keys: tuple[str, ...], steps: Steps) -> Iterator[Problem]:
    """Yield the problem of an entry that cannot be merged, as it lacks a key."""
    if key_of(entry, keys) is None:
        key = next(key for key in keys if entry.get(key) is None)
        field = steps[-2]
        remedy = f"Set {key} in each entry of {field}: it is the key by which they are merged."
        yield Problem(code=codes.FIELD_MISSING, steps=(*steps, key), must="must be set", remedy=remedy)


def _twice(entries: list[Any], field: str, steps: Steps) -> Iterator[Problem]:
    """Yield a problem for each entry that has the same value in a field as one before it."""
    seen: dict[str, int] = {}
    for index, entry in enumerate(entries):
        value = entry.get(field) if isinstance(entry, dict) else None
        if isinstance(value, str) and value:
            first = seen.setdefault(value, index)
            if first != index:
                must = f"must differ from that of {steps[-1]}[{first}]"
                yield Problem(
                    code=codes.CONTAINER_ENTRY_TWICE,
                    steps=(*steps, index, field),
                    must=must,
                    value=value,
                    remedy="Set another, or remove one of the two.",
                )
