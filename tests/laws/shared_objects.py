"""Objects that several ProxySidecars change, most of them in lists without names, and edits of these by hand."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

import yaml

APPS = (3000, 4000, 5000)
FRONT = {3000: 8999, 4000: 9000, 5000: 9001}
"""The Service's port in front of each app, once it is moved."""
LISTS: dict[str, list[tuple[Any, ...]]] = {
    "Ingress": [("spec", "rules"), ("spec", "rules", 0, "http", "paths"), ("spec", "rules", 1, "http", "paths")],
    "HTTPRoute": [("spec", "rules"), ("spec", "rules", 0, "backendRefs")],
    "VirtualService": [("spec", "http"), ("spec", "http", 0, "route")],
    "NetworkPolicy": [("spec", "ingress"), ("spec", "ingress", 0, "ports")],
    "AuthorizationPolicy": [("spec", "rules"), ("spec", "rules", 0, "to")],
    "ServiceMonitor": [("spec", "endpoints")],
}
"""The lists of each kind that are edited by hand."""


def config_of(index: int, app: int) -> dict[str, Any]:
    """Return a ProxySidecar in front of one of the app's ports."""
    listener = {
        "name": f"front-{index}",
        "port": 15000 + index,
        "upstream": {"port": app},
        "service": {"port": FRONT[app]},
    }
    probes = {"port": 16000 + index, "name": f"status-{index}"}
    spec = {"target": {"name": "web"}, "listeners": [listener], "probes": probes}
    return {
        "apiVersion": "krm-fn.dev/v1alpha1",
        "kind": "ProxySidecar",
        "metadata": {"name": f"proxy-{index}"},
        "spec": spec,
    }


def documents(random: Random) -> list[str]:
    """Return the objects as texts in block style, each as an entry of a list."""
    with_names = random.random() < 0.5
    ports: list[dict[str, Any]] = [
        {**({"name": f"app-{app}"} if with_names else {}), "containerPort": app} for app in APPS
    ]
    made: list[dict[str, Any]] = [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{"name": "web", "image": "example.com/web:1", "ports": ports}]},
                },
            },
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web", "labels": {"app": "web"}},
            "spec": {
                "selector": {"app": "web"},
                "ports": [{"name": f"p{app}", "port": 80 + at, "targetPort": app} for at, app in enumerate(APPS)],
            },
        },
        _object("networking.k8s.io/v1", "Ingress", {"rules": [_host(random, at) for at in range(2)]}),
        _object("gateway.networking.k8s.io/v1", "HTTPRoute", {"rules": [_rule(random, at) for at in range(3)]}),
        _object(
            "networking.istio.io/v1", "VirtualService", {"hosts": ["web"], "http": [_http(random) for _ in range(3)]}
        ),
        _object(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            {
                "podSelector": {"matchLabels": {"app": "web"}},
                "ingress": [_admits(random, at) for at in range(random.choice((1, 3)))],
            },
        ),
        _object(
            "security.istio.io/v1",
            "AuthorizationPolicy",
            {"selector": {"matchLabels": {"app": "web"}}, "rules": [_operations(random, at) for at in range(2)]},
        ),
        _object(
            "monitoring.coreos.com/v1",
            "ServiceMonitor",
            {
                "selector": {"matchLabels": {"app": "web"}},
                "endpoints": [{"targetPort": app, "interval": f"{at + 1}0s"} for at, app in enumerate(APPS)],
            },
        ),
    ]
    return ["- " + _dumped(each).replace("\n", "\n  ").rstrip(" ") for each in made]


def listed(items: list[str], config: dict[str, Any], **spec: Any) -> bytes:
    """Return the ResourceList of some items; of a functionConfig, other fields of its spec may be given."""
    sent = {**config, "spec": {**config["spec"], **spec}}
    head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
    return (head + "".join(items) + f"functionConfig: {json.dumps(sent)}\n").encode()


def items_in(data: bytes) -> list[str]:
    """Return the texts of a list's items, each with the comments that follow."""
    text = data.decode().partition("\nitems:\n")[2].partition("\nfunctionConfig:")[0] + "\n"
    return re.split(r"(?m)^(?=- )", text)[1:]


class Edit:
    """An edit by hand of one list, the same whether the ProxySidecars are there or not."""

    def __init__(self, random: Random, *, of_entries: bool) -> None:
        self.kind = random.choice(list(LISTS))
        self.path = random.choice(LISTS[self.kind])
        does = [self._insert, self._insert, self._delete, self._swap, self._comment]
        self.does = self._change if of_entries else random.choice(does)
        self.at = random.random()
        self.seed = random.random()

    def __repr__(self) -> str:
        return f"{self.does.__name__} {self.kind} {self.path} {self.at:.2f}"

    def of(self, items: list[str], counts: dict[tuple[str, tuple[Any, ...]], int]) -> list[str]:
        """Return the items with the edit. `counts` has how many entries of each list are the user's own, by now."""
        return [self._edited(item, counts) if f"\n  kind: {self.kind}\n" in item else item for item in items]

    def _edited(self, text: str, counts: dict[tuple[str, tuple[Any, ...]], int]) -> str:
        starts = starts_of(text, self.path)
        count = min(counts.get((self.kind, self.path), len(starts) - 1), len(starts) - 1)
        return self.does(text, starts, count) if count > 0 else text

    def _insert(self, text: str, starts: list[int], count: int) -> str:
        random = Random(self.seed)
        at = starts[int(self.at * count)]
        first = text[starts[0] :].replace(NOTE, "")
        column = len(first) - len(first.lstrip(" "))
        entry = _dumped(new_entry(random, self.kind, self.path))
        block = " " * column + "- " + entry.replace("\n", "\n" + " " * (column + 2)).rstrip(" ")
        return text[:at] + block + text[at:]

    def _delete(self, text: str, starts: list[int], count: int) -> str:
        at = int(self.at * count)
        return text[: starts[at]] + text[starts[at + 1] :] if count > 1 else text

    def _swap(self, text: str, starts: list[int], count: int) -> str:
        if count < 2:
            return text
        at = int(self.at * (count - 1))
        first, second, end = starts[at : at + 3]
        return text[:first] + text[second:end] + text[first:second] + text[end:]

    def _comment(self, text: str, starts: list[int], count: int) -> str:
        at = starts[int(self.at * count)]
        return text[:at] + NOTE + text[at:]

    def _change(self, text: str, starts: list[int], count: int) -> str:
        at = int(self.at * count)
        start, end = starts[at : at + 2]
        entry = text[start:end]
        for old, new in CHANGES:
            entry = entry.replace(old, new, 1)
        return text[:start] + entry + text[end:]

    def counted(self, counts: dict[tuple[str, tuple[Any, ...]], int], items: list[str]) -> None:
        """Note how many entries each list has, of items in which nothing was injected."""
        for item in items:
            if f"\n  kind: {self.kind}\n" in item:
                for path in LISTS[self.kind]:
                    counts[self.kind, path] = len(starts_of(item, path)) - 1


