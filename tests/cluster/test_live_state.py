"""What is applied step by step leaves what creating the last of it would make: nothing stays, nothing is missing."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from krm_fn.function import process
from krm_fn.resource_list.resource_list import ResourceList
from tests.cluster.cases import EXAMPLES, items
from tests.cluster.known import known

if TYPE_CHECKING:
    from tests.cluster.api import Api
    from tests.cluster.control_plane import ControlPlane

pytestmark = pytest.mark.cluster

NAMES = (
    "files-generated",
    "ingress-follows-the-service-port",
    "metrics-by-an-exporter",
    "referrer-calico",
    "referrer-cilium",
    "referrer-httproute",
    "referrer-istio-virtualservice",
    "referrer-monitors-through-the-proxy",
    "two-listeners-in-front-of-two-ports",
    "workload-argo-rollout",
    "workload-cronjob-native-without-template-metadata",
    "workload-daemonset",
    "workload-deployment",
    "workload-openkruise-cloneset",
    "workload-operated-prometheus",
    "workload-replicaset",
    "workload-replicationcontroller",
    "workload-statefulset",
)
MODES: dict[str, tuple[str, ...]] = {"client-side": (), "server-side": ("--server-side",)}
"""Ways to apply, with kubectl's flags."""
OF_EACH_OBJECT = ("creationTimestamp", "generation", "managedFields", "namespace", "resourceVersion", "selfLink", "uid")
ANNOTATIONS_OF_EACH_OBJECT = (
    "kubectl.kubernetes.io/last-applied-configuration",
    "deprecated.daemonset.template.generation",
)


class Step(NamedTuple):
    """What an example's items are at one time, ready to be applied."""

    name: str
    items: list[Any]


def steps(name: str, namespace: str) -> list[Step]:
    """Return the items before, with the proxy, with the other engine's, and without it."""
    given = (EXAMPLES / name / "input.yaml").read_bytes()
    config = ResourceList(given).function_config()
    spec = config["spec"]
    found = [Step("before", items(given))]
    changes: dict[str, dict[str, Any]] = {"after": {}, "caddy": {"engine": "caddy"}, "removed": {"remove": True}}
    for step, change in changes.items():
        found.append(Step(step, made(found[-1].items, {**config, "spec": {**spec, **change}})))
    return [Step(step, [applicable(data, namespace) for data in held]) for step, held in found]


def made(held: list[Any], config: dict[str, Any]) -> list[Any]:
    """Return what the function makes of items."""
    head = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList"}
    outcome = process(json.dumps({**head, "items": held, "functionConfig": config}).encode())
    assert outcome.exit_code == 0, outcome.lines
    return items(outcome.stdout)


def applicable(data: Any, namespace: str) -> dict[str, Any]:
    """Return an object for a namespace of the test's own, with what 1.20 needs to tell a Service's ports apart."""
    new: dict[str, Any] = copy.deepcopy(known(data))
    new["metadata"]["namespace"] = namespace
    if new["kind"] == "Service":
        for port in new["spec"]["ports"]:
            port.setdefault("protocol", "TCP")
    return new


def stable(live: dict[str, Any]) -> dict[str, Any]:
    """Return an object without what the server makes anew for each."""
    new = copy.deepcopy(live)
    new.pop("status", None)
    metadata = new["metadata"]
    for key in OF_EACH_OBJECT:
        metadata.pop(key, None)
    annotations = metadata.get("annotations", {})
    for key in ANNOTATIONS_OF_EACH_OBJECT:
        annotations.pop(key, None)
    if not annotations:
        metadata.pop("annotations", None)
    if new["kind"] == "Service":
        for key in ("clusterIP", "clusterIPs"):
            new["spec"].pop(key, None)
        new["spec"]["ports"].sort(key=lambda port: (port["port"], port["protocol"]))  # a set to server-side apply
    return new


class State(NamedTuple):
    """An object after a step, and one that would be created from the same."""

    live: dict[str, Any]
    fresh: dict[str, Any]


@pytest.fixture(scope="module", params=MODES)
def states(request: pytest.FixtureRequest, control_plane: ControlPlane, api: Api) -> dict[tuple[str, str], list[State]]:
    """Return the states of each example after each step, all of them applied by one call a step."""
    mode: str = request.param
    found = {}
    courses = {name: steps(name, f"{mode}-{index}") for index, name in enumerate(NAMES)}
    for index in range(len(NAMES)):
        api.add_namespace(f"{mode}-{index}")
    for step in zip(*courses.values(), strict=True):
        apply(control_plane, [data for _, held in step for data in held], *MODES[mode])
        for name, (step_name, held) in zip(NAMES, step, strict=True):
            found[name, step_name] = [State(stable(api.get(data).body), fresh(api, data)) for data in held]
    return found


def apply(control_plane: ControlPlane, held: list[Any], *flags: str) -> None:
    """Apply objects as users do; without kubectl's own check, which 1.20's schemas of custom kinds would fail."""
    path = control_plane.folder / "applied.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": held}))
    done = control_plane.kubectl("apply", "--validate=false", *flags, f"--filename={path}")
    assert done.returncode == 0, done.stderr


def fresh(api: Api, data: dict[str, Any]) -> dict[str, Any]:
    """Return what the server would make of an object where it is not yet."""
    elsewhere = {**data, "metadata": {**data["metadata"], "namespace": "elsewhere"}}
    answer = api.create(elsewhere, dry_run=True)
    assert answer.accepted, answer.body
    return stable(answer.body)


@pytest.mark.parametrize("step", ["before", "after", "caddy", "removed"])
@pytest.mark.parametrize("name", NAMES)
def test_each_step_leaves_what_a_new_object_would_be(
    name: str, step: str, states: dict[tuple[str, str], list[State]]
) -> None:
    for live, new in states[name, step]:
        assert live == new


@pytest.mark.parametrize("name", NAMES)
def test_what_is_removed_is_as_before(name: str, states: dict[tuple[str, str], list[State]]) -> None:
    assert [state.live for state in states[name, "removed"]] == [state.live for state in states[name, "before"]]
    assert states[name, "after"] != states[name, "before"] != states[name, "caddy"] != states[name, "after"]
