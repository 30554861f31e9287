"""Scrape configurations of Prometheus in texts: they keep Pods by labels, and their ports by number or name.

| a rule that keeps, or replaces                                  | is about                         |
|-----------------------------------------------------------------|----------------------------------|
| `__meta_kubernetes_pod_label_…`, `…_pod_name`, `…_namespace`    | which Pods                       |
| `__meta_kubernetes_service_name`, `…_service_label_…`           | which Service, and so which Pods |
| `__meta_kubernetes_pod_container_port_number`, `…_name`         | the Pods' port                   |
| `__meta_kubernetes_endpoint_port_name`, `…_service_port_name`   | the Service's port               |
| `__address__` as its target, with a port in the replacement     | the Pods' port                   |

Selectors and namespaces of the one discovery count as rules that keep; rules of Grafana Alloy are read as well.

Source: Prometheus, "kubernetes_sd_config" and "relabel_config": a regular expression matches a whole value, and the
values of several labels are joined by `;`.
"""

from __future__ import annotations

import re

from krm_fn.record import Record
from krm_fn.referrers.sweep.addresses import Lines
from krm_fn.referrers.sweep.formats.manifests import InText, documents
from krm_fn.referrers.sweep.formats.outline import leaf
from krm_fn.resource_list.identity import labels_of, name_of
from krm_fn.selectors.label_query import parse
from krm_fn.services.port_changes import FrontedPort
from krm_fn.yaml_text.paths import get, list_at, mappings_at, text_in, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.services.port_changes import PortChange
    from krm_fn.yaml_text.node import Path

WORD = "__meta_kubernetes_"
_POD, _SERVICE, _NAMESPACE = "pod_label_", "service_label_", "namespace"
_NUMBER, _NAME = "pod_container_port_number", "pod_container_port_name"
_OF_SERVICE = ("endpoint_port_name", "endpointslice_port_name", "service_port_name", "service_port_number")
_PLAIN = re.compile(r"\^?(?:[\w/: -]|\\?\.|[()|]|\.[*+])*\$?")
"""Regular expressions that are read: words, alternatives, and what may be anything."""
_VALUE = re.compile(r"[\w-]+")
_MOST_STARS = 3
_LONGEST = 200
_ADDRESS = re.compile(r".*:([0-9]+)")


class _Rule(Record):
    """A label that must match, of a rule that keeps."""

    label: str
    """Without what all begin with."""
    regex: str
    path: Path


class ScrapeConfigs:
    """The search of scrape configurations for ports that moved."""

    def __init__(self, resolver: PortResolver, *, of_app: bool) -> None:
        """Take what moved; no Pods, where the app itself is to be scraped."""
        self._moved: list[FrontedPort | PortChange] = [] if of_app else [*resolver.fronted]
        self._moved += (change for change in resolver.changes if change.is_renamed)
        self._labels = list(map(_labels, self._moved))
        self._by_label: dict[tuple[str, str], list[int]] = {}
        for position, labels in enumerate(self._labels):
            for label, values in labels.items():
                for value in values:
                    self._by_label.setdefault((label, value), []).append(position)

    def ports_in(self, text: str) -> Iterator[InText]:
        """Yield the old ports in the scrape configurations of a text."""
        for data, lines in documents(text):
            for path, value in walk(data):
                if path[-1:] == ("relabel_configs",) and isinstance(value, list):
                    yield from self._in_rules(path, value, lines, _discovered(get(data, path[:-1])))
        for blocks in _of_alloy(text) if "discovery.relabel" in text else ():
            yield from self._in_rules(("rule",), blocks["rule"], blocks, [])

    def _in_rules(self, path: Path, rules: list[Any], lines: Any, chosen: list[_Rule]) -> Iterator[InText]:
        """Yield the old ports in rules, of what they keep and is chosen before."""
        kept = [*chosen]
        kept += [each for index, rule in enumerate(rules) for each in _kept_by((*path, index), rule)]
        who = [each for each in kept if each.label not in (_NUMBER, _NAME, *_OF_SERVICE)]
        for position in self._possible(who):
            moved = self._moved[position]
            if not _are_kept(who, self._labels[position]):
                continue
            for each in kept:
                for port in _ports(moved, each.label):
                    new = moved.instead_of(port)
                    if new is not None and _matches(each.regex, str(port)) and not _matches(each.regex, str(new)):
                        yield InText(path=each.path, line=_line(lines, each.path), port=port, new=new, moved=moved)
            for index, rule in enumerate(rules) if isinstance(moved, FrontedPort) else ():
                port = _replaced(rule)
                if isinstance(moved, FrontedPort) and port == moved.app_number:
                    place = (*path, index, "replacement")
                    yield InText(path=place, line=_line(lines, place), port=port, new=moved.number, moved=moved)

    def _possible(self, who: list[_Rule]) -> Iterable[int]:
        """Return the positions of what may be kept: what has a label with one of the values that a rule lists."""
        if not who:
            return ()
        for rule in who:
            values = rule.regex.strip("^$").removeprefix("(").removesuffix(")").split("|")
            if all(map(_VALUE.fullmatch, values)) and rule.label not in ("pod_name", _NAMESPACE):
                found = {at for value in values for at in self._by_label.get((rule.label, value), ())}
                return sorted(found)
        return range(len(self._moved))


