"""What kustomize does after a run: patches, replacements and generators stay, and are reported where ports move."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.cli.files.test_copies import BASE, FN, RENUMBERED, SERVICE, WEB, configure, done, failed, lawful, tree
from tests.cli.manifests import write_tree

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("folder")

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, labels: {tier: front}}
spec:
  rules:
  - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""
ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec: {rules: [{backendRefs: [{name: web, port: 80}]}]}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{ports: [{port: 3000}]}]
"""
MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  endpoints: [{port: http}]
"""
CLIENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: client}
spec:
  selector: {matchLabels: {app: client}}
  template:
    metadata: {labels: {app: client}}
    spec: {containers: [{name: client, image: example.com/client:1}]}
"""
REFERRERS = {
    "base/kustomization.yaml": "resources: [web.yaml, ingress.yaml, route.yaml, policy.yaml, client.yaml]\n",
    "base/web.yaml": WEB,
    "base/ingress.yaml": INGRESS,
    "base/route.yaml": ROUTE,
    "base/policy.yaml": POLICY,
    "base/client.yaml": CLIENT,
}
PORT = "/spec/rules/0/http/paths/0/backend/service/port/number"


@pytest.fixture(autouse=True)
def _function_config(folder: Path) -> None:
    configure(folder, RENUMBERED)


def overlay(folder: Path, lines: str, **files: str) -> list[str]:
    """Render a base with an overlay, which stays as it is; return the lines that report something of it."""
    names = {f"prod/{name.replace('_', '.')}": text for name, text in files.items()}
    write_tree(folder, {**REFERRERS, "prod/kustomization.yaml": f"resources: [../base]\n{lines}", **names})
    before = tree(folder)
    found = lawful(folder)
    after = tree(folder)
    assert {name: text for name, text in after.items() if name.startswith("prod")} == {
        name: text for name, text in before.items() if name.startswith("prod")
    }
    assert "number: 8999" in after["base/ingress.yaml"]
    return found


def ops(*lines: str, target: str = "kind: Ingress") -> str:
    """Return the patch of a kustomization that is a list of operations."""
    listed = "".join(f"    - {{{line}}}\n" for line in lines)
    return f"patches:\n- target: {{{target}}}\n  patch: |-\n{listed}"


BACKEND = "{{backend: {{service: {{name: web, port: {{{}}}}}}}}}"
RULE = f"op: add, path: /spec/rules/{{}}, value: {{{{http: {{{{paths: [{BACKEND}]}}}}}}}}"
NAMED = "names 80 at spec.rules[0].http.paths[0].backend.service.port.number, a port that moves"


