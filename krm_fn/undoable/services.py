"""The places in a Service: the fields of its ports, and the annotation for Prometheus."""

from __future__ import annotations

from krm_fn.services.retarget import FIELDS
from krm_fn.traffic.words import SCRAPE_WORD
from krm_fn.undoable.places import Field
from krm_fn.undoable.values import NAME, PORT, PROTOCOL, among, optional
from krm_fn.yaml_text.paths import list_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.undoable.places import Places
    from krm_fn.yaml_text.node import Path

_TAKES = (optional(PORT), optional(NAME, ""), optional(PORT, "", 0), optional(PROTOCOL, ""))
"""What each of the fields takes: those that are not set may be written as null, too."""


def add_service(data: dict[str, Any], places: Places) -> None:
    """Add the places in a Service."""
    fields = [(field, Field(takes=takes, may_be_added=True)) for field, takes in zip(FIELDS, _TAKES, strict=True)]
    for index in range(len(list_at(data, ("spec", "ports")))):
        places.fields |= {("spec", "ports", index, name): field for name, field in fields}
    add_scraping(("metadata", "annotations"), places)


def add_scraping(annotations: Path, places: Places) -> None:
    """Add the annotation that says how Prometheus requests metrics."""
    places.fields[(*annotations, SCRAPE_WORD)] = Field(takes=among(("http", "https")))
