"""Each workload of each file, where it lies on the disk: rendered, rendered again, and given back to the byte."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from krm_fn.cli.command_line import run_command
from tests.cli.manifests import marks, tree
from tests.corpus.expected import TEMPLATES
from tests.corpus.files import SHARED, corpus_files, documents_of
from tests.corpus.test_targets import config_for, listeners_for, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.corpus.files import Document

FORMS = {
    "as it is": lambda data: data,
    "CRLF": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "no newline at the end": lambda data: data.rstrip(b"\n"),
}


def run(*arguments: str) -> tuple[int, tuple[str, ...]]:
    outcome = run_command(list(arguments))
    assert outcome.stdout == b""
    return outcome.exit_code, (*outcome.lines, *filter(None, [outcome.closing_line]))


def write_config(path: Path, document: Document) -> None:
    path.write_text(json.dumps(config_for(document.kind, document.name, listeners_for(document.data)[0])))


def targets(path: Path) -> list[Document]:
    found = [document for document in documents_of(path) if document.kind in TEMPLATES and document.name]
    return list({(document.kind, document.name): document for document in found}.values())


def check(folder: Path, config: Path) -> tuple[str, ...]:
    """Render a folder and remove; return what was said where it was refused, nothing where it was not."""
    before, at = tree(folder), marks(folder)
    code, lines = run("render", "--config", str(config), str(folder))
    if code:
        assert marks(folder) == at
        return lines
    assert tree(folder) != before
    at = marks(folder)
    code, again = run("render", "--config", str(config), str(folder))
    assert (code, again[-1]) == (0, "proxy-sidecar: nothing to change.")
    assert marks(folder) == at
    code, lines = run("remove", str(folder))
    known = ("[warning] PS005 ProxySidecar: v1/List items ", "[warning] PS313 ", "[warning] PS510 ", "[warning] PS511 ")
    others = [line for line in lines if not line.startswith(known)]
    assert (code, len(others)) == (0, 1), lines
    assert tree(folder) == before
    return ()


@pytest.mark.corpus
@pytest.mark.parametrize("path", corpus_files())
@pytest.mark.parametrize("form", FORMS)
def test_each_workload_of_a_file(path: Path, form: str, tmp_path: Path, tally: Callable[[str, str], None]) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / path.name).write_bytes(FORMS[form](path.read_bytes()))
    for document in targets(path):
        write_config(tmp_path / "fn.yaml", document)
        refused = [line.replace(f" ({folder / path.name})", "") for line in check(folder, tmp_path / "fn.yaml")]
        tally(document.kind, reason_of(tuple(refused)) if refused else "rendered in its file and given back")


@pytest.mark.corpus
def test_the_whole_corpus_as_one_folder(tmp_path: Path) -> None:
    files = corpus_files()
    if not SHARED.is_dir():
        pytest.skip("no manifest corpus: set SHARED to the folder that holds it")
    folder = tmp_path / "work"
    for name in ("corpus", "nasty"):
        shutil.copytree(SHARED / name, folder / name)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    rendered = 0
    for file in files[::6]:
        for document in targets(file.values[0])[:1]:
            write_config(tmp_path / "fn.yaml", document)
            rendered += not check(folder, tmp_path / "fn.yaml")
    assert rendered >= 10
