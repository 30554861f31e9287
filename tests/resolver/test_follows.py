"""The resolver itself: on the examples it finds what leads to the app, and sees when something does not follow."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from krm_fn.function import process
from tests.manifests import load
from tests.resolver.follows import Proxy, broken, references

EXAMPLES = Path(__file__).parents[1] / "examples"
OTHERS = ("straight-to-the-app", "leave-alone", "users-own", "closes-the-apps-port")
"""Parts of the names of examples that do not lead through the proxy, or of kinds that only their users know."""
UNKNOWN = (
    *("cilium-envoy-and-local-redirect", "controllers-of-other-vendors", "flagger-and-keda"),
    *("gateway-api-beyond-backends", "services-of-several-clusters", "alb-action-json", "use-annotation"),
    *("monitors-by-relabelings", "istio-hosts-for-several-services", "istio-conditions"),
    *("policies-of-pods-that-an-operator-makes", "prometheus-alerting-behind-auth", "annotations-of-"),
)
"""Those of kinds that this resolver does not know, whose rows have tests in tests/referrers; or of other names."""
CASES = sorted(
    path for path in EXAMPLES.glob("referrer-*") if not any(part in path.name for part in (*OTHERS, *UNKNOWN))
)
PROXY = Proxy("Deployment.apps/shop/web", 3000, "proxy", 8080)


def items(text: bytes) -> list[Any]:
    found: list[Any] = load(text.decode())["items"]
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_an_example_follows_and_an_untouched_referrer_is_seen(case: Path) -> None:
    given = (case / "input.yaml").read_bytes()
    before, after = items(given), items(process(given).stdout)
    warned = {line.split()[4].split("/")[-1] for line in process(given).lines}
    assert [text for place, text in broken(before, after, [PROXY]) if place[3] not in warned] == []
    moved = {place for place, ends in references(before).items() for end in ends if end[0] == PROXY.workload}
    is_resolved = any(place[0] != "Service" or place[4] == "annotation" for place in moved)
    assert is_resolved, "no referrer of the example is resolved"
    for index, item in enumerate(after[: len(before)]):
        if item != before[index] and item["kind"] not in ("Service", "Deployment"):
            stale = copy.deepcopy(after)
            stale[index] = before[index]
            about = {(place[0], place[3]) for place, _ in broken(before, stale, [PROXY])}
            known = {(place[0], place[3]) for place in references(before)}
            this = (item["kind"], item["metadata"]["name"])
            assert this in about or this not in known


def test_what_leads_nowhere_is_no_reference_to_the_app() -> None:
    before = items((EXAMPLES / "referrer-httproute" / "input.yaml").read_bytes())
    ends = references(before)
    assert ends["HTTPRoute", "gateway.networking.k8s.io", "edge", "from-another-namespace", 0, 0]
    assert not ends["HTTPRoute", "gateway.networking.k8s.io", "edge", "from-another-namespace", 0, 1]
