"""What each release wrote: `releases/VERSION/CASE/` has the input, the functionConfigs, and what came of them.

`python -m tests.ledger.released` adds the folder of the version that it runs: with the cases of the newest one.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import yaml

from krm_fn import __version__
from krm_fn.function import transform
from krm_fn.function_config.load import load
from krm_fn.ledger.annotations import CONTENT
from krm_fn.ledger.digest import digest
from krm_fn.resource_list.identity import annotations_of
from krm_fn.resource_list.resource_list import ResourceList

RELEASES = Path(__file__).parent / "releases"
INPUT, FUNCTION_CONFIGS, RENDERED = FILES = ("input.yaml", "functionConfigs.yaml", "rendered.yaml")
"""A ResourceList of items alone; one ProxySidecar or several, in the order in which they run; the list after them."""
_LONG_BLOCK = re.compile(r"^( +)([\w.-]+: \|\n)(?:\1 .*\n|\n){30,}", re.MULTILINE)
_LEFT_OUT = r"\1\2\1  # Left out here: no record depends on it.\n"


def releases() -> list[Path]:
    """Return the folder of each release, oldest first."""
    return sorted(RELEASES.iterdir(), key=lambda folder: [int(part) for part in re.findall("[0-9]+", folder.name)])


def cases() -> list[Path]:
    """Return the folder of each case of each release."""
    return [case for release in releases() for case in sorted(release.iterdir())]


def rendered(case: Path, resource_list: bytes) -> bytes:
    """Return a list after the ProxySidecars of a case."""
    for config in yaml.safe_load_all((case / FUNCTION_CONFIGS).read_bytes()):
        resources = ResourceList(resource_list)
        transform(resources, load(config))
        resource_list = b"".join(resources.written([]))
    return resource_list


def shortened(resource_list: bytes) -> bytes:
    """Return a list without the proxies' configurations, as if each were the one line that tells of that."""
    text = resource_list.decode()
    for item in ResourceList(resource_list).items:
        mark = annotations_of(item.readable_data).get(CONTENT)
        if item.kind == "ConfigMap" and mark:
            before = item.original.decode()
            after = _LONG_BLOCK.sub(_LEFT_OUT, before)
            (short,) = yaml.safe_load(after)
            content = {key: short[key] for key in ("data", "binaryData") if key in short}
            text = text.replace(before, after.replace(mark, digest(content)))
    return text.encode()


def add() -> Path:
    """Write the folder of the version that runs, with the cases of the newest one; return it."""
    folder, newest = RELEASES / __version__, releases()[-1]
    if folder != newest:
        shutil.copytree(newest, folder, ignore=shutil.ignore_patterns(RENDERED))
    for case in sorted(folder.iterdir()):
        if not (case / RENDERED).exists():
            (case / RENDERED).write_bytes(shortened(rendered(case, (case / INPUT).read_bytes())))
    return folder


if __name__ == "__main__":
    print(add())
