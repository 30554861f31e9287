"""Trees in which objects stand several times: environments side by side, overlays, a rendered file beside its parts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from tests.cli.manifests import CONFIG, run, write_tree
from tests.cli.manifests import tree as tree_of_bytes

FN = ("render", "--config", "../fn.yaml")
RENUMBERED = "  listeners: [{service: {port: 8999}}]\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: example.com/web:1
          ports: [{name: http, containerPort: 3000}]
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}]
"""
WEB = f"{DEPLOYMENT}---\n{SERVICE}"
PROXY = """\
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: {name: web}
spec:
  virtualhost: {fqdn: web.example.com}
  routes: [{services: [{name: web, port: 80}]}]
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{ports: [{port: 3000}]}]
"""
PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: web
          ports: [{name: http, containerPort: 3000}]
"""
LISTS = "resources: [{}]\n"

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture(autouse=True)
def _function_config(folder: Path) -> None:
    configure(folder)


def configure(folder: Path, spec: str = "", names: str = "web") -> None:
    """Write the functionConfig."""
    text = CONFIG.replace("NAME", "proxy").replace("name: web}", f"name: {names}}}") + spec
    (folder.parent / "fn.yaml").write_text(text)


def tree(folder: Path) -> dict[str, str]:
    return {name: data.decode() for name, data in tree_of_bytes(folder).items()}


def done(*arguments: str) -> list[str]:
    """Run a command that must succeed; return the lines of its results."""
    outcome = run(*arguments)
    assert outcome.exit_code == 0, outcome.lines
    return list(outcome.lines)


def failed(*arguments: str) -> str:
    """Run a command that must fail; return the lines of its results."""
    outcome = run(*arguments)
    assert outcome.exit_code == 1
    return "\n".join(outcome.lines)


def kinds(text: str) -> list[str]:
    return [each["kind"] for each in yaml.safe_load_all(text)]


def lawful(folder: Path, *paths: str) -> list[str]:
    """Render; check that a second run changes nothing, and that a removal gives back what was; return the lines."""
    before = tree(folder)
    lines = done(*FN, *(paths or (".",)))
    after = tree(folder)
    done(*FN, *(paths or (".",)))
    assert tree(folder) == after
    done("remove", *(paths or (".",)))
    assert tree(folder) == before
    write_tree(folder, {**after})
    return lines


@pytest.mark.parametrize("where", ["{}", "{}/app", "deploy/{}", "deploy/{}/app"])
def test_each_folder_gets_all_of_its_own(folder: Path, where: str) -> None:
    write_tree(folder, {f"{where.format(each)}/web.yaml": WEB for each in ("staging", "prod")})
    assert lawful(folder) == []
    texts = tree(folder)
    assert [kinds(text) for text in texts.values()] == [["Deployment", "Service", "ConfigMap"]] * 2
    assert len(set(texts.values())) == 1


def test_each_folder_is_as_if_it_were_alone(folder: Path) -> None:
    us = WEB.replace("3000", "4000").replace("port: 80,", "port: 81,")
    write_tree(
        folder,
        {"eu/web.yaml": WEB, "us/deployment.yaml": us.partition("---")[0], "us/service.yaml": us.partition("---\n")[2]},
    )
    lawful(folder)
    together = tree(folder)
    done("remove", ".")
    done(*FN, "eu")
    done(*FN, "us")
    assert tree(folder) == together


def test_references_are_those_of_the_same_folder(folder: Path) -> None:
    configure(folder, RENUMBERED)
    us = WEB.replace("name: http, port: 80", "name: http, port: 81")
    write_tree(
        folder,
        {
            "eu/web.yaml": WEB,
            "eu/proxy.yaml": PROXY,
            "us/web.yaml": us,
            "us/proxy.yaml": PROXY,
            "eu/policy/policy.yaml": POLICY,
        },
    )
    lines = lawful(folder)
    texts = tree(folder)
    assert "port: 8999" in texts["eu/proxy.yaml"]
    assert "port: 8080" in texts["eu/policy/policy.yaml"]
    assert texts["us/proxy.yaml"] == PROXY
    assert [line for line in lines if "PS603" not in line] == []
    assert "us/proxy.yaml" in lines[0]


def test_what_is_in_no_folder_of_a_copy_stays_and_is_reported(folder: Path) -> None:
    configure(folder, RENUMBERED)
    files = {"eu/web.yaml": WEB, "us/web.yaml": WEB, "all/proxy.yaml": PROXY, "all/policy.yaml": POLICY}
    write_tree(
        folder,
        {**files, "all/text.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {to: 'web:80'}\n"},
    )
    lines = lawful(folder)
    texts = tree(folder)
    assert (texts["all/proxy.yaml"], texts["all/policy.yaml"]) == (PROXY, POLICY)
    assert sorted((line.split()[1], line.partition("(")[2].partition(")")[0]) for line in lines) == [
        ("PS607", "all/text.yaml"),
        ("PS632", "all/policy.yaml"),
        ("PS632", "all/proxy.yaml"),
    ]


def test_what_refers_to_the_service_of_one_folder_alone_follows(folder: Path) -> None:
    configure(folder, RENUMBERED, "'web|api'")
    api = WEB.replace("web", "api")
    files = {"eu/web.yaml": WEB, "us/web.yaml": WEB, "us/api.yaml": api}
    write_tree(folder, {**files, "all/proxy.yaml": PROXY.replace("name: web, port", "name: api, port")})
    assert lawful(folder) == []
    assert "name: api, port: 8999" in tree(folder)["all/proxy.yaml"]


def test_what_stands_once_is_a_target_beside_the_copies(folder: Path) -> None:
    configure(folder, RENUMBERED, "'web|api'")
    files = {"eu/web.yaml": WEB, "us/web.yaml": WEB, "all/api.yaml": WEB.replace("web", "api")}
    write_tree(folder, {**files, "us/proxy.yaml": PROXY.replace("name: web, port", "name: api, port")})
    assert lawful(folder) == []
    texts = tree(folder)
    assert "name: api, port: 8999" in texts["us/proxy.yaml"]
    assert "ConfigMap" in kinds(texts["all/api.yaml"])


def test_a_service_outside_is_the_same_for_all(folder: Path) -> None:
    write_tree(
        folder,
        {
            "eu/web.yaml": DEPLOYMENT,
            "us/web.yaml": DEPLOYMENT,
            "all/service.yaml": SERVICE.replace("targetPort: http", "targetPort: 3000"),
        },
    )
    lawful(folder)
    assert "targetPort: http" in tree(folder)["all/service.yaml"]


def test_a_service_outside_that_would_have_to_differ_is_refused(folder: Path) -> None:
    us = DEPLOYMENT.replace("name: http, ", "")
    service = SERVICE.replace("targetPort: http", "targetPort: 3000")
    write_tree(folder, {"eu/web.yaml": DEPLOYMENT, "us/web.yaml": us, "all/service.yaml": service})
    before = tree(folder)
    assert "PS633" in failed(*FN, ".")
    assert tree(folder) == before


def test_a_config_map_that_only_one_folder_has_is_made_in_the_other(folder: Path) -> None:
    write_tree(folder, {"prod/web.yaml": WEB})
    done(*FN, ".")
    rendered = tree(folder)["prod/web.yaml"]
    write_tree(folder, {"staging/web.yaml": rendered.rpartition("---\n")[0]})
    done(*FN, ".")
    assert tree(folder) == {"prod/web.yaml": rendered, "staging/web.yaml": rendered}


def test_a_namespace_that_is_added_gets_a_config_map_of_its_own(folder: Path) -> None:
    write_tree(folder, {"us.yaml": WEB})
    done(*FN, ".")
    rendered = tree(folder)["us.yaml"]
    eu = WEB.replace("metadata: {name: web}", "metadata: {name: web, namespace: default}")
    write_tree(folder, {"eu.yaml": eu})
    assert done(*FN, ".") == []
    texts = tree(folder)
    assert texts["us.yaml"] == rendered
    assert kinds(texts["eu.yaml"]) == ["Deployment", "Service", "ConfigMap"]
    assert "  namespace: default\n" in texts["eu.yaml"]


def test_nested_copies(folder: Path) -> None:
    write_tree(
        folder, {"deploy/install.yaml": WEB, "deploy/parts/web.yaml": DEPLOYMENT, "deploy/parts/service.yaml": SERVICE}
    )
    assert lawful(folder) == []
    texts = tree(folder)
    assert kinds(texts["deploy/install.yaml"]) == ["Deployment", "Service", "ConfigMap"]
    assert kinds(texts["deploy/parts/web.yaml"]) == ["Deployment", "ConfigMap"]


def test_a_rendered_file_in_the_folder_of_its_parts_is_refused(folder: Path) -> None:
    write_tree(folder, {"deploy/install.yaml": WEB, "deploy/web.yaml": DEPLOYMENT, "deploy/service.yaml": SERVICE})
    before = tree(folder)
    text = failed(*FN, ".")
    assert tree(folder) == before
    assert text.count("PS631") == 2
    assert "line 1 of deploy/install.yaml and at line 1 of deploy/web.yaml" in text
    (folder / "deploy/install.yaml").unlink()
    done(*FN, ".")


def test_a_rendered_file_is_none_of_the_kustomization_beside_it(folder: Path) -> None:
    parts = {"deploy/web.yaml": DEPLOYMENT, "deploy/service.yaml": SERVICE, "deploy/proxy.yaml": PROXY}
    lists = LISTS.format("web.yaml, service.yaml, proxy.yaml")
    write_tree(folder, {"deploy/install.yaml": f"{WEB}---\n{PROXY}", **parts, "deploy/kustomization.yaml": lists})
    configure(folder, RENUMBERED)
    assert lawful(folder) == []
    assert tree(folder)["deploy/proxy.yaml"] == tree(folder)["deploy/install.yaml"].split("---\n")[2] != PROXY


def test_twice_in_one_file_or_kustomization_is_refused(folder: Path) -> None:
    write_tree(folder, {"web.yaml": f"{WEB}---\n{DEPLOYMENT}"})
    assert "line 1 of web.yaml and at line 21 of web.yaml" in failed(*FN, ".")
    (folder / "web.yaml").unlink()
    write_tree(
        folder, {"a/web.yaml": WEB, "b/web.yaml": WEB, "kustomization.yaml": LISTS.format("a/web.yaml, b/web.yaml")}
    )
    text = failed(*FN, ".")
    assert text.count("PS631") == 1
    assert "line 1 of a/web.yaml and at line 1 of b/web.yaml, and with it v1/Service/web. Delete one" in text


def test_kustomizations_of_several_environments(folder: Path) -> None:
    """A base that both take is in none; what lists both does not join them."""
    configure(folder, RENUMBERED)
    files = {f"{each}/kustomization.yaml": LISTS.format("web.yaml, ../base") for each in ("eu", "us")}
    files |= {f"{each}/web.yaml": WEB for each in ("eu", "us")}
    write_tree(
        folder,
        {
            **files,
            "base/kustomization.yaml": LISTS.format("proxy.yaml"),
            "base/proxy.yaml": PROXY,
            "kustomization.yaml": LISTS.format("eu, us"),
        },
    )
    assert ["PS632" in line for line in lawful(folder)] == [True]
    assert tree(folder)["base/proxy.yaml"] == PROXY


INLINE = """\
patches:
- patch: |-
    apiVersion: v1
    kind: Service
    metadata: {{name: {}}}
    spec: {{ports: [{{port: 80, nodePort: 30000}}]}}
