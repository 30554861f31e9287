"""What went wrong in other injectors, and does not in this one: a test for each lesson, in its words."""

from __future__ import annotations

import difflib
import json
from typing import Any

import pytest

from krm_fn.function import process
from krm_fn.summary import Outcome
from tests.manifests import load

APP = {"name": "app", "image": "app:1", "ports": [{"name": "http", "containerPort": 3000}]}
Object = dict[str, Any]


def pod(*containers: Object, labels: Object | None = None, **spec: Any) -> Object:
    return {"metadata": {"labels": labels or {"app": "web"}}, "spec": {"containers": list(containers or [APP]), **spec}}


def workload(kind: str = "Deployment", api: str = "apps/v1", template: Object | None = None, **spec: Any) -> Object:
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": {"template": template or pod(), **spec},
    }


def service(*ports: Object, name: str = "web", **spec: Any) -> Object:
    spec = {
        "selector": {"app": "web"},
        "ports": list(ports or [{"name": "http", "port": 80, "targetPort": "http"}]),
        **spec,
    }
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def run(*items: Object, kind: str = "Deployment", **spec: Any) -> Outcome:
    config = {
        "apiVersion": "krm-fn.dev/v1alpha1",
        "kind": "ProxySidecar",
        "metadata": {"name": "proxy"},
        "spec": {"target": {"kind": kind, "name": "web"}, "cutover": "service", **spec},
    }
    whole = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": items, "functionConfig": config}
    return process(json.dumps(whole).encode())


def items(outcome: Outcome) -> list[Any]:
    assert outcome.exit_code == 0, outcome.lines
    found: list[Any] = load(outcome.stdout.decode())["items"]
    return found


def results(outcome: Outcome, severity: str) -> list[Any]:
    return [result for result in load(outcome.stdout.decode())["results"] if result["severity"] == severity]


def containers(outcome: Outcome, field: str = "containers") -> list[Any]:
    found: list[Any] = items(outcome)[0]["spec"]["template"]["spec"][field]
    return found


def test_07_no_noise_is_put_into_what_is_touched() -> None:
    text = (
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
        "- apiVersion: apps/v1\n  kind: Deployment\n  metadata:\n    name: web\n    annotations: {a: b}\n  spec:\n"
        "    template:\n      metadata:\n        labels: {app: web}\n        annotations: {a: b}\n      spec:\n"
        "        containers:\n        - name: app\n          ports: [{name: http, containerPort: 3000}]\n"
        "        volumes:\n        - name: v\n          emptyDir: {}\n"
        "functionConfig:\n  apiVersion: krm-fn.dev/v1alpha1\n  kind: ProxySidecar\n  metadata: {name: proxy}\n"
        "  spec: {target: {kind: Deployment, name: web}, cutover: service}\n"
    )
    out = process(text.encode()).stdout.decode()
    changes = list(difflib.ndiff(text.splitlines(), out[: out.index("results:")].splitlines()))
    assert [line for line in changes if line.startswith("- ")] == [
        "-     annotations: {a: b}",
        "-         annotations: {a: b}",
    ]
    assert not any(word in out for word in ("creationTimestamp", "resources: {}", "strategy", "status:"))


def test_08_unknown_fields_stay() -> None:
    odd = {**APP, "startupProbe": {"futureHandler": {"x": 1}}, "futureField": [1, {"a": None}]}
    outcome = run(workload(template=pod(odd, futureSpec={"b": []})), service())
    template = items(outcome)[0]["spec"]["template"]["spec"]
    assert template["containers"][0] == odd
    assert template["futureSpec"] == {"b": []}


def test_09_missing_parents_are_made() -> None:
    bare = {"spec": {"containers": [APP]}}
    outcome = run(workload("CronJob", "batch/v1", {}, jobTemplate={"spec": {"template": bare}}), kind="CronJob",
                  sidecar={"mode": "native"})  # fmt: skip
    template = items(outcome)[0]["spec"]["jobTemplate"]["spec"]["template"]
    assert list(template["metadata"]["annotations"]) == ["checksum.krm-fn.dev/proxy"]


@pytest.mark.parametrize("kind", ["Job", "Service"])
def test_10_a_target_that_cannot_be_injected_is_an_error(kind: str) -> None:
    found = workload("Job", "batch/v1") if kind == "Job" else service()
    outcome = run(found, kind=kind)
    assert outcome.exit_code == 1
    assert results(outcome, "error")


def test_11_a_kind_by_path() -> None:
    own = {"apiVersion": "example.com/v1", "kind": "App", "metadata": {"name": "web"}, "spec": {"pod": pod()}}
    outcome = run(own, kind="App", workloadKinds=[{"group": "example.com", "kind": "App", "template": "spec.pod"}])
    assert len(items(outcome)[0]["spec"]["pod"]["spec"]["containers"]) == 2


