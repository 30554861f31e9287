"""Runs of the function, and what comes out in its parts."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import yaml

from krm_fn.codes import LIVE_OBJECT, NODE_PORT_LOST, SERVICE_PORT_TWIN
from krm_fn.function import process
from krm_fn.resource_list.resource_list import ResourceList
from tests.laws.items import as_json
from tests.manifests import load

TRAPS = (SERVICE_PORT_TWIN, NODE_PORT_LOST, LIVE_OBJECT)
"""What kubectl makes of the change in a cluster, and of an object that is from one."""

if TYPE_CHECKING:
    from krm_fn.summary import Outcome
    from tests.laws.configs import Config


def injected(stdin: bytes) -> bytes | None:
    """Return what comes out, without results; None where the function refuses."""
    outcome = process(stdin)
    return without_results(outcome.stdout) if outcome.exit_code == 0 else None


def taken_out(data: bytes, config: Config) -> bytes:
    """Return a list without what the ProxySidecar that made it put in, and without results; nobody edited it since."""
    removal = {**config, "spec": {"remove": True}}
    outcome = process(with_config(data, config, removal))
    assert (outcome.exit_code, doubts(outcome)) == (0, [])
    return with_config(without_results(outcome.stdout), removal, config)


def doubts(outcome: Outcome) -> list[str]:
    """Return the warnings and errors, without those of what kubectl makes of the change in a cluster."""
    return [result.message for result in outcome.results if result.severity != "info" and result.code not in TRAPS]


def with_config(data: bytes, old: Config, new: Config) -> bytes:
    """Return a list with another functionConfig in the place of one."""
    before, after = data.split(as_json(old).encode())
    return before + as_json(new).encode() + after


def without_results(data: bytes) -> bytes:
    """Return a list without results."""
    return b"".join(ResourceList(data).written([]))


def parts_of(data: bytes, owner: str) -> tuple[list[bytes], set[bytes]]:
    """Return the items that were there before a ProxySidecar, in their order, and those that it made, in none."""
    marks = f"krm-fn.dev/owner: {owner}".encode(), f'"krm-fn.dev/owner": "{owner}"'.encode()
    items = [item.original for item in ResourceList(data).items]
    ours = {item for item in items if any(mark in item for mark in marks)}
    return [item for item in items if item not in ours], {item.rstrip() for item in ours}


def mean_the_same(one: bytes, other: bytes) -> bool:
    """Tell whether the items of two lists mean the same, in whatever order, and apart from what the records say."""
    items, others = (Counter(item.original for item in ResourceList(data).items) for data in (one, other))
    differ = items - others, others - items  # to read only these
    meanings, other_meanings = (sorted(_meaning(item.decode()) for item in part.elements()) for part in differ)
    return meanings == other_meanings


def plain(text: str) -> Any:
    """Return the data of an item."""
    data = load(text)
    return data[0] if isinstance(data, list) else data


def _meaning(text: str) -> str:
    try:
        return json.dumps(_unordered(plain(text)), sort_keys=True)
    except (yaml.YAMLError, TypeError):  # one that data cannot say
        return text


def _unordered(value: Any) -> Any:
    """Return data without records, and with the entries of its lists in one order."""
    if isinstance(value, dict):
        return {key: _unordered(entry) for key, entry in value.items() if not key.startswith("undo.krm-fn.dev/")}
    return sorted(map(_unordered, value), key=json.dumps) if isinstance(value, list) else value
