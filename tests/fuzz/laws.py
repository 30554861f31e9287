"""What must hold for any input, found by other readers of YAML and without rules of the function's own."""

from __future__ import annotations

import json
import re
import signal
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from zlib import crc32

import yaml

from krm_fn.codes import FAULT, NO_RECORD, RECORD_NOT_OURS, RECORD_PLACE_GONE
from krm_fn.function import EMPTY_LIST, process
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.result import FunctionError
from krm_fn.yaml_text.read import YamlError
from tests.laws.laws import ON_THE_WAY, PLACE
from tests.manifests import load, load_quickly
from tests.undoable.essence import Essence, essence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from krm_fn.resource_list.item import Item
    from krm_fn.summary import Outcome

MARK = b"krm-fn.dev"
"""What an earlier run, or a forger, has written."""
_SLOWLY = 4
"""Of so many texts one is read by PyYAML's own parser, the others by libyaml."""
_WHOLE = re.compile(r"stdin|functionConfig|the ResourceList|\S+/\w+\S*( \(\S+\))?: ")
"""What else tells where an error is: all of the input, or an object that has no name, or is from a file."""
_LINE = re.compile(r"line \d+")
UNRECORDED = b'"record": "none"'
"""In a functionConfig: then nothing says what in an object is ours."""
_OLD_BREAK = re.compile(rb"\r(?!\n)")
_SPEC = re.compile(rb'("spec": \{)')
_RECORD = re.compile(rb"undo\.krm-fn\.dev/[\w.-]+")
_DOES_NOT_FIT = (RECORD_PLACE_GONE, RECORD_NOT_OURS)
SECONDS, MORE_PER_KILOBYTE = 4.0, 0.2
"""What a run may take of the processor, on a machine with other work."""


class Broken(Exception):  # noqa: N818 # a law is
    """A law does not hold."""


class TooLong(BaseException):
    """A run does not end. No Exception, so that nothing handles it."""


def holds(stdin: bytes) -> str:
    """Check all laws on an input; return what became of it: refused, injected, or unchanged."""
    with limited(len(stdin)):
        outcome = process(stdin)
    is_told_well(outcome)
    try:
        came = ResourceList(stdin)
    except YamlError:
        require(outcome.exit_code == 1 and outcome.stdout.startswith(EMPTY_LIST), "no ResourceList, and no empty one")
        return "unread"
    if outcome.exit_code:
        _is_refused(came, outcome)
        return "refused"
    went = ResourceList(outcome.stdout)
    is_marked = MARK in stdin.replace(b"krm-fn.dev/v1alpha1", b"")
    _touches_only_what_it_may(came, went, _name(came), is_marked=is_marked)
    _is_once(stdin, outcome, is_marked=is_marked)
    if not is_marked:
        _is_undone(stdin, outcome)
    return "injected" if outcome.stdout[: len(stdin)] != stdin else "unchanged"


@contextmanager
def limited(size: int) -> Iterator[None]:
    """Let what runs take no more of the processor than its size allows."""
    allowed = SECONDS + size / 1000 * MORE_PER_KILOBYTE

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, allowed)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def require(condition: bool, law: str) -> None:  # a condition
    if not condition:
        raise Broken(law)


def is_told_well(outcome: Outcome) -> None:
    """Each result has a code, and each error says where."""
    for result in outcome.results:
        require(bool(re.fullmatch(r"PS\d{3}", result.code.number)), "a result has no code")
        require(result.code is not FAULT, f"the last resort is reached: {result.message}")
        says_where = result.path or result.file or PLACE.search(result.line()) or _WHOLE.search(result.line())
        require(bool(says_where) or result.severity != "error", f"an error says no place: {result.line()}")
    for line in outcome.lines:
        require("\n" not in line, "a line for stderr has a line break")
    require(outcome.exit_code == any(each.severity == "error" for each in outcome.results), "another exit code")


def _is_refused(came: ResourceList, outcome: Outcome) -> None:
    """The items go back byte for byte."""
    if outcome.stdout == came.data:
        return
    try:
        went = ResourceList(outcome.stdout)
    except YamlError as error:
        raise Broken("refused, with a ResourceList that cannot be read") from error
    if _OLD_BREAK.search(came.data):  # the items have no lines of their own
        return
    same = [item.original.rstrip() for item in came.items] == [item.original.rstrip() for item in went.items]
    require(same, "refused, with other items")
    require(
        outcome.stdout.startswith(came.data) or _bare(came.data).rstrip() == _bare(outcome.stdout).rstrip(),
        "refused, with another list",
    )


def _is_once(came: bytes, outcome: Outcome, *, is_marked: bool, rounds: int = 1) -> None:
    """A second run changes nothing, and says the same; what was there before the first may make that say more.

    Where a record does not fit the objects, or another ProxySidecar's is mutated, what the first run adds may show more
    of what an earlier one had added: the third run at the latest changes nothing.
    """
    with limited(len(outcome.stdout)):
        again = process(outcome.stdout)
    if again.exit_code and UNRECORDED in outcome.stdout:
        return
    if is_marked and is_without_record(again):
        return
    require(again.exit_code == 0, f"a second run is refused: {again.lines[:1]}")
    is_same = again.stdout == outcome.stdout or _bare(again.stdout) == _bare(outcome.stdout)
    of_others = {*_RECORD.findall(came)} - {f"undo.krm-fn.dev/{_name(ResourceList(came))}".encode()}
    fits = not of_others and not any(each.code in _DOES_NOT_FIT for each in outcome.results)
    if not is_same and is_marked and rounds and not fits:
        _is_once(came, again, is_marked=is_marked, rounds=rounds - 1)
        return
    require(is_same, "a second run changes something")
    said = [_LINE.sub("", line) for line in outcome.lines if not ON_THE_WAY.search(line)]
    says = [_LINE.sub("", line) for line in again.lines]
    require(is_marked or says == said, f"a second run says something else: {sorted({*says} ^ {*said})[:1]}")


