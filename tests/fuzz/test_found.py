"""What mutated manifests showed: each kind of fault once, in the least input. The laws hold for it now."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from krm_fn.function import process
from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.read import read as read_text
from tests.cli.manifests import run
from tests.corpus.files import HEAD
from tests.fuzz.laws import holds
from tests.laws.items import as_json
from tests.manifests import load, load_quickly

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORKLOAD = """\
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: web
  spec:
    template:
      metadata:
        labels:
          app: web
      spec:
        containers:
        - name: web
          ports:
          - name: http
            containerPort: 80
"""
SERVICE = """\
- apiVersion: v1
  kind: Service
  metadata:
    name: web
  spec:
    selector:
      app: web
    ports:
    - name: web
      port: 80
      targetPort: http
"""
NAMESPACE = """\
- apiVersion: v1
  kind: Namespace
  metadata:
    name: default
  metadata:
    name: default
"""
BY_CLIENT = {"realIP": {"trustedProxies": ["10.0.0.0/8"]}}
MOVED = {"listeners": [{"name": "proxy-http", "service": {"name": "web", "port": 8080}}]}


def stdin(items: str, spec: dict[str, Any] | None = None, newline: str = "\n") -> bytes:
    """Return a ResourceList."""
    return f"{HEAD}{items}functionConfig: {function_config(spec)}\n".replace("\n", newline).encode()


def function_config(spec: dict[str, Any] | None = None) -> str:
    """Return the functionConfig as JSON."""
    return as_json(
        {
            "apiVersion": "krm-fn.dev/v1alpha1",
            "kind": "ProxySidecar",
            "metadata": {"name": "law-proxy"},
            "spec": {"target": {"kind": "Deployment", "name": "web"}, **(spec or {})},
        }
    )


@pytest.mark.parametrize(
    "items",
    [
        WORKLOAD + SERVICE,
        WORKLOAD.replace("name: http", "name: |- # c\n              http"),
        WORKLOAD.replace("name: http", "name: >-\n              http"),
        WORKLOAD.replace("name: web\n          ports", "name: w e b\n          ports"),
        WORKLOAD.replace("name: web\n          ports", "name: {a: b}\n          ports"),
        WORKLOAD + SERVICE.replace("name: web\n      port", "name: 81\n      port"),
        WORKLOAD + SERVICE.replace("port: 80", "port: '80'"),
        WORKLOAD.replace("name: http", "name: 🚀"),
        WORKLOAD + NAMESPACE,
        WORKLOAD.replace("  spec:\n", "  spec:\n    replicas: ! 80\n", 1),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("spec", [{}, BY_CLIENT, MOVED], ids=["nothing set", "by the client's address", "moved"])
def test_the_laws_hold(items: str, newline: str, spec: dict[str, Any]) -> None:
    assert holds(stdin(items, spec, newline)) == "injected"


@pytest.mark.parametrize(
    "port",
    [
        "{port: 80, targetPort: }",
        "{targetPort: , port: 80}",
        "{port: 80, targetPort:  }",
        '{"port": 80, "targetPort":}',
        '{"targetPort":,"port": 80}',
        '{"targetPort": , "port": 80}',
        "{'targetPort':  , port: 80}",
    ],
)
def test_a_port_without_a_target_in_flow_style(port: str) -> None:
    written = SERVICE.replace("- name: web\n      port: 80\n      targetPort: http", f"- {port}")
    assert port in written
    assert holds(stdin(WORKLOAD + written)) == "injected"


@pytest.mark.parametrize("port", ["{a: b}", "[80]", "''", "1.5"])
def test_a_port_of_another_type_before_a_removal(port: str) -> None:
    injected = process(stdin(WORKLOAD + SERVICE, MOVED)).stdout
    removal = injected.replace(b'"spec": {', b'"spec": {"remove": true, ')
    edited = removal.replace(b"port: 8080\n      targetPort", f"port: {port}\n      targetPort".encode())
    assert edited != removal
    assert process(edited).exit_code == 0


def test_a_field_that_is_not_set_stays_as_it_is_written() -> None:
    odd = SERVICE.replace("name: web\n      port", "name: 81\n      port").replace("port: 80", "port: 0x50")
    written = process(stdin(WORKLOAD + odd, {"cutover": "service", "listeners": [{"name": "front"}]})).stdout
    assert b"    - name: 81\n      port: 0x50\n      targetPort: front\n" in written


def test_an_error_says_in_which_object_an_alias_has_no_anchor() -> None:
    record = "    annotations:\n      undo.krm-fn.dev/law-proxy: *gone\n"
    outcome = process(stdin(WORKLOAD + SERVICE.replace("    name: web\n  spec", f"    name: web\n{record}  spec")))
    assert outcome.exit_code == 1
    assert "(in what starts at line 19 of stdin)" in outcome.lines[0]


def test_a_key_that_holds_itself_ends() -> None:
    itself = SERVICE.replace("spec:\n", "also: &itself {[*itself]: web}\n  again: {<<: *itself}\n  spec:\n", 1)
    assert holds(stdin(WORKLOAD + itself)) == "injected"


def test_what_is_no_yaml_and_looks_encrypted_is_not_the_reason() -> None:
    no_yaml = "- apiVersion: v1\n     ENC[AES256_GCM,data:x]\n"
    assert holds(stdin(no_yaml + SERVICE)) == "refused"


@pytest.mark.parametrize("port", ["", "port: web", "port: '80'", "port: [80]"])
def test_a_port_without_a_number_beside_a_policy_of_several_ports(port: str) -> None:
    of_json = '- {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "labels": {"app": "web"}},\n'
    of_json += '   "spec": {"selector": {"app": "web"}, "ports": [{%s"targetPort": "http"}]}}\n'
    policy = "- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata: {name: web}\n"
    policy += "  spec:\n    podSelector: {matchLabels: {app: web}}\n    ingress:\n    - ports:\n"
    policy += "      - ports: [{port: http, other: 'tcp://1:80-81'}]\n"
    written = of_json % (port and f"{port}, ")
    assert holds(stdin(WORKLOAD + written + policy, MOVED)) in ("injected", "refused")


def test_a_policy_of_lost_ports_with_a_key_twice() -> None:
    policy = "- apiVersion: security.istio.io/v1\n  kind: AuthorizationPolicy\n  metadata: {name: web}\n"
    policy += "  spec:\n  spec:\n    rules: [{to: [{operation: {ports: ['8080']}}]}]\n"
    assert holds(stdin(WORKLOAD + policy)) == "injected"


@pytest.mark.parametrize("field", ["volumeMounts", "ports", "env"])
def test_a_null_in_place_of_a_list_of_ours(field: str) -> None:
    spec = {"sidecar": {"container": {field: None}}}
    assert holds(stdin(WORKLOAD + SERVICE, spec)) == "injected"
    assert process(stdin(WORKLOAD + SERVICE, spec)).stdout.count(b"mountPath: /etc/proxy-sidecar") == 1


def test_a_config_map_of_ours_without_a_file_beside_two_folders() -> None:
    placed = "metadata:\n    annotations: {config.kubernetes.io/path: %s/web.yaml}"
    folders = "".join(WORKLOAD.replace("metadata:", placed % folder, 1) for folder in ("eu", "us"))
    of_nowhere = "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: web-law-proxy-config\n"
    of_nowhere += "    annotations: {krm-fn.dev/owner: law-proxy, krm-fn.dev/content: dpfmnmbr}\n"
    first = process(stdin(of_nowhere + folders)).stdout
    items = first.partition(b"\nresults:")[0]
    assert items.count(b"kind: ConfigMap") == 2 + 1
    assert process(first).stdout.partition(b"\nresults:")[0] == items


def test_files_that_name_a_path_as_a_host_does(tmp_path: Path) -> None:
    named = WORKLOAD.replace("metadata:", "metadata:\n    annotations: {internal.config.kubernetes.io/path: a.yaml}", 1)
    (tmp_path / "web.yaml").write_text(dedent(named.replace("- ", "  ", 1)))
    config = tmp_path / "fn.json"
    config.write_text(function_config())
    for _ in range(2):
        assert run("render", "--config", str(config), str(tmp_path)).exit_code == 0
        assert (tmp_path / "web.yaml").read_bytes().count(b"internal.config.kubernetes.io/path") == 1


def test_a_config_map_of_ours_with_a_field_of_others_in_files(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(dedent(WORKLOAD.replace("- ", "  ", 1)))
    config = tmp_path / "fn.json"
    config.write_text(function_config())
    assert run("render", "--config", str(config), str(tmp_path)).exit_code == 0
    ours = tmp_path / "web.yaml"
    others = "  krm-fn.dev/owner:\n    app.kubernetes.io/managed-by: proxy-sidecar\n"
    ours.write_text(
        ours.read_text().replace("\n  labels:\n", f"\n{others}  labels:\n").replace("sendfile on", "sendfile off")
    )
    for _ in range(2):
        assert run("render", "--config", str(config), str(tmp_path)).exit_code == 0
        assert others in ours.read_text()
        assert "sendfile on" in ours.read_text()


@pytest.mark.parametrize("empty", ["null", "{}", "~", ""])
def test_an_alias_of_the_empty_mapping_that_holds_the_record(empty: str) -> None:
    labels = "    metadata:\n        labels:\n          app: web\n"
    written = WORKLOAD.replace(f"  {labels}", "      metadata: *1\n")
    written = written.replace("    name: web\n  spec", f"    name: web\n    annotations: &1 {empty}\n  spec")
    assert written.count("*1") == written.count("&1") == 1
    assert holds(stdin(written)) == "injected"


def test_a_record_of_ours_that_is_not_believed_says_nothing_of_names() -> None:
    record = "undo.krm-fn.dev/law-proxy: \"changed spec.template.spec.containers[0].ports[0].name from '*' to http\\n\""
    forged = WORKLOAD.replace("    name: web\n", f"    name: web\n    annotations:\n      {record}\n", 1)
    forged = forged.replace("  - name: web\n          ports", "  - name: app\n          ports")
    first = process(stdin(forged)).stdout
    assert b"- name: app-http\n" in first
    assert process(first).stdout.partition(b"\nresults:")[0] == first.partition(b"\nresults:")[0]


@pytest.mark.parametrize("lists", ["", "- apiVersion: v1\n  kind: List\n  items:\n"], ids=["an item", "in a list"])
def test_a_comment_behind_a_config_map_of_ours_that_gets_text(lists: str) -> None:
    ours = "- 'apiVersion': v1\n  kind: ConfigMap\n  metadata:\n    name: web-law-proxy-config\n    annotations:\n"
    ours += "      krm-fn.dev/owner: law-proxy\n\n      # an earlier text\n   # more\n"
    if lists:
        ours = lists + "".join(f"  {line}\n" if line else "\n" for line in ours.splitlines())
    first = process(stdin(WORKLOAD + ours)).stdout
    assert b"sendfile on;" in first
    assert process(first).stdout.partition(b"\nresults:")[0] == first.partition(b"\nresults:")[0]


@pytest.mark.parametrize(
    ("tag", "became"), [("!x", "refused"), ("!!float", "refused"), ("!!str", "injected"), ("!!int", "injected")]
)
def test_a_tagged_port_is_given_back_or_refused(tag: str, became: str) -> None:
    tagged = SERVICE.replace("targetPort: http", f"targetPort: {tag} 80")
    assert holds(stdin(WORKLOAD + tagged)) == became


def test_a_text_with_a_tab_is_given_back() -> None:
    ingress = "- apiVersion: networking.k8s.io/v1\n  kind: Ingress\n  metadata:\n    name: web\n    annotations:\n"
    ingress += "      alb.ingress.kubernetes.io/actions.all: |\n        {\n"
    ingress += (
        '\t"forwardConfig": {"targetGroups": [{"servicePort": 80, "serviceName": "web"}]}\t\n        }\n'.replace(
            "\t", "        \t", 1
        )
    )
    moved = {"listeners": [{"service": {"name": "proxied", "port": 8999}}]}
    assert holds(stdin(WORKLOAD + SERVICE + ingress, moved)) == "injected"
    assert b'"servicePort": 8999' in process(stdin(WORKLOAD + SERVICE + ingress, moved)).stdout


@pytest.mark.parametrize("read", [load, load_quickly])
def test_of_several_mappings_that_are_merged_the_first_counts(read: Callable[[str], Any]) -> None:
    text = "a:\n  <<:\n  - {port: 1}\n  - {port: 2}\n"
    assert read(text) == {"a": {"port": 1}} == to_data(read_text(text))
