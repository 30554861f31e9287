"""What the benchmarks are built of. Nothing here is timed."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
import yaml

from benchmarks.checks import check_large_output, check_same_change
from benchmarks.image import build_steps, entrypoint, moved
from benchmarks.inputs import Scenario
from benchmarks.items import MIX, unrelated_items
from benchmarks.machine import find_kubectl, interpreter
from benchmarks.measure import CannotRun, Contestant, Rounds, Run, run_once
from benchmarks.scaling.__main__ import measured
from benchmarks.scaling.dimensions import DIMENSIONS
from benchmarks.servers import contestants
from benchmarks.servers.__main__ import HOLDS
from benchmarks.servers.contestants import fetched, running
from benchmarks.servers.load import loaded
from benchmarks.table import Row, Threshold, duration, markdown, megabytes, significant
from krm_fn.function import process
from krm_fn.resource_list.quick_layout import quick_layout
from tests.servers.loopback import private_loopback, require_root
from tests.test_scenario import ROOT, scenario

MANY = 203


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "203.yaml"
    Scenario.read(ROOT).write_list(path, MANY)
    return path


def test_items_are_the_same_each_time_and_from_any_start() -> None:
    whole = list(unrelated_items(0, 60))
    assert whole == [*unrelated_items(0, 33), *unrelated_items(33, 60)]


def test_items_are_manifests_of_all_kinds_with_names_of_their_own() -> None:
    objects = [yaml.safe_load(text) for text in unrelated_items(0, 200)]
    assert len({(item["kind"], item["metadata"]["namespace"], item["metadata"]["name"]) for item in objects}) == 200
    assert {item["kind"].lower() for item in objects} == set(MIX)
    assert not any("$" in value for item in objects for value in item["metadata"]["annotations"].values())


def test_small_list_is_the_one_of_the_scenario(tmp_path: Path) -> None:
    Scenario.read(ROOT).write_list(tmp_path / "list.yaml", 3)
    assert (tmp_path / "list.yaml").read_bytes() == scenario()


def test_large_list_is_in_the_form_that_hosts_send(large: Path) -> None:
    layout = quick_layout(large.read_bytes())
    assert layout is not None
    assert len(layout.items) == MANY


def test_large_output_is_checked(large: Path, tmp_path: Path) -> None:
    output = tmp_path / "stdout"
    alone = process(scenario()).stdout
    right = process(large.read_bytes()).stdout
    output.write_bytes(right)
    check_large_output(Scenario.read(ROOT), large, output, alone)
    for wrong in (large.read_bytes(), right.replace(b"replicas: 3", b"replicas: 4", 1), right[:-1]):
        output.write_bytes(wrong)
        with pytest.raises(CannotRun, match=r"203\.yaml: what comes out must differ only in the scenario's items"):
            check_large_output(Scenario.read(ROOT), large, output, alone)


def test_change_by_hand_is_compared_by_its_meaning() -> None:
    alone = process(scenario()).stdout
    items = yaml.safe_load(alone)["items"]
    containers = items[0]["spec"]["template"]["spec"]["containers"]
    containers.reverse()
    del items[0]["metadata"]["annotations"]
    check_same_change(alone, yaml.safe_dump_all(reversed(items)).encode())
    containers[0]["image"] = "nginx:1"
    with pytest.raises(CannotRun, match=r"(?s)must make the function's change, got:.*\n-.*image: nginx:1\n"):
        check_same_change(alone, yaml.safe_dump_all(items).encode())


def test_a_run_reads_and_writes_files_or_pipes(tmp_path: Path) -> None:
    source = tmp_path / "stdin"
    source.write_bytes(bytes(range(256)) * 10_000)
    ways: tuple[Literal["pipe", "file"], ...] = ("pipe", "file")
    for way in ways:
        program = f"import sys; sys.exit(len(sys.stdin.buffer.read()) != {source.stat().st_size})"
        run_once(Contestant("count", (interpreter(), "-I", "-S", "-c", program), source, way), tmp_path)
    run_once(Contestant("cat", ("/bin/cat",), source, "file"), tmp_path)
    assert (tmp_path / "stdout").read_bytes() == source.read_bytes()


def test_a_run_that_fails_is_told_with_its_stderr(tmp_path: Path) -> None:
    command = (interpreter(), "-I", "-S", "-c", "import sys; sys.exit('on fire')")
    with pytest.raises(CannotRun, match=r"(?s)^program does not run: .*\non fire\n$"):
        run_once(Contestant("program", command, Path("/dev/null")), tmp_path)


def test_peak_is_the_programs_and_not_that_of_who_started_it(tmp_path: Path) -> None:
    ballast = bytearray(b"x") * 200_000_000
    small, large = (
        run_once(Contestant("hold", (interpreter(), "-I", "-S", "-c", f"b'x' * {size}"), Path("/dev/null")), tmp_path)
        for size in (1, 50_000_000)
    )
    assert small.peak < 50_000_000 < large.peak < len(ballast)


def test_ratios_are_of_pairs() -> None:
    seconds = {"one": (1.0, 2.0, 9.0), "other": (2.0, 2.0, 3.0)}
    rounds = Rounds({name: [Run(seconds=time, peak=5) for time in times] for name, times in seconds.items()})
    assert rounds.ratio("one", "other") == 1
    assert rounds.difference("one", "other") == 0
    assert rounds.seconds("one") == 2
    assert rounds.peak("one") == 5


@pytest.mark.parametrize(
    ("threshold", "met"),
    [
        (None, "—"),
        (Threshold(hold=1, aim=0.5), "**no**"),
        (Threshold(hold=2, aim=1.4), "ok"),
        (Threshold(hold=2), "ok"),
        (Threshold(hold=2, aim=1.5), "aim"),
    ],
)
def test_met(threshold: Threshold | None, met: str) -> None:
    assert Row(measured="", ours="", beside="", value=1.5, threshold=threshold).met == met


def test_table() -> None:
    rows = [
        Row(measured="a / b", ours="9 ms", beside="90 ms", value=0.104, threshold=Threshold(hold=0.4, aim=0.1)),
        Row(measured="memory", ours="90 MB", beside="30 MB", value=60.4, unit="MB", threshold=Threshold(hold=60)),
        Row(measured="c / d", ours="1 s", beside="2 ms", value=512.3),
    ]
    assert markdown(rows).splitlines()[2:] == [
        "| a / b | 9 ms | 90 ms | 0.1 | 0.4 | 0.1 | ok |",
        "| memory | 90 MB | 30 MB | +60 MB | +60 MB | — | **no** |",
        "| c / d | 1 s | 2 ms | 510 | — | — | — |",
    ]


def test_figures() -> None:
    assert [significant(value) for value in (0.00123, 0.05, 1, 14.4, 5678)] == ["0.0012", "0.05", "1", "14", "5700"]
    assert [duration(time) for time in (0.0000456, 0.00789, 0.123, 4.567)] == ["45.6 µs", "7.89 ms", "123 ms", "4.57 s"]
    assert [megabytes(size) for size in (2_345_678, 131_000_000)] == ["2.3 MB", "131 MB"]


def test_image_is_built_by_the_dockerfiles_own_steps() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    places = {"/opt/proxy-sidecar": "/there/image", "/src": "/here", "/pip": "/there/pip"}
    steps = [moved(step, places) for step in build_steps(dockerfile)]
    assert ["/there/pip/bin/pip", "--python", "/there/image/bin/python3"] in [step[:3] for step in steps]
    assert [*steps[-2][-1:], *steps[-1][-1:]] == ["/here", "/there/image/lib"]
    assert moved(entrypoint(dockerfile), places)[0] == "/there/image/bin/python3"


def test_a_dockerfiles_step_in_shell_form_is_refused() -> None:
    with pytest.raises(CannotRun, match="must be in exec form to be repeated here, got 'pip install /src'"):
        build_steps("FROM python AS build\nRUN pip install /src\n")


def test_kubectl_is_not_the_dispatcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_kubectl() is None
    (tmp_path / "bin").mkdir()
    (tmp_path / "sdk").mkdir()
    (tmp_path / "bin" / "kubectl").symlink_to(tmp_path / "sdk" / "kubectl")
    for name in ("kubectl", "kubectl.1.9", "kubectl.1.33", "kubectl.1.34.bak"):
        (tmp_path / "sdk" / name).touch(mode=0o755)
    assert find_kubectl() == str(tmp_path / "sdk" / "kubectl.1.33")
    assert find_kubectl(str(tmp_path / "sdk" / "kubectl.1.9")) == str(tmp_path / "sdk" / "kubectl.1.9")
    for name in ("kubectl.1.9", "kubectl.1.33"):
        (tmp_path / "sdk" / name).unlink()
    assert find_kubectl() == str(tmp_path / "sdk" / "kubectl")


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder that the servers' users can get to, as pytest's own cannot be."""
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory)


