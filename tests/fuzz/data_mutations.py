"""Mutations of a document's data: nodes deleted, copied, moved, of other types; collisions, records and marks."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from krm_fn.yaml_text.paths import get, walk
from tests.corpus.expected import OWNER
from tests.fuzz.values import DATA, NAMES
from tests.undoable.forgeries import forged_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Path = tuple[str | int, ...]


def mutated_data(random: Random, data: Any) -> Any:
    """Return a document with one mutation; as it is where it is no mapping."""
    if not isinstance(data, dict):
        return data
    changed = json.loads(json.dumps(data))  # a copy in which no two places are one object
    places = [path for path, _ in walk(changed) if path]
    if places:
        random.choice(_MUTATIONS)(random, changed, places)
    return changed


def _delete(random: Random, data: Any, places: list[Path]) -> None:
    path = random.choice(places)
    del get(data, path[:-1])[path[-1]]


def _replace(random: Random, data: Any, places: list[Path]) -> None:
    path = random.choice(places)
    get(data, path[:-1])[path[-1]] = copy.deepcopy(random.choice(DATA))


def _copy(random: Random, data: Any, places: list[Path]) -> None:
    """Put one value in the place of another, mostly of the same key."""
    path = random.choice(places)
    alike = [place for place in places if place[-1] == path[-1]]
    source = copy.deepcopy(get(data, random.choice(alike if random.random() < 0.7 else places)))
    get(data, path[:-1])[path[-1]] = source


def _repeat(random: Random, data: Any, places: list[Path]) -> None:
    """Let an entry of a list stand there twice."""
    entries = [path for path in places if isinstance(path[-1], int)]
    if not entries:
        return
    path = random.choice(entries)
    holder = get(data, path[:-1])
    holder.insert(random.randrange(len(holder) + 1), copy.deepcopy(holder[path[-1]]))


def _swap(random: Random, data: Any, places: list[Path]) -> None:
    one, other = random.choice(places), random.choice(places)
    if one[: len(other)] == other or other[: len(one)] == one:
        return
    first, second = get(data, one), get(data, other)
    get(data, one[:-1])[one[-1]] = second
    get(data, other[:-1])[other[-1]] = first


def _rename(random: Random, data: Any, places: list[Path]) -> None:
    keys = [path for path in places if isinstance(path[-1], str)]
    path = random.choice(keys)
    holder = get(data, path[:-1])
    holder[random.choice(NAMES)] = holder.pop(path[-1])


def _add(random: Random, data: Any, places: list[Path]) -> None:
    holder = get(data, random.choice(places)[:-1])
    if isinstance(holder, list):
        holder.append(copy.deepcopy(random.choice(DATA)))
    else:
        holder[random.choice(NAMES)] = copy.deepcopy(random.choice(DATA))


def _record(random: Random, data: Any, places: list[Path]) -> None:
    """Write a forged record."""
    lines = [forged_line(random, data, random.choice(places)) for _ in range(random.randint(1, 5))]
    _annotate(data, f"undo.krm-fn.dev/{OWNER}", "".join(f"{line}\n" for line in lines))


def _mark(random: Random, data: Any, places: list[Path]) -> None:
    """Write a mark, or another annotation that the function reads."""
    key, value = random.choice(
        (
            ("krm-fn.dev/owner", OWNER),
            ("krm-fn.dev/content", "bbbbbbbb"),
            (f"checksum.krm-fn.dev/{OWNER}", random.choice(("bbbbbbbb", "", 5))),
            ("krm-fn.dev/inject", random.choice(("disabled", "false", ""))),
            ("config.kubernetes.io/local-config", random.choice(("true", "false", True))),
            ("config.kubernetes.io/path", random.choice(("a/b.yaml", "../x.yaml", "/x", "", "a\\b", 5))),
            ("config.kubernetes.io/index", random.choice(("0", "x", "-1", 1))),
            ("internal.config.kubernetes.io/path", "a.yaml"),
            ("prometheus.io/port", random.choice(("80", 8080, "x", None))),
            ("kubectl.kubernetes.io/default-container", random.choice((OWNER, "", None))),
            ("config.kubernetes.io/previousNames", random.choice(("web", "a,b", ""))),
            ("internal.config.kubernetes.io/previousNames", "web,law-proxy"),
        )
    )
    _annotate(data, key, value)


def _annotate(data: Any, key: str, value: Any) -> None:
    metadata = data.setdefault("metadata", {})
    if isinstance(metadata, dict):
        annotations = metadata.setdefault("annotations", {})
        if isinstance(annotations, dict):
            annotations[key] = value


_MUTATIONS: tuple[Callable[[Random, Any, list[Path]], None], ...] = (
    *(_delete, _replace, _replace, _copy, _copy, _repeat, _swap, _rename, _add, _record, _mark),
)
