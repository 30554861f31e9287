"""The user's patch: it is applied, and then the finished configuration is compared with ours, not the operations."""

from __future__ import annotations

from copy import deepcopy

from krm_fn import codes
from krm_fn.engines.caddy.patch.differences import differences
from krm_fn.engines.engine import RenderError, RenderProblem
from krm_fn.quoting import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from krm_fn.codes import Code
    from krm_fn.engines.caddy.patch.differences import Difference

_PATCH = "spec.snippets.patch"
_LONGEST_PLACE = 200


def patched(data: dict[str, Any], operations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the configuration after the operations; a RenderError with every problem of the finished one."""
    finished = deepcopy(data)
    for index, operation in enumerate(operations):
        finished = _applied(finished, operation, index)
    found = differences(data, finished)
    if found:
        raise RenderError(*_problems(found, _first_operations(data, operations), len(operations) - 1))
    return finished


def _applied(data: dict[str, Any], operation: dict[str, Any], index: int) -> dict[str, Any]:
    """Return the data after one operation; it may be the same, changed."""
    import jsonpatch  # noqa: PLC0415 # few need it

    try:
        changed: dict[str, Any] = jsonpatch.apply_patch(data, [deepcopy(operation)], in_place=True)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        message = f"must fit the configuration: {error}."
        path = f"{_PATCH}[{index}]"
        raise RenderError(RenderProblem(code=codes.PATCH_DOES_NOT_FIT, path=path, message=message)) from error
    return changed


def _first_operations(data: dict[str, Any], operations: Sequence[dict[str, Any]]) -> dict[tuple[Code, str], int]:
    """Return the first operation after which each thing is wrong, but for the last; places move, and do not count."""
    first: dict[tuple[Code, str], int] = {}
    current = deepcopy(data)
    for index, operation in enumerate(operations[:-1]):
        current = _applied(current, operation, index)
        for each in differences(data, current):
            first.setdefault((each.code, each.what), index)
    return first


def _problems(found: list[Difference], first: dict[tuple[Code, str], int], last: int) -> Iterator[RenderProblem]:
    gone: dict[tuple[int, str], list[str]] = {}
    for each in found:
        index = first.get((each.code, each.what), last)
        if each.code is codes.PATCH_TAKES_AWAY:
            gone.setdefault((index, each.at), []).append(each.what)
        else:
            message = f"{each.what}, at {shown(each.at, _LONGEST_PLACE)}. {each.remedy}"
            yield RenderProblem(code=each.code, path=f"{_PATCH}[{index}]", message=message)
    for (index, at), names in gone.items():
        message = (
            f"must keep what the other fields of the spec ask for, as it is and in its order, but at "
            f"{shown(at, _LONGEST_PLACE)} it takes away, changes or moves: {', '.join(dict.fromkeys(names))}. "
            "Leave this out; set the fields that ask for it."
        )
        yield RenderProblem(code=codes.PATCH_TAKES_AWAY, path=f"{_PATCH}[{index}]", message=message)
