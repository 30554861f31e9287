"""Everything that refers follows, on the corpus: each file and each folder as a cluster, checked by a resolver."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from krm_fn.function import process
from tests.corpus.files import SHARED, corpus_files, documents_of
from tests.laws.test_clusters import warned
from tests.resolver.follows import Proxy, broken, references
from tests.resolver.pods import Pods, group_of, name_of, space_of
from tests.resolver.services import Cluster
from tests.resolver.texts import HELD

TALLY: Counter[str] = Counter()
SERVICES: tuple[dict[str, Any] | None, ...] = (None, {"port": 18099, "name": "law"})
"""What becomes of the Service's port: its number and name stay, or are others."""


def objects_of(path: Path) -> list[Any]:
    """Return the objects of a file that JSON can say."""
    documents = [each for each in documents_of(path) if isinstance(each.data, dict) and each.is_plain()]
    return [each.data for each in documents if each.name or each.kind.endswith("List")]


def clusters() -> list[Any]:
    """Return the files and the folders with some files, as parameters."""
    parameters = corpus_files()
    if parameters[0].marks:
        return parameters
    files: list[Path] = [each.values[0] for each in parameters]
    folders: dict[Path, list[Path]] = {}
    for file in files:
        folders.setdefault(file.parent, []).append(file)
    groups = [[file] for file in files] + [group for group in folders.values() if 1 < len(group) < 40]
    names = [str((group[0] if len(group) == 1 else group[0].parent).relative_to(SHARED)) for group in groups]
    return [pytest.param(group, id=name) for group, name in zip(groups, names, strict=True)]


def unique(objects: list[Any]) -> list[Any]:
    """Return the objects without a second one of the same identity, which no cluster can have."""
    named = {(each.get("kind"), group_of(each), space_of(each), name_of(each) or id(each)): each for each in objects}
    return list(named.values())


def run(objects: list[Any], pods: Pods, number: int, service: dict[str, Any] | None) -> None:
    """Put a proxy in front of a port of one workload, and check where all references lead."""
    kind, _, rest = pods.workload.partition("/")
    kind, _, group = kind.partition(".")
    namespace, _, name = rest.partition("/")
    listener = {"name": "law-http", "port": 18080, "upstream": {"port": number}}
    spec = {
        "target": {"kind": kind, "name": name, "group": group, "namespace": namespace},
        "listeners": [{**listener, **({"service": service} if service else {})}],
        "probes": {"port": 18081, "name": "law-status"},
        "sidecar": {"name": "law", "mode": "native" if kind in ("Job", "CronJob") else "classic"},
    }
    metadata = {"name": "law-proxy"}
    whole = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": objects,
        "functionConfig": {
            "apiVersion": "krm-fn.dev/v1alpha1",
            "kind": "ProxySidecar",
            "metadata": metadata,
            "spec": spec,
        },
    }
    outcome = process(json.dumps(whole).encode())
    written = json.loads(outcome.stdout)
    if outcome.exit_code:
        assert written["items"] == objects
        TALLY["refused"] += 1
        return
    proxy = Proxy(pods.workload, number, "law", 18080)
    lost = list(broken(objects, written["items"], [proxy]))
    assert [text for place, text in lost if not warned(written["results"], place)] == []
    after = references(written["items"])
    TALLY["changed"] += 1
    TALLY["only told of"] += sum(place[0] not in HELD for place, _ in lost)
    TALLY["by the proxy"] += sum(any(end[1] == "law" for end in ends) for ends in after.values())


@pytest.mark.corpus
@pytest.mark.parametrize("files", clusters())
def test_each_fronted_port_of_a_cluster(files: list[Path]) -> None:
    objects = unique([each for file in files for each in objects_of(file)])
    cluster = Cluster(objects)
    led = {
        (end[0], end[2])
        for service in cluster.services
        for entry in service.get("spec", {}).get("ports") or []
        for end in cluster.of_port(service, entry)
        if end[1] is not None and end[3] == "TCP"
    }
    for pods in cluster.pods:
        for number in sorted(number for workload, number in led if workload == pods.workload):
            for service in SERVICES:
                run(objects, pods, number, service)


@pytest.mark.corpus
def test_much_was_changed_and_little_only_told_of(request: pytest.FixtureRequest) -> None:
    ran = [each for each in request.session.items if each.name.startswith(test_each_fronted_port_of_a_cluster.__name__)]
    if len(ran) < len(clusters()) or len(ran) < 2:
        pytest.skip("the corpus was not run as a whole")
    assert TALLY["changed"] > 450, TALLY
    assert TALLY["by the proxy"] > 450, TALLY
    assert TALLY["refused"] < TALLY["changed"] // 3, TALLY
    assert TALLY["only told of"] < TALLY["by the proxy"] // 50, TALLY
