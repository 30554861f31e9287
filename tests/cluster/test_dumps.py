"""What a real cluster gives back is recognised, and nothing of ours is left in it after `remove`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.ledger.cluster_dumps import DUMPS, check_removed, recorded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cluster.control_plane import ControlPlane

pytestmark = pytest.mark.cluster


@pytest.fixture
def kubectl(control_plane: ControlPlane) -> Callable[..., str]:
    """Return what calls kubectl with arguments in an empty namespace, and gives its output."""

    def call(*arguments: str) -> str:
        run = control_plane.kubectl("--namespace=dumps", *arguments)
        assert run.returncode == 0, run.stderr
        return run.stdout

    call("create", "namespace", "dumps")
    return call


def test_nothing_is_left_in_what_a_cluster_gives_back(kubectl: Callable[..., str], tmp_path: Path) -> None:
    check_dumps(kubectl, tmp_path)


def check_dumps(kubectl: Callable[..., str], folder: Path) -> None:
    """Assert the law. With RECORD_DUMPS set, keep what the cluster gave back for the tests that have no cluster."""
    found = recorded(kubectl, folder)
    if os.environ.get("RECORD_DUMPS"):
        for name, text in found.items():
            (DUMPS / name).write_text(text, "utf-8")
    check_removed(found["before.yaml"], found["after.yaml"], folder)
