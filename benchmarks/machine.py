"""What a table was measured with: the machine, the programs and their versions, each by its real path."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

KUBECTL = re.compile(r"kubectl\.(\d+)\.(\d+)")


def interpreter() -> str:
    """Return the path of the Python that runs this, past virtual environments' and version managers' own."""
    return os.path.realpath(sys.executable)


def find_kubectl(given: str = "kubectl") -> str | None:
    """Return the path of kubectl, None where there is none.

    Where kubectl.1.NN stand beside it, it is a dispatcher, which starts one of them: the newest is taken instead.
    """
    found = shutil.which(given)
    if not found:
        return None
    path = Path(found).resolve()
    versions = {match: file for file in path.parent.iterdir() if (match := KUBECTL.fullmatch(file.name))}
    if path.name != "kubectl" or not versions:
        return str(path)
    return str(versions[max(versions, key=lambda match: tuple(map(int, match.groups())))])


def describe(kubectl: str | None) -> list[tuple[str, str]]:
    """Return the lines that tell what was measured with, each a label and a text."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        ("CPU", f"{_cpu_model()}, {os.cpu_count()} cores"),
        ("RAM", f"{memory:.0f} GiB"),
        ("OS", f"{_system()}, {platform.system()} {platform.release()}"),
        ("Python", platform.python_version()),
        ("proxy-sidecar", version("proxy-sidecar")),
        ("kubectl", _kubectl_versions(kubectl) if kubectl else "none"),
        ("PyYAML", version("PyYAML")),
    ]


def _cpu_model() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # another system than Linux
    return platform.processor() or platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.platform()


def _kubectl_versions(kubectl: str) -> str:
    """Return its version and its kustomize's."""
    command = [kubectl, "version", "--client"]
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    return f"{found.get('Client Version', 'unknown')}, kustomize {found.get('Kustomize Version', 'unknown')}"
