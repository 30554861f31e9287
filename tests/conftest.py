from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.golden import Plugin

slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
settings.register_profile("fixed", derandomize=True, deadline=None, database=None, suppress_health_check=slow)
settings.register_profile("search", max_examples=5000, deadline=None, suppress_health_check=slow)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Plugin())
