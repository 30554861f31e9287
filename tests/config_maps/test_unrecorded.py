"""Output without records: the same as with them but for these, and never taken for a source, whole or in part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from krm_fn.function import is_generator_call, transform
from krm_fn.function_config.load import load
from krm_fn.ledger.record_format import is_record
from krm_fn.removal import owners_in, remove
from krm_fn.resource_list.identity import annotations_of, ref_of
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.result import FunctionError, ResourceRef
from krm_fn.yaml_text.paths import walk

if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import ProxySidecar

EXAMPLES = Path(__file__).parents[1] / "examples"


def _sources() -> list[Path]:
    """Return the examples whose items no earlier run has changed, of calls that change something."""
    return [path for path in sorted(EXAMPLES.iterdir()) if _is_source((path / "input.yaml").read_bytes())]


def _is_source(given: bytes) -> bool:
    if b"undo.krm-fn.dev" in given or b"krm-fn.dev/owner" in given:
        return False
    config, items = load(ResourceList(given).function_config()), ResourceList(given)
    return not config.spec.remove and not is_generator_call(items, ref_of(_plain(config)))


def _plain(config: ProxySidecar) -> dict[str, Any]:
    return {"apiVersion": config.api_version, "kind": config.kind, "metadata": {"name": config.metadata.name}}


@pytest.mark.parametrize("directory", _sources(), ids=lambda path: str(path.name))
def test_output_without_records(directory: Path) -> None:
    given = (directory / "input.yaml").read_bytes()
    output = _run(given, "none")
    assert b"undo.krm-fn.dev" not in output
    recorded = _data(_run(given, "annotation"))
    assert _all_without_records(_data(output)) == _all_without_records(recorded)
    before, after = (_texts(text) for text in (given, output))
    assert all(after[ref] == before[ref] for ref in before if recorded[ref] == _data(given)[ref])
    if before == after:  # all has opted out
        assert _run(output, "none") == output
        return
    proxied = [ref for ref, data in _data(output).items() if _has_proxy(data) and after[ref] != before.get(ref)]
    assert "PS716" in _refused(output, "none")
    for text in (output, *(given.replace(before[ref], after[ref]) for ref in proxied)):
        assert "PS716" in _refused(text, "annotation")
    assert "PS716" in _refused_to_remove(output, load(ResourceList(given).function_config()).metadata.name)


def _has_proxy(data: dict[str, Any]) -> bool:
    return any(path and "checksum.krm-fn.dev/" in str(path[-1]) for path, _ in walk(data))


def _run(text: bytes, record: str) -> bytes:
    resources = ResourceList(text)
    config = load(resources.function_config())
    transform(resources, config.replace(spec=config.spec.replace(record=record)))
    return b"".join(resources.written([]))


def _refused(text: bytes, record: str) -> set[str]:
    with pytest.raises(FunctionError) as caught:
        _run(text, record)
    return {result.code.number for result in caught.value.results}


def _refused_to_remove(text: bytes, name: str) -> set[str]:
    resources = ResourceList(text)
    assert name in owners_in(resources.items)
    with pytest.raises(FunctionError) as caught:
        remove(resources, [name])
    return {result.code.number for result in caught.value.results}


def _texts(text: bytes) -> dict[ResourceRef, bytes]:
    return {ref_of(item.readable_data): item.original for item in ResourceList(text).items}


def _data(text: bytes) -> dict[ResourceRef, dict[str, Any]]:
    return {ref_of(item.readable_data): item.readable_data for item in ResourceList(text).items}


def _all_without_records(objects: dict[ResourceRef, dict[str, Any]]) -> dict[ResourceRef, dict[str, Any]]:
    return {ref: _without_records(data) for ref, data in objects.items()}


def _without_records(data: dict[str, Any]) -> dict[str, Any]:
    """Return an object without records, and without annotations where there are no others."""
    kept = {key: value for key, value in annotations_of(data).items() if not is_record(key)}
    metadata = {key: value for key, value in (data.get("metadata") or {}).items() if key != "annotations"}
    return {**data, "metadata": {**metadata, **({"annotations": kept} if kept else {})}}


# What is recognised, and what is not.

HEAD = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
DEPLOYMENT = """\
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec:
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web}}
      spec:
        containers:
        - name: web
          image: web:1
          ports: [{name: http, containerPort: 3000}]
