"""Objects as a cluster gave them back: recognised, and free of what was added once that is removed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from krm_fn.cli.command_line import run_command
from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.ledger.cluster_fields import cluster_fields
from krm_fn.ledger.digest import digest, entry_digest, is_entry_of
from tests.items import items_of
from tests.ledger.cluster_dumps import DUMPS, check_removed
from tests.ledger.records import undone
from tests.manifests import load


def test_nothing_is_left_in_what_a_cluster_gave_back(tmp_path: Path) -> None:
    before, after = ((DUMPS / name).read_text("utf-8") for name in ("before.yaml", "after.yaml"))
    check_removed(before, after, tmp_path)


def test_without_the_fields_that_are_named_it_is_a_manifest(tmp_path: Path) -> None:
    text = (DUMPS / "after.yaml").read_text("utf-8")
    dump = tmp_path / "dump.yaml"
    dump.write_text(text, "utf-8")
    named = re.findall(r"delete (metadata\..*)\.$", "\n".join(run_command(["remove", str(dump)]).lines), re.MULTILINE)
    assert len(named) == len(yaml.safe_load(text)["items"]) - 3, "but for the ConfigMaps"
    data = yaml.safe_load(text)
    for item in data["items"]:
        for field in set(", ".join(named).split(", ")):
            (item["metadata"] if "." in field else item).pop(field.rpartition(".")[2], None)
    dump.write_text(yaml.safe_dump(data), "utf-8")
    outcome = run_command(["remove", str(dump)])
    assert [result.code for result in outcome.results if result.severity != "info"] == []


def test_the_recorded_objects_are_as_a_cluster_completed_them() -> None:
    for name in ("before.yaml", "after.yaml"):
        text = (DUMPS / name).read_text("utf-8")
        assert all(word in text for word in ("terminationMessagePath", "protocol: TCP", "clusterIP", "last-applied"))
        assert "managedFields" not in text


PORT = {"containerPort": 8080}
PROBE = {"httpGet": {"path": "/", "port": 1}}
COMPLETED = {**PROBE, "httpGet": {**PROBE["httpGet"], "scheme": "HTTP"}, "periodSeconds": 10, "timeoutSeconds": 1,
             "successThreshold": 1, "failureThreshold": 3}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "given_back"),
    [
        ({"port": 80}, {"port": 80, "protocol": "TCP"}),
        ({"port": 80, "protocol": "TCP"}, {"port": 80, "protocol": "TCP"}),
        ({"ports": [PORT]}, {"ports": [{**PORT, "protocol": "TCP"}], "resources": {}}),
        ({"livenessProbe": PROBE}, {"livenessProbe": COMPLETED}),
        ({"image": "a:1"}, {"image": "a:1", "imagePullPolicy": "IfNotPresent", "terminationMessagePolicy": "File"}),
        ({"image": "a"}, {"image": "a", "imagePullPolicy": "Always", "terminationMessagePath": "/dev/termination-log"}),
        ({"image": "r:1/a"}, {"image": "r:1/a", "imagePullPolicy": "Always"}),
        ({"image": "a@sha256:0"}, {"image": "a@sha256:0", "imagePullPolicy": "IfNotPresent"}),
        ({"configMap": {"items": []}}, {"configMap": {"items": [], "defaultMode": 420}}),
        ({"env": [{"name": "A", "value": ""}], "args": []}, {"env": [{"name": "A"}]}),
        ({"limits": {"cpu": "1000m", "memory": "1024Mi"}}, {"limits": {"cpu": "1", "memory": "1Gi"}}),
        ({"limits": {"cpu": 0.5, "memory": "1.5Gi"}}, {"limits": {"cpu": "500m", "memory": "1536Mi"}}),
        ({"limits": {"cpu": 2, "memory": 2000}}, {"limits": {"cpu": "2", "memory": "2k"}}),
        ({"emptyDir": {"sizeLimit": "1024Mi"}}, {"emptyDir": {"sizeLimit": "1Gi"}}),
        ({"name": "web", "port": 80}, {"group": "", "kind": "Service", "name": "web", "port": 80, "weight": 1}),
    ],
)
def test_what_a_server_completes_is_no_edit(written: Any, given_back: Any) -> None:
    recorded = entry_digest(written, "0")
    assert entry_digest(given_back, "0") == recorded
    assert is_entry_of(written, "0", recorded)
    assert is_entry_of(given_back, "0", recorded)
    assert is_entry_of(written, "0", digest(written)), "as former records have it"


@pytest.mark.parametrize(
    ("written", "edited"),
    [
        ({"port": 80}, {"port": 80, "protocol": "UDP"}),
        ({"livenessProbe": PROBE}, {"livenessProbe": {**COMPLETED, "timeoutSeconds": 2}}),
        ({"livenessProbe": PROBE}, {"livenessProbe": {**COMPLETED, "periodSeconds": 1}}),
        ({"image": "a:1"}, {"image": "a:1", "imagePullPolicy": "Always"}),
        ({"image": "a"}, {"image": "a", "imagePullPolicy": "IfNotPresent"}),
        ({"configMap": {}}, {"configMap": {"defaultMode": 0o400}}),
        ({"env": [{"name": "A", "value": ""}]}, {"env": [{"name": "A", "value": "b"}]}),
        ({"limits": {"cpu": "1"}}, {"limits": {"cpu": "2"}}),
        ({"limits": {"memory": "1M"}}, {"limits": {"memory": "1Mi"}}),
        ({"weight": 1}, {"weight": 0}),
    ],
)
def test_another_value_is_an_edit(written: Any, edited: Any) -> None:
    assert not is_entry_of(edited, "0", entry_digest(written, "0"))
    assert not is_entry_of(edited, "0", digest(written))


def test_an_entry_without_a_name_is_found_as_a_former_record_has_it() -> None:
    record = f"added spec.ports[1] as {digest({'port': 8080})}\n"
    text = f"""\
- kind: NetworkPolicy
  metadata:
    annotations:
      note: a
      {RECORD_PREFIX}proxy: {record!r}
  spec:
    ports:
    - port: 3000
      protocol: TCP
    - port: 8080
      protocol: TCP
""".replace("'", '"')
    items = items_of(text)
    (item,) = items
    assert undone(items, "proxy") == []
    assert load(item.text)[0]["spec"] == {"ports": [{"port": 3000, "protocol": "TCP"}]}


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, []),
        ({"metadata": {"creationTimestamp": None, "name": "a"}, "status": {}}, []),
        ({"metadata": None, "status": {"loadBalancer": {}}}, []),
        ({"status": {"conditions": None, "loadBalancer": {"ingress": []}}}, []),
        ({"metadata": {"uid": "a"}}, ["metadata.uid"]),
        ({"metadata": {"uid": "a", "resourceVersion": "1"}}, ["metadata.resourceVersion", "metadata.uid"]),
        ({"metadata": {"creationTimestamp": "2020"}}, ["metadata.creationTimestamp"]),
        ({"metadata": {"generation": 1}, "status": {}}, ["metadata.generation", "status"]),
        ({"metadata": {"managedFields": []}}, []),
        ({"metadata": {"managedFields": [{}]}}, ["metadata.managedFields"]),
        ({"status": {"replicas": 0}}, ["status"]),
    ],
)
def test_fields_that_only_a_cluster_sets(data: dict[str, Any], fields: list[str]) -> None:
    assert cluster_fields(data) == fields
