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


def rendered(folder: Path, spec: str, *arguments: str, anew: bool = True) -> dict[str, bytes]:
    """Return the files after a run, on new manifests or on those that are there."""
    (folder.parent / "fn.yaml").write_text(config(spec=spec))
    if anew:
        write_tree(folder, {"web.yaml": DEPLOYMENT, "service.yaml": SERVICE})
    outcome = run(*FN, *arguments, ".")
    assert outcome.exit_code == 0, outcome.lines
    is_staged = any("] PS382 " in line for line in outcome.lines)
    assert is_staged == (tree(folder)["service.yaml"] == SERVICE.encode())
    return tree(folder)


@pytest.mark.parametrize("spec", ["", STAGED, COMPLETE])
def test_the_option_counts_more_than_the_functionconfig(folder: Path, spec: str) -> None:
    first = rendered(folder, spec, "--stage", "workload")
    assert first == rendered(folder, STAGED)
    second = rendered(folder, spec, "--stage=services", anew=False)
    assert second == rendered(folder, COMPLETE)
    assert {**second, "service.yaml": b""} == {**first, "service.yaml": b""}
    assert rendered(folder, spec, "--stage=services", anew=False) == second


def test_remove_undoes_both_runs(folder: Path) -> None:
    rendered(folder, "", "--stage", "workload")
    done(*FN, "--stage", "services", ".")
    done("remove", ".")
    assert tree(folder) == {"web.yaml": DEPLOYMENT.encode(), "service.yaml": SERVICE.encode()}


@pytest.mark.parametrize("before", [(), ("--stage", "workload")])
def test_the_second_run_is_refused_where_it_would_change_pods(folder: Path, before: tuple[str, ...]) -> None:
    write_tree(folder, {"web.yaml": DEPLOYMENT, "service.yaml": SERVICE})
    if before:
        run(*FN, *before, ".")
        (folder.parent / "fn.yaml").write_text(config(spec="  accessLog: {enabled: false}\n"))
    held = tree(folder)
    outcome = run(*FN, "--stage", "services", ".")
    assert outcome.exit_code == 1
    assert [result.code.number for result in outcome.results if result.severity == "error"] == ["PS386"]
    assert tree(folder) == held


def test_a_stage_that_is_none_is_refused(folder: Path) -> None:
    write_tree(folder, {"web.yaml": DEPLOYMENT})
    outcome = run(*FN, "--stage", "pods", ".")
    assert outcome.exit_code == 2
    assert 'must be followed by workload or services, got "pods"' in outcome.lines[0]
