"""Faults, for the tests of the last resort: elsewhere in the tests they are raised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krm_fn.result import fault

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

PLACE = "krm_fn.services.retarget"
_SOURCE = """\
def faulty(*_, **__):
    raise error
"""


def faulty(error: BaseException) -> Callable[..., Any]:
    """Return a function that raises an error on line 2 of a module of ours."""
    module: dict[str, Any] = {"__name__": PLACE, "error": error}
    exec(compile(_SOURCE, PLACE, "exec"), module)  # noqa: S102 # for a place that does not move
    made: Callable[..., Any] = module["faulty"]
    return made


def reported_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let faults be reported, as users see them."""
    for module in ("krm_fn.function", "krm_fn.cli.command_line"):
        monkeypatch.setattr(f"{module}.fault", fault)
