"""The generated files: where each lies, and the function that returns its text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from codegen.acceptor import acceptor_module
from codegen.reference import reference_page
from codegen.referrer_kinds import kind_index
from codegen.schema import json_schema
from codegen.templates import template_module
from codegen.values import values_module
from krm_fn.engines.nginx import quoting

ROOT = Path(__file__).parents[1]
"""The directory of pyproject.toml."""
_NGINX = "krm_fn/engines/nginx"

TARGETS: dict[str, Callable[[], str]] = {
    "krm_fn/function_config/generated/values.py": values_module,
    "krm_fn/function_config/generated/acceptor.py": acceptor_module,
    "krm_fn/referrers/kinds/generated/__init__.py": kind_index,
    "docs/proxysidecar.schema.json": json_schema,
    "docs/function-config.md": reference_page,
    **{
        f"{_NGINX}/generated/{template.name.removesuffix('.conf.j2')}.py": partial(template_module, template, quoting)
        for template in sorted((ROOT / _NGINX / "templates").glob("*.conf.j2"))
    },
}
"""Path under ROOT, and what writes its text. A new generated file is a line here; a template of nginx needs none."""


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