def is_without_record(outcome: Outcome) -> bool:
    """Tell whether a part of our own output was refused as one of which it is not known what it was before."""
    return any(result.code is NO_RECORD for result in outcome.results)


def _is_undone(stdin: bytes, outcome: Outcome) -> None:
    """What is removed again gives back what came, to the byte."""
    bare = _bare(outcome.stdout)
    spans = [found for found in (_config(bare), _config(stdin)) if found]
    if len(spans) != 2 or spans[0][2] != spans[1][2]:
        return
    start, end, config = spans[0]
    if config["spec"].get("record") == "none" or "remove" in config["spec"]:
        return
    removal = _SPEC.sub(rb'\1"remove": true, ', bare[start:end], count=1)  # written as it is, numbers and all
    with limited(len(bare)):
        removed = process(bare[:start] + removal + bare[end:])
    require(removed.exit_code == 0, "a removal is refused")
    before = _bare(stdin)
    if b"\nresults:" in stdin and not before.endswith(b"\n"):  # which the results stood behind
        before += b"\n"
    require(_bare(removed.stdout).replace(removal, bare[start:end], 1) == before, "a removal leaves something")


def _config(data: bytes) -> tuple[int, int, dict[str, Any]] | None:
    """Return where the functionConfig is, which is JSON on one line."""
    text = data.decode()
    for found in reversed(list(re.finditer(r'functionConfig"?: (?=\{)', text))):
        try:
            config, end = json.JSONDecoder().raw_decode(text, found.end())
        except ValueError:
            continue
        if isinstance(config, dict) and config.get("kind") == "ProxySidecar":
            return len(text[: found.end()].encode()), len(text[:end].encode()), config
    return None


def _name(came: ResourceList) -> str:
    try:
        return str(came.function_config()["metadata"]["name"])
    except (FunctionError, KeyError, TypeError):
        return ""


def _touches_only_what_it_may(came: ResourceList, went: ResourceList, owner: str, *, is_marked: bool) -> None:
    """Each item is as it was, or differs only in ports and what is ours; other readers read it as we do."""
    before = [item for item in came.items if not _is_ours(item, owner)]
    after = [item for item in went.items if not _is_ours(item, owner)]
    if not is_marked:
        require(len(list(came.items)) == len(before) == len(after), "items are lost or added")
    elif len(before) != len(after):
        lost = Counter(item.original.strip() for item in before) - Counter(item.original.strip() for item in after)
        require(not lost or len(after) >= len(before), "items are lost")
        return
    for old, new in zip(before, after, strict=True):
        if old.original.strip() != new.original.strip():
            _is_read_alike(old, new)
            if UNRECORDED not in came.data:
                _differs_only_where_it_may(old, new, owner)


def _is_ours(item: Item, owner: str) -> bool:
    if b"krm-fn.dev/owner" not in item.original:
        return False
    metadata = item.readable_data.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    return isinstance(annotations, dict) and annotations.get("krm-fn.dev/owner") == owner


def _is_read_alike(old: Item, new: Item) -> None:
    """PyYAML reads a changed item as we do, if it reads what came."""
    read = load if crc32(old.original) % _SLOWLY == 0 else load_quickly
    kind, was, now = str(old.readable_data.get("kind")), _plain(old, read), _plain(new, read)
    if was is not None:
        require(_same(was, old.readable_data), f"PyYAML reads another {kind} in what came")
        require(now is not None, f"PyYAML does not read a changed {kind}")
        require(_same(now, new.readable_data), f"PyYAML reads another {kind}")


def _differs_only_where_it_may(old: Item, new: Item, owner: str) -> None:
    kind = str(old.readable_data.get("kind"))
    try:
        parts = [Essence.of(item.readable_data, owner) for item in (old, new)]
        known = Essence(kind, parts[0].names | parts[1].names)
        same = essence(new.readable_data, known) == essence(old.readable_data, known)
    except (TypeError, AttributeError, KeyError, ValueError):  # of types for which it is not made
        return
    require(same, f"a {kind} changes where it must not")


def _plain(item: Item, read: Callable[[str], Any]) -> Any:
    """Return what PyYAML reads, None where it reads nothing."""
    try:
        data = read(item.text.lstrip("\ufeff"))
    except (yaml.YAMLError, YamlError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    data = data[0] if isinstance(data, list) and len(data) == 1 else data
    return _joined(data) if "\\u" in item.text else data


def _joined(data: Any) -> Any:
    """Return what PyYAML reads with each pair of escapes as the one character that it means."""
    if isinstance(data, dict):
        return {_joined(key): _joined(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_joined(value) for value in data]
    return data.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(data, str) else data


def _same(one: Any, other: Any) -> bool:
    """Tell whether PyYAML and we mean the same; to us keys, fractions and numbers of more than 64 bits are texts."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [key for key in one if isinstance(key, str)]
        are_all = len(keys) == len(one)
        return (not are_all or one.keys() == other.keys()) and all(_same(one[key], other.get(key)) for key in keys)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, tuple):  # of an unknown tag, and what is behind it: of a plain scalar its text
        return _same(one[1], other) or one[1] == str(other)
    is_large = isinstance(one, int) and abs(one) >= 1 << 63
    return one == other or is_large or isinstance(one, float | bytes | set)


def _bare(data: bytes) -> bytes:
    """Return a list without results. A block text before them may need the line break that the list may lack."""
    try:
        return b"".join(ResourceList(data).written([]))
    except FunctionError:
        return b"".join(ResourceList(data + b"\n").written([]))
