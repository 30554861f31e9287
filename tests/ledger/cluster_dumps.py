"""What a cluster gives back: manifests before and after proxies are injected, and what `remove` makes of the latter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from krm_fn.cli.command_line import run_command
from krm_fn.ledger.annotation_size import LAST_APPLIED

if TYPE_CHECKING:
    from collections.abc import Callable

DUMPS = Path(__file__).parent / "dumps"
"""`manifests.yaml`, a functionConfig for each of its workloads, and what a cluster gave back of these: `before.yaml`
without proxies, `after.yaml` with them. What differs from cluster to cluster has a fixed value there."""
FUNCTION_CONFIGS = ("web.yaml", "api.yaml")
KINDS = "deployments,statefulsets,services,ingresses,networkpolicies,configmaps"
_ONLY_THERE = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid")


def recorded(kubectl: Callable[..., str], folder: Path) -> dict[str, str]:
    """Apply the manifests, and then these with proxies; return what the cluster gives back each time, by file name."""
    manifests = folder / "manifests.yaml"
    manifests.write_bytes((DUMPS / "manifests.yaml").read_bytes())
    found = {}
    for name in ("before.yaml", "after.yaml"):
        if name == "after.yaml":
            for config in FUNCTION_CONFIGS:
                outcome = run_command(["render", "--config", str(DUMPS / config), str(manifests)])
                assert outcome.exit_code == 0, outcome.lines
        kubectl("apply", "-f", str(manifests))
        found[name] = _made_equal(kubectl("get", KINDS, "-o", "yaml"))
    return found


def check_removed(before: str, after: str, folder: Path) -> None:
    """Assert that `remove` makes of a dump with proxies what the cluster gave back before, without any doubt."""
    dump = folder / "dump.yaml"
    dump.write_text(after, "utf-8")
    outcome = run_command(["remove", str(dump)])
    assert outcome.exit_code == 0, outcome.lines
    assert {result.code.number for result in outcome.results if result.severity != "info"} == {"PS313"}, outcome.lines
    assert len([line for line in outcome.lines if " PS313 " in line]) == len(_objects(before)), "one for each object"
    assert _objects(dump.read_text("utf-8")) == _objects(before)


def _objects(dump: str) -> list[dict[str, Any]]:
    """Return the objects of a dump, without what only a cluster sets, and what is the same by default."""
    objects = yaml.safe_load(dump)["items"]
    for each in objects:
        each.pop("status", None)
        metadata = each["metadata"]
        for field in _ONLY_THERE:
            metadata.pop(field, None)
        annotations = metadata.get("annotations", {})
        annotations.pop(LAST_APPLIED, None)
        metadata["annotations"] = annotations
        for port in each.get("spec", {}).get("ports", []):
            port.setdefault("targetPort", port["port"])
        template = each.get("spec", {}).get("template", {})
        template.get("metadata", {}).pop("creationTimestamp", None)
        for container in template.get("spec", {}).get("containers", []):
            container.setdefault("resources", {})
    return list(objects)


def _made_equal(dump: str) -> str:
    """Return a dump without what is the cluster's own, and with fixed values where each cluster has others."""
    data = yaml.safe_load(dump)
    own = ("kubernetes", "kube-root-ca.crt")
    data["items"] = [each for each in data["items"] if each["metadata"]["name"] not in own]
    for number, each in enumerate(data["items"], 1):
        fixed = {
            "creationTimestamp": "2020-01-01T00:00:00Z",
            "resourceVersion": str(number),
            "uid": f"00000000-0000-4000-8000-{number:012}",
        }
        each["metadata"] |= fixed
        each["metadata"].pop("managedFields", None)  # later versions of kubectl hide it
        if each["kind"] == "ConfigMap":
            del each["metadata"]["annotations"][LAST_APPLIED]  # which is long
        if "clusterIP" in each.get("spec", {}):
            each["spec"] |= {"clusterIP": f"10.96.0.{number}", "clusterIPs": [f"10.96.0.{number}"]}
    text: str = yaml.safe_dump(data, sort_keys=False, width=1000)
    return text