"""
SPEC = "target: {kind: Deployment, name: web}, record: none"
WITHOUT_CHECKSUM = f"{SPEC}, configMap: {{rollout: none}}"


def _list(items: str, spec: str = WITHOUT_CHECKSUM) -> bytes:
    config = "{apiVersion: krm-fn.dev/v1alpha1, kind: ProxySidecar, metadata: {name: proxy}"
    return f"{HEAD}{items}functionConfig: {config}, spec: {{{spec}}}}}\n".encode()


def _output(spec: str = WITHOUT_CHECKSUM, items: str = DEPLOYMENT) -> str:
    return _run(_list(items, spec), "none").decode().removeprefix(HEAD).partition("functionConfig:")[0]


def _alone(output: str) -> str:
    """Return the workload alone, without the ConfigMap."""
    return output.partition("- apiVersion: v1\n  kind: ConfigMap")[0]


def _config_map() -> str:
    return _output().removeprefix(_alone(_output()))


@pytest.mark.parametrize(
    ("items", "spec"),
    [
        pytest.param(_output(), WITHOUT_CHECKSUM, id="the container runs with our ConfigMap"),
        pytest.param(_alone(_output()), WITHOUT_CHECKSUM, id="it does with one of its name, which is absent"),
        pytest.param(_alone(_output(SPEC)), SPEC, id="there is the checksum"),
        pytest.param(
            _output(f"{WITHOUT_CHECKSUM}, sidecar: {{name: front}}"), WITHOUT_CHECKSUM, id="it had another name"
        ),
        pytest.param(
            _output(f"{WITHOUT_CHECKSUM}, sidecar: {{container: {{command: [run]}}}}"),
            WITHOUT_CHECKSUM,
            id="the user set its command",
        ),
        pytest.param(_output().replace("image: nginx:stable", "image: mine:1"), WITHOUT_CHECKSUM, id="another image"),
        pytest.param(
            _output().replace("web-proxy-config", "prod-web-proxy-config-k5dk2g8d7b"),
            WITHOUT_CHECKSUM,
            id="kustomize gave the ConfigMap another name",
        ),
        pytest.param(
            _output(f"{WITHOUT_CHECKSUM}, engine: caddy"), f"{WITHOUT_CHECKSUM}, engine: caddy", id="it is Caddy"
        ),
        pytest.param(_output().replace("proxy-", "other-"), WITHOUT_CHECKSUM, id="its ports and volumes have others"),
    ],
)
def test_it_is_output(items: str, spec: str) -> None:
    for record in ("none", "annotation"):
        assert "PS716" in _refused(_list(items, spec), record)


@pytest.mark.parametrize(
    "items",
    [
        pytest.param(DEPLOYMENT, id="a source"),
        pytest.param(DEPLOYMENT + _config_map(), id="a source beside the ConfigMap of its output"),
        pytest.param(f"{DEPLOYMENT}        - {{name: proxy, image: 'nginx:1.27'}}\n", id="a container of our name"),
        pytest.param(
            f"{DEPLOYMENT}          volumeMounts: [{{name: pages, mountPath: /pages}}]\n"
            "        volumes: [{name: pages, configMap: {name: web-proxy-config}}]\n" + _config_map(),
            id="the app reads a ConfigMap of ours",
        ),
        pytest.param(
            DEPLOYMENT
            + _alone(_output(SPEC))
            .replace("kind: Deployment", "kind: ReplicaSet")
            .replace(
                "metadata: {name: web}", "metadata: {name: web-1, ownerReferences: [{kind: Deployment, name: web}]}"
            ),
            id="what a controller made",
        ),
    ],
)
def test_it_is_a_source(items: str) -> None:
    for record in ("none", "annotation"):
        assert b"- name: proxy-cache\n" in _run(_list(items), record)


def test_it_is_output_where_there_is_much_of_it() -> None:
    items = "".join(DEPLOYMENT.replace("web", f"web-{number}") for number in range(9))
    spec = WITHOUT_CHECKSUM.replace(", name: web", "")
    output = _output(spec, items)
    with pytest.raises(FunctionError) as caught:
        _run(_list(output, spec), "annotation")
    refused = [result.ref for result in caught.value.results if result.code.number == "PS716"]
    assert [ref.name for ref in refused if ref] == [f"web-{number}" for number in range(9)]


def test_the_sidecar_of_another_is_no_app_without_a_record() -> None:
    first = _output().replace("proxy", "first")
    output = _run(_list(first, f"{WITHOUT_CHECKSUM}, listeners: [{{name: second}}]"), "none")
    (deployment,) = (item.data for item in ResourceList(output).items if item.kind == "Deployment")
    assert [each["name"] for each in deployment["spec"]["template"]["spec"]["containers"]] == ["web", "first", "proxy"]
    assert b"server 127.0.0.1:3000;" in output.rpartition(b"kind: ConfigMap")[2]