"""
BASE = {"base/kustomization.yaml": LISTS.format("web.yaml"), "base/web.yaml": WEB}


@pytest.mark.parametrize("names_it", [True, False])
def test_a_patch_is_left_and_reported(folder: Path, *, names_it: bool) -> None:
    overlay = "resources: [../base]\n" + ("patches: [{path: patch.yaml}]\n" if names_it else "")
    write_tree(folder, {**BASE, "prod/kustomization.yaml": overlay, "prod/patch.yaml": PATCH})
    (line,) = lawful(folder)
    assert "PS634" in line
    assert "spec.template.spec.containers[0].ports[0].name (prod/patch.yaml)" in line
    assert line.endswith('Change it to "app-http".')
    assert tree(folder)["prod/patch.yaml"] == PATCH


def test_a_whole_object_that_a_kustomization_names_as_a_patch(folder: Path) -> None:
    overlay = "resources: [../base]\npatchesStrategicMerge: [web.yaml]\n"
    write_tree(folder, {**BASE, "prod/kustomization.yaml": overlay, "prod/web.yaml": DEPLOYMENT})
    assert ["PS634" in line for line in lawful(folder)] == [True]
    assert tree(folder)["prod/web.yaml"] == DEPLOYMENT


def test_a_patch_that_names_nothing_that_moves_is_left_without_a_warning(folder: Path) -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n"
    write_tree(folder, {**BASE, "prod/kustomization.yaml": "resources: [../base]\n", "prod/replicas.yaml": patch})
    assert lawful(folder) == []


@pytest.mark.parametrize(
    ("overlay", "file", "place"),
    [
        (
            INLINE.format("web"),
            "",
            "patches[0].patch (prod/kustomization.yaml): names 80 at spec.ports[0].port",
        ),
        (
            "patches:\n- target: {kind: Service}\n  patch: '[{op: replace, path: /spec/ports/0/port, value: 80}]'\n",
            "",
            "patches[0].patch (prod/kustomization.yaml): names 80 at spec.ports[0].port",
        ),
        (
            "patchesJson6902:\n- target: {kind: Service, name: web, version: v1}\n  path: ops.yaml\n",
            "- {op: replace, path: /spec/ports/0/targetPort, value: 8080}\n",
            "(prod/ops.yaml): changes spec.ports[0].targetPort of v1/Service/web",
        ),
        (
            "replacements:\n- source: {kind: Service, name: web, fieldPath: 'spec.ports.0.port'}\n  targets: []\n",
            "",
            "replacements[0].source (prod/kustomization.yaml): takes or sets spec.ports.0.port of v1/Service/web",
        ),
    ],
)
def test_patches_of_other_forms_are_reported(folder: Path, overlay: str, file: str, place: str) -> None:
    configure(folder, RENUMBERED)
    write_tree(folder, {**BASE, "prod/kustomization.yaml": f"resources: [../base]\n{overlay}"})
    if file:
        write_tree(folder, {"prod/ops.yaml": file})
    (line,) = lawful(folder)
    assert "PS634" in line
    assert place in line


@pytest.mark.parametrize(
    "overlay",
    [
        INLINE.format("other"),
        "patches:\n- target: {kind: Deployment}\n  patch: '[{op: replace, path: /spec/replicas, value: 80}]'\n",
        "replacements:\n- source: {kind: Service, name: other, fieldPath: 'spec.ports.0.port'}\n",
        "replacements:\n- source: {kind: Service, name: web, fieldPath: metadata.name}\n",
        "patches: [3, {path: none.yaml}, {patch: '['}]\nreplacements: [x]\n",
    ],
)
def test_patches_of_something_else_are_not(folder: Path, overlay: str) -> None:
    configure(folder, RENUMBERED)
    write_tree(folder, {**BASE, "prod/kustomization.yaml": f"resources: [../base]\n{overlay}"})
    assert lawful(folder) == []


def test_one_name_in_two_namespaces_makes_two_files(folder: Path) -> None:
    data = yaml.safe_load(DEPLOYMENT)
    for space in ("east", "west"):
        data["metadata"]["namespace"] = space
        (folder / f"{space}.json").write_text(json.dumps(data))
    lawful(folder)
    made = {"configmap_east_web-proxy-config.yaml", "configmap_west_web-proxy-config.yaml"}
    assert set(tree(folder)) - {"east.json", "west.json"} == made
    shutil.copy("configmap_east_web-proxy-config.yaml", "other.yaml")


def test_a_file_gets_the_namespace_where_its_name_is_taken(folder: Path) -> None:
    data = yaml.safe_load(DEPLOYMENT)
    data["metadata"]["namespace"] = "east"
    write_tree(folder, {"east.json": json.dumps(data), "configmap_web-proxy-config.yaml": "a: b\n"})
    lawful(folder)
    assert "configmap_east_web-proxy-config.yaml" in tree(folder)