@pytest.mark.server
def test_proxies_give_the_same_answers_and_are_loaded(scratch: Path) -> None:
    require_root()
    with private_loopback(), running(scratch) as servers:
        assert [server.name for server in servers] == ["no proxy", "nginx", "caddy", "by hand"]
        for server in servers:
            load = loaded(server, "/page.html", 1)
            assert load.rate > 10
            assert 0 < load.p99 < 1
            assert server.memory() > 1_000_000
        sizes = {server.name: len(fetched(server, "/page.html")[0]) for server in servers}
        assets = [fetched(server, "/lib/asset.js") for server in servers if server.name == "nginx"]
    assert sizes["nginx"] < sizes["no proxy"] / 3
    assert sizes["caddy"] < sizes["no proxy"] / 3
    assert [encoding for _, encoding in assets] == ["gzip"]


def test_the_rows_that_hold_something_are_measured() -> None:
    assert {case for case, _ in HOLDS} <= set(contestants.CASES)


@pytest.mark.server
def test_a_proxy_that_answers_otherwise_is_told(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_root()
    monkeypatch.setitem(contestants.CASES, "page", ("/page.html", "another"))
    expected = pytest.raises(CannotRun, match="gives another page than the app")
    with expected, private_loopback(), running(scratch):
        pass


def test_a_dimension_is_measured() -> None:
    dimension = next(each for each in DIMENSIONS if each.exit_code)
    seconds, lines = measured(dimension, 4)
    assert 0 < seconds < 10
    assert lines > 100
    with pytest.raises(SystemExit, match="must end with 0, got 1"):
        measured(replace(dimension, exit_code=0), 4)