def test_12_a_udp_twin_stays() -> None:
    udp = {"name": "dns", "port": 80, "protocol": "UDP", "targetPort": 3000}
    outcome = run(workload(), service({"name": "http", "port": 80, "targetPort": 3000}, udp))
    moved, twin = items(outcome)[1]["spec"]["ports"]
    assert moved["targetPort"] == "proxy-http"
    assert twin == udp


def test_13_ours_comes_last() -> None:
    outcome = run(workload(template=pod(APP, {"name": "z"}, {"name": "a"})), service())
    assert [each["name"] for each in containers(outcome)] == ["app", "z", "a", "proxy"]


def test_14_a_users_probe_has_one_handler() -> None:
    outcome = run(workload(), service(), sidecar={"container": {"livenessProbe": {"exec": {"command": ["true"]}}}})
    probe = containers(outcome)[-1]["livenessProbe"]
    assert probe["exec"] == {"command": ["true"]}
    assert "httpGet" not in probe


def test_15_jobs_need_the_native_form() -> None:
    job = workload("Job", "batch/v1")
    assert run(job, kind="Job").exit_code == 1
    sidecar = containers(run(job, kind="Job", sidecar={"mode": "native"}), "initContainers")[-1]
    assert sidecar["restartPolicy"] == "Always"


def test_16_the_app_starts_after_the_native_sidecar_which_does_not_wait_for_the_app() -> None:
    sidecar = containers(run(workload(), service(), sidecar={"mode": "native"}), "initContainers")[-1]
    assert sidecar["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert sidecar["readinessProbe"]["httpGet"]["path"] == "/readyz"


@pytest.mark.parametrize("mode", ["classic", "native"])
def test_17_requests_end_within_the_grace_period_in_both_forms(mode: str) -> None:
    outcome = run(workload(template=pod(terminationGracePeriodSeconds=12)), service(), sidecar={"mode": mode})
    sidecar = containers(outcome, "containers" if mode == "classic" else "initContainers")[-1]
    assert sidecar["lifecycle"]["preStop"]["exec"]["command"] == ["sleep", "5"]
    config = items(outcome)[2]["data"]["nginx.conf"]
    assert "worker_shutdown_timeout 5s;" in config


def test_18_a_users_lifecycle_is_merged() -> None:
    hook = {"exec": {"command": ["true"]}}
    outcome = run(workload(), service(), sidecar={"container": {"lifecycle": {"postStart": hook}}})
    lifecycle = containers(outcome)[-1]["lifecycle"]
    assert lifecycle["postStart"] == hook
    assert "preStop" in lifecycle


def test_19_services_lead_to_a_native_sidecar_by_number() -> None:
    outcome = run(workload(), service(), sidecar={"mode": "native"})
    assert items(outcome)[1]["spec"]["ports"][0]["targetPort"] == 8080


def test_20_the_app_stays_the_default_container() -> None:
    outcome = run(workload(), service())
    key = "kubectl.kubernetes.io/default-container"
    assert items(outcome)[0]["spec"]["template"]["metadata"]["annotations"][key] == "app"
    template = pod()
    template["metadata"]["annotations"] = {key: "other"}
    outcome = run(workload(template=template), service())
    assert items(outcome)[0]["spec"]["template"]["metadata"]["annotations"][key] == "other"


def test_21_a_taken_port_is_an_error_with_a_free_one() -> None:
    other = {"name": "other", "ports": [{"containerPort": 8080}]}
    outcome = run(workload(template=pod(APP, other)), service(), listeners=[{"port": 8080}])
    (error,) = results(outcome, "error")
    assert 'container "other"' in error["message"]
    assert error["field"]["proposedValue"] == 8082
    outcome = run(workload(template=pod(APP, other)), service())
    (proxy,) = (each for each in items(outcome)[0]["spec"]["template"]["spec"]["containers"] if each["name"] == "proxy")
    assert proxy["ports"][0]["containerPort"] == 8082


def test_22_the_apps_port_name_is_never_the_proxys() -> None:
    outcome = run(workload(), service(), listeners=[{"name": "http", "upstream": {"port": 3000}}])
    (error,) = results(outcome, "error")
    assert error["field"]["path"] == "spec.listeners[0].name"


@pytest.mark.parametrize("target", [3000, "http", "3000", None])
def test_23_a_target_port_in_each_form(target: Any) -> None:
    port = {"port": 80, "targetPort": target} if target is not None else {"port": 3000}
    outcome = run(workload(), service(port, {"name": "twin", "port": 81, "targetPort": 3001}),
                  listeners=[{"upstream": {"port": 3000}}])  # fmt: skip
    moved, twin = items(outcome)[1]["spec"]["ports"]
    assert moved["targetPort"] == "proxy-http"
    assert twin == {"name": "twin", "port": 81, "targetPort": 3001}


def test_24_the_protocol_is_told() -> None:
    assert items(run(workload(), service()))[1]["spec"]["ports"][0]["appProtocol"] == "http"


def test_25_policies_monitors_and_probes() -> None:
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "web"},
        "spec": {"podSelector": {}, "ingress": [{"ports": [{"port": "http"}]}]},
    }
    monitor = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {"name": "web"},
        "spec": {"selector": {}, "endpoints": [{"port": "http"}]},
    }
    probed = {**APP, "livenessProbe": {"httpGet": {"port": "http"}}}
    listeners = [{"service": {"name": "proxied"}}]
    outcome = run(workload(template=pod(probed)), service(), policy, monitor, listeners=listeners)
    found = items(outcome)
    assert found[0]["spec"]["template"]["spec"]["containers"][0] == probed
    assert found[2]["spec"]["ingress"][0]["ports"] == [{"port": "http"}, {"port": "proxy-http", "protocol": "TCP"}]
    assert found[3]["spec"]["endpoints"] == [{"port": "proxied"}]
    outcome = run(workload(), service(), policy, monitor, listeners=listeners, referrers={"scrape": "app"})
    assert items(outcome)[3]["spec"]["endpoints"] == [{"targetPort": "http"}]


