"""The laws in file mode: rendered, rendered again and given back, on a folder with the documents of an input."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.manifests import marks, run, tree
from tests.fuzz.laws import MARK, is_told_well, is_without_record, limited, require

if TYPE_CHECKING:
    from tests.fuzz.inputs import Input
    from tests.laws.configs import Config

_BYTES = (b"\xff", b"\xfe\xff", b"\xc3\x28", b"\x00")


def hold_in_files(given: Input) -> str:
    """Check the laws on an input as files; return what became of it."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        folder, config = Path(place, "work"), Path(place, "fn.json")
        config.write_text(json.dumps(given.config))
        folder.mkdir()
        for name, data in files_of(given).items():
            (folder / name).write_bytes(data)
        return _holds(folder, config, given.config)


def files_of(given: Input) -> dict[str, bytes]:
    """Return the documents in one file, or in several of any form."""
    random = given.random
    texts = given.texts or ["{}"]
    files: dict[str, bytes] = {}
    while texts:
        count = random.choice((1, 2, len(texts)))
        text = "\n---\n".join(texts[:count]) + random.choice(
            ("\n", "\n", "\n", "", "\n---\n", "\n...\n", "\n# end\n\n")
        )
        text = random.choice(("", "", "", "---\n", "\ufeff", "# c\n---\n", "%YAML 1.1\n---\n")) + text
        text = text.replace("\n", random.choice(("\n", "\n", "\n", "\n", "\r\n")))
        data = text.encode(errors="replace")
        if random.random() < 0.03:
            at = random.randrange(len(data) + 1)
            data = data[:at] + random.choice(_BYTES) + data[at:]
        files[f"{len(files)}.{random.choice(('yaml', 'yaml', 'yaml', 'yml', 'json'))}"] = data
        texts = texts[count:]
    return files


def _holds(folder: Path, config: Path, given: Config) -> str:
    before, at = tree(folder), marks(folder)
    is_marked = any(MARK in data for data in before.values())
    spec = given["spec"] if isinstance(given.get("spec"), dict) else {}
    with limited(sum(map(len, before.values()))):
        outcome = run("render", "--config", str(config), str(folder))
    is_told_well(outcome)
    if outcome.exit_code:
        require(marks(folder) == at, "refused, and files are written")
        return "refused"
    rendered, at = tree(folder), marks(folder)
    again = run("render", "--config", str(config), str(folder))
    is_told_well(again)
    if spec.get("record") == "none" or (is_marked and is_without_record(again)):
        return "unrecorded"
    require(again.exit_code == 0, f"a second render is refused: {again.lines[:1]}")
    require(marks(folder) == at, "a second render writes files")
    if not is_marked:
        config.write_text(json.dumps({**given, "spec": {**spec, "remove": True}}))
        command = ("render", "--config", str(config)) if "files" in spec else ("remove",)
        removed = run(*command, str(folder))
        is_told_well(removed)
        require(removed.exit_code == 0, f"a removal from files is refused: {removed.lines[:1]}")
        require(tree(folder) == before, "a removal from files leaves something")
    return "rendered" if rendered != before else "unchanged"
