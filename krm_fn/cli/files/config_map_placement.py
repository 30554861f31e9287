"""Bring ConfigMaps up to date in their files as if they were removed, and created again where they differ.

One that others wrote to, or that is there twice, is edited in its place.
"""

from __future__ import annotations

from krm_fn.cli.files.config_map_files import document_text, line_break_of
from krm_fn.config_maps.reconcile import config_maps_of, has_given_name, has_only_our_fields, lost_edits, names_in_spec
from krm_fn.ledger.annotations import CONTENT, OWNER
from krm_fn.resource_list.identity import annotations_of, name_of, namespace_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from krm_fn.cli.files.manifests import Manifests
    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.resource_list import NewItem

    ItemsByKey: TypeAlias = dict[tuple[str, str], Item]

_STARTS = (b"", b"---\n", b"---\r\n")


def set_aside(manifests: Manifests, config: ProxySidecar) -> ItemsByKey:
    """Remove the ConfigMaps of a ProxySidecar that are just as written; return them by name and namespace."""
    names = names_in_spec(config.spec)
    marked = config_maps_of(manifests.items, config.metadata.name)
    ours = [item for item in marked if has_given_name(item, names)]
    by_key: dict[tuple[str, str], list[Item]] = {}
    for item in ours:
        by_key.setdefault(key_of(item.data), []).append(item)
    found = {key: items[0] for key, items in by_key.items() if len(items) == 1 and _is_as_written(manifests, items[0])}
    for item in found.values():
        item.removed = True
    return found


def put_back(manifests: Manifests, earlier: ItemsByKey) -> None:
    """Restore what was set aside: all of a file where the new ones are the same, else each that is for another file."""
    old: dict[str, ItemsByKey] = {}
    for key, item in earlier.items():
        old.setdefault(item.file, {})[key] = item
    new: dict[str, dict[tuple[str, str], NewItem]] = {}
    for made in _matching(manifests.new_items, earlier):
        new.setdefault(_file_for(made, earlier), {})[key_of(made.data)] = made
    settled = [
        id(new[file][key])
        for file, items in old.items()
        for key in _put_back_in_file(manifests, items, new.get(file, {}))
    ]
    manifests.new_items = [made for made in manifests.new_items if id(made) not in settled]


def _matching(new_items: list[NewItem], earlier: ItemsByKey) -> list[NewItem]:
    """Return the new objects that may be put back: of several of one key, as copies have, that of the same file."""
    found: dict[tuple[str, str], list[NewItem]] = {}
    for made in new_items:
        found.setdefault(key_of(made.data), []).append(made)
    return [
        made
        for key, several in found.items()
        for made in several
        if len(several) == 1 or (key in earlier and made.beside and made.beside.file == earlier[key].file)
    ]


def _put_back_in_file(
    manifests: Manifests, old: ItemsByKey, new: dict[tuple[str, str], NewItem]
) -> list[tuple[str, str]]:
    """Restore those of one file that need not be created again, with the text they must have; return their keys."""
    texts = {key: _text(manifests, item, new[key].data) for key, item in old.items() if key in new}
    same = new.keys() == old.keys() and all(old[key].text == text for key, text in texts.items())
    kept = []
    for key, text in texts.items():
        item, beside = old[key], new[key].beside
        if same or (beside and beside.file != item.file):
            item.removed = False
            if item.text != text:
                item.text = text
            kept.append(key)
    return kept


def key_of(data: dict[str, Any]) -> tuple[str, str]:
    """Return the name and namespace of an object."""
    return name_of(data), namespace_of(data)


def _is_as_written(manifests: Manifests, item: Item) -> bool:
    """Return whether others changed nothing in a document of ours: no content, annotation, comment or layout."""
    if item.entry:
        return False
    alone = annotations_of(item.data).keys() == {OWNER, CONTENT} and manifests.lead_of(item) in _STARTS
    is_ours_alone = alone and has_only_our_fields(item.data) and not lost_edits(item)
    return is_ours_alone and item.text == _text(manifests, item, item.data)


def _file_for(new: NewItem, earlier: ItemsByKey) -> str:
    """Return the file for a new object: where the one of its name was, else that of its workload."""
    neighbour = earlier.get(key_of(new.data)) or new.beside
    return neighbour.file if neighbour else ""


def _text(manifests: Manifests, item: Item, data: dict[str, Any]) -> str:
    """Return an object as it would be written in the place of another."""
    return document_text(data, line_break_of(manifests.file_of(item).data))
