"""What the contestants read: the reference scenario, alone or among many items, as a ResourceList and for kustomize."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from benchmarks.items import unrelated_items

if TYPE_CHECKING:
    from collections.abc import Iterator

BY_HAND = Path(__file__).parent / "by_hand"
HEAD = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
TAIL = "functionConfig:\n"
MANIFESTS = ("statefulset", "service", "ingress")


@dataclass(frozen=True)
class Scenario:
    """The manifests and the functionConfig that `scripts/scenario` puts into a list."""

    manifests: tuple[str, ...]
    function_config: str

    @classmethod
    def read(cls, root: Path) -> Scenario:
        """Return the one of this repository."""
        base = root / "kustomization-examples" / "alertmanager" / "base"
        manifests = tuple((base / f"{name}.yaml").read_text() for name in MANIFESTS)
        return cls(manifests=manifests, function_config=(root / "fn-config.yaml").read_text())

    def documents(self, number: int) -> Iterator[str]:
        """Yield so many manifests, the scenario's in the middle of unrelated ones."""
        unrelated = number - len(self.manifests)
        yield from unrelated_items(0, unrelated // 2)
        yield from self.manifests
        yield from unrelated_items(unrelated // 2, unrelated)

    def write_list(self, path: Path, number: int) -> None:
        """Write the ResourceList with so many items."""
        with path.open("w") as file:
            file.write(HEAD)
            file.writelines(as_entry(document) for document in self.documents(number))
            file.write(TAIL + indented(self.function_config))

    def split(self, text: bytes) -> tuple[bytes, bytes, bytes]:
        """Return what stands in a list before the scenario's items, up to its functionConfig, and from there on."""
        before, scenario, rest = text.partition("".join(map(as_entry, self.manifests)).encode())
        between, tail, config = rest.rpartition(TAIL.encode())
        if not scenario or not tail:
            msg = "the scenario's items are not in the list"
            raise ValueError(msg)
        return before, between, tail + config

    def write_folder(self, folder: Path, number: int, stdout: bytes) -> None:
        """Write the kustomization made by hand, over so many items, with the function's own ConfigMaps' files."""
        shutil.copytree(BY_HAND, folder)
        (folder / "resources.yaml").write_text("---\n".join(self.documents(number)))
        for item in yaml.load(stdout, yaml.CSafeLoader)["items"]:
            if item["kind"] == "ConfigMap" and item["metadata"]["name"].startswith("alertmanager-"):
                for name, text in item["data"].items():
                    (folder / name).write_text(text)


def as_entry(document: str) -> str:
    """Return a document as an entry of the list."""
    return "- " + indented(document)[2:]


def indented(document: str) -> str:
    """Return a document two columns further in; blank lines stay blank."""
    return re.sub(r"^(?=.)", "  ", document, flags=re.MULTILINE)
