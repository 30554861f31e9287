"""What is found out of the traffic: whatever the order, of ports that are free, and silent where the user says it."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from krm_fn.function import process
from krm_fn.summary import Outcome
from tests.corpus.expected import containers_of, led_to, pod_of, probed_ports
from tests.laws.choices import Choices
from tests.laws.runs import TRAPS
from tests.laws.test_laws import examples
from tests.laws.traffic import NUMBERS, Object, traffic

PROFILE = settings.default
assert PROFILE
SEEDS = st.integers(0, (2000 if PROFILE.derandomize else 1 << 32) - 1)
PROTOCOLS = re.compile(r"\b(https?|h2c|grpc)\b")
TAKEN = {"PS301", "PS302"}
"""The errors of ports and names that are taken."""
UNCLEAR = ("PS361", "PS362", "PS363", "PS364")
"""The errors and warnings of what a port speaks."""


def config(name: str = "law-proxy", **spec: Any) -> Object:
    whole = {"target": {"kind": "Deployment", "name": "web"}, **spec}
    return {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": {"name": name}, "spec": whole}


def run(objects: list[Any], function_config: Object) -> Outcome:
    whole = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": objects,
        "functionConfig": function_config,
    }
    return process(json.dumps(whole).encode())


def items(outcome: Outcome) -> list[Any]:
    assert outcome.exit_code == 0, outcome.lines
    found: list[Any] = json.loads(outcome.stdout)["items"]
    return found


def in_one_order(outcome: Outcome) -> list[str]:
    """Return the items, whatever their order."""
    return sorted(json.dumps(item, sort_keys=True) for item in json.loads(outcome.stdout)["items"])


def without_records(outcome: Outcome) -> list[str]:
    """Return the items without the records of what was done, whatever the order of items and annotations."""
    found = items(outcome)
    for item in found:
        annotations = item["metadata"].get("annotations", {})
        for key in [key for key in annotations if key.startswith("undo.krm-fn.dev/")]:
            del annotations[key]
    return sorted(json.dumps(item, sort_keys=True) for item in found)


def all_results(outcome: Outcome) -> Counter[str]:
    return Counter(json.dumps(result.to_dict(), sort_keys=True) for result in outcome.results)


def without_places(outcome: Outcome) -> Counter[str]:
    """Return the results without positions in lists, and without what they quote of the evidence.

    What kubectl makes of ports of one number depends on their order.
    """
    return Counter(
        f"{result.code.number} {result.ref} {re.sub('[0-9]+', '', result.path)} {result.proposed_value}"
        for result in outcome.results
        if result.code not in TRAPS
    )


def shuffled_items(objects: list[Object], random: Random) -> list[Object]:
    return random.sample(objects, len(objects))


def shuffled_entries(value: Any, random: Random) -> Any:
    """Return data whose lists of ports, and of what names ports, stand in another order."""
    if isinstance(value, list):
        entries = [shuffled_entries(entry, random) for entry in value]
        return random.sample(entries, len(entries))
    if isinstance(value, dict):
        return {
            key: entry if key in ("containers", "initContainers", "args") else shuffled_entries(entry, random)
            for key, entry in value.items()
        }
    return value


def shuffled_ports(objects: list[Object], random: Random) -> list[Object]:
    found = [shuffled_entries(each, random) for each in copy.deepcopy(objects)]
    pod = found[0]["spec"]["template"]["spec"]
    for container in [*pod["containers"], *pod.get("initContainers", [])]:
        pod_ports = container["ports"]
        random.shuffle(pod_ports)
    return found


@examples(40)
@given(seed=SEEDS)
def test_order_does_not_matter(seed: int) -> None:
    random = Random(seed)
    objects = traffic(Choices(random))
    outcome = run(objects, config())
    other = run(shuffled_items(objects, random), config())
    assert other.exit_code == outcome.exit_code
    assert all_results(other) == all_results(outcome)
    assert in_one_order(other) == in_one_order(outcome)
    other = run(shuffled_ports(objects, random), config())
    assert other.exit_code == outcome.exit_code
    assert without_places(other) == without_places(outcome)


def left_out(choices: Choices, name: str, port: int) -> Object:
    """Return a functionConfig that leaves its own ports and names out, in front of a port of the app."""
    companions: Object = choices.one({}, {"companions": {"metrics": {}}})
    return config(name, listeners=[{"upstream": {"port": port, "protocol": "http"}}], **companions)


def added(outcome: Outcome, name: str) -> list[tuple[int, str]]:
    """Return the ports that a ProxySidecar added to the Pods, those of companions last."""
    containers = pod_of(items(outcome)[0])["spec"]["containers"]
    own = [each for each in containers if each["name"] == name or each["name"].startswith(f"{name}-")]
    return [(port["containerPort"], port["name"]) for each in own for port in each["ports"]]


def are_free(ports: list[tuple[int, str]], objects: list[Any], new: list[Any]) -> None:
    """Check the ports that were added to the Pods of the first of some objects, which the new ones have."""
    declared = [port for each in containers_of(objects[0]) for port in each["ports"]]
    taken = {port["containerPort"] for port in declared if port.get("protocol") != "UDP"} | probed_ports(objects[0])
    numbers = [number for number, _ in ports]
    assert len({*numbers}) == len(numbers)
    assert not taken & {*numbers}
    assert not led_to(objects[0], objects) & {*numbers[:2]}  # a Service may be there for the metrics
    names = [port.get("name") for each in containers_of(new[0]) for port in each["ports"]]
    assert all(names.count(name) == 1 for _, name in ports)


@examples(14)
@given(seed=SEEDS)
def test_ports_that_are_left_out_are_free_and_the_same_again(seed: int) -> None:
    choices = Choices(Random(seed))
    objects = traffic(choices)
    one, other = left_out(choices, "left", 3000), left_out(choices, "right", 9090)
    first = run(objects, one)
    if first.exit_code:
        assert not TAKEN & {result.code.number for result in first.results}
        return
    are_free(added(first, "left"), objects, items(first))
    assert items(run(items(first), one)) == items(first)
    second = run(items(first), other)
    if second.exit_code == 0:
        are_free(added(second, "right"), items(first), items(second))
        for each in (one, other):
            assert items(run(items(second), each)) == items(second)


@examples(8)
@given(seed=SEEDS)
def test_ports_that_are_left_out_are_the_same_under_another_name(seed: int) -> None:
    choices = Choices(Random(seed))
    objects = traffic(choices)
    one = left_out(choices, "left", 3000)
    first = run(objects, one)
    if first.exit_code == 0:
        renamed = {**one, "metadata": {"name": "new"}}
        listed = {**renamed, "spec": {**one["spec"], "formerNames": ["left"]}}
        over = run(items(first), listed)
        assert without_records(over) == without_records(run(objects, renamed))
        assert items(run(items(over), listed)) == items(over)


def unclear(outcome: Outcome) -> list[str]:
    return [result.message for result in outcome.results if result.code.number in UNCLEAR]


@examples(20)
@given(seed=SEEDS, protocol=st.sampled_from(["http", "https", "h2c", "grpc"]))
def test_what_the_user_says_silences_the_evidence(seed: int, protocol: str) -> None:
    choices = Choices(Random(seed))
    objects, port = traffic(choices), choices.one(*NUMBERS)
    for upstream in ({"port": port}, {}):
        assert not unclear(run(objects, config(listeners=[{"upstream": {**upstream, "protocol": protocol}}])))


@examples(40)
@given(seed=SEEDS)
def test_remedies_of_what_is_unclear_work(seed: int) -> None:
    choices = Choices(Random(seed))
    objects, port = traffic(choices), choices.one(*NUMBERS)
    outcome = run(objects, config(listeners=[{"upstream": {"port": port}}]))
    for message in unclear(outcome):
        remedies = PROTOCOLS.findall(message.partition(" Set upstream.protocol")[2])
        assert remedies, message
        for protocol in remedies:
            after = run(objects, config(listeners=[{"upstream": {"port": port, "protocol": protocol}}]))
            assert not unclear(after)
            assert errors(after) <= errors(outcome)


def errors(outcome: Outcome) -> set[str]:
    return {result.line() for result in outcome.results if result.severity == "error"}


def test_clusters_say_something_of_all_kinds() -> None:
    told: Counter[str] = Counter()
    for seed in range(40):
        choices = Choices(Random(seed))
        objects, port = traffic(choices), choices.one(*NUMBERS)
        outcome = run(objects, config(listeners=[{"upstream": {"port": port} if seed % 2 else {}}]))
        told["injected"] += outcome.exit_code == 0
        told.update({result.code.number for result in outcome.results})
    assert 25 < told["injected"] < 40
    assert all(told[number] for number in (*UNCLEAR, "PS360", "PS365", "PS368", "PS370")), told
