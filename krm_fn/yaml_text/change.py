"""Change: what an edit did to a document, as far as undoing it needs to know."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.yaml_text.node import Path


class Change(Record):
    """What one step of an edit did, as far as undoing it needs to know.

    | verb     | meaning                                                | old             |
    |----------|--------------------------------------------------------|-----------------|
    | added    | the entry at the path is new                           |                 |
    | created  | likewise, only to hold entries that are added          |                 |
    | filled   | the null or empty collection at the path got entries   | its text        |
    | expanded | the alias at the path was replaced by what it stands for | its text      |
    |          | what a merge key has there was written out as its own  |                 |
    | changed  | the scalar at the path was replaced                    | its text        |
    | renamed  | the entry at the path had another key                  | the key's text  |
    """

    verb: str
    path: Path
    old: str = ""
    new: str = ""