def test_26_every_service_that_leads_to_the_port_and_no_other_port() -> None:
    admin = {"name": "admin", "port": 81, "targetPort": 9000}
    first = service({"name": "a", "port": 80, "targetPort": "http"}, admin)
    outcome = run(workload(), first, service({"port": 8000, "targetPort": 3000}, name="second"),
                  listeners=[{"upstream": {"port": 3000}}])  # fmt: skip
    _, one, two, *_ = items(outcome)
    assert one["spec"]["ports"][1] == admin
    assert [each["spec"]["ports"][0]["targetPort"] for each in (one, two)] == ["proxy-http", "proxy-http"]


def test_27_services_that_are_none_or_lead_to_the_pods_themselves() -> None:
    alias = service(name="alias", type="ExternalName", externalName="example.com")
    manual = service(name="manual")
    del manual["spec"]["selector"]
    outcome = run(workload(), service(name="headless", clusterIP="None"), alias, manual)
    assert items(outcome)[2:4] == [alias, manual]
    (warning,) = (each for each in results(outcome, "warning") if each["resourceRef"]["name"] == "headless")
    assert "still the app's port" in warning["message"]


def test_28_the_nodes_port_is_told_of() -> None:
    (warning,) = results(run(workload(template=pod(hostNetwork=True)), service()), "warning")
    assert warning["field"]["path"] == "spec.template.spec.hostNetwork"


def test_36_resources_of_the_prometheus_operator() -> None:
    prometheus = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "Prometheus",
        "metadata": {"name": "web"},
        "spec": {"replicas": 1},
    }
    front = service({"name": "web", "port": 9090, "targetPort": "web"}, selector={"prometheus": "web"})
    found = items(run(prometheus, front, kind="Prometheus"))
    assert [each["name"] for each in found[0]["spec"]["containers"]] == ["proxy"]
    assert [each["name"] for each in found[0]["spec"]["volumes"]] == ["proxy-config", "proxy-cache"]
    assert found[1]["spec"]["ports"][0]["targetPort"] == "proxy-http"


def test_37_of_a_statefulset_only_the_template_changes() -> None:
    before = workload("StatefulSet", serviceName="web", volumeClaimTemplates=[{"metadata": {"name": "data"}}])
    after = items(run(before, service(), kind="StatefulSet"))[0]
    assert {**after["spec"], "template": None} == {**before["spec"], "template": None}
    assert list(after["metadata"]["annotations"]) == ["undo.krm-fn.dev/proxy"]


def test_38_a_live_dump_is_told_of_and_left_alone() -> None:
    live = workload()
    applied = {"kubectl.kubernetes.io/last-applied-configuration": '{"spec": {"ports": [{"port": 80}]}, "a": "web:80"}'}
    live["metadata"] |= {"managedFields": [{"manager": "kubectl"}], "resourceVersion": "1", "annotations": applied}
    live["status"] = {"replicas": 1}
    outcome = run(live, service(), listeners=[{"service": {"port": 8080}}])
    (warning,) = results(outcome, "warning")
    assert warning["field"]["path"] == "metadata.resourceVersion"
    after = items(outcome)[0]
    assert after["metadata"]["annotations"].items() >= applied.items()
    assert (after["status"], after["metadata"]["managedFields"]) == (live["status"], live["metadata"]["managedFields"])
