"""Everything that refers follows: on generated clusters, checked by a resolver of the tests' own."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from krm_fn.function import process
from tests.laws.choices import Choices
from tests.laws.clusters import Object, cluster
from tests.resolver.follows import Proxy, broken, references

PROFILE = settings.default
assert PROFILE
SEEDS = 2000 if PROFILE.derandomize else 1 << 32


def targets_of(objects: list[Object], choices: Choices) -> list[Object]:
    """Return one or several workloads with Pods."""
    workloads = [each for each in objects if "template" in each.get("spec", {})]
    return choices.some(workloads, 6) or workloads[:1]


def config(choices: Choices, targets: list[Object]) -> Object:
    listener: Object = {"name": "law-http", "port": 18080, "upstream": {"port": 3000}}
    if choices.maybe(7):
        listener["service"] = choices.one({"port": 8099, "name": "law"}, {"port": 8099}, {"name": "law"})
    spec: Object = {
        "targets": [
            {"kind": each["kind"], "name": each["metadata"]["name"], "namespace": each["metadata"]["namespace"]}
            for each in targets
        ],
        "listeners": [listener],
        "probes": {"port": 18081, "name": "law-status"},
        "sidecar": {"name": "law", "mode": choices.one("classic", "native")},
    }
    metadata = {"name": "law-proxy"}
    return {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": metadata, "spec": spec}


def proxies(targets: list[Object]) -> list[Proxy]:
    return [
        Proxy(
            f"{each['kind']}.{each['apiVersion'].split('/')[0]}/{each['metadata']['namespace']}/{each['metadata']['name']}",
            3000,
            "law",
            18080,
        )
        for each in targets
    ]


def run(seed: int) -> tuple[list[Object], list[Object], list[Object], list[Any]] | None:
    """Return targets, the objects before and after, and the results; None where it was refused, and all stayed."""
    choices = Choices(Random(seed))
    objects = cluster(choices)
    targets = targets_of(objects, choices)
    whole = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": objects,
        "functionConfig": config(choices, targets),
    }
    outcome = process(json.dumps(whole).encode())
    written = json.loads(outcome.stdout)
    if outcome.exit_code:
        assert written["items"] == objects
        assert all(" must " in line for line in outcome.lines), outcome.lines
        return None
    return targets, objects, written["items"], written["results"]


def warned(results: list[Any], place: tuple[Any, ...]) -> bool:
    """Tell whether there is a warning on the object of a reference."""
    return any(
        result["severity"] == "warning"
        and result["resourceRef"]["kind"] == place[0]
        and result["resourceRef"].get("namespace", "") == place[2]
        and result["resourceRef"]["name"] == place[3]
        for result in results
    )


@settings(max_examples=PROFILE.max_examples * 2)
@given(seed=st.integers(0, SEEDS - 1))
def test_every_reference_leads_to_the_proxy_or_where_it_led(seed: int) -> None:
    ran = run(seed)
    if ran:
        targets, before, after, results = ran
        lost = [text for place, text in broken(before, after, proxies(targets)) if not warned(results, place)]
        assert not lost, "\n".join(lost)


def test_most_clusters_are_changed_and_few_references_are_only_told_of() -> None:
    tally: Counter[str] = Counter()
    for seed in range(60):
        ran = run(seed)
        tally["refused" if ran is None else "changed"] += 1
        if ran:
            targets, before, after, results = ran
            led = {place for place, ends in references(before).items() if ends}
            told = [place for place, _ in broken(before, after, proxies(targets))]
            tally["references"] += len(led)
            tally["told of"] += len(told)
            moved = references(after)
            tally["by the proxy"] += sum(any(end[1] == "law" for end in moved.get(place, ())) for place in led)
            assert all(warned(results, place) for place in told)
    assert tally["changed"] > 24, tally
    assert tally["by the proxy"] > 160, tally
    assert tally["told of"] < tally["references"] // 20, tally
