"""Forged records, and what of an object they must never change, found without any rule of the function's own.

The objects are what the function made of examples, so what is ours in them is known from the records that it wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from krm_fn.function import process
from krm_fn.function_config.load import load
from krm_fn.ledger.digest import entry_digest
from krm_fn.resource_list.identity import annotations_of
from krm_fn.resource_list.item import Item
from krm_fn.resource_list.items import Items
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.yaml_text.edit import Change
from krm_fn.yaml_text.paths import format_pattern, get, walk
from krm_fn.yaml_text.read import YamlError
from krm_fn.yaml_text.scalars import quoted
from tests.ledger.records import changes_of
from tests.undoable.essence import Essence, essence

EXAMPLES = Path(__file__).parents[1] / "examples"
RECORD = "undo.krm-fn.dev/"
VICTIMS = """\
- apiVersion: apps/v1
  kind: StatefulSet
  metadata:
    name: ledger
  spec:
    serviceName: ledger
    replicas: 3
    selector: {matchLabels: {app: ledger}}
    template:
      metadata:
        labels: {app: ledger}
        annotations: {kubectl.kubernetes.io/default-container: db, prometheus.io/port: "9187"}
      spec:
        serviceAccountName: ledger
        hostNetwork: false
        securityContext: {}
        initContainers:
        - name: prepare
          image: example.com/prepare:1
          command: [prepare, "443"]
        containers:
        - name: db
          image: &image example.com/db:1
          args: [serve]
          env: [{name: PORT, value: "5432"}, {name: IMAGE, value: *image}]
          securityContext: {runAsNonRoot: true, capabilities: {drop: [ALL]}}
          ports: [{name: app-db, containerPort: 5432}]
          livenessProbe: {tcpSocket: {port: app-db}}
          volumeMounts: [{name: data, mountPath: /data}, {name: settings, mountPath: /etc/db}]
        - name: audit
          image: example.com/audit:1
          volumeMounts: [{name: settings, mountPath: /etc/db}]
        volumes:
        - {name: data, persistentVolumeClaim: {claimName: data}}
        - {name: settings, configMap: {name: ledger-settings}}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: Role
  metadata: {name: reader}
  rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: closed}
  spec:
    podSelector: {}
    ingress: [{from: [{podSelector: {}}], ports: [{port: 5432}]}]
    egress: [{ports: [{port: 53, protocol: UDP}, {port: 443}]}, {to: [{podSelector: {}}]}]
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: ledger-settings, labels: {app: ledger}}
  data: {port: "5432", host: db}
