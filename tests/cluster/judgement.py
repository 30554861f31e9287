"""What the API server says of objects, and the law: what the function writes is taken as what was there before it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.cluster.known import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.api import Api

JUDGED: Counter[tuple[str, str]] = Counter()
"""How many objects, by kind and outcome."""
NEW, CHANGED, SAME = "new", "changed", "as they were"
REFUSED_BEFORE, NOT_SERVED = "refused before, too", "of no kind that is served"
OUTCOMES = (NEW, CHANGED, SAME, REFUSED_BEFORE, NOT_SERVED)


class Judgement(NamedTuple):
    """What the server would do with an object."""

    refusal: str
    lost: frozenset[str]
    """What was sent and would not be kept as it was sent: paths, without the places in lists."""
    warnings: frozenset[str]


def judged(api: Api, data: Any) -> Judgement | None:
    """Return the server's judgement of an object, None where its kind is not served."""
    sent = known(data)
    if not isinstance(sent, dict) or (sent.get("apiVersion"), sent.get("kind")) not in api.kinds:
        return None
    status, body, warnings = api.create(sent, dry_run=True)
    if status >= 300:
        return Judgement(f"{status}: {body.get('message')}", frozenset(), warnings)
    return Judgement("", frozenset(re.sub(r"\[\d+\]", "[]", path) for path in _lost(sent, body, "")), warnings)


def check(api: Api, before: list[Any], after: list[Any]) -> None:
    """Assert that the server takes what is new, and what it took before: all of it, with no new warning."""
    given = {_identity(data): data for data in before}
    for data in after:
        old = given.get(_identity(data))
        kind = data.get("kind") if isinstance(data, dict) else None
        JUDGED[str(kind or "no kind"), _outcome(api, old, data)] += 1


def _outcome(api: Api, old: Any, data: Any) -> str:
    if data == old:
        return SAME
    now = judged(api, data)
    if now is None:
        return NOT_SERVED
    was = judged(api, old) if old is not None else Judgement("", frozenset(), frozenset())
    assert was is not None
    if was.refusal:
        return REFUSED_BEFORE
    assert not now.refusal, f"{_identity(data)}: {now.refusal}"
    assert now.lost <= was.lost, f"{_identity(data)}: lost {sorted(now.lost - was.lost)}"
    assert now.warnings <= was.warnings, f"{_identity(data)}: {sorted(now.warnings - was.warnings)}"
    return NEW if old is None else CHANGED


def _identity(data: Any) -> tuple[str, ...]:
    if not isinstance(data, dict):
        return ()
    metadata = data.get("metadata")
    own = metadata if isinstance(metadata, dict) else {}
    name = own.get("name") or own.get("generateName")
    group = str(data.get("apiVersion")).rpartition("/")[0]
    return tuple(map(str, (group, data.get("kind"), own.get("namespace"), name)))


def _lost(sent: Any, kept: Any, path: str) -> Iterator[str]:
    if isinstance(sent, dict) and isinstance(kept, dict):
        for key, value in sent.items():
            if key in kept:
                yield from _lost(value, kept[key], f"{path}.{key}")
            elif value not in (None, {}, [], "", 0, False):
                yield f"{path}.{key}"
    elif isinstance(sent, list) and isinstance(kept, list) and len(sent) == len(kept):
        for index, (one, other) in enumerate(zip(sent, kept, strict=True)):
            yield from _lost(one, other, f"{path}[{index}]")
    elif sent != kept and sent is not None:
        yield path
