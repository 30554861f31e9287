"""The function's image, built by the repository's Dockerfile without a network or a registry."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.e2e.engine import podman

REPOSITORY = Path(__file__).resolve().parents[2]
NAME = "localhost/proxy-sidecar:latest"  # as the examples have it


def make_context(folder: Path) -> Path:
    """`folder`, made a build context: what the Dockerfile copies, and wheels of all that pip needs then."""
    folder.mkdir()
    for name in ("Dockerfile", ".dockerignore", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, folder)
    shutil.copytree(REPOSITORY / "krm_fn", folder / "krm_fn", ignore=shutil.ignore_patterns("__pycache__"))
    wheel = [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", "wheels", ".", "hatchling"]
    subprocess.run(wheel, cwd=folder, check=True)
    return folder


def build(context: Path, base: str, *options: str) -> str:
    """Id of the image built in `context` on the image `base`."""
    arguments = {"BASE": base, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/src/wheels"}
    build_arguments = [f"--build-arg={name}={value}" for name, value in arguments.items()]
    isolation = ["--pull=never", "--network=none", "--timestamp=0"]
    return podman("build", "--quiet", *isolation, *build_arguments, *options, str(context))
