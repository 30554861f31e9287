"""The manifest corpus in the shared folder, and its files as the items of a ResourceList."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.manifests import load

SHARED = Path(os.environ.get("SHARED", Path(__file__).parents[3] / "shared"))
_SUFFIXES = (".yaml", ".yml", ".json", ".yaml.txt")
HEAD = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"


def corpus_files() -> list[Any]:
    """Return a parameter for each file of the corpus; one that skips where the shared folder is not there."""
    folders = [SHARED / "corpus", SHARED / "nasty"]
    absent = [str(folder) for folder in folders if not folder.is_dir()]
    if absent:
        reason = f"no manifest corpus: {', '.join(absent)} is not there. Set SHARED to the folder that holds it."
        return [pytest.param(SHARED, marks=pytest.mark.skip(reason=reason), id="absent")]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.name.endswith(_SUFFIXES)]
    return [pytest.param(path, id=str(path.relative_to(SHARED))) for path in files]


class Document:
    """A document of a file: its text as it stands there with LF at its lines' ends, and its data if it has any."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.data: Any = None
        self.is_yaml = True
        try:
            self.data = load(text)
            list(yaml.parse(text, Loader=yaml.CBaseLoader))  # libyaml refuses some of what PyYAML's own parser takes
        except (yaml.YAMLError, ValueError, TypeError):
            self.is_yaml = False

    @property
    def kind(self) -> str:
        """The kind, empty where it is no object."""
        return str(self.data.get("kind", "")) if isinstance(self.data, dict) else ""

    @property
    def name(self) -> str:
        """The name, empty where it is no object."""
        metadata = self.data.get("metadata") if isinstance(self.data, dict) else None
        return str(metadata.get("name") or "") if isinstance(metadata, dict) else ""

    def item(self, indent: str = "") -> str:
        """Return the document as an item in block form, at an indentation."""
        first, *rest = self.text.split("\n")
        lines = [f"{indent}- {first}", *(f"{indent}  {line}" if line else "" for line in rest)]
        return "\n".join(lines) + "\n"

    def is_plain(self) -> bool:
        """Tell whether JSON can say the same."""
        return self.data is not None and json.loads(json.dumps(self.data, default=str)) == self.data


def documents_of(path: Path) -> list[Document]:
    """Return the documents of a file, cut at the lines that separate them. Those without any content are left out."""
    lines = path.read_bytes().decode(errors="replace").removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    texts: list[list[str]] = [[]]
    for line in lines:
        if line == "---" or line.startswith("--- "):
            texts.append([])
        else:
            texts[-1].append(line)
    bodies = [text for text in texts if any(line.strip() and not line.lstrip().startswith("#") for line in text)]
    return [Document("\n".join(text).lstrip("\n").rstrip()) for text in bodies]
