"""Records of others, and what something else still needs: looked at through whole runs."""

from __future__ import annotations

from typing import Any

import pytest
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


@pytest.mark.parametrize(("value", "exit_code"), [("false", 1), ("0", 1), ("''", 1), ("[x]", 1), ("[]", 0), ("", 0)])
def test_an_alias_is_put_back_only_where_it_is_empty(value: str, exit_code: int) -> None:
    was_there = r"filled spec.template.spec.volumes was \" *x\"\n"
    text = process(INPUT.encode()).stdout.decode().replace(r"created spec.template.spec.volumes\n", was_there)
    text = text.replace("  spec:\n    selector:", f"  spec:\n    none: &x {value}\n    selector:", 1)
    outcome = process(text.replace("spec: {target: {name: web}}", "spec: {remove: true}").encode())
    assert outcome.exit_code == exit_code
    left = yaml.safe_load(outcome.stdout)["items"][0]["spec"]["template"]["spec"]
    assert len(left["containers"]) == 1 + exit_code, "all of it is undone, or nothing"
    assert [str(each.code) for each in outcome.results if each.severity == "error"] == ["PS701"] * exit_code


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