NOTE = "  # a note\n"
CHANGES = (("pathType: Prefix", "pathType: Exact"), ("weight: 1", "weight: 2"), ("timeout: 1s", "timeout: 2s"))
"""Fields beside those that say where an entry leads."""


def starts_of(text: str, path: tuple[Any, ...]) -> list[int]:
    """Return where the lines of each entry of a list begin, and where those of the last one end; [0] without any.

    The notes above an entry are a part of it, so that they move with it; those that follow the last one are not.
    """
    root: Any = yaml.compose(text)
    node = root.value[0]
    for step in path:
        if isinstance(step, int):
            node = node.value[step] if step < len(node.value) else None
        else:
            node = next((value for key, value in node.value if key.value == step), None)
        if node is None:
            return [0]
    starts = [text.rfind("\n", 0, entry.start_mark.index) + 1 for entry in node.value]
    end = len(text[: node.value[-1].end_mark.index].rstrip()) + 1 if node.value else 0
    return [*(_above_notes(text, start) for start in starts), _above_notes(text, end)]


def _above_notes(text: str, at: int) -> int:
    while text.endswith(NOTE, 0, at):
        at -= len(NOTE)
    return at


def new_entry(random: Random, kind: str, path: tuple[Any, ...]) -> Any:
    """Return an entry of the user's own, for what nobody moves, or for a port that looks as if somebody had."""
    other: dict[str, Any] = {"name": random.choice(("other", "third")), "port": random.choice((80, *FRONT.values()))}
    number = random.randrange(1000)
    made: dict[str, Any]
    if kind == "Ingress":
        made = {"path": f"/n{number}", "pathType": "Prefix", "backend": {"service": _named(other)}}
        return made if path[-1] == "paths" else {"host": f"n{number}.example", "http": {"paths": [made]}}
    if kind == "HTTPRoute":
        return other if path[-1] == "backendRefs" else {"timeout": f"{number}s", "backendRefs": [other]}
    if kind == "VirtualService":
        made = {"destination": {"host": other["name"], "port": {"number": other["port"]}}}
        return made if path[-1] == "route" else {"timeout": f"{number}s", "route": [made]}
    if kind == "NetworkPolicy":
        made = {"port": 20000 + number}
        peer = {"ipBlock": {"cidr": f"10.0.{number}.0/24"}}
        return made if path[-1] == "ports" else {"from": [peer], "ports": [made]}
    if kind == "AuthorizationPolicy":
        made = {"operation": {"paths": [f"/n{number}"], "ports": [str(20000 + number)]}}
        return made if path[-1] == "to" else {"to": [made]}
    return {"targetPort": 20000 + number, "interval": f"{number}s"}


def _object(api_version: str, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "web"}, "spec": spec}


def _dumped(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, default_flow_style=False)


def _backend(random: Random) -> dict[str, Any]:
    """Return a port of the Service, or of another one."""
    at = random.randrange(4)
    return {"name": "web", "port": 80 + at} if at < 3 else {"name": "other", "port": random.choice((80, 8999))}


def _named(backend: dict[str, Any]) -> dict[str, Any]:
    return {"name": backend["name"], "port": {"number": backend["port"]}}


def _host(random: Random, at: int) -> dict[str, Any]:
    paths = [
        {"path": f"/p{index}", "pathType": "Prefix", "backend": {"service": _named(_backend(random))}}
        for index in range(3)
    ]
    return {"host": f"h{at}.example", "http": {"paths": paths}}


def _rule(random: Random, at: int) -> dict[str, Any]:
    first, second = _backend(random), _backend(random)
    return {"timeout": f"{at}s", "backendRefs": [{**first, "weight": 1}, {**second, "weight": 3}]}


def _http(random: Random) -> dict[str, Any]:
    backends = [_backend(random) for _ in range(2)]
    return {
        "timeout": "1s",
        "route": [{"destination": {"host": each["name"], "port": {"number": each["port"]}}} for each in backends],
    }


def _admits(random: Random, at: int) -> dict[str, Any]:
    peers = {"from": [{"podSelector": {"matchLabels": {"to": f"r{at}"}}}]} if random.random() < 0.7 else {}
    return {**peers, "ports": [{"port": app} for app in random.sample(APPS, random.choice((1, 2, 3)))]}


def _operations(random: Random, at: int) -> dict[str, Any]:
    ports = [str(app) for app in random.sample(APPS, 2)]
    return {"to": [{"operation": {"paths": [f"/a{at}{index}"], "ports": [*ports]}} for index in range(2)]}
