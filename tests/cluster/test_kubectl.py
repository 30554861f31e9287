"""What kubectl makes of changed manifests: each warning is right, and so is each remedy, there and back.

The table of docs/applying.md is what is seen here.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

from krm_fn.ledger.annotation_size import LIMIT
from tests.cli.manifests import config, run, write_tree
from tests.cluster.control_plane import ControlPlane
from tests.sidecar.test_apply_warnings import OTHER, RENAMED, TCP, UDP, deployment, twin_warnings

pytestmark = pytest.mark.cluster

Kubectl: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]
Manifest: TypeAlias = dict[str, Any]

NAMESPACE = "kubectl"
FORCE = ("--server-side", "--force-conflicts")
WEB: Manifest = deployment(
    [{"name": "http", "containerPort": 3000}, {"name": "dns", "containerPort": 5353, "protocol": "UDP"}]
)
HTTP = {"name": "tcp", "port": 443, "targetPort": "http", "protocol": "TCP"}
DNS = {"name": "udp", "port": 443, "targetPort": "dns", "protocol": "UDP"}


@pytest.fixture
def kubectl(control_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kubectl]:
    """Return kubectl for the API server of the tests, in a namespace that is empty."""
    monkeypatch.setenv("KUBECTL_APPLYSET", "true")

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return control_plane.kubectl(f"--namespace={NAMESPACE}", *arguments)

    call("create", "namespace", NAMESPACE)
    yield call
    call("delete", "deployments,jobs,services,configmaps,pods", "--all", "--grace-period=0", "--force")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder for files, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def service(*ports: Any, **spec: Any) -> Manifest:
    metadata = {"name": "web", "namespace": NAMESPACE, "labels": {"app": "web"}}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"selector": {"app": "web"}, **spec, "ports": [*ports]},
    }


def workload(**changes: Any) -> Manifest:
    """Return a Deployment that the API server accepts."""
    data = json.loads(json.dumps(WEB))
    data["metadata"] |= {"namespace": NAMESPACE, "labels": {"app": "web"}} | changes
    data["spec"]["selector"] = {"matchLabels": {"app": "web"}}
    data["spec"]["template"]["spec"]["containers"] = data["spec"]["template"]["spec"]["containers"][1:]
    return data  # type: ignore[no-any-return] # JSON


def write(folder: Path, name: str, *manifests: Manifest) -> str:
    """Write manifests to a file; return its name."""
    write_tree(folder, {name: yaml.safe_dump_all(manifests, sort_keys=False)})
    return name


def render(spec: str, file: str = "web.yaml") -> list[str]:
    """Run the function on a file; return the codes of its warnings."""
    write_tree(Path(), {"fn.yaml": config(spec=spec)})
    return reported("render", "--config", "fn.yaml", file)


def reported(*command: str) -> list[str]:
    outcome = run(*command)
    assert outcome.exit_code == 0, outcome.lines
    return [result.code.number for result in outcome.results if result.severity == "warning"]


def succeeds(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def live(kubectl: Kubectl, what: str) -> Manifest:
    """Return an object as it is in the cluster."""
    return json.loads(succeeds(kubectl("get", what, "--output=json")))  # type: ignore[no-any-return] # JSON


def ports_of(data: Manifest) -> list[tuple[Any, ...]]:
    """Return what the manifest says about a Service's ports, in any order."""
    fields = ("name", "port", "protocol", "targetPort", "appProtocol")
    return sorted(tuple(str(port.get(field)) for field in fields) for port in data["spec"]["ports"])


def in_file(file: str, kind: str) -> Manifest:
    return next(data for data in yaml.safe_load_all(Path(file).read_text()) if data["kind"] == kind)


def names(kubectl: Kubectl) -> list[str]:
    """Return the names of the ConfigMaps in the cluster, but for that which each namespace has."""
    found = live(kubectl, "configmaps")["items"]
    return [data["metadata"]["name"] for data in found if data["metadata"]["name"] != "kube-root-ca.crt"]


# Ports of one number (PS510, PS350)


