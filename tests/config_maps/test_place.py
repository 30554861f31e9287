"""A new ConfigMap goes into a file beside its workload's, and never outside of the package."""

from __future__ import annotations

import pytest

from krm_fn.config_maps.config_map import file_name
from krm_fn.hosts import file_beside, outside_place

PATH = "internal.config.kubernetes.io/path"
PACKAGE = "internal.config.kubernetes.io/package-path"


@pytest.mark.parametrize("path", ["web.yaml", "a/web.yaml", "a/..b/c..yaml", "./a/web.yaml", "a/.../web.yaml", "a:b/c"])
def test_a_place_inside(path: str) -> None:
    assert outside_place({PATH: path, PACKAGE: "shop"}) is None
    folder = path.rpartition("/")[0]
    assert file_beside({PATH: path}, "new.yaml") == {PATH: f"{folder}/new.yaml" if folder else "new.yaml"}


@pytest.mark.parametrize(
    "path", ["../web.yaml", "a/../../web.yaml", "/web.yaml", "..", "a/..", "..\\web.yaml", "\\web.yaml", "C:\\web.yaml"]
)
def test_a_place_outside(path: str) -> None:
    annotations = {PATH: path, PACKAGE: "shop"}
    assert outside_place(annotations) == (PATH, path)
    assert file_beside(annotations, "new.yaml") == {}


@pytest.mark.parametrize("package", ["shop", "/shop", "/", "shop/..web"])
def test_a_package_inside(package: str) -> None:
    """kpt writes it from the root of its own tree."""
    assert file_beside({PATH: "a/web.yaml", PACKAGE: package}, "new.yaml") == {PATH: "a/new.yaml", PACKAGE: package}


@pytest.mark.parametrize("package", ["..", "../shop", "/../shop", "shop/../..", "\\..\\shop"])
def test_a_package_outside(package: str) -> None:
    assert outside_place({PATH: "a/web.yaml", PACKAGE: package}) == (PACKAGE, package)


@pytest.mark.parametrize("annotations", [{}, {PATH: ""}, {PATH: None}, {"path": "../web.yaml"}])
def test_no_place(annotations: dict[str, str]) -> None:
    assert outside_place(annotations) is None
    assert file_beside(annotations, "new.yaml") == {}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("web-config", "configmap_web-config.yaml"),
        ("web.config", "configmap_web.config.yaml"),
        ("x/../../etc/web", "configmap_x_.._.._etc_web.yaml"),
        ("x\\..\\web", "configmap_x_.._web.yaml"),
        ("x\0y\nz", "configmap_x_y_z.yaml"),
    ],
)
def test_a_name_is_no_path(name: str, file: str) -> None:
    assert file_name(name) == file
