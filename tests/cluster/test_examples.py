"""The API server takes what the function makes of the examples as it took what was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cluster.cases import case, names
from tests.cluster.judgement import check

if TYPE_CHECKING:
    from tests.cluster.api import Api

pytestmark = pytest.mark.cluster

TOLD = {"remove-of-a-service-port-that-had-neither-name-nor-number": "it is again as it was written, without a number"}
"""Examples whose output the server refuses, and why that is right."""
EXAMPLES = [
    pytest.param(name, marks=[pytest.mark.xfail(reason=TOLD[name])] if name in TOLD else [], id=name)
    for name in names()
]


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str, api: Api) -> None:
    check(api, *case(name))
