"""A podman of the tests' own: its store, its configuration and a `docker` that leads to it, all in one folder.

Nothing of the machine's own podman is read or changed, and no daemon, registry or bridge network is needed.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CONTAINERS_CONF = """\
[containers]
default_ulimits = [{ulimits}]
netns = "none"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "{folder}/networks"
"""
STORAGE_CONF = """\
[storage]
driver = "overlay"
graphroot = "{folder}/store"
runroot = "{folder}/run"
"""
DOCKER = """\
#!/bin/sh
exec podman "$@"
"""


@contextmanager
def isolated_engine(folder: Path) -> Iterator[None]:
    """Within the block, `podman`, `docker` and the hosts use the engine in `folder`; afterwards its store is gone."""
    docker = folder / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    containers_conf = folder / "containers.conf"
    containers_conf.write_text(CONTAINERS_CONF.format(folder=folder, ulimits=_ulimits()))
    storage_conf = folder / "storage.conf"
    storage_conf.write_text(STORAGE_CONF.format(folder=folder))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTAINERS_CONF", str(containers_conf))
        patch.setenv("CONTAINERS_STORAGE_CONF", str(storage_conf))
        patch.setenv("PATH", str(docker.parent), prepend=os.pathsep)
        patch.setenv("KPT_FN_RUNTIME", "podman")
        patch.setenv("KRM_FN_RUNTIME", "podman")  # its name in later versions of kpt
        try:
            yield
        finally:
            _wipe(folder)


def podman(*arguments: str) -> str:
    """Stdout of one podman command, without the last line feed; an error carries its stderr."""
    finished = subprocess.run(["podman", *arguments], capture_output=True, text=True, check=False)
    if finished.returncode:
        raise RuntimeError(f"podman {' '.join(arguments)}: {finished.stderr}")
    return finished.stdout.removesuffix("\n")


def _ulimits() -> str:
    """What podman may set: its own defaults exceed a root without CAP_SYS_RESOURCE."""
    limits = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}
    hard = {name: resource.getrlimit(limit)[1] for name, limit in limits.items()}
    top = {name: 16384 if limit == resource.RLIM_INFINITY else min(limit, 16384) for name, limit in hard.items()}
    return ", ".join(f'"{name}={limit}:{limit}"' for name, limit in top.items())


def _wipe(folder: Path) -> None:
    subprocess.run(["podman", "rm", "--all", "--force", "--time", "0"], capture_output=True, check=False)
    subprocess.run(["podman", "rmi", "--all", "--force"], capture_output=True, check=False)
    # podman mounts its store on itself and leaves it so.
    subprocess.run(["umount", folder / "store" / "overlay"], capture_output=True, check=False)
    for name in ("store", "run"):
        shutil.rmtree(folder / name, ignore_errors=True)
