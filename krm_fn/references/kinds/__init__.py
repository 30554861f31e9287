"""The kinds of referrers: each module declares some in KINDS, finds where they name ports, and writes nothing.

A new kind is an entry of KINDS, in the module where it belongs or in a new one: a FieldSpec where field paths are
enough, else a Finder. Then `python -m codegen` writes into `generated` which module knows it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krm_fn.references.field_spec import KnownKind


def known_kinds(kind: str) -> list[KnownKind]:
    """Return what is known of the kinds with a name, of any API group. Only the modules that know one are imported."""
    from importlib import import_module  # noqa: PLC0415 # the other kinds cost nothing

    from krm_fn.references.kinds.generated import MODULES  # noqa: PLC0415 # written from the modules beside it

    modules = [import_module(f"{__name__}.{name}") for name in MODULES.get(kind, ())]
    return [known for module in modules for known in module.KINDS if kind in known.kinds]


def known_of(data: dict[str, Any], own: Iterable[KnownKind] = ()) -> list[KnownKind]:
    """Return what is known of an object's kind, by its group and version too; also of the user's own kinds."""
    kind = str(data.get("kind") or "")
    return [known for known in (*known_kinds(kind), *own) if kind in known.kinds and known.is_for(data)]
