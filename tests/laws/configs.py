"""functionConfigs, as data: pairs of the same name, and of two names that can stand side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.laws.choices import Choices
    from tests.laws.packages import Package

Config = dict[str, Any]


def function_config(choices: Choices, name: str, package: Package) -> Config:
    """Return a functionConfig, mostly one that can be followed."""
    spec: dict[str, Any] = {"target": package.target}
    listeners = _listeners(choices, package)
    if listeners:
        spec["listeners"] = listeners
    if choices.maybe(3):
        generated: dict[str, Any] = {"name": f"{name}-files", "data": {"script.js": "alert(2)\n", "a.css": "a {}\n"}}
        if choices.maybe(2):
            generated["binaryData"] = {"logo.png": "iVBORw0KGgo="}
        if listeners and choices.maybe(8):
            listeners[0].setdefault("routes", []).append(
                choices.one(
                    {"path": "/assets/", "match": "prefix", "files": {"configMap": generated["name"]}},
                    {"path": "/app/script.js", "files": {"configMap": generated["name"]}},
                )
            )
        spec["files"] = [generated]
    if choices.maybe(3):
        spec["sidecar"] = _sidecar(choices, name)
    if choices.maybe(3):
        spec["configMap"] = choices.one(
            {"rollout": "none"},
            {"labels": {"team": "web"}},
            {"name": f"{name}-nginx", "key": "proxy.conf"},
            {"rollout": "hash"},
        )
    if choices.maybe(2):
        spec["cutover"] = "service"
    if choices.maybe(3):
        spec["probes"] = {"port": 8082, "name": "health"}
    return _of(name, spec)


def _listeners(choices: Choices, package: Package) -> list[dict[str, Any]]:
    first: dict[str, Any] = {
        "name": choices.one("proxy-http", "web", "law-http"),
        "port": choices.one(8080, 18080, 8090),
        "upstream": {"port": choices.one(*package.ports, 3000)},
    }
    if choices.maybe(4):
        del first["name"]
    if choices.maybe(1):
        first["upstream"] = choices.one({}, {"port": 4242})
    if choices.maybe():
        first["service"] = choices.one({"name": "renamed"}, {"port": 8099}, {"port": 8099, "name": "law"}, {"port": 81})
    if package.files and choices.maybe(8):
        first["routes"] = [{"path": "/script.js", "files": {"configMap": package.files}}]
    upstream = {"port": choices.one(*package.ports[::-1], 9000)}
    second: dict[str, Any] = {"name": "second", "port": 8100, "upstream": upstream}
    if choices.maybe(3):
        second["service"] = choices.one({"name": "second"}, {"port": 8098})
    return [] if choices.maybe(1) else [first, *choices.some([second], 3)]


def _sidecar(choices: Choices, name: str) -> dict[str, Any]:
    return choices.one(
        {"name": f"{name}-box"},
        {"volumes": {"config": f"{name}-a", "cache": f"{name}-b"}},
        {"container": {"env": [{"name": "A", "value": "yes"}], "resources": {"limits": {"cpu": "2"}}}},
        {"container": {"image": "nginx:1.27", "lifecycle": None, "args": ["-q"]}, "cacheSizeLimit": "512Mi"},
        {"mountPaths": {"config": "/etc/web"}},
    )


def neighbours(choices: Choices, target: dict[str, Any]) -> tuple[Config, Config]:
    """Return two that can stand side by side, each in front of an app port of its own."""
    return _neighbour(choices, "left", target, 3000, 8080), _neighbour(choices, "right", target, 9000, 8180)


def rivals(choices: Choices, target: dict[str, Any]) -> tuple[Config, Config]:
    """Return two in front of the same app port, of which the first to come has the Service."""
    return _neighbour(choices, "left", target, 3000, 8080), _neighbour(choices, "right", target, 3000, 8180)


def _neighbour(choices: Choices, name: str, target: dict[str, Any], upstream: int, port: int) -> Config:
    listener: dict[str, Any] = {"name": f"{name}-http", "port": port, "upstream": {"port": upstream}}
    if choices.maybe(4):
        listener["service"] = choices.one({"name": f"{name}-port"}, {"port": port}, {"port": port, "name": name})
    spec: dict[str, Any] = {"target": target, "listeners": [listener]}
    spec["probes"] = {"port": port + 1, "name": f"{name}-status"}
    if choices.maybe(3):
        spec["sidecar"] = _sidecar(choices, name)
    if choices.maybe(2):
        spec["configMap"] = {"rollout": "none"}
    if choices.maybe(3):
        spec["files"] = [{"name": f"{name}-files", "data": {"a.js": "1\n"}}]
        listener["routes"] = [{"path": "/js/", "match": "prefix", "files": {"configMap": f"{name}-files"}}]
    return _of(name, spec)


def _of(name: str, spec: dict[str, Any]) -> Config:
    return {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": {"name": name}, "spec": spec}
