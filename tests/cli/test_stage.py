"""The two runs of a staged cutover: the first leaves Services alone, the second leaves Pods alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.manifests import DEPLOYMENT, SERVICE, config, done, run, tree, write_tree

if TYPE_CHECKING:
    from pathlib import Path

FN = ("render", "--config", "../fn.yaml")
STAGED, COMPLETE = "  cutover: staged\n", "  cutover: service\n"

pytestmark = pytest.mark.usefixtures("folder")


def rendered(folder: Path, spec: str, *arguments: str) -> dict[str, bytes]:
    """Return the files after a run on new manifests."""
    (folder.parent / "fn.yaml").write_text(config(spec=spec))
    write_tree(folder, {"web.yaml": DEPLOYMENT, "service.yaml": SERVICE})
    outcome = run(*FN, *arguments, ".")
    assert outcome.exit_code == 0
    is_staged = any("] PS382 " in line for line in outcome.lines)
    assert is_staged == (tree(folder)["service.yaml"] == SERVICE.encode())
    return tree(folder)


@pytest.mark.parametrize("spec", ["", STAGED, COMPLETE])
def test_the_option_counts_more_than_the_functionconfig(folder: Path, spec: str) -> None:
    first = rendered(folder, spec, "--stage", "workload")
    assert first == rendered(folder, STAGED)
    assert first["service.yaml"] == SERVICE.encode()
    second = rendered(folder, spec, "--stage=services")
    assert second == rendered(folder, COMPLETE)
    assert second["service.yaml"] != first["service.yaml"]
    assert {**second, "service.yaml": b""} == {**first, "service.yaml": b""}


def test_the_second_run_goes_on_from_the_first_and_remove_undoes_both(folder: Path) -> None:
    second = rendered(folder, "", "--stage", "services")
    rendered(folder, "", "--stage", "workload")
    done(*FN, "--stage", "services", ".")
    assert tree(folder) == second
    done("remove", ".")
    assert tree(folder) == {"web.yaml": DEPLOYMENT.encode(), "service.yaml": SERVICE.encode()}


def test_a_stage_that_is_none_is_refused(folder: Path) -> None:
    write_tree(folder, {"web.yaml": DEPLOYMENT})
    outcome = run(*FN, "--stage", "pods", ".")
    assert outcome.exit_code == 2
    assert 'must be followed by workload or services, got "pods"' in outcome.lines[0]
