"""The share of workloads that are accepted with the smallest functionConfig, and the list that says which can be."""

import os
import re
from pathlib import Path

import pytest

from benchmarks.first_try.__main__ import CORPUS, main, tried_rows
from benchmarks.first_try.report import share
from benchmarks.first_try.reviewed import COLUMNS, CORPUS_LIST, Verdict, read_list, verdicts_of
from benchmarks.first_try.workloads import workloads_in
from benchmarks.measure import CannotRun
from tests.corpus.files import SHARED
from tests.test_scenario import ROOT

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: NAME
spec:
  selector:
    app: NAME
  ports:
    - port: 80
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
spec:
  selector:
    matchLabels:
      app: NAME
  template:
    metadata:
      labels:
        app: NAME
    spec:
      containers:
        - name: app
          image: nginx
          ports:
            - containerPort: 80
"""
JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: NAME
spec:
  template:
    spec:
      containers:
        - name: app
          image: nginx
"""
LISTED = """\
both.yaml	Deployment/both	http	4001	yes	two equal ports
job.yaml	Job/job	http	80	yes	nothing: it ends, whatever this says
odd.yaml	Deployment/odd	tcp:odd		no	whatever its manifest says
web.yaml	Deployment/web	http	80	yes	a web server
"""


def named(text: str, name: str) -> str:
    return text.replace("NAME", name)


