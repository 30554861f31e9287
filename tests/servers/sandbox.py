"""Runs a server as its container would: a bare image, the mounts, another uid, a read-only root."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers.processes import Server, open_output, running

Volumes = Mapping[str, Mapping[str, bytes]]
"""The files of read-only volumes: mount path, path in the volume, content."""

IMAGE = "/etc"
"""A mount path whose files are the image's own, so that others can be mounted below."""
_PROGRAMS = ("setpriv",)
_PRIVILEGES = ("--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all")
_SCRIPT = """
set -e
root=$1; shift
mount --bind "$root" "$root"
mount --rbind /proc "$root/proc"
for device in null urandom; do mount --bind "/dev/$device" "$root/dev/$device"; done
while [ "$1" != -- ]; do
    case $1 in
        ro) mount --bind "$2" "$root$3"; mount -o remount,bind,ro "$root$3"; shift 3 ;;
        dir) mount --bind "$2" "$root$3"; shift 3 ;;
        rw) mount -t tmpfs -o mode=0777,size=64m emptydir "$root$2"; shift 2 ;;
    esac
done
shift
mount -o remount,bind,ro "$root"
exec chroot "$root" "$@"
"""


@contextmanager
def running_sidecar(
    files: Volumes,
    writable: Sequence[str],
    command: Sequence[str],
    ports: Sequence[int],
    *,
    user_id: int = 101,
    program: str | None = None,
    output_owner: int | None = None,
    directories: Mapping[str, Path] | None = None,
) -> Iterator[Server]:
    """Run the command in a container of its own until the block ends, once all its ports accept connections.

    The files lie below their mount paths as a ConfigMap's would, read-only; the writable paths are empty volumes, and
    the directories, by mount path, are shared with this machine, as a volume is with another container. The
    program stands for the image: the path of the executable, by default the machine's. The output belongs to the user,
    as a container runtime sees to.
    """
    with _prepared(files, writable, command, user_id, program, directories=directories) as (full_command, directory):
        owner = user_id if output_owner is None else output_owner
        with running(full_command, ports, directory, output_owner=owner) as server:
            yield server


def run_in_sidecar(
    files: Volumes,
    writable: Sequence[str],
    command: Sequence[str],
    *,
    user_id: int = 101,
    program: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself in the same surroundings."""
    with _prepared(files, writable, command, user_id, program) as (full_command, directory):
        with open_output(directory, user_id) as (stdout, stderr):
            result = subprocess.run(full_command, stdout=stdout, stderr=stderr, timeout=20, check=False)
        texts = [(directory / name).read_text(errors="replace") for name in ("stdout", "stderr")]
        return subprocess.CompletedProcess(result.args, result.returncode, *texts)


@contextmanager
def _prepared(
    files: Volumes,
    writable: Sequence[str],
    command: Sequence[str],
    user_id: int,
    program: str | None,
    *,
    directories: Mapping[str, Path] | None = None,
) -> Iterator[tuple[list[str], Path]]:
    with TemporaryDirectory() as name:
        directory = Path(name)
        root = directory / "root"
        _make_image(root, command[0], program)
        mounts: list[str] = []
        (root / "etc").mkdir()
        for path, text in files.get(IMAGE, {}).items():
            (root / "etc" / path).write_bytes(text)
        for number, (mount_path, content) in enumerate(sorted(files.items())):
            if mount_path == IMAGE:
                continue
            volume = directory / f"volume{number}"
            _make_volume(volume, content)
            _mount_point(root, mount_path)
            mounts += ["ro", str(volume), mount_path]
        for mount_path, shared in (directories or {}).items():
            _mount_point(root, mount_path)
            mounts += ["dir", str(shared), mount_path]
        for mount_path in writable:
            _mount_point(root, mount_path)
            mounts += ["rw", mount_path]
        user = [f"--reuid={user_id}", f"--regid={user_id}", *_PRIVILEGES]
        inside = ["/bin/setpriv", *user, "--", f"/bin/{command[0]}", *command[1:]]
        yield ["unshare", "--mount", "sh", "-c", _SCRIPT, "sh", str(root), *mounts, "--", *inside], directory


def _make_image(root: Path, name: str, program: str | None) -> None:
    for path in ("bin", "proc", "dev"):
        (root / path).mkdir(parents=True)
    for device in ("null", "urandom"):
        (root / "dev" / device).touch()
    for number, stream in enumerate(("stdin", "stdout", "stderr")):
        (root / "dev" / stream).symlink_to(f"/proc/self/fd/{number}")
    for each in _PROGRAMS:
        _install(root, each, shutil.which(each))
    _install(root, name, program or shutil.which(name))


def _install(root: Path, name: str, executable: str | None) -> None:
    """Copy a program and the libraries it loads."""
    assert executable, f"{name} is not installed"
    shutil.copy(executable, root / "bin" / name)
    listed = subprocess.run(["ldd", executable], capture_output=True, text=True, check=False).stdout
    for library in (word for word in listed.split() if word.startswith("/")):
        place = root / library.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            shutil.copy(library, place)


def _make_volume(volume: Path, content: Mapping[str, bytes]) -> None:
    """Lay the files out as the kubelet does: behind the symlink ..data, so that an update is one rename."""
    data = volume / "..2026_01_01_00_00_00.000000001"
    for path, text in content.items():
        file = data / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text)
        file.chmod(0o444)
    (volume / "..data").symlink_to(data.name)
    for name in {path.partition("/")[0] for path in content}:
        (volume / name).symlink_to(f"..data/{name}")
    for directory, _, _ in os.walk(volume):
        os.chmod(directory, 0o755)  # noqa: S103 # as the kubelet's


def _mount_point(root: Path, mount_path: str) -> None:
    (root / mount_path.lstrip("/")).mkdir(parents=True, exist_ok=True)
