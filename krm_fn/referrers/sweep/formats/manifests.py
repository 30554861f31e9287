"""Manifests in a text, such as those that a Job applies: what would follow there if it were an item is found.

| the manifest                              | and names                     | is found       |
|-------------------------------------------|-------------------------------|----------------|
| is of a kind of the tables                | a port that moved             | as its row has |
| is a policy that lists the app's port     | and not the proxy's           | yes            |
| is of another kind, and selects the Pods  | the app's port                | yes            |
| is a workload, or is for others           |                               | no             |
"""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.references.kinds import known_of
from krm_fn.references.reference import Reference
from krm_fn.referrers.sweep.formats.outline import Leaf, located
from krm_fn.referrers.sweep.selectors import SelectorSearch
from krm_fn.resource_list.identity import metadata_of, namespace_of
from krm_fn.services.port_changes import FrontedPort, PortChange
from krm_fn.workload.kinds import kind_of, kinds_with
from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.paths import get
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.references.reference import PolicyRule
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.items import Items
    from krm_fn.yaml_text.node import Path

_LONGEST = 1_000_000
"""Characters of a text that are read."""
_FEW = 30
"""Words that are searched for in each document."""
_NOT_SELECTING = ("ConfigMap", "Secret", "Endpoints", "EndpointSlice", "Namespace")


class InText(Record):
    """An old port in a text that is read as YAML."""

    path: Path
    """In its document."""
    line: int
    port: int | str
    new: int | str
    moved: PortChange | FrontedPort
    """What it is a port of."""
    is_listed: bool = False
    """Whether it is in the list of a policy that has the app's port, and not the proxy's."""


def documents(text: str, words: Collection[str] = ()) -> Iterator[tuple[Any, Any]]:
    """Yield the documents of YAML in a text: the plain data of each, and the same with the lines of the values.

    Where a few words are given, only documents with one of these.
    """
    words = words if len(words) <= _FEW else ()
    if len(text) > _LONGEST:
        return
    start, number = 0, 1
    while start <= len(text):
        end = 0 if not start and text.startswith("---") else text.find("\n---", start)
        end = end if end >= 0 else len(text)
        document = text[start:end]
        if ":" in document and (not words or any(map(document.__contains__, words))):
            try:
                node = read(document)
                yield to_data(node), located(node, document, number)
            except (YamlError, ValueError, RecursionError):
                pass
        behind = text.find("\n", end + 1)
        behind = behind + 1 if behind >= 0 else len(text) + 1
        number += text.count("\n", start, behind)
        start = behind


class Manifests:
    """The search of texts for manifests that name ports that moved."""

    def __init__(self, items: Items, resolver: PortResolver, spec: Spec) -> None:
        self._items = items
        self._resolver = resolver
        self._spec = spec
        self._selectors = SelectorSearch(resolver)
        self._workloads = kinds_with(spec.workload_kinds)

    def ports_in(self, text: str, namespace: str, words: Collection[str]) -> Iterator[InText]:
        """Yield the old ports in the manifests of a text that have one of some words.

        Those without a namespace are in the one given.
        """
        for data, lines in documents(text, words):
            whole = data if isinstance(data, dict) else {}
            entries = whole.get("items") if str(whole.get("kind")).endswith("List") else None
            for index, each in enumerate(entries if isinstance(entries, list) else ()):
                yield from self._of(each, get(lines, ("items", index)), namespace)
            yield from self._of(data, lines, namespace)

    def _of(self, data: Any, lines: Any, namespace: str) -> Iterator[InText]:
        is_manifest = isinstance(data, dict) and isinstance(data.get("kind"), str) and "apiVersion" in data
        if not is_manifest or data["kind"] in self._spec.referrers.ignore:
            return
        if not namespace_of(data):
            data = {**data, "metadata": {**metadata_of(data), "namespace": namespace}}
        from krm_fn.references.field_spec import field_spec_of  # noqa: PLC0415 # few texts have a manifest

        known = known_of(data, map(field_spec_of, self._spec.referrers.kinds))
        found: set[Path] = set()
        for each in known:
            for place in each.places_among(self._items)(data):
                ports = self._in_reference(place) if isinstance(place, Reference) else self._in_rule(place)
                for path, port, new, moved in ports:
                    found.add(path)
                    is_listed = not isinstance(place, Reference)
                    line = _line(lines, path)
                    yield InText(path=path, line=line, port=port, new=new, moved=moved, is_listed=is_listed)
        if data["kind"] not in _NOT_SELECTING and not kind_of(data, self._workloads):
            for path, port, selected in (
                self._selectors.ports_of(data) if not known or data["kind"] == "Service" else ()
            ):
                other = selected.instead_of(port)
                if path not in found and other is not None:
                    yield InText(path=path, line=_line(lines, path), port=port, new=other, moved=selected.moved)

    def _in_reference(
        self, reference: Reference
    ) -> Iterator[tuple[Path, int | str, int | str, PortChange | FrontedPort]]:
        if reference.every or (reference.scrapes and self._spec.referrers.scrape == "app"):
            return
        target = self._resolver.new_port(reference)
        new = next((value for value in target.values if value != reference.port or reference.absent), None)
        if new is not None and not target.stays:
            is_of_pods = reference.of == "pods" or not target.changes
            moved = (target.fronted if is_of_pods else target.changes)[0]
            yield reference.path, reference.port, new, moved

    def _in_rule(self, rule: PolicyRule) -> Iterator[tuple[Path, int | str, int | str, PortChange | FrontedPort]]:
        for fronted in self._resolver.fronted_with(rule.selects):
            if rule.selects(fronted.labels, fronted.namespace) is not True:
                continue
            listed = [port for port in rule.ports if port]
            held = next(
                (
                    index
                    for index, port in enumerate(rule.ports)
                    if port and port.holds(fronted.app_number, fronted.app_names)
                ),
                None,
            )
            if held is None or any(port.holds(fronted.number, (fronted.name,)) for port in listed):
                continue
            port = rule.ports[held]
            old: int | str = fronted.app_number if port and port.first else port.name if port else ""
            yield (
                rule.path_to(held),
                old,
                fronted.instead_of(old, name_is_known=rule.takes_names) or fronted.number,
                fronted,
            )


def _line(lines: Any, path: Path) -> int:
    """Return the line of a value; of one that is not there, that of the first value beside it."""
    for end in range(len(path), -1, -1):
        at = get(lines, path[:end])
        while isinstance(at, dict | list) and at:
            at = next(iter(at.values() if isinstance(at, dict) else at))
        if isinstance(at, Leaf):
            return at.line
    return 1
