"""Over all examples: where Services lead through the proxy, what else names their ports does too, or is reported."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from krm_fn.function import process
from tests.manifests import load
from tests.resolver.follows import references
from tests.resolver.pods import Object, get, name_of, space_of
from tests.resolver.selected import POLICIES
from tests.resolver.services import Cluster, Target

APART = (
    "again-",  # an earlier run wrote what came
    "namespace-default-of-policies",  # an absent namespace counts as another here
    "service-ports-of-a-wrong-type",
    "the-same-anchor-in-two-items",  # PyYAML cannot read it
)
"""Beginnings of the names of examples that this reading of Kubernetes is not for, and why."""
EXAMPLES = sorted(
    path
    for path in (Path(__file__).parents[1] / "examples").iterdir()
    if path.is_dir() and not path.name.startswith(APART)
)
SCRAPED = ("ServiceMonitor", "PodMonitor", "VMServiceScrape", "VMPodScrape", "PodMonitoring", "Service", "Pods")
"""Kinds whose references are for metrics, which `scrape: app` lets lead to the app."""


@cache
def run(directory: Path) -> tuple[list[Object], list[Object], Object, set[tuple[str, str]]]:
    """Return the items before and after, what the functionConfig says, and the objects that warnings are about."""
    given = load((directory / "input.yaml").read_text())
    outcome = process((directory / "input.yaml").read_bytes())
    reported = {(each.ref.kind, each.ref.name) for each in outcome.results if each.ref and each.severity != "info"}
    before, after = (list(filter(_is_applied, each or [])) for each in (given.get("items"), _items(outcome.stdout)))
    return before, after, get(given, "functionConfig", "spec", default={}), reported


def _items(text: bytes) -> list[Object]:
    found: list[Object] = load(text.decode())["items"]
    return found


def _is_applied(data: Object) -> bool:
    """Return whether an object reaches the cluster."""
    return "config.kubernetes.io/local-config" not in get(data, "metadata", "annotations", default={})


def moves(before: list[Object], after: list[Object]) -> dict[Target, Target]:
    """Return where the ports of Services lead now, by where they led, if that is another container."""
    was, now = Cluster(before), Cluster(after)
    found: dict[Target, Target] = {}
    for service in was.services:
        same = now.service(space_of(service), name_of(service))
        if not same:
            continue
        pairs = zip(get(service, "spec", "ports", default=[]), get(same, "spec", "ports", default=[]), strict=False)
        for one, other in pairs:
            ends, moved = was.of_port(service, one), now.of_port(same, other)
            for end in ends:
                there = [each for each in moved if each[0] == end[0] and each[1] != end[1]]
                found |= dict.fromkeys([end], there[0]) if there else {}
    return found


def misled(directory: Path) -> tuple[int, list[str]]:
    """Return how many references led to what moved, and those of them that are neither followed nor reported."""
    before, after, spec, reported = run(directory)
    settings, moved = get(spec, "referrers", default={}), moves(before, after)
    if not moved or spec.get("cutover") == "staged" or spec.get("remove"):
        return 0, []
    was, now = references(before), references(after)
    proxies = {(end[0], end[1]) for end in moved.values()}
    checked, wrong = 0, []
    for place, targets in was.items():
        kind, name = str(place[0]), str(place[3])
        is_scrape = settings.get("scrape") == "app" and (kind in SCRAPED or place[-1] == "prometheus.io/port")
        if not any(end in moved for end in targets) or kind in settings.get("ignore", []) or is_scrape:
            continue
        checked += 1
        found, wanted = now.get(place, frozenset()), {moved.get(end, end) for end in targets}
        if place[0] in POLICIES:  # they may go on admitting the app's port, and may admit other ports of the proxy
            is_right = wanted <= found and {end for end in found if end[:2] not in proxies} <= targets
        else:
            is_right = found == wanted
        if not is_right and (kind, name) not in reported:
            wrong.append(f"{place}: was {sorted(map(str, targets))}, is {sorted(map(str, found))}")
    return checked, wrong


@pytest.mark.parametrize("directory", EXAMPLES, ids=lambda path: path.name)
def test_references_lead_through_the_proxy_or_are_reported(directory: Path) -> None:
    assert misled(directory)[1] == []


def test_most_examples_with_referrers_have_references_that_are_checked() -> None:
    assert sum(misled(directory)[0] for directory in EXAMPLES) > 500
