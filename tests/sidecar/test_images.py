"""Files of images: what copies them, what of it a removal recognises, and what else of the Pod goes by it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from krm_fn.function import process

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
  spec:
    target: {name: web}
    listeners:
    - routes:
      - {path: /a/, match: prefix, files: {image: {reference: "site:1", path: /site, initContainer: {}}}}
      - {path: /b/, match: prefix, files: {image: {reference: "site:1", path: /site, initContainer: {}}}}
"""
QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: q}
spec: {hard: {limits.cpu: "4"}}
"""
RANGE = """
apiVersion: v1
kind: LimitRange
metadata: {name: r}
spec: {limits: [{type: Container, max: {memory: 32Mi}}]}
"""


def injected(text: str = INPUT, *more: str) -> dict[str, Any]:
    listed = yaml.safe_load(text)
    listed["items"] += [yaml.safe_load(each) for each in more]
    outcome = process(yaml.safe_dump(listed, sort_keys=False).encode())
    assert outcome.exit_code == 0, outcome.results
    found: dict[str, Any] = yaml.safe_load(outcome.stdout)
    return found


def removed(listed: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    listed["functionConfig"]["spec"] = {"remove": True}
    outcome = process(yaml.safe_dump(listed, sort_keys=False).encode())
    codes = [str(result.code) for result in outcome.results if result.severity != "info"]
    return yaml.safe_load(outcome.stdout), codes


def pod_of(listed: dict[str, Any]) -> dict[str, Any]:
    pod: dict[str, Any] = listed["items"][0]["spec"]["template"]["spec"]
    return pod


def test_two_routes_to_one_folder_are_copied_once() -> None:
    pod = pod_of(injected())
    assert [each["name"] for each in pod["initContainers"]] == ["proxy-files"]
    mounts = {each["mountPath"]: each["name"] for each in pod["containers"][1]["volumeMounts"]}
    assert mounts["/srv/proxy-sidecar-images/1/a"] == mounts["/srv/proxy-sidecar-images/2/b"] == "proxy-images"


@pytest.mark.parametrize("value", ["site:2", "mirror.example/site@sha256:" + "0" * 64])
def test_an_image_that_a_tool_has_set_is_no_matter(value: str) -> None:
    listed = injected()
    pod_of(listed)["initContainers"][0]["image"] = value
    left, codes = removed(listed)
    assert left["items"] == yaml.safe_load(INPUT)["items"]
    assert codes == ["PS704"]


@pytest.mark.parametrize(
    ("sidecar", "own", "expected"),
    [
        ("{}", "{}", (True, 101, 101)),
        ("{securityContext: {runAsUser: null, runAsGroup: null}}", "{}", (True, None, None)),
        ("{securityContext: {runAsUser: 2000}}", "{}", (True, 2000, 101)),
        ("{securityContext: {runAsUser: 0}}", "{}", (None, 0, 101)),
        ("{securityContext: {runAsUser: 0, runAsNonRoot: false}}", "{}", (False, 0, 101)),
        ("{securityContext: {runAsUser: 2000}}", "{securityContext: {runAsUser: 3000}}", (True, 3000, 101)),
        ("{securityContext: {runAsUser: null}}", "{securityContext: {runAsUser: 3000}}", (True, 3000, 101)),
        ("{securityContext: {readOnlyRootFilesystem: false}}", "{}", (True, 101, 101)),
        ("{securityContext: null}", "{}", (None, None, None)),
        ("{securityContext: {runAsUser: 2000}}", "{securityContext: null}", None),
        ("{image: x}", "{resources: {limits: {cpu: 1}}}", (True, 101, 101)),
    ],
)
def test_what_copies_has_the_sidecars_user(sidecar: str, own: str, expected: tuple[object, ...] | None) -> None:
    text = INPUT.replace("target:", f"sidecar: {{container: {sidecar}}}\n    target:")
    pod = pod_of(injected(text.replace("initContainer: {}", f"initContainer: {{container: {own}}}")))
    found = pod["initContainers"][0].get("securityContext")
    assert (found and tuple(map(found.get, ("runAsNonRoot", "runAsUser", "runAsGroup")))) == expected
    assert found is None or found["readOnlyRootFilesystem"] is True


def test_openshift_warns_of_no_user_that_is_set() -> None:
    route = (
        "{apiVersion: route.openshift.io/v1, kind: Route, metadata: {name: r}, spec: {to: {kind: Service, name: x}}}"
    )
    for user, count in (("{}", 2), ("{runAsUser: 101}", 0), ("{runAsUser: null, runAsGroup: null}", 0)):
        text = INPUT.replace("target:", f"sidecar: {{container: {{securityContext: {user}}}}}\n    target:")
        assert yaml.safe_dump(injected(text, route).get("results")).count("must be null on OpenShift") == count


@pytest.mark.parametrize("length", [56, 57, 58, 61, 63])
def test_names_that_are_cut_are_known_again(length: int) -> None:
    name = ("a-" * 32)[: length - 1] + "z"
    listed = yaml.safe_load(INPUT)
    config = listed["functionConfig"]
    config["spec"]["sidecar"] = {"name": name, "volumes": {"images": name}}
    config["spec"]["companions"] = {"metrics": {}}
    config["spec"]["listeners"][0]["routes"][1]["files"]["image"]["reference"] = "site:2"
    first = injected(yaml.safe_dump(listed, sort_keys=False))
    assert len(pod_of(first)["initContainers"]) == 2
    again = injected(yaml.safe_dump(first, sort_keys=False))
    assert again["items"] == first["items"]
    pod_of(again)["initContainers"][0]["image"] = "mirror.example/site:1"
    left, codes = removed(again)
    assert left["items"] == yaml.safe_load(INPUT)["items"]
    assert codes == ["PS704"]


def test_a_stranger_of_a_similar_name_stays() -> None:
    name = "a" * 63
    listed = injected(INPUT.replace("target:", f"sidecar: {{name: {name}}}\n    target:"))
    pod_of(listed)["initContainers"][0] |= {"name": f"{name[:50]}-files", "image": "other"}
    left, codes = removed(listed)
    assert [each["name"] for each in pod_of(left)["initContainers"]] == [f"{name[:50]}-files"]
    assert "PS712" in codes


def test_another_init_container_stays() -> None:
    listed = injected()
    pod_of(listed)["initContainers"][0]["command"] = ["sh"]
    left, codes = removed(listed)
    assert [each["name"] for each in pod_of(left)["initContainers"]] == ["proxy-files"]
    assert codes


def test_what_copies_needs_what_a_quota_requires() -> None:
    results = yaml.safe_dump(injected(INPUT, QUOTA).get("results"))
    assert "files.image.initContainer.container.resources.limits.cpu" in results


def test_what_copies_is_within_a_range() -> None:
    results = yaml.safe_dump(injected(INPUT, RANGE).get("results"))
    assert "files.image.initContainer.container.resources.limits.memory" in results


@pytest.mark.parametrize("name", ["proxy-files", "web"])
def test_a_name_that_is_taken(name: str) -> None:
    other = f"initContainers: [{{name: {name}, image: x}}]\n        containers:"
    text = INPUT.replace("containers:\n", f"{other}\n", 1)
    outcome = process(text.encode())
    assert ("PS303" in [str(each.code) for each in outcome.results]) == (name == "proxy-files")


def test_the_copy_has_all_files_and_may_be_made_again(tmp_path: Path) -> None:
    command = pod_of(injected())["initContainers"][0]["command"]
    assert command[-2:] == ["/site/.", "/srv/proxy-sidecar-images/copied"]
    source, target = tmp_path / "site", tmp_path / "copied"
    (source / "deep" / "er").mkdir(parents=True)
    target.mkdir()
    (source / "deep" / "er" / "a.txt").write_text("a")
    (source / ".well-known").write_text("b")
    (source / "link").symlink_to(source / "deep")
    (source / "deep" / "er" / "a.txt").chmod(0o444)
    for _ in range(2):
        subprocess.run([*command[:-2], f"{source}/.", str(target)], check=True)
    assert (target / "link" / "er" / "a.txt").read_text() == "a"
    assert not (target / "link").is_symlink()
    assert (target / ".well-known").read_text() == "b"