SAME = "  listeners: [{upstream: {protocol: http}}]\n"
OTHER_NUMBER = "  listeners: [{upstream: {protocol: http}, service: {port: 8443}}]\n"
TWINS = "  listeners: [{upstream: {protocol: http}, service: {port: 443}}]\n"
TRAPS = {
    "udp-first": (SAME, [DNS, HTTP]),
    "udp-first-other-number": (OTHER_NUMBER, [DNS, HTTP]),
    "tcp-first-other-number": (OTHER_NUMBER, [HTTP, DNS]),
    "udp-first-becomes-its-number": (TWINS, [DNS, {**HTTP, "port": 80}]),
    "tcp-first-becomes-its-number": (TWINS, [{**HTTP, "port": 80}, DNS]),
}
FREE = {
    "tcp-first": (SAME, [HTTP, DNS]),
    "numbers-differ": (SAME, [DNS, {**HTTP, "port": 80}]),
    "numbers-differ-before-and-after": (OTHER_NUMBER, [DNS, {**HTTP, "port": 80}]),
}


def start(kubectl: Kubectl, folder: Path, ports: list[Any]) -> None:
    """Apply a Deployment and its Service client-side."""
    succeeds(kubectl("apply", "--filename", write(folder, "web.yaml", workload(), service(*ports))))


def remedied(kubectl: Kubectl) -> None:
    """Apply a file as PS510 says where a number changes."""
    last = succeeds(kubectl("apply", "view-last-applied", "service/web", "--output=yaml"))
    Path("last.yaml").write_text(last)
    succeeds(kubectl("apply", *FORCE, "--filename=last.yaml"))
    succeeds(kubectl("apply", *FORCE, "--filename=web.yaml"))


@pytest.mark.parametrize("case", TRAPS)
def test_client_side_apply_takes_ports_for_others(case: str, kubectl: Kubectl, folder: Path) -> None:
    spec, ports = TRAPS[case]
    start(kubectl, folder, ports)
    assert "PS510" in render(spec)
    succeeds(kubectl("apply", "--filename=web.yaml"))
    assert ports_of(live(kubectl, "service/web")) != ports_of(in_file("web.yaml", "Service"))


@pytest.mark.parametrize("case", FREE)
def test_client_side_apply_finds_ports(case: str, kubectl: Kubectl, folder: Path) -> None:
    spec, ports = FREE[case]
    start(kubectl, folder, ports)
    for reports in (render(spec), reported("remove", "web.yaml")):
        assert "PS510" not in reports
        succeeds(kubectl("apply", "--filename=web.yaml"))
        assert ports_of(live(kubectl, "service/web")) == ports_of(in_file("web.yaml", "Service"))


@pytest.mark.parametrize("case", TRAPS)
def test_the_remedy_works_there_and_back(case: str, kubectl: Kubectl, folder: Path) -> None:
    spec, ports = TRAPS[case]
    start(kubectl, folder, ports)
    assert "PS510" in render(spec)
    if case == "udp-first":
        succeeds(kubectl("apply", *FORCE, "--filename=web.yaml"))
    else:
        remedied(kubectl)
    assert ports_of(live(kubectl, "service/web")) == ports_of(in_file("web.yaml", "Service"))
    assert "PS510" in reported("remove", "web.yaml")
    succeeds(kubectl("apply", "--server-side", "--filename=web.yaml"))
    assert ports_of(live(kubectl, "service/web")) == ports_of(service(*ports))


def test_server_side_apply_cannot_change_a_number_that_was_applied_client_side(kubectl: Kubectl, folder: Path) -> None:
    start(kubectl, folder, [{**HTTP, "port": 80}])
    render("  listeners: [{service: {port: 8443}}]\n")
    assert "Duplicate value" in kubectl("apply", *FORCE, "--filename=web.yaml").stderr
    remedied(kubectl)
    assert ports_of(live(kubectl, "service/web")) == ports_of(in_file("web.yaml", "Service"))


@pytest.mark.parametrize(
    ("before", "after", "is_right"),
    [
        ([UDP, TCP], [UDP, RENAMED], False),
        ([UDP], [UDP, TCP], False),
        ([OTHER, TCP], [OTHER, RENAMED], False),
        ([TCP, UDP], [RENAMED, UDP], True),
        ([TCP, OTHER], [RENAMED, OTHER], True),
    ],
)
def test_ports_of_containers(before: Any, after: Any, is_right: bool, kubectl: Kubectl, folder: Path) -> None:
    warnings = twin_warnings(before, after)
    assert bool(warnings) is not is_right
    remedy = warnings[0].message.partition(" Use kubectl ")[2].rstrip(".").split() if warnings else ["apply"]
    for command, is_applied in ((["apply"], is_right), (remedy, True)):
        kubectl("delete", "deployment", "web", "--ignore-not-found")
        succeeds(kubectl("apply", "--filename", write(folder, "web.yaml", _with_ports(before))))
        succeeds(kubectl(*command, "--filename", write(folder, "web.yaml", _with_ports(after))))
        (container,) = live(kubectl, "deployment/web")["spec"]["template"]["spec"]["containers"]
        assert (_triples(container["ports"]) == _triples(after)) is is_applied


