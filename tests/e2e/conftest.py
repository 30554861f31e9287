"""The image under test, built once; where its tools are missing tests skip, but under CI they fail."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cannot_run import cannot_run
from tests.e2e import function_image
from tests.e2e.base_image import import_base_image
from tests.e2e.engine import isolated_engine, podman


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of an isolated podman, which is the one on PATH for as long as the session lasts."""
    _require("podman", "runc")
    if os.geteuid() != 0:
        cannot_run("containers without a bridge network or a daemon need root here")
    folder = tmp_path_factory.mktemp("engine")
    with isolated_engine(folder):
        yield folder


@pytest.fixture(scope="session")
def base(engine: Path) -> str:
    """Name of an image that has Python and nothing else."""
    return import_base_image(engine / "base")


@pytest.fixture(scope="session")
def build_context(engine: Path) -> Path:
    """Folder with what the Dockerfile copies."""
    return function_image.make_context(engine / "context")


@pytest.fixture(scope="session")
def image(base: str, build_context: Path) -> str:
    """Id of the function's image, which is `localhost/proxy-sidecar:latest` for every host."""
    identity = function_image.build(build_context, base)
    podman("tag", identity, function_image.NAME)
    return identity


@pytest.fixture(scope="session")
def kpt() -> None:
    """Needed by tests that call kpt, before the image is."""
    _require("kpt", "git")


@pytest.fixture(scope="session")
def kubectl() -> None:
    """Needed by tests that call kubectl, before the image is."""
    _require("kubectl")


def _require(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        cannot_run(f"not on PATH: {', '.join(missing)} (scripts/setup-system installs what Debian has)")
