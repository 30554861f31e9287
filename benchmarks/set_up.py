"""Set up what is measured: build it, write its inputs, and check that it does what it is measured for."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks import image
from benchmarks.bench import OURS, Bench
from benchmarks.checks import check_large_output, check_same_change
from benchmarks.inputs import Scenario
from benchmarks.machine import interpreter
from benchmarks.measure import run_once

ROOT = Path(__file__).parent.parent


def set_up(scratch: Path, pairs: int, sizes: tuple[int, ...], kubectl: str | None, most: int) -> Bench:
    """Build, write and check all that is measured; kustomize gets lists of at most so many items."""
    tell("build what the Dockerfile builds")
    start = image.build(ROOT, scratch)
    programs = scratch / "image" / "bin"
    scenario = Scenario.read(ROOT)
    lists = {number: scratch / f"{number}.yaml" for number in (0, *sizes)}
    for number, path in lists.items():
        scenario.write_list(path, number or len(scenario.manifests))
    bench = Bench(
        pairs=pairs,
        scratch=scratch,
        ways_to_start={
            "`proxy-sidecar`": (str(programs / "proxy-sidecar"),),
            "`python -I -m krm_fn`": (str(programs / "python3"), "-I", "-m", "krm_fn"),
            OURS: start,
        },
        python=interpreter(),
        image_python=str(programs / "python3"),
        cat=shutil.which("cat") or "/bin/cat",
        kubectl=kubectl,
        lists=lists,
        folders={n: scratch / f"{n}.d" for n in lists if n <= most} if kubectl else {},
    )
    _check(bench, scenario)
    return bench


def _check(bench: Bench, scenario: Scenario) -> None:
    """Check the outputs, and write what kustomize reads."""
    tell("check what comes out")
    output = bench.scratch / "stdout"
    run_once(bench.ours(0, "file"), bench.scratch)
    alone = output.read_bytes()
    for number, path in bench.lists.items():
        if number:
            run_once(bench.ours(number, "file"), bench.scratch)
            check_large_output(scenario, path, output, alone)
    for number, folder in bench.folders.items():
        scenario.write_folder(folder, number or len(scenario.manifests), alone)
    if bench.kubectl:
        run_once(replace(bench.kustomize(0), way="file"), bench.scratch)
        check_same_change(alone, output.read_bytes())


def tell(what: str) -> None:
    """Say on stderr what is done next."""
    print(f"benchmarks: {what}", file=sys.stderr)
