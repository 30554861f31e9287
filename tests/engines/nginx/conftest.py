"""Fixtures: a loopback of the module's own, the backend as the app, and sidecars in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from krm_fn.engines.engine import ProxyPlan
from tests.engines.nginx.plans import APP_PORT, running_nginx
from tests.servers.backend import Backend, running_backend
from tests.servers.loopback import private_loopback, require_root
from tests.servers.processes import Server


@pytest.fixture(scope="module")
def loopback() -> Iterator[None]:
    """Give the module's servers a network of their own."""
    require_root()
    with private_loopback():
        yield


@pytest.fixture(scope="module")
def backend(loopback: None) -> Iterator[Backend]:
    """Run the backend as the app."""
    with running_backend(APP_PORT) as app:
        yield app


@pytest.fixture
def start(loopback: None) -> Iterator[Callable[..., Server]]:
    """Return a function that runs the sidecar of a plan until the test ends."""
    with ExitStack() as stack:

        def start_one(plan: ProxyPlan, files: dict[str, bytes] | None = None, **how: Any) -> Server:
            return stack.enter_context(running_nginx(plan, files, **how))

        yield start_one