def without_messages(printed: str) -> list[str]:
    """Leave out the lines with a message, whose words are tested elsewhere."""
    return [line for line in printed.splitlines() if not re.match(" {6}(?!PS)", line)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four workloads, of which one has its Service in another file."""
    path = tmp_path / "manifests"
    path.mkdir()
    two = "            - containerPort: 4001\n            - containerPort: 4002\n"
    (path / "both.yaml").write_text(named(DEPLOYMENT, "both").replace("            - containerPort: 80\n", two))
    (path / "job.yaml").write_text(named(JOB, "job"))
    (path / "odd.yaml").write_text(named(DEPLOYMENT, "odd"))
    (path / "web.yaml").write_text(named(DEPLOYMENT, "web"))
    (path / "web-service.yaml").write_text(named(SERVICE, "web"))
    return path


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "list.tsv"
    path.write_text("\t".join(COLUMNS) + "\n" + LISTED)
    return path


def test_list_names_each_workload_of_the_corpus_once() -> None:
    if not CORPUS.is_dir():
        pytest.skip(f"no manifest corpus: {CORPUS} is not there. Set SHARED to the folder that holds it.")
    assert SHARED / "corpus" == CORPUS
    workloads = list(workloads_in(CORPUS))
    verdicts = verdicts_of(workloads, read_list(CORPUS_LIST))
    assert [(verdict.file, verdict.workload) for verdict in verdicts] == [
        (workload.file, workload.label) for workload in workloads
    ]


def test_at_least_95_percent_of_the_corpus_are_accepted_and_right() -> None:
    if not CORPUS.is_dir():
        pytest.skip(f"no manifest corpus: {CORPUS} is not there. Set SHARED to the folder that holds it.")
    listed = [(row, row.verdict) for row in tried_rows(CORPUS, CORPUS_LIST) if row.verdict]
    frontable = [(row, verdict) for row, verdict in listed if verdict.is_frontable]
    assert share([row for row, _ in frontable]) >= 0.95
    assert sum(row.trial.is_right(verdict) for row, verdict in frontable) >= 0.9 * len(frontable)
    accepted, right = (
        sum(row.trial.is_accepted for row, _ in frontable),
        sum(row.trial.is_right(verdict) for row, verdict in frontable),
    )
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert f"Of {len(frontable)} workloads in public repositories" in readme
    assert f"accepted for {accepted} ({100 * accepted // len(frontable)} %)" in readme
    assert f"{accepted} are accepted, {right} of them with the port and the protocol" in readme
    other = [row for row, verdict in listed if verdict.speaks.startswith("tcp:")]
    assert [row.place for row in other if row.trial.is_accepted and not row.trial.doubts_http] == []


def test_report_with_a_list(folder: Path, listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder), "--list", str(listed)]) == 0
    printed = capsys.readouterr().out
    assert without_messages(printed) == [
        "4 workloads; the list says that 3 of them can be fronted.",
        "Accepted at first try: 1 of 3 of those that can be fronted (33.3 %).",
        "Of these, with the port and the protocol that the list names: 1.",
        "",
        "Refused: 2",
        "    1 PS204, such as Job/job in job.yaml",
        "    1 PS307, such as Deployment/both in both.yaml",
        "",
        "Of these, accepted with further fields of the functionConfig: 1",
        "    1 PS307, by upstream.port",
        "Not by any that were tried: 1",
        "      PS204: Job/job in job.yaml, http on 80",
        "",
        "Accepted with another port or protocol: 0",
        "",
        "Accepted with no word of doubt, though the list says that they speak no HTTP: 1",
        "  Deployment/odd in odd.yaml (tcp:odd)",
    ]
    assert main([str(folder), "--list", str(listed)]) == 0
    assert capsys.readouterr().out == printed


def test_report_without_a_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder), "--details"]) == 0
    assert without_messages(capsys.readouterr().out) == [
        "refused: PS307\tDeployment/both\tboth.yaml",
        "refused: PS204\tJob/job\tjob.yaml",
        "accepted\tDeployment/odd\todd.yaml",
        "accepted\tDeployment/web\tweb.yaml",
        "",
        "4 workloads.",
        "Accepted at first try: 2 of 4 (50.0 %).",
        "",
        "Refused: 2",
        "    1 PS204, such as Job/job in job.yaml",
        "    1 PS307, such as Deployment/both in both.yaml",
    ]


def test_a_list_that_does_not_fit_is_refused(folder: Path, listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed.write_text(listed.read_text().replace("Deployment/odd", "Deployment/old"))
    assert main([str(folder), "--list", str(listed)]) == 1
    assert capsys.readouterr().err == (
        "benchmarks/first-try: the list must name each workload once: it does not name Deployment/odd in odd.yaml; "
        "it names what is not there Deployment/old in odd.yaml\n"
    )


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a.yaml\tPod/a\tspdy\t80\tyes\tit does", "speaks must be one of http, .*, got 'spdy'"),
        (
            "a.yaml\tPod/a\tudp\t53\tyes\tit does",
            "what can be fronted must speak HTTP on a port, got 'udp' and port '53'",
        ),
        (
            "a.yaml\tPod/a\thttp\t\tyes\tit does",
            "what can be fronted must speak HTTP on a port, got 'http' and port ''",
        ),
        ("a.yaml\tPod/a\thttp\t80\tmaybe\tit does", "frontable must be yes or no, with a reason, got 'maybe'"),
        ("a.yaml\tPod/a\thttp\t80\tno\t", "frontable must be yes or no, with a reason, got 'no' and ''"),
        ("a.yaml\tPod/a\thttp\t80\tno", "must have 6 columns, got 5"),
    ],
)
def test_a_row_that_is_not_as_it_must_be_is_refused(tmp_path: Path, row: str, problem: str) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("\t".join(COLUMNS) + f"\n{row}\n")
    with pytest.raises(CannotRun, match=f"list.tsv:2: {problem}"):
        read_list(path)


def test_a_list_names_no_workload_twice(folder: Path) -> None:
    (folder / "both.yaml").unlink()
    workloads = list(workloads_in(folder))
    rows = [Verdict(each.file, each.label, "http", 80, is_frontable=True, reason="web") for each in workloads]
    assert verdicts_of(workloads, rows) == rows
    with pytest.raises(CannotRun, match=r"it names twice Job/job in job\.yaml"):
        verdicts_of(workloads, [rows[0], *rows])


def test_absent_manifests_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none")]) == 1
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"benchmarks/first-try: no manifests: {tmp_path}/none is not there. Name a folder of manifests.\n"
        f"benchmarks/first-try: no manifests: {tmp_path} has no workload.\n"
    )


def kinds_tried_with(folder: Path, file: str) -> list[str]:
    workload = next(each for each in workloads_in(folder) if each.file == file)
    return [f"{item.kind}/{item.name}" for document in workload.documents for item in document.objects]


def test_files_of_one_application_are_tried_together(folder: Path) -> None:
    whole = ["Deployment/web", "Deployment/both", "Job/job", "Deployment/odd", "Service/web"]
    assert kinds_tried_with(folder, "web.yaml") == whole


def test_a_service_in_the_file_is_enough(folder: Path) -> None:
    (folder / "odd.yaml").write_text("---\n".join([named(DEPLOYMENT, "odd"), named(SERVICE, "odd")]))
    assert kinds_tried_with(folder, "odd.yaml") == ["Deployment/odd", "Service/odd"]


def test_files_of_several_applications_are_tried_alone(folder: Path) -> None:
    (folder / "again.yaml").write_text(named(SERVICE, "web"))
    assert kinds_tried_with(folder, "web.yaml") == ["Deployment/web"]


def test_files_below_belong_to_another_application(folder: Path) -> None:
    (folder / "below").mkdir()
    (folder / "below" / "web.yaml").write_text(named(DEPLOYMENT, "web"))
    assert kinds_tried_with(folder, "below/web.yaml") == ["Deployment/web"]
    assert "Service/web" in kinds_tried_with(folder, "web.yaml")


def test_lists_are_opened_and_what_is_no_yaml_is_named_by_its_lines(tmp_path: Path) -> None:
    entry = named(JOB, "listed").replace("\n", "\n    ").rstrip()
    (tmp_path / "list.yaml").write_text(f"apiVersion: v1\nkind: List\nitems:\n  - {entry}\n")
    (tmp_path / "template.yaml").write_text("kind: ConfigMap\n---\n" + named(DEPLOYMENT, "{{ .Name }}"))
    assert [workload.label for workload in workloads_in(tmp_path)] == ["Job/listed", "Deployment/{{ .Name }}"]
    assert kinds_tried_with(tmp_path, "template.yaml") == ["Deployment/{{ .Name }}", "Job/listed"]


def test_command_can_be_run() -> None:
    assert os.access(ROOT / "benchmarks" / "first-try", os.X_OK)
