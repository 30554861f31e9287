"""Records of others, and what something else still needs: looked at through whole runs."""

from __future__ import annotations

from typing import Any

import yaml

from krm_fn.function import process
from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.ledger.digest import entry_digest

INPUT = """\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec:
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web}}
      spec:
        containers:
        - {name: web, image: "web:1", ports: [{name: http, containerPort: 3000}]}
functionConfig:
  apiVersion: krm-fn.dev/v1alpha1
  kind: ProxySidecar
  metadata: {name: proxy}
  spec: {target: {name: web}}
"""


def injected() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(process(INPUT.encode()).stdout)
    return found


def removed(listed: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    listed["functionConfig"]["spec"] = {"remove": True}
    outcome = process(yaml.safe_dump(listed, sort_keys=False).encode())
    assert outcome.exit_code == 0
    codes = [str(result.code) for result in outcome.results if result.severity != "info"]
    return yaml.safe_load(outcome.stdout), codes


def test_the_record_of_another_keeps_nothing_that_it_cannot_have_added() -> None:
    listed = injected()
    deployment = listed["items"][0]
    sidecar = deployment["spec"]["template"]["spec"]["containers"][1]
    claim = f"added spec.template.spec.containers[name=proxy] as {entry_digest(sidecar, '1')}\n"
    deployment["metadata"]["annotations"][f"{RECORD_PREFIX}other"] = claim
    left, codes = removed(listed)
    assert [each["name"] for each in left["items"][0]["spec"]["template"]["spec"]["containers"]] == ["web"]
    assert codes == []


def test_a_configmap_that_something_else_names_is_left() -> None:
    listed = injected()
    copy = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "debug"},
        "spec": {
            "containers": [{"name": "shell", "image": "shell:1"}],
            "volumes": [{"name": "c", "configMap": {"name": "web-proxy-config"}}],
        },
    }
    left, codes = removed({**listed, "items": [*listed["items"], copy]})
    assert [each["kind"] for each in left["items"]] == ["Deployment", "ConfigMap", "Pod"]
    assert codes == ["PS412"]
    left, codes = removed({**left, "items": [each for each in left["items"] if each["kind"] != "Pod"]})
    assert [each["kind"] for each in left["items"]] == ["Deployment"]
    assert codes == []
