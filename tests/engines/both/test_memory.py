"""The memory that the container has by default is enough for many clients that read slowly."""

from __future__ import annotations

import pytest

from benchmarks.measure import CannotRun
from benchmarks.servers.slow_clients import ENGINES, Engine, measured
from krm_fn.engines import engine_named
from krm_fn.function_config.container.quantities import ONE, parts_of
from tests.servers.loopback import require_root

pytestmark = pytest.mark.server
CLIENTS, SECONDS = 300, 8


@pytest.mark.parametrize("name", ENGINES)
def test_300_slow_clients_are_survived(name: Engine) -> None:
    require_root()
    limit = (parts_of(engine_named(name).memory[1]) or 0) // ONE
    try:
        outcome = measured(name, CLIENTS, limit, SECONDS)
    except CannotRun as error:
        pytest.skip(str(error))
    assert outcome.survived