@pytest.mark.parametrize("is_right", [False, True])
def test_the_apps_port_gets_another_name(is_right: bool, kubectl: Kubectl, folder: Path) -> None:
    ports = [{"name": "http", "containerPort": 3000}, {"name": "http3", "containerPort": 3000, "protocol": "UDP"}]
    before = _with_ports(ports if is_right else ports[::-1])
    succeeds(kubectl("apply", "--filename", write(folder, "web.yaml", before, service(HTTP))))
    assert ("PS350" in render(f"  cutover: name\n{SAME}")) is not is_right
    desired = in_file("web.yaml", "Deployment")
    for command, is_applied in ((("apply",), is_right), (("apply", *FORCE), True)):
        succeeds(kubectl(*command, "--filename=web.yaml"))
        (app, _) = live(kubectl, "deployment/web")["spec"]["template"]["spec"]["containers"]
        (wanted, _) = desired["spec"]["template"]["spec"]["containers"]
        assert (_triples(app["ports"]) == _triples(wanted["ports"])) is is_applied


def _with_ports(ports: Any) -> Manifest:
    data = workload()
    data["spec"]["template"]["spec"]["containers"][0]["ports"] = ports
    return data


def _triples(ports: list[Manifest]) -> list[tuple[Any, ...]]:
    return sorted((port["name"], port["containerPort"], port.get("protocol", "TCP")) for port in ports)


# Node ports (PS511)


@pytest.mark.parametrize("kind", ["NodePort", "LoadBalancer"])
@pytest.mark.parametrize("server_side", [False, True])
def test_node_ports(kind: str, server_side: bool, kubectl: Kubectl, folder: Path) -> None:
    apply = ("apply", *(["--server-side"] if server_side else []), "--filename=web.yaml")
    write(folder, "web.yaml", workload(), service({**HTTP, "port": 80}, type=kind))
    succeeds(kubectl(*apply))
    given = _node_port(kubectl)
    assert "PS511" not in render("  listeners: [{service: {name: web}}]\n")
    succeeds(kubectl(*apply))
    assert _node_port(kubectl) == given
    assert "PS511" in render("  listeners: [{service: {port: 8080}}]\n")
    succeeds(kubectl(*apply))
    allocated = _node_port(kubectl)
    assert allocated != given
    write(folder, "web.yaml", workload(), service({**HTTP, "port": 80, "nodePort": allocated}, type=kind))
    assert "PS511" not in render("  listeners: [{service: {port: 8080}}]\n")
    succeeds(kubectl(*apply))
    assert _node_port(kubectl) == allocated


def _node_port(kubectl: Kubectl) -> int:
    (port,) = live(kubectl, "service/web")["spec"]["ports"]
    return port["nodePort"]  # type: ignore[no-any-return] # JSON


# ConfigMaps: selected, pruned, large


@pytest.mark.parametrize("labels", [{"app": "web"}, {"app": "web", "app.kubernetes.io/version": "1.10"}])
def test_a_selector_includes_config_maps(labels: dict[str, str], kubectl: Kubectl, folder: Path) -> None:
    write(folder, "web.yaml", workload(labels=labels), service(HTTP))
    render("")
    selector = ",".join("=".join(label) for label in labels.items())
    succeeds(kubectl("apply", "--selector", selector, "--filename=web.yaml"))
    assert names(kubectl) == ["web-proxy-config"]


PRUNES = {
    "selector": ("--prune", "--selector=app=web", "--prune-allowlist=core/v1/ConfigMap"),
    "applyset": ("--prune", "--applyset=configmaps/set"),
}


@pytest.mark.parametrize("way", PRUNES)
def test_config_maps_are_pruned(way: str, kubectl: Kubectl, folder: Path) -> None:
    write(folder, "web.yaml", workload(), service(HTTP))
    for spec, desired in (("", "web-proxy-config"), ("  configMap: {name: other}\n", "other")):
        render(spec)
        succeeds(kubectl("apply", *PRUNES[way], "--filename=web.yaml"))
        assert {*names(kubectl)} - {"set"} == {desired}
    reported("remove", "web.yaml")
    succeeds(kubectl("apply", *PRUNES[way], "--filename=web.yaml"))
    assert {*names(kubectl)} - {"set"} == set()


