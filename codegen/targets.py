"""The generated files: where each lies, and the function that returns its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

from codegen.acceptor import acceptor_module
from codegen.annotations import annotations_page
from codegen.container_fields import container_fields
from codegen.engine_facts import engine_facts
from codegen.messages import messages_page
from codegen.reference import reference_page
from codegen.referrer_kinds import kind_index
from codegen.referrers import referrers_page
from codegen.rule_index import rule_index
from codegen.schema import json_schema
from codegen.snippets import snippets_page
from codegen.templates import templates_module
from codegen.values import values_module

ROOT = Path(__file__).parents[1]
"""The directory of pyproject.toml."""


def _compiled(directory: Path) -> str:
    """Return the text of the module with an engine's templates, which its own `quoting` makes safe."""
    return templates_module(directory, import_module(f"krm_fn.engines.{directory.parent.name}.quoting"))


TARGETS: dict[str, Callable[[], str]] = {
    "krm_fn/function_config/generated/engine_facts.py": engine_facts,
    "krm_fn/function_config/generated/container_fields.py": container_fields,
    "krm_fn/function_config/generated/values.py": values_module,
    "krm_fn/function_config/generated/acceptor.py": acceptor_module,
    "krm_fn/function_config/generated/rule_index.py": rule_index,
    "krm_fn/references/kinds/generated/__init__.py": kind_index,
    "docs/proxysidecar.schema.json": json_schema,
    "docs/function-config.md": reference_page,
    "docs/nginx-snippets.md": snippets_page,
    "docs/annotations.md": annotations_page,
    "docs/referrers.md": partial(referrers_page, ROOT / "docs" / "referrers.md"),
    "docs/messages.md": partial(messages_page, ROOT),
    **{
        f"{directory.parent.relative_to(ROOT)}/generated/__init__.py": partial(_compiled, directory)
        for directory in sorted((ROOT / "krm_fn" / "engines").glob("*/templates"))
    },
}
"""Path under ROOT, and what writes its text: in this order, because rules import the facts about engines.

A new generated file is a line here; an engine's templates need none.
"""


def stale() -> Iterator[str]:
    """Yield the paths whose file is missing or differs from what would be written, one before the next is looked at."""
    return (path for path, text in TARGETS.items() if _read(ROOT / path) != text())


def write(path: str) -> None:
    """Write one generated file."""
    file = ROOT / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(TARGETS[path](), encoding="utf-8", newline="\n")


def _read(file: Path) -> str | None:
    return file.read_bytes().decode() if file.exists() else None
