"""What is measured: each group runs its contestants in turn and gives rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from benchmarks.bench import KUSTOMIZE, OURS
from benchmarks.measure import Contestant, run_rounds
from benchmarks.table import Row, Threshold, duration, megabytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.bench import Bench

SCENARIO_TO_KUSTOMIZE = Threshold(hold=0.4, aim=0.1)
SCENARIO_TO_BARE = Threshold(hold=5, aim=1.5)
TO_KUSTOMIZE = {1_000: Threshold(hold=0.03, aim=0.01)}
TO_READ_AND_WRITE = {10_000: Threshold(hold=3.5, aim=2)}
PEAK = Threshold(hold=60, aim=20)
GROWTH = Threshold(hold=1.2)

BARE = "`python -I -S -c pass`"
READ = "Python read-and-write"
CAT = "`cat`"
WAYS: tuple[tuple[Literal["pipe", "file"], str], ...] = (("pipe", "through pipes"), ("file", "file to file"))
READ_AND_WRITE = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
LOAD_AND_DUMP = (
    "import sys, yaml\n"
    "data = yaml.load(sys.stdin.buffer, yaml.CSafeLoader)\n"
    "yaml.dump(data, sys.stdout, yaml.CSafeDumper, sort_keys=False)"
)


def scenario(bench: Bench) -> Iterator[Row]:
    """Measure whole processes on the reference scenario, which is start-up and little else."""
    starts = [Contestant(name, command, bench.lists[0]) for name, command in bench.ways_to_start.items()]
    others = [Contestant(BARE, (bench.python, "-I", "-S", "-c", "pass"), bench.lists[0])]
    thresholds = {BARE: SCENARIO_TO_BARE, KUSTOMIZE: SCENARIO_TO_KUSTOMIZE}
    if bench.kubectl:
        others.insert(0, bench.kustomize(0))
    rounds = run_rounds([*starts, *others], bench.pairs, bench.scratch)
    for other in others:
        for start in starts:
            yield Row(
                measured=f"scenario, {start.name} / {other.name}",
                ours=duration(rounds.seconds(start.name)),
                beside=duration(rounds.seconds(other.name)),
                value=rounds.ratio(start.name, other.name),
                threshold=thresholds[other.name],
            )


def beside_kustomize(bench: Bench, number: int) -> Iterator[Row]:
    """Measure against kustomize's patch of the same items."""
    rounds = run_rounds([bench.ours(number), bench.kustomize(number)], bench.pairs, bench.scratch)
    yield Row(
        measured=f"{_named(bench, number)} / {KUSTOMIZE}",
        ours=duration(rounds.seconds(OURS)),
        beside=duration(rounds.seconds(KUSTOMIZE)),
        value=rounds.ratio(OURS, KUSTOMIZE),
        threshold=TO_KUSTOMIZE.get(number),
    )


def beside_load_and_dump(bench: Bench, number: int) -> Iterator[Row]:
    """Measure against PyYAML's C parser and emitter on the same items, with nothing done in between."""
    name = "PyYAML load-and-dump"
    command = (bench.image_python, "-I", "-c", LOAD_AND_DUMP)
    contestants = [bench.ours(number), Contestant(name, command, bench.lists[number])]
    rounds = run_rounds(contestants, bench.pairs, bench.scratch)
    yield Row(
        measured=f"{_named(bench, number)} / {name}",
        ours=duration(rounds.seconds(OURS)),
        beside=duration(rounds.seconds(name)),
        value=rounds.ratio(OURS, name),
    )


def beside_copying(bench: Bench, number: int) -> Iterator[Row]:
    """Measure against programs that only pass the same bytes on; and the memory, which is a host's case: pipes."""
    path = bench.lists[number]
    for way, words in WAYS:
        others = [Contestant(READ, (bench.python, "-I", "-S", "-c", READ_AND_WRITE), path, way)]
        others.append(Contestant(CAT, (bench.cat,), path, way))
        rounds = run_rounds([bench.ours(number, way), *others], bench.pairs, bench.scratch)
        for other in others:
            yield Row(
                measured=f"{_named(bench, number)}, {words} / {other.name}",
                ours=duration(rounds.seconds(OURS)),
                beside=duration(rounds.seconds(other.name)),
                value=rounds.ratio(OURS, other.name),
                threshold=TO_READ_AND_WRITE.get(number) if other.name == READ else None,
            )
        size = path.stat().st_size
        yield Row(
            measured=f"{_named(bench, number)}, {words}: peak memory over the input's size",
            ours=megabytes(rounds.peak(OURS)),
            beside=megabytes(size),
            value=(rounds.peak(OURS) - size) / 1e6,
            unit="MB",
            threshold=PEAK,
        )


def growth(bench: Bench, small: int, large: int) -> Iterator[Row]:
    """Measure what an item and a megabyte more take beyond start-up, of many and of few."""
    names = {number: f"{number} items" for number in (0, small, large)}
    contestants = [bench.ours(number, name=name) for number, name in names.items()]
    rounds = run_rounds(contestants, bench.pairs, bench.scratch)
    for unit, sizes in (
        ("item", lambda number: number),
        ("MB", lambda number: bench.lists[number].stat().st_size / 1e6),
    ):
        few, many = (rounds.difference(names[number], names[0]) / sizes(number) for number in (small, large))
        yield Row(
            measured=f"time for each {unit} beyond start-up, of {large:,} items / of {small:,}",
            ours=duration(many),
            beside=duration(few),
            value=many / few,
            threshold=GROWTH,
        )


def _named(bench: Bench, number: int) -> str:
    return f"{number:,} items ({megabytes(bench.lists[number].stat().st_size)})"
