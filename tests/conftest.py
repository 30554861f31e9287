from __future__ import annotations

import pytest

from tests.golden import Plugin


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Plugin())