def _discovered(config: dict[str, Any]) -> list[_Rule]:
    """Return what all of the discoveries of a configuration choose Pods by, as rules that keep; none of several."""
    found = mappings_at(config, ("kubernetes_sd_configs",))
    if len(found) != 1:
        return []
    names = list_at(found[0], ("namespaces", "names"))
    rules = [_Rule(label=_NAMESPACE, regex="|".join(map(str, names)), path=())] if names else []
    for selector in mappings_at(found[0], ("selectors",)):
        try:
            requirements = parse(text_in(selector, "label")) if selector.get("role") == "pod" else []
        except ValueError:
            return []
        for key, operator, values in requirements:
            if operator == "In":
                rules.append(_Rule(label=f"{_POD}{_as_label(key)}", regex="|".join(map(str, values)), path=()))
            else:
                return []
    return rules


def _of_alloy(text: str) -> Iterator[dict[str, Any]]:
    """Yield the rules in each block of Grafana Alloy that relabels, with the lines of their values."""
    starts = [found.start() for found in re.finditer(r"discovery\.relabel\b", text)]
    lines = Lines(text)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        rules = []
        for block in re.finditer(r"\brule\s*\{([^{}]*)\}", text[start:end]):
            rule: dict[str, Any] = {}
            for found in re.finditer(r"""(\w+)\s*=\s*(?:\[([^\]]*)\]|"([^"\n]*)")""", block[1]):
                line = lines.number(start + block.start(1) + found.start()) or 1
                rule[found[1]] = leaf(found[3] or "", line)
                if found[2] is not None:
                    rule[found[1]] = re.findall('"([^"]*)"', found[2])
            rules.append(rule)
        yield {"rule": rules}


def _ports(moved: FrontedPort | PortChange, label: str) -> tuple[int | str, ...]:
    """Return the old ports that a label may have, of Pods or of a Service."""
    if isinstance(moved, FrontedPort):
        return {_NUMBER: (str(moved.app_number),), _NAME: moved.app_names}.get(label, ())
    if label not in _OF_SERVICE:
        return ()
    return (str(moved.old_number) if label.endswith("number") else moved.old_name,)


def _kept_by(path: Path, rule: Any) -> Iterator[_Rule]:
    """Yield the labels of a rule that keeps what matches, each with its part of the regular expression."""
    if not isinstance(rule, dict) or str(rule.get("action")).lower() != "keep":
        return
    labels = list_at(rule, ("source_labels",))
    separator, regex = str(rule.get("separator", ";")), str(rule.get("regex", ""))
    parts = regex.split(separator) if len(labels) > 1 and separator else [regex]
    if len(parts) == len(labels) and len(regex) <= _LONGEST:
        for label, part in zip(labels, parts, strict=True):
            if isinstance(label, str) and label.startswith(WORD):
                yield _Rule(label=label.removeprefix(WORD), regex=part, path=(*path, "regex"))


def _are_kept(rules: list[_Rule], labels: dict[str, tuple[str, ...]]) -> bool:
    """Return whether rules keep something with some labels: one of them says so, and none of them denies it."""
    known = [each for each in rules if each.label in labels or each.label.startswith((_POD, _SERVICE))]
    is_chosen = any(each.label != _NAMESPACE and each.label in labels for each in known)
    return is_chosen and all(any(_matches(each.regex, value) for value in labels.get(each.label, ())) for each in known)


def _pods_labels(fronted: FrontedPort) -> dict[str, tuple[str, ...]]:
    name = fronted.workload.title
    found: dict[str, tuple[str, ...]] = {
        f"{_POD}{_as_label(key)}": (str(value),) for key, value in fronted.labels.items()
    }
    found |= {"pod_name": (f"{name}-0", f"{name}-abcde", f"{name}-abcdef0123-abcde")}
    for service in fronted.services:
        for key, values in _of_service(service.readable_data).items():
            found[key] = (*found.get(key, ()), *values)
    return found | ({_NAMESPACE: (fronted.namespace,)} if fronted.namespace else {})


def _labels(moved: FrontedPort | PortChange) -> dict[str, tuple[str, ...]]:
    """Return the labels that discovery gives Pods, or what is behind a Service."""
    if isinstance(moved, FrontedPort):
        return _pods_labels(moved)
    pods = _pods_labels(moved.fronted) if moved.fronted else {}
    return {**pods, **_of_service(moved.service.readable_data)}


def _of_service(service: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    labels: dict[str, tuple[str, ...]] = {
        f"{_SERVICE}{_as_label(key)}": (str(value),) for key, value in labels_of(service).items()
    }
    name: tuple[str, ...] = (name_of(service),)
    return {**labels, "service_name": name, "endpoints_name": name}


def _as_label(key: str) -> str:
    return re.sub("[^A-Za-z0-9_]", "_", key)


def _replaced(rule: Any) -> int:
    """Return the port in what a rule makes of the address; 0 where it makes none."""
    is_address = isinstance(rule, dict) and rule.get("target_label") == "__address__"
    found = _ADDRESS.fullmatch(str(rule.get("replacement"))) if is_address else None
    return int(found[1]) if found else 0


def _matches(regex: str, value: str) -> bool:
    """Return whether a regular expression of a plain form matches a whole value; one of another form does not."""
    if not _PLAIN.fullmatch(regex) or regex.count("*") + regex.count("+") > _MOST_STARS:
        return False
    try:
        return re.fullmatch(regex, value) is not None
    except re.error:
        return False


def _line(lines: Any, path: Path) -> int:
    return int(getattr(get(lines, path), "line", 1))