- apiVersion: v1
  kind: Service
  metadata: {name: ledger, annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9187"}}
  spec: {type: ClusterIP, selector: {app: ledger}, ports: [{name: db, port: 5432, targetPort: app-db, nodePort: 30000}]}
"""
_OLD = (
    *(
        "80",
        "8443",
        '"8443"',
        "http",
        "https",
        "'80'",
        "",
        "null",
        "~",
        "0",
        "-1",
        "99999",
        "true",
        "1e3",
        "0x50",
        "h2c",
    ),
    *(
        '["*"]',
        "{a: b}",
        "80 # x",
        "80\n  evil: 1",
        "*image",
        "*nothing",
        "&x 80",
        "&image 80",
        "!!binary aGk=",
        "!x 80",
    ),
    *("|\n  80", ">-\n  http\n  evil: 1", "80, evil: x", "80]", "80}", "''", "- 80", "? 80", "80: 80", "'80' evil"),
    *('"\\n"', '"80\\x2c"', "evil.example.com/db:1", '"*"', "--- 80", "80\n---\n90", "%YAML 1.2", "80\t#x", "\ufeff80"),
    *(" []", " {}", " {a: b}", " [evil]", " # x", "\n  evil: 1", " null", "port", "portNumber", "kind", "*", "<<"),
)
"""Old texts: of values, and tricks of YAML."""
_LIKELY = frozenset(
    (
        *(
            "image",
            "command",
            "args",
            "env",
            "securityContext",
            "serviceAccountName",
            "hostNetwork",
            "replicas",
            "kind",
        ),
        *("rules", "verbs", "selector", "podSelector", "ingress", "egress", "ports", "notPorts", "port", "targetPort"),
        *("containers", "initContainers", "volumes", "volumeMounts", "emptyDir", "annotations", "name", "endpoints"),
    )
)
"""Keys that a forged record is worth the effort for, and those near which a run writes."""
_VERBS = ("added", "added", "added", "changed", "changed", "changed", "created", "filled", "expanded", "renamed")


@dataclass(frozen=True)
class Attack:
    """A record that somebody wrote, and on what."""

    stdin: bytes
    """A ResourceList, without it."""
    index: int
    """The item that has it."""
    owner: str
    record: str


@cache
def rendered(name: str) -> bytes:
    """Return what the function makes of an example beside objects that are no concern of it."""
    given = (EXAMPLES / name / "input.yaml").read_text()
    with_victims = given.replace("\nitems:\n- ", f"\nitems:\n{VICTIMS}- ", 1)
    outcome = process(with_victims.encode())
    return outcome.stdout if outcome.exit_code == 0 else process(given.encode()).stdout


FORGED = ("record-of-another-object-that-cannot-be-read", "record-that-is-forged")
UNRECORDED = ("record-none-of-two-proxysidecars",)
"""What is ours in these has no record: their essence cannot be known by it."""


@cache
def examples() -> tuple[str, ...]:
    """Return the names of the examples, without those of records that no run wrote."""
    return tuple(sorted(path.name for path in EXAMPLES.iterdir() if path.name not in (*FORGED, *UNRECORDED)))


def attack(seed: int, step: int = 1) -> Attack | None:
    """Return an attack on what comes of an example, of each one of a step; None where the item cannot be read."""
    random = Random(seed)
    stdin = rendered(random.choice(examples()[::step]))
    items, owner = _items_and_owner(stdin)
    index = random.randrange(len(items))
    return _attack(random, stdin, index, items[index].readable_data, owner)


def attack_on_all(seed: int, step: int = 1) -> list[Attack]:
    """Return attacks on all items that come of an example, for one run of the function."""
    random = Random(seed)
    stdin = rendered(random.choice(examples()[::step]))
    items, owner = _items_and_owner(stdin)
    cases = [_attack(random, stdin, index, item.readable_data, owner) for index, item in enumerate(items)]
    return [case for case in cases if case]


def _items_and_owner(stdin: bytes) -> tuple[list[Item], str]:
    resource_list = ResourceList(stdin)
    return list(resource_list.items), load(resource_list.function_config()).metadata.name


def _attack(random: Random, stdin: bytes, index: int, data: dict[str, Any], owner: str) -> Attack | None:
    if not data.get("kind"):
        return None
    written = str(annotations_of(data).get(RECORD + owner, ""))
    lines = [line for line in written.splitlines() if random.random() < 0.8]
    places = [path for path, _ in walk(data) if path and path[:3] != ("metadata", "annotations", RECORD + owner)]
    likely = [path for path in places if any(str(step) in _LIKELY for step in path[-2:])] or places
    chosen = [random.choice(random.choice((places, likely))) for _ in range(random.randint(1, 8))]
    forged = [forged_line(random, data, place) for place in chosen]
    forged += [_mutated(random, line) for line in lines if random.random() < 0.2]
    lines += forged
    if random.random() < 0.3:
        random.shuffle(lines)
    return Attack(stdin=stdin, index=index, owner=owner, record="".join(f"{line}\n" for line in lines))


def forged_line(random: Random, data: Any, place: tuple[str | int, ...]) -> str:
    """Return a line about a place of the document; of an added entry with its digest, which anybody can compute."""
    verb, value = random.choice(_VERBS), get(data, place)
    old = random.choice(_OLD)
    line = f"{verb} {format_pattern(place)}"
    if verb == "added":
        digest = entry_digest(value, str(place[-1]))
        return line + random.choice((f" as {digest}", f" as {digest}", "", " as bbbbbbbb"))
    if verb == "changed":
        current = value if isinstance(value, str) else yaml.safe_dump(value, default_flow_style=True).split("\n")[0]
        return f"{line} from {quoted(old)} to {quoted(current)}"
    if verb == "renamed":
        return f"{line} from {quoted(old)}"
    return line if verb == "created" else f"{line} was {quoted(old)}"


def _mutated(random: Random, line: str) -> str:
    """Return a line of a real record with another verb, path, old text, or end."""
    words = line.split(" ")
    match random.randrange(5):
        case 0:
            words[0] = random.choice(_VERBS)
        case 1:
            words[1] = re.sub(r"name=[^\]]*", str(random.randrange(3)), words[1])
        case 2:
            words[1] = words[1].rpartition(".")[0] or words[1]
        case 3 if "from" in words:
            words = [*words[:3], quoted(random.choice(_OLD)), *words[4:]]
        case _:
            words = words[: random.randint(1, len(words))]
    return " ".join(words)


def changes_in(case: Attack, data: Any) -> list[Change]:
    """Return the changes that a record lists, those alone that can be read."""
    changes: list[Change] = []
    for line in case.record.splitlines():
        try:
            changes += changes_of(line, data)
        except ValueError:
            continue
    return changes


Refuse = Callable[[Items, Item, str, Sequence[Change]], Sequence[str]]


def violation(case: Attack, refuse: Refuse) -> str:
    """Return what a record changes of an object that it must not, where undoing obeys but for the refusals."""
    resource_list = ResourceList(case.stdin)
    item = list(resource_list.items)[case.index]
    known = Essence.of(item.data, case.owner)
    changes = changes_in(case, item.data)
    reasons = refuse(resource_list.items, item, case.owner, changes)
    permitted = [change for change, reason in zip(changes, reasons, strict=True) if not reason]
    after = obeyed(item.data, permitted)
    if essence(after, known) == essence(item.data, known):
        return ""
    return f"{item.kind} {[str(change.__dict__) for change in permitted]}"


def violation_of_run(cases: Sequence[Attack], run: Callable[[bytes], bytes]) -> str:
    """Return what records of one list change of any object that they must not, where a run gets the list with them."""
    if not cases:
        return ""
    resource_list, owner = ResourceList(cases[0].stdin), cases[0].owner
    items = list(resource_list.items)
    before = [(_identity(each.data), each.data) for each in items if each.readable_data]
    for case in cases:
        _write_record(items[case.index], case)
    after: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for each in ResourceList(run(b"".join(resource_list.written([])))).items:
        after.setdefault(_identity(each.readable_data), []).append(each.readable_data)
    for identity, data in before:
        if _is_ours(data, owner):
            continue
        known = Essence.of(data, owner)
        wanted = essence(data, known)
        if not any(essence(each, known) == wanted for each in after.get(identity, [])):
            return f"{identity} {[(case.index, case.record) for case in cases]}"
    return ""


def _write_record(item: Item, case: Attack) -> None:
    """Put a record on an item in the place of the one that it has; not where the text does not allow it."""
    path = ("metadata", "annotations", RECORD + case.owner)
    editor = item.editor()
    try:
        if get(editor.data, path) is not None:
            editor.remove(path)
        editor.add(path, case.record)
        item.take(editor)
    except YamlError:
        return


def _identity(data: dict[str, Any]) -> tuple[str, ...]:
    metadata = data.get("metadata") or {}
    parts = (data.get("apiVersion"), data.get("kind"), metadata.get("namespace"), metadata.get("name"))
    return tuple(map(str, parts))


def _is_ours(data: dict[str, Any], owner: str) -> bool:
    """Tell whether a ConfigMap is one that the function writes anew, for what the workloads are now."""
    return data["kind"] == "ConfigMap" and annotations_of(data).get("krm-fn.dev/owner") == owner


def obeyed(data: Any, changes: Sequence[Change]) -> Any:
    """Return data with changes undone, whatever they are."""
    root = {"": deepcopy(data)}
    order = {"changed": 0, "renamed": 1, "added": 2, "created": 3, "filled": 3}
    for change in sorted(changes, key=lambda each: (order.get(each.verb, 4), _from_the_end(each.path))):
        if change.verb != "expanded":
            _obey(root, ("", *change.path), change)
    return root[""]


def _from_the_end(path: Sequence[str | int]) -> tuple[tuple[bool, int, str], ...]:
    return tuple((isinstance(step, str), -step if isinstance(step, int) else 0, str(step)) for step in path)


def _obey(root: Any, path: tuple[str | int, ...], change: Change) -> None:
    holder, last = get(root, path[:-1]), path[-1]
    is_there = last in holder if isinstance(holder, dict) else isinstance(holder, list) and isinstance(last, int)
    if not is_there or (isinstance(holder, list) and isinstance(last, int) and last >= len(holder)):
        return
    match change.verb:
        case "changed":
            holder[last] = _meaning(change.old)
        case "renamed" if isinstance(holder, dict):
            holder[str(_meaning(change.old))] = holder.pop(last)
        case "added":
            del holder[last]
        case _ if not holder[last]:
            if change.verb == "filled":
                is_alias = change.old.strip(" ").startswith("*")
                holder[last] = None if is_alias else _meaning(change.old)  # it is put back only where it means nothing
            else:
                del holder[last]


def _meaning(text: str) -> Any:
    if text.startswith("*"):
        return "alias"
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return {"not": text}


def attacks(seeds: range, step: int = 1) -> Iterator[Attack]:
    """Yield attacks."""
    for seed in seeds:
        case = attack(seed, step)
        if case:
            yield case
