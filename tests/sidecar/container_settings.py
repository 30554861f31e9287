"""Odd settings of a container with the verdict on each, which a real API server gave: container_settings.txt.

The table is checked twice: against our own verdict, and, where there is a cluster, against the server's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from krm_fn.record import Record

OLDEST = "1.20"
"""The version of the API server that judged SETTINGS."""
_TABLE = Path(__file__).with_suffix(".txt")


class Setting(Record):
    """A setting, and the verdict on it."""

    text: str
    refused_at: str
    """The field, below the container; empty where it is accepted."""

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the container."""
        fields: dict[str, Any] = yaml.safe_load(self.text)
        return fields


def _settings(section: str) -> list[Setting]:
    _, _, rest = _TABLE.read_text("utf-8").partition(f"[{section}]\n")
    rows = [line.partition(" | ") for line in rest.partition("\n\n")[0].splitlines()]
    return [Setting(text=text, refused_at="" if verdict == "accepted" else verdict) for verdict, _, text in rows]


SETTINGS = _settings(OLDEST)
"""Settings of fields that Kubernetes 1.20 has, judged by it."""
NEWER = _settings("newest")
"""Settings of fields, or of values, that only later versions have."""
