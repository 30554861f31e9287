"""The hosts as a user calls them: the container engine, `kpt fn render` and `kubectl kustomize`.

Each takes what the fixture `image` has set up and returns the finished process; judging it is the caller's.
"""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.e2e.function_image import NAME

SECONDS = 120
HARDENED = (
    "--network=none",
    "--read-only",
    "--read-only-tmpfs=false",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
)


def run_image(
    stdin: bytes, *arguments: str, user: str = "nobody", entrypoint: str | None = None
) -> subprocess.CompletedProcess[bytes]:
    """The image, given `arguments`, under all the restrictions that a host may put on it and some more."""
    options = [*HARDENED, f"--user={user}", *([f"--entrypoint={entrypoint}"] if entrypoint else [])]
    command = ["podman", "run", "--rm", "--interactive", *options, NAME, *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=SECONDS, check=False)


def kpt_render(package: Path) -> subprocess.CompletedProcess[str]:
    """`kpt fn render`, which edits the files of `package` in place."""
    return _run("kpt", "fn", "render", str(package), "--image-pull-policy=never")


def kustomize_build(folder: Path, kubectl: str = "1.32") -> subprocess.CompletedProcess[str]:
    """`kubectl kustomize` with container functions, of that version where the machine has several, else of its one."""
    program = kubectls().get(kubectl, Path("kubectl"))
    return _run(str(program), "kustomize", "--enable-alpha-plugins", str(folder))


def kubectls() -> Mapping[str, Path]:
    """The machine's kubectl programs by version: those beside a dispatcher, or the one on PATH as "default"."""
    found = shutil.which("kubectl")
    if found is None:
        return {}
    beside = sorted(Path(found).resolve().parent.glob("kubectl.1.*"))
    return {path.name.removeprefix("kubectl."): path for path in beside} or {"default": Path(found)}


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