def test_config_maps_stay_without_prune(kubectl: Kubectl, folder: Path) -> None:
    write(folder, "web.yaml", workload(), service(HTTP))
    for _ in range(2):
        render("")
        succeeds(kubectl("apply", "--filename=web.yaml"))
        reported("remove", "web.yaml")
    succeeds(kubectl("apply", "--filename=web.yaml"))
    assert names(kubectl) == ["web-proxy-config"]


def test_a_large_config_map(kubectl: Kubectl, folder: Path) -> None:
    """PS404: what works where it is new, and where a smaller one was applied client-side."""
    small, large = _config_map("a"), _config_map("a" * (LIMIT + 1))
    write(folder, "large.yaml", large)
    assert "Too long" in kubectl("apply", "--filename=large.yaml").stderr
    succeeds(kubectl("apply", *FORCE, "--filename=large.yaml"))
    succeeds(kubectl("delete", "configmap", "large"))
    succeeds(kubectl("apply", "--filename", write(folder, "small.yaml", small)))
    succeeds(kubectl("replace", "--filename=large.yaml"))
    succeeds(kubectl("apply", *FORCE, "--filename=large.yaml"))
    assert live(kubectl, "configmap/large")["data"] == large["data"]


def _config_map(text: str) -> Manifest:
    metadata = {"name": "large", "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a.txt": text}}


# Pods that cannot be changed


def test_a_pod_cannot_be_changed(kubectl: Kubectl, folder: Path) -> None:
    metadata = {"name": "web", "namespace": NAMESPACE, "labels": {"app": "web"}}
    spec = workload()["spec"]["template"]["spec"]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    succeeds(kubectl("apply", "--filename", write(folder, "web.yaml", pod, service(HTTP))))
    write_tree(folder, {"fn.yaml": config().replace("kind: Deployment", "kind: Pod")})
    reported("render", "--config", "fn.yaml", "web.yaml")
    assert "may not add or remove containers" in kubectl("apply", "--filename=web.yaml").stderr
    write(folder, "pod.yaml", in_file("web.yaml", "Pod"))
    succeeds(kubectl("replace", "--force", "--grace-period=0", "--filename=pod.yaml"))
    assert len(live(kubectl, "pod/web")["spec"]["containers"]) == 2


def test_a_job_cannot_be_changed(kubectl: Kubectl, folder: Path) -> None:
    template = workload()["spec"]["template"]
    template["spec"]["restartPolicy"] = "Never"
    metadata = {"name": "web", "namespace": NAMESPACE}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"template": template}}
    succeeds(kubectl("apply", "--filename", write(folder, "job.yaml", job)))
    template["spec"]["containers"][0]["image"] = "web:2"
    write(folder, "job.yaml", job)
    assert "immutable" in kubectl("apply", "--filename=job.yaml").stderr
    succeeds(kubectl("replace", "--force", "--filename=job.yaml"))


# The longest names


@pytest.mark.parametrize("engine", ["nginx", "caddy"])
@pytest.mark.parametrize("length", [225, 226, 243, 244, 253])
def test_the_longest_names_are_accepted(length: int, engine: str, kubectl: Kubectl, folder: Path) -> None:
    name, own = "w" * length, "p" * 50
    write(folder, "web.yaml", workload(name=name), service(HTTP))
    spec = f"""\
  engine: {engine}
  sidecar: {{name: {"c" * 63}}}
  files:
  - {{name: {"f" * 253}, data: {{{"k" * 253}: text}}}}
  companions: {{metrics: {{name: {"m" * 15}}}}}
  listeners:
  - name: {"l" * 15}
    routes: [{{path: /a, files: {{configMap: {"f" * 253}, key: {"k" * 253}}}}}]
"""
    write_tree(folder, {"fn.yaml": config(own, spec).replace("name: web", f"name: {name}")})
    reported("render", "--config", "fn.yaml", "web.yaml")
    for options in ((), FORCE):
        succeeds(kubectl("apply", *options, "--filename=web.yaml"))
    mounted = [
        volume["configMap"]["name"]
        for volume in live(kubectl, f"deployment/{name}")["spec"]["template"]["spec"]["volumes"]
        if "configMap" in volume
    ]
    assert {*mounted} == {*names(kubectl)}
    assert max(map(len, mounted)) == 253
