"""From the functionConfig's plain data to its plain value, or to all its problems."""

from __future__ import annotations

from krm_fn.function_config.accepting import Unsure
from krm_fn.function_config.generated.acceptor import accept
from krm_fn.function_config.rules import problems

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.function_config.generated.values import ProxySidecar


def load(data: Any) -> ProxySidecar:
    """Return the value of the functionConfig document, or raise FunctionError with all problems.

    None, for no document, is a problem. A valid document is accepted without importing pydantic.
    """
    try:
        value: ProxySidecar = accept(data)
    except Unsure:
        return _explained(data)
    return _explained(data) if any(problems(data)) else value


def _explained(data: Any) -> ProxySidecar:
    from krm_fn.function_config.explain import validate  # noqa: PLC0415 # pydantic costs more than all the rest

    return validate(data)
