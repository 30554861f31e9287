"""The generated files: where each lies, and the function that returns its text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from krm_fn.build.acceptor import acceptor_module
from krm_fn.build.reference import reference_page
from krm_fn.build.schema import json_schema
from krm_fn.build.templates import template_module
from krm_fn.build.values import values_module
from krm_fn.engines.nginx import quoting

ROOT = Path(__file__).parents[2]
"""The directory of pyproject.toml."""

TARGETS: dict[str, Callable[[], str]] = {
    "krm_fn/function_config/values.py": values_module,
    "krm_fn/function_config/acceptor.py": acceptor_module,
    "docs/proxysidecar.schema.json": json_schema,
    "docs/function-config.md": reference_page,
    **{
        f"krm_fn/engines/nginx/{module}.py": partial(
            template_module, ROOT / f"krm_fn/engines/nginx/{name}.conf.j2", quoting
        )
        for module, name in (("template", "nginx"), ("server_template", "server"), ("location_template", "location"))
    },
}
"""Path under ROOT, and what writes its text. A new generated file is a line here."""


def stale() -> list[str]:
    """Return the paths whose file is missing or differs from what would be written."""
    return [path for path, text in TARGETS.items() if _read(ROOT / path) != text()]


def write(path: str) -> None:
    """Write one generated file."""
    file = ROOT / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(TARGETS[path](), encoding="utf-8", newline="\n")


def _read(file: Path) -> str | None:
    return file.read_bytes().decode() if file.exists() else None