@pytest.mark.parametrize(
    ("lines", "files", "place"),
    [
        ("patches: [{path: p.yaml}]\n", INGRESS, "backend.service.port.number (prod/p.yaml): names 80, a port that"),
        ("patches: [p.yaml]\n", ROUTE, "spec.rules[0].backendRefs[0].port (prod/p.yaml): names 80, a port that"),
        ("patchesStrategicMerge: [p.yaml]\n", ROUTE, "spec.rules[0].backendRefs[0].port (prod/p.yaml): names 80"),
        (
            "patches: [{path: p.yaml, target: {kind: HTTPRoute, name: w.b}}]\n",
            ROUTE.replace("name: web}\n", "name: any}\n"),
            "HTTPRoute/any spec.rules[0].backendRefs[0].port (prod/p.yaml): names 80",
        ),
        (
            "patches: [{path: p.yaml}]\n",
            POLICY.replace("  podSelector: {matchLabels: {app: web}}\n", ""),
            "NetworkPolicy/web spec.ingress[0].ports (prod/p.yaml): names a port that moves: left as it is. It must",
        ),
        (
            "patches: [{path: p.yaml}]\n",
            CLIENT.replace("image: example.com/client:1", "env: [{name: TO, value: 'http://web:80/'}]"),
            "spec.template.spec.containers[0].env[0].value (prod/p.yaml): names web:80",
        ),
        (
            "patches: [{path: p.yaml}]\n",
            f"{ROUTE.replace('web, port', 'other, port')}---\n{INGRESS}",
            "spec.rules[0].http.paths[0].backend.service.port.number (prod/p.yaml): names 80",
        ),
        (
            "patches: [{path: p.yaml}]\n",
            f"apiVersion: v1\nkind: List\nitems:\n- {ROUTE.rstrip().replace(chr(10), chr(10) + '  ')}\n",
            "spec.rules[0].backendRefs[0].port (prod/p.yaml): names 80",
        ),
        (
            "patches: [{path: p.yaml}]\n",
            SERVICE.replace("port: 80,", "port: 80, nodePort: 30080,"),
            "v1/Service/web spec.ports[0].port (prod/p.yaml): names 80, as it was in v1/Service/web",
        ),
        (ops(f"op: replace, path: {PORT}, value: 80"), "", f"patches[0].patch (prod/kustomization.yaml): {NAMED}"),
        (
            ops(f"op: add, path: {PORT}, value: 80", target="labelSelector: tier=front"),
            "",
            f"patches[0].patch (prod/kustomization.yaml): {NAMED}",
        ),
        (
            "patchesJson6902: [{path: p.yaml, target: {group: networking.k8s.io, kind: Ingress, name: web}}]\n",
            f'[{{"op": "replace", "path": "{PORT}", "value": 80}}]\n',
            f"(prod/p.yaml): {NAMED}",
        ),
        (
            ops(
                RULE.format("-", "name: http"),
                RULE.format("0", "number: 80"),
                "op: remove, path: /spec/rules/1",
            ),
            "",
            f"patches[0].patch (prod/kustomization.yaml): {NAMED}",
        ),
        (
            "transformers: [p.yaml]\n",
            "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\ntarget: {kind: Ingress}\npatch: |-\n"
            f"  - {{op: replace, path: {PORT}, value: 80}}\n",
            f"transformers[0].patch (prod/kustomization.yaml): {NAMED}",
        ),
        (
            ops(
                "op: add, path: /spec/template/spec/containers/-, value: {name: x, ports: [{containerPort: 8080}]}",
                target="kind: Deployment, name: web",
            ),
            "",
            "has port 8080 at spec.template.spec.containers[1].ports[0].containerPort, which the proxy in apps/v1/Depl",
        ),
        (
            ops("op: add, path: /spec/template/spec/volumes, value: []", target="kind: Deployment, name: web"),
            "",
            "sets spec.template.spec.volumes of apps/v1/Deployment/web as a whole, where this run makes changes",
        ),
        (
            "patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web}\n"
            "    spec: {template: {spec: {volumes: null}}}\n",
            "",
            "sets spec.template.spec.volumes of apps/v1/Deployment/web as a whole, where this run makes changes",
        ),
    ],
)
def test_what_a_patch_names_is_reported(folder: Path, lines: str, files: str, place: str) -> None:
    (line,) = overlay(folder, lines, **({"p_yaml": files} if files else {}))
    assert "[warning] PS634" in line
    assert place in line


@pytest.mark.parametrize(
    ("lines", "files"),
    [
        ("patches: [{path: p.yaml}]\n", INGRESS.replace("name: web, port", "name: other, port")),
        ("patches: [{path: p.yaml}]\n", INGRESS.replace("number: 80", "number: 8999")),
        (
            "patches: [{path: p.yaml}]\n",
            INGRESS.replace("{name: web, labels", "{name: other, labels").partition("spec:")[0],
        ),
        ("patches: [{path: p.yaml}]\n", "$patch: delete\n" + INGRESS.partition("spec:")[0]),
        ("patches: [{path: p.yaml}]\n", POLICY.replace("port: 3000", "port: 9090")),
        (ops(f"op: replace, path: {PORT}, value: 80", target="kind: Ingress, name: w"), ""),
        (ops(f"op: replace, path: {PORT}, value: 80", target="kind: Ingress, labelSelector: tier=back"), ""),
        (ops(f"op: replace, path: {PORT}, value: 80", target="kind: Ingress, group: extensions"), ""),
        (ops(f"op: replace, path: {PORT}, value: 8999"), ""),
        (ops(f"op: test, path: {PORT}, value: 8999"), ""),
        (ops("op: add, path: /metadata/annotations, value: {a: b}"), ""),
        (
            ops(
                "op: add, path: /spec/template/spec/containers/-, value: {name: x, ports: [{containerPort: 8090}]}",
                target="kind: Deployment, name: web",
            ),
            "",
        ),
        (ops("op: add, path: /metadata/annotations, value: {a: b}", target="kind: Deployment, name: web"), ""),
        (
            ops(
                "op: replace, path: /spec/template/spec/containers/0/image, value: 'web:80'", target="kind: Deployment"
            ),
            "",
        ),
        (
            ops(
                "op: move, from: /metadata/labels, path: /metadata/x",
                "op: add",
                "path: /x",
                "op: remove, path: /no/way",
            ),
            "",
        ),
        ("patches: [{}, {patch: 3}, {patch: '- 3'}]\n", ""),
        (
            "patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web}\n"
            "    spec: {template: {spec: {containers: [{name: proxy, image: 'example.com/nginx:1'}]}}}\n",
            "",
        ),
        (
            "patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web}\n"
            "    spec: {template: {spec: {containers: [{name: web, image: 'web:80'}], volumes: [{name: x}]}}}\n",
            "",
        ),
    ],
)
def test_what_names_nothing_that_moves_is_not(folder: Path, lines: str, files: str) -> None:
    assert overlay(folder, lines, **({"p_yaml": files} if files else {})) == []


