"""The API server of the session, and the table of what it judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cluster.cases import case, names
from tests.cluster.control_plane import ControlPlane, running_control_plane
from tests.cluster.judgement import JUDGED, OUTCOMES
from tests.cluster.known import add_custom_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.api import Api


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """Return a running API server; where it is not built tests skip, but under CI they fail."""
    with running_control_plane(tmp_path_factory.mktemp("control-plane")) as found:
        yield found


@pytest.fixture(scope="session")
def api(control_plane: ControlPlane) -> Api:
    """Return a client of a server that takes each kind that an example has."""
    add_custom_kinds(control_plane.api, [data for name in names() for data in case(name).before])
    return control_plane.api


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was judged: a row for each kind, a column for each outcome."""
    if not JUDGED:
        return
    kinds = sorted({kind for kind, _ in JUDGED})
    rows = [(kind, *(JUDGED[kind, outcome] for outcome in OUTCOMES)) for kind in kinds]
    totals = (f"{len(kinds)} kinds", *(sum(column) for column in list(zip(*rows, strict=True))[1:]))
    terminalreporter.section("the API server: how many objects of the function's output it judged")
    for row in (("", *OUTCOMES), *rows, totals):
        cells = [str(cell or "").rjust(len(head) + 2) for cell, head in zip(row[1:], OUTCOMES, strict=True)]
        terminalreporter.write_line(f"{row[0]:28}{''.join(cells)}")
