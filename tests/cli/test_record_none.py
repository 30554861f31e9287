"""Files are not written over without a record, and output that has none is not taken for a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from krm_fn.function import process
from tests.cli.manifests import DEPLOYMENT, SERVICE, config, done, run, tree, write_tree

ALL = f"{DEPLOYMENT}---\n{SERVICE}"
FN = ("render", "--config", "../fn.yaml")
NONE = "  record: none\n"

pytestmark = pytest.mark.usefixtures("folder")


def test_no_file_is_written_over_without_a_record() -> None:
    before = write_tree(Path(), {"../fn.yaml": config(spec=NONE), "web.yaml": ALL})
    for stage in ((), ("--stage", "workload"), ("--stage", "services")):
        outcome = run(*FN, *stage, ".")
        assert (outcome.exit_code, [each.code.number for each in outcome.results]) == (1, ["PS717"])
        assert "Leave it out" in outcome.lines[0]
    assert tree(Path()) == before


def test_the_difference_is_shown_without_a_record() -> None:
    before = write_tree(Path(), {"../fn.yaml": config(spec=NONE), "web.yaml": ALL})
    outcome = run(*FN, "--diff", ".")
    assert outcome.exit_code == 0
    assert b"+        - name: proxy" in outcome.stdout
    assert b"undo.krm-fn.dev" not in outcome.stdout
    assert tree(Path()) == before


def test_with_a_record_they_are_written(folder: Path) -> None:
    write_tree(Path(), {"../fn.yaml": config(spec="  record: annotation\n"), "web.yaml": ALL})
    done(*FN, ".")
    assert "undo.krm-fn.dev/proxy" in (folder / "web.yaml").read_text()
    done("remove", ".")
    assert (folder / "web.yaml").read_text() == ALL


def test_what_records_say_is_removed_before_it_is_shown_without_one(folder: Path) -> None:
    write_tree(Path(), {"../fn.yaml": config(), "web.yaml": ALL})
    done(*FN, ".")
    write_tree(Path(), {"../fn.yaml": config(spec=NONE)})
    shown = run(*FN, "--diff", ".").stdout
    assert [line for line in shown.splitlines() if line.startswith(b"+ ")] == []
    assert b"-    undo.krm-fn.dev/proxy" in shown


@pytest.mark.parametrize("rollout", ["checksum", "none"])
@pytest.mark.parametrize(
    "arguments", [("remove", "."), ("remove", "--name", "proxy", "."), (*FN, "."), (*FN, "--diff", ".")]
)
def test_output_without_a_record_is_neither_removed_nor_rendered(arguments: tuple[str, ...], rollout: str) -> None:
    spec = f"  configMap: {{rollout: {rollout}}}\n"
    before = write_tree(Path(), {"../fn.yaml": config(spec=spec), "web.yaml": _output(config(spec=spec + NONE))})
    outcome = run(*arguments)
    assert (outcome.exit_code, [each.code.number for each in outcome.results]) == (1, ["PS716"])
    assert "web.yaml" in outcome.lines[0]
    assert 'container "proxy" mounts ConfigMap web-proxy-config' in outcome.lines[0]
    assert "Service web routes to that container" in outcome.lines[0]
    assert "Run it on the source instead." in outcome.lines[0]
    assert tree(Path()) == before


def _output(function_config: str) -> str:
    """Return manifests as a pipeline makes them of these: documents of one file."""
    indented = "".join(f"  {line}" for line in function_config.splitlines(keepends=True))
    documents = [text.replace("\n", "\n  ").rstrip(" ") for text in (DEPLOYMENT, SERVICE)]
    items = "".join(f"- {text}" for text in documents)
    head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"
    outcome = process(f"{head}functionConfig:\n{indented}items:\n{items}".encode())
    assert outcome.exit_code == 0, outcome.lines
    rest = outcome.stdout.decode().partition("items:\n")[2].partition("results:")[0]
    texts = rest.removeprefix("- ").split("\n- ")
    return "---\n".join(text.replace("\n  ", "\n").rstrip("\n") + "\n" for text in texts)