def test_a_component_patches_what_the_kustomization_takes_that_lists_it(folder: Path) -> None:
    patch = ops(f"op: replace, path: {PORT}, value: 80")
    component = f"apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n{patch}"
    write_tree(folder, {"component/kustomization.yaml": component})
    (line,) = overlay(folder, "components: [../component]\n")
    assert f"patches[0].patch (component/kustomization.yaml): {NAMED}" in line


def test_a_patch_is_for_what_its_kustomization_takes(folder: Path) -> None:
    """The Services differ: what one environment's patch names is not that of the other's."""
    us = WEB.replace("port: 80,", "port: 81,")
    files = {"eu/web.yaml": WEB, "us/web.yaml": us, "eu/in.yaml": INGRESS, "us/in.yaml": INGRESS.replace("80", "81")}
    lines = "resources: [web.yaml, in.yaml]\n"
    patches = {"eu/kustomization.yaml": lines + ops(f"op: add, path: {PORT}, value: 80")}
    patches |= {"us/kustomization.yaml": lines + ops(f"op: add, path: {PORT}, value: 8999")}
    write_tree(folder, {**files, **patches})
    (line,) = lawful(folder)
    assert "patches[0].patch (eu/kustomization.yaml): names 80" in line


def test_a_patch_for_one_namespace(folder: Path) -> None:
    files = {"eu/web.yaml": f"{WEB}---\n{INGRESS}", "us/web.yaml": f"{WEB}---\n{INGRESS}"}
    for each in ("eu", "us"):
        files[f"{each}/kustomization.yaml"] = f"resources: [web.yaml]\nnamespace: {each}\n"
    patch = ops(f"op: add, path: {PORT}, value: 80", target="kind: Ingress, namespace: as")
    write_tree(folder, {**files, "all/kustomization.yaml": f"resources: [../eu, ../us]\n{patch}"})
    assert lawful(folder) == []
    write_tree(folder, {**files, "all/kustomization.yaml": f"resources: [../eu, ../us]\n{patch}".replace("as}", "us}")})
    (line,) = lawful(folder)
    assert "patches[0].patch (all/kustomization.yaml): names 80" in line


def test_a_patch_in_a_linked_folder_is_one(folder: Path) -> None:
    write_tree(folder, {**BASE, "base/in.yaml": INGRESS, "common/patch.yaml": INGRESS, "prod/x": ""})
    for name in ("common", "base"):
        os.symlink(f"../{name}", f"prod/{name}")
    write_tree(folder, {"base/kustomization.yaml": "resources: [web.yaml, in.yaml]\n"})
    write_tree(folder, {"prod/kustomization.yaml": "resources: [base]\npatches: [{path: common/patch.yaml}]\n"})
    (line,) = lawful(folder)
    assert "(common/patch.yaml): names 80" in line
    assert tree(folder)["common/patch.yaml"] == INGRESS


