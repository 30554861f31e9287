"""A Service leads to ready Pods all the time while a proxy comes and goes, if what is applied first can serve it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml

from codegen.targets import ROOT
from tests.cluster.kubelet import kubelet
from tests.cluster.rollout import Cluster, Moment, Step, course, injected, removed, unchanged
from tests.corpus.expected import at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.cluster.control_plane import ControlPlane

pytestmark = pytest.mark.cluster

REPLICAS = 3
APP, PROXY = frozenset({3000}), frozenset({8080})
"""The ports that each listens on."""
WEB = f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {{app: web}}
spec:
  replicas: {REPLICAS}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata:
      labels: {{app: web}}
    spec:
      containers:
        - name: web
          image: web:1
          ports:
            - {{name: http, containerPort: 3000}}
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {{app: web}}
  ports:
    - {{name: http, port: 80, targetPort: http}}
"""


class Cutover(NamedTuple):
    """Steps from some manifests, and the ports that their Service leads to at the end."""

    steps: Sequence[Step]
    ports: frozenset[int]
    before: str = WEB


def injected_by_number(manifests: Path) -> None:
    """Inject, and let the Service lead to the number of the proxy's port."""
    injected(cutover="service")(manifests)
    manifests.write_text(manifests.read_text().replace("targetPort: proxy-http", "targetPort: 8080"))


def later_waves(manifests: str) -> set[str]:
    """Return the kinds that Argo CD applies in a later wave than the first, when all of that is healthy."""
    documents = list(yaml.safe_load_all(manifests))
    return {each["kind"] for each in documents if int(at(each, "metadata", "annotations", WAVE) or 0) > 0}


WAVE = "argocd.argoproj.io/sync-wave"
(SYNC_WAVE,) = re.findall(r"```yaml\n(metadata:\n.*?)```", (ROOT / "docs" / "cutover.md").read_text(), re.DOTALL)
"""The metadata that the page gives to Services."""
IN_WAVES = WEB.replace("kind: Service\nmetadata:\n", f"kind: Service\n{SYNC_WAVE}")
REPLICA_SET = WEB.replace("kind: Deployment", "kind: ReplicaSet")
STAGED = (Step(injected(cutover="staged")), Step(injected(cutover="service")))
WITHOUT_A_GAP = {
    "by-name-then-another-engine-then-removed": Cutover(
        [Step(injected()), Step(injected(engine="caddy")), Step(removed)], APP
    ),
    "by-name-where-the-service-leads-to-the-number": Cutover(
        [Step(injected())], PROXY, WEB.replace("targetPort: http", "targetPort: 3000")
    ),
    "staged": Cutover(STAGED, PROXY),
    "in-sync-waves": Cutover(
        [Step(injected(cutover="service"), held_back=later_waves(IN_WAVES)), Step(unchanged)], PROXY, IN_WAVES
    ),
    "by-name-where-no-rollout-follows": Cutover(
        [Step(injected(target={"kind": "ReplicaSet", "name": "web"}))], APP, REPLICA_SET
    ),
    "staged-then-removed-from-services-first": Cutover(
        [*STAGED, Step(removed, held_back={"Deployment"}), Step(unchanged)], APP
    ),
}
WITH_A_GAP = {
    "all-at-once-with-a-port-name-that-running-pods-have-not": Cutover(
        [Step(injected(cutover="service", listeners=[{"name": "other-name"}]))], PROXY
    ),
    "services-first-with-a-port-number-that-running-pods-have-not": Cutover(
        [Step(injected_by_number, held_back={"Deployment"}), Step(unchanged)], PROXY
    ),
}
"""These show that the measurement sees a gap of either form: no endpoint, and one where nothing listens."""


@pytest.fixture(scope="module")
def cluster(control_plane: ControlPlane) -> Iterator[Cluster]:
    with control_plane.controllers(), kubelet(control_plane.api) as open_ports:
        yield Cluster(control_plane, open_ports)


@pytest.fixture
def namespace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("course")


def moments_of(cutover: Cutover, cluster: Cluster, namespace: Path) -> list[Moment]:
    """Return the course of a cutover, which must begin and end well."""
    moments = course(cluster, cutover.before, cutover.steps, namespace)
    assert (moments[0].ready, moments[0].ports, moments[0].closed) == (REPLICAS, APP, 0)
    assert (moments[-1].ready, moments[-1].ports, moments[-1].closed) == (REPLICAS, cutover.ports, 0)
    return moments


@pytest.mark.parametrize("name", WITHOUT_A_GAP)
def test_a_pod_is_ready_all_the_time(name: str, cluster: Cluster, namespace: Path) -> None:
    moments = moments_of(WITHOUT_A_GAP[name], cluster, namespace)
    assert all(moment.ready and not moment.closed for moment in moments), moments


@pytest.mark.parametrize("name", WITH_A_GAP)
def test_no_pod_is_ready_for_a_time(name: str, cluster: Cluster, namespace: Path) -> None:
    moments = moments_of(WITH_A_GAP[name], cluster, namespace)
    assert min(moment.ready for moment in moments) == 0, moments


def test_pods_that_no_rollout_replaces_are_cut_off_where_services_change(cluster: Cluster, namespace: Path) -> None:
    at_once = injected(target={"kind": "ReplicaSet", "name": "web"}, cutover="service")
    assert course(cluster, REPLICA_SET, [Step(at_once)], namespace)[-1].ready == 0


def test_the_page_has_services_in_a_later_wave() -> None:
    assert later_waves(IN_WAVES) == {"Service"}
