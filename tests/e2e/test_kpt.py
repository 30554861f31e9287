"""Real `kpt fn render` of the example package, in a git checkout as users have it."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.function_image import REPOSITORY
from tests.e2e.golden import assert_expected, read_texts
from tests.e2e.hosts import kpt_render

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("kpt", "image")]

EXAMPLE = REPOSITORY / "kustomization-examples" / "alertmanager"
COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the example package, committed."""
    folder = tmp_path / "kpt"
    shutil.copytree(EXAMPLE / "kpt", folder)
    _git(folder, "init", "--quiet")
    _commit(folder)
    return folder


def test_render_gives_the_expected_files(package: Path) -> None:
    rendered = kpt_render(package)
    assert rendered.returncode == 0, rendered.stderr
    assert_expected(EXAMPLE / "expected" / "kpt", read_texts(package))


def test_second_render_changes_nothing(package: Path) -> None:
    assert kpt_render(package).returncode == 0
    assert _git(package, "status", "--porcelain") != ""
    _commit(package)
    assert kpt_render(package).returncode == 0
    assert _git(package, "status", "--porcelain") == ""


def test_removal_gives_back_what_was_committed_first(package: Path) -> None:
    assert kpt_render(package).returncode == 0
    _commit(package)
    assert _git(package, "diff", "--name-only", "HEAD~").split() == [
        "configmap_alertmanager-nginx-proxy-config.yaml",
        "configmap_alertmanager-script-js.yaml",
        "ingress.yaml",
        "service.yaml",
        "statefulset.yaml",
    ]
    config = package / "fn-config.yaml"
    config.write_text(config.read_text().replace("spec:\n", "spec:\n  remove: true\n", 1))
    removed = kpt_render(package)
    assert removed.returncode == 0, removed.stderr
    _commit(package)
    changed = _git(package, "diff", "--name-only", "HEAD~2").split()
    assert changed == ["fn-config.yaml"]


def test_render_keeps_every_comment(package: Path) -> None:
    before = read_texts(package)
    assert kpt_render(package).returncode == 0
    after = read_texts(package)
    assert {name: COMMENT.findall(after[name]) for name in before} == {
        name: COMMENT.findall(text) for name, text in before.items()
    }


def test_new_files_lie_beside_the_workload(package: Path) -> None:
    workload = package / "statefulset.yaml"
    (package / "alertmanager").mkdir()
    workload.rename(package / "alertmanager" / workload.name)
    _commit(package)
    assert kpt_render(package).returncode == 0
    created = _git(package, "ls-files", "--others").splitlines()
    assert created
    assert {Path(name).parent.name for name in created} == {"alertmanager"}


@dataclass(frozen=True)
class Mistake:
    """One edit of one file of the package, and what the user must read then (a regular expression)."""

    name: str
    file: str
    pattern: str
    replacement: str
    says: str


MISTAKES = (
    Mistake("no target", "fn-config.yaml", "monitor-alertmanager", "monitor-alertmanger", "monitor-alertmanager"),
    Mistake("no containers", "statefulset.yaml", r"containers:\n(?: {8}.*\n)+", "containers: []\n", "containers"),
    Mistake("port of no name", "fn-config.yaml", "port: 9093", "port: nothing", "9093"),
    Mistake("port taken", "fn-config.yaml", "      port: 8080", "      port: 9093", "9093.*alertmanager"),
    Mistake("ConfigMap absent", "fn-config.yaml", "{configMap: .*?}", "{configMap: no-such-files}", "no-such-files"),
    Mistake("ConfigMap too large", "fn-config.yaml", "console.log.*", "x" * 1_100_000, "MiB|1048576"),
    Mistake("unknown field", "fn-config.yaml", "engine:", "engin:", "engine"),
    Mistake("functionConfig of another kind", "fn-config.yaml", "kind: ProxySidecar", "kind: Proxy", "ProxySidecar"),
    Mistake("functionConfig missing", "Kptfile", " *configPath: .*\n", "", "functionConfig"),
    Mistake("broken YAML in the target", "statefulset.yaml", "replicas: 1", "replicas: [1", r"statefulset\.yaml"),
    Mistake("duplicate key in the target", "statefulset.yaml", "  replicas: 1\n", "  replicas: 1\n" * 2, "replicas"),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name.replace(" ", "-"))
def test_mistake_is_told_and_changes_no_file(package: Path, mistake: Mistake) -> None:
    path = package / mistake.file
    text, count = re.subn(mistake.pattern, mistake.replacement, path.read_text(), count=1)
    assert count == 1
    path.write_text(text)
    _commit(package)
    rendered = kpt_render(package)
    assert rendered.returncode == 1
    assert re.search(mistake.says, rendered.stdout + rendered.stderr, re.IGNORECASE)
    assert _git(package, "status", "--porcelain") == ""


def test_help_is_the_documentation_that_kpt_shows() -> None:
    shown = subprocess.run(
        ["kpt", "fn", "doc", "--image=localhost/proxy-sidecar:latest"], capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0, shown.stderr
    assert "proxy-sidecar" in shown.stdout + shown.stderr


def _commit(folder: Path) -> None:
    _git(folder, "add", "--all")
    _git(folder, "-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "--quiet", "--message=state")


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, check=True).stdout