def test_a_file_that_is_also_a_resource_is_no_patch(folder: Path) -> None:
    lines = "resources: [web.yaml, in.yaml]\n"
    files = {"base/web.yaml": WEB, "base/in.yaml": INGRESS, "base/kustomization.yaml": lines}
    write_tree(
        folder, {**files, "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: ../base/in.yaml}]\n"}
    )
    assert lawful(folder) == []
    assert "number: 8999" in tree(folder)["base/in.yaml"]


def test_a_target_that_is_only_a_patch_is_an_error(folder: Path) -> None:
    write_tree(folder, {"web.yaml": WEB, "kustomization.yaml": "resources: [../base]\npatches: [{path: web.yaml}]\n"})
    before = tree(folder)
    text = failed(*FN, ".")
    assert "PS637" in text
    assert "(web.yaml): must be whole to get a proxy, got a patch" in text
    assert tree(folder) == before


GENERATED = """\
configMapGenerator:
- name: settings
  literals: [TO=http://{0}:80, "{1}_HOST='{0}'", {1}_PORT=80]
  envs: [app.env]
  files: [app.conf, other=sub/x.conf]
"""


def test_what_generators_take_is_reported(folder: Path) -> None:
    env = "# TO=http://web:80\n\nURL=https://web.shop.svc:80/x\nWEB_SERVICE=web\nWEB_SERVICE_PORT=80\n"
    write_tree(folder, {"prod/sub/x.conf": "a\nserver web:80;\n"})
    lines = overlay(folder, GENERATED.format("web", "WEB"), app_env=env, app_conf="server other:80;\n")
    assert [line.split(": ", 2)[1] for line in lines] == [
        "configMapGenerator[0].literals[0] (prod/kustomization.yaml)",
        "URL (prod/app.env)",
        "(prod/sub/x.conf)",
        "configMapGenerator[0].literals[2] (prod/kustomization.yaml)",
        "WEB_SERVICE_PORT (prod/app.env)",
    ]
    assert "(line 2)" in lines[2]


def test_what_generators_take_of_others_is_not(folder: Path) -> None:
    write_tree(folder, {"prod/sub/x.conf": "server my-web:80;\n"})
    assert overlay(folder, GENERATED.format("other", "OTHER"), app_env="WEB_PORT=80\n", app_conf="web 80\n") == []


def test_a_generator_names_the_service_as_it_will_be_called(folder: Path) -> None:
    lines = "namePrefix: eu-\nnameSuffix: -a\nnamespace: eu\n"
    lines += "secretGenerator: [{name: x, literals: [A=eu-web-a.eu:80, B=us-web-a:80]}]\n"
    (line,) = overlay(folder, lines)
    assert "secretGenerator[0].literals[0] (prod/kustomization.yaml): names eu-web-a.eu:80" in line


def test_files_outside_of_the_folder_are_not_read(folder: Path) -> None:
    (folder.parent / "x.conf").write_text("server web:80;\n")
    write_tree(folder, {"prod/no/x": ""})
    lines = "configMapGenerator: [{name: x, files: [../../x.conf, /etc/hosts, none.conf, no]}]\n"
    assert overlay(folder, lines) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads all files")
