"""What Kubernetes lets the fields of a container be: a module for the rules of each part of it.

Each has RULES by the name of a type in the generated table: functions that get a mapping of that type and where it is,
and yield what is wrong with it. Those under RULES hold for any part of a container; those under WHOLE_RULES only for
one that is complete, as they are about what is missing.
"""

from __future__ import annotations

from krm_fn.record import Record


class Circumstances(Record):
    """What a container is judged by beside its own fields."""

    version: str = ""
    """The oldest version of Kubernetes that must accept it; empty where none is known: then the newest."""
    is_whole: bool = False
    """Whether it is complete: else nothing is said of what is missing, where a default may have it."""
