"""A base image with the Python that runs the tests, laid out as the official slim images, made without a registry.

It holds the interpreter, its standard library and the shared libraries they load; there is no shell in it, so what is
built and run on it shows that none is needed.
"""

import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

from tests.e2e.engine import podman

NAME = f"localhost/python:{sys.version_info.major}.{sys.version_info.minor}-slim"
ACCOUNTS = {
    "passwd": "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n",
    "group": "root:x:0:\nnogroup:x:65534:\n",
}
ALWAYS_THERE = (
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "librt.so.1",
    "libstdc++.so.6",
    "libutil.so.1",
)
"""Libraries that Debian's own base has, and that compiled wheels count on."""
UNUSED = ("__pycache__", "config-*", "dist-packages", "idlelib", "site-packages", "test", "tkinter", "turtledemo")


def import_base_image(folder: Path) -> str:
    """Name of the image, which the store then holds; `folder` must not exist."""
    for name in ("etc", "proc", "sys", "dev", "run", "root", "tmp", "usr/bin", "usr/lib", "usr/lib64", "usr/local/bin"):
        (folder / name).mkdir(parents=True)
    for name in ("bin", "lib", "lib64"):
        (folder / name).symlink_to(f"usr/{name}")
    for name, text in ACCOUNTS.items():
        (folder / "etc" / name).write_text(text)
    (folder / "tmp").chmod(0o1777)
    _copy_python(folder)
    archive = folder.with_suffix(".tar")
    with tarfile.open(archive, "w") as tar:
        tar.add(folder, arcname=".", filter=_owned_by_root)
    podman("import", "--change=ENV PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8", str(archive), NAME)
    shutil.rmtree(folder)
    archive.unlink()
    return NAME


def _copy_python(folder: Path) -> None:
    local = folder / "usr" / "local"
    interpreter = Path(sys.executable).resolve()
    standard_library = Path(sysconfig.get_path("stdlib"))
    shutil.copy2(interpreter, local / "bin" / interpreter.name)
    (local / "bin" / "python3").symlink_to(interpreter.name)
    shutil.copytree(
        standard_library,
        local / "lib" / standard_library.name,
        ignore=shutil.ignore_patterns(*UNUSED),
        ignore_dangling_symlinks=True,
    )
    bundled_wheels = sysconfig.get_config_var("WHEEL_PKG_DIR")  # Debian keeps ensurepip's pip apart
    if bundled_wheels:
        shutil.copytree(bundled_wheels, folder / bundled_wheels.strip("/"))
    _copy_libraries(folder, interpreter, *(standard_library / "lib-dynload").glob("*.so"))


def _copy_libraries(folder: Path, *programs: Path) -> None:
    """Python's own move with it to /usr/local, where a loader cache finds them; the system's stay in their place."""
    for library in _shared_libraries(*programs):
        moves = sys.base_prefix != "/usr" and library.is_relative_to(sys.base_prefix)
        target = folder / ("usr/local/lib" if moves else library.parent.resolve().relative_to("/")) / library.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(library, target)
    (folder / "etc" / "ld.so.conf").write_text("/usr/local/lib\n")
    subprocess.run(["/sbin/ldconfig", "-r", folder], check=True)


def _shared_libraries(*programs: Path) -> set[Path]:
    listing = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=True).stdout
    cache = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    lines = [line for line in listing.splitlines() if line.startswith("\t")]
    lines += [line for line in cache.splitlines() if line.strip().startswith(ALWAYS_THERE)]
    return {Path(word) for line in lines for word in line.split() if word.startswith("/")}


def _owned_by_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