def test_a_file_that_cannot_be_read_is_an_error_only_where_it_matters(folder: Path) -> None:
    files = {"web.yaml": WEB, "app.env": "A=1\n"}
    lines = "resources: [web.yaml]\nconfigMapGenerator: [{name: x, envs: [app.env]}]\n"
    write_tree(folder, {**files, "kustomization.yaml": lines})
    os.chmod("app.env", 0)
    assert "(app.env): cannot be read" in failed(*FN, ".")
    done("remove", ".")


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        (
            "replacements:\n- sourceValue: 80\n  targets: [{select: {kind: Ingress}, fieldPaths: [FIELD]}]\n",
            "sets FIELD of networking.k8s.io/v1/Ingress/web to 80, which must be 8999 now",
        ),
        (
            "replacements:\n- source: {kind: Service, name: web, fieldPath: 'spec.ports.[name=http].port'}\n"
            "  targets: [{select: {kind: Deployment, name: client}, fieldPaths: [spec.replicas]}]\n",
            "replacements[0].source (prod/kustomization.yaml): takes or sets spec.ports.[name=http].port",
        ),
        (
            "configMapGenerator: [{name: c, literals: [PORT=80]}]\nreplacements:\n"
            "- source: {kind: ConfigMap, name: c, fieldPath: data.PORT}\n"
            "  targets: [{select: {kind: Ingress}, reject: [{name: x}], fieldPaths: [FIELD]}]\n",
            'sets FIELD of networking.k8s.io/v1/Ingress/web to "80", which must be 8999 now',
        ),
        (
            "vars: [{name: P, objref: {kind: Service, name: web}, fieldref: {fieldpath: 'spec.ports[0].port'}}]\n",
            "vars[0].fieldref (prod/kustomization.yaml): takes or sets spec.ports[0].port of v1/Service/web",
        ),
        (
            "helmCharts: [{name: x, valuesInline: {upstream: {host: web, port: 80}}}]\n",
            "helmCharts[0].valuesInline.upstream.port (prod/kustomization.yaml): looks like the old port of Service",
        ),
    ],
)
def test_what_replacements_and_others_name_is_reported(folder: Path, lines: str, place: str) -> None:
    field = "'spec.rules.*.http.paths.0.backend.service.port.number'"
    (line,) = overlay(folder, lines.replace("FIELD", field))
    assert place.replace("FIELD", field.strip("'")) in line


@pytest.mark.parametrize(
    "lines",
    [
        "replacements:\n- source: {kind: Service, name: web, fieldPath: spec.ports.0.port}\n"
        "  targets: [{select: {kind: Ingress}, fieldPaths: [FIELD]}]\n",
        "replacements:\n- sourceValue: 8999\n  targets: [{select: {kind: Ingress}, fieldPaths: [FIELD]}]\n",
        "replacements:\n- sourceValue: 80\n  targets: [{select: {kind: Ingress, name: other}, fieldPaths: [FIELD]}]\n",
        "replacements:\n- sourceValue: 80\n"
        "  targets: [{select: {kind: Ingress}, reject: [{name: web}], fieldPaths: [FIELD]}]\n",
        "configMapGenerator: [{name: c, literals: [PORT=8999]}]\nreplacements:\n"
        "- source: {kind: ConfigMap, name: c, fieldPath: data.PORT}\n"
        "  targets: [{select: {kind: Ingress}, fieldPaths: [FIELD]}]\n",
        "replacements:\n- sourceValue: x\n  targets: [{select: {kind: Ingress}, fieldPaths: [metadata.name]}]\n",
        "vars: [{name: P, objref: {kind: Service, name: web}}]\n",
        "helmCharts: [{name: x, valuesInline: {upstream: {host: other, port: 80}}}]\n",
    ],
)
def test_replacements_that_fit_are_not(folder: Path, lines: str) -> None:
    assert overlay(folder, lines.replace("FIELD", "'spec.rules.*.http.paths.0.backend.service.port.number'")) == []


def test_replacements_in_a_file(folder: Path) -> None:
    field = "spec.rules.0.http.paths.0.backend.service.port.number"
    text = f"- sourceValue: 80\n  targets: [{{select: {{kind: Ingress}}, fieldPaths: [{field}]}}]\n"
    (line,) = overlay(folder, "replacements: [{path: r.yaml}]\n", r_yaml=text)
    assert "PS634" in line
    assert " targets[0] (prod/r.yaml)" in line


ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: web}}
spec:
  source:
    path: {}
    kustomize:
      patches:
      - target: {{kind: Ingress}}
        patch: |-
          - {{op: replace, path: {}, value: 80}}
"""


def test_an_application_patches_the_folder_that_it_deploys(folder: Path) -> None:
    write_tree(folder, {**REFERRERS, "argo.yaml": ARGO.format("base", PORT)})
    (line,) = lawful(folder)
    assert f"Application/web spec.source.kustomize.patches[0].patch (argo.yaml): {NAMED}" in line
    other = {"other/kustomization.yaml": "resources: [x.yaml]\n", "other/x.yaml": SERVICE.replace("web", "other")}
    write_tree(folder, {**REFERRERS, **other, "argo.yaml": ARGO.format("other", PORT)})
    assert lawful(folder) == []
