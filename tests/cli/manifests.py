"""Manifests to work on, in the forms that files have, and the runs that work on them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from krm_fn.cli.command_line import run_command

if TYPE_CHECKING:
    from pathlib import Path

    from krm_fn.summary import Outcome

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # the app
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: web:1
          ports:
            - containerPort: 9000
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
    - name: http
      port: 80
      targetPort: 9000
"""
OTHER = "apiVersion: v1\nkind: Secret\nmetadata: {name: other}\n"
CONFIG = """\
apiVersion: krm-fn.dev/v1alpha1
kind: ProxySidecar
metadata:
  name: NAME
spec:
  target: {kind: Deployment, name: web}
"""


def config(name: str = "proxy", spec: str = "") -> str:
    """Return a functionConfig with some lines of its spec added. Its port has no name for a cutover without a gap."""
    cutover = "" if "cutover:" in spec else "  cutover: service\n"
    return CONFIG.replace("NAME", name) + cutover + spec


def as_json(document: str) -> str:
    """Return a document as an indented JSON text."""
    return json.dumps(yaml.safe_load(document), indent=2) + "\n"


def write_tree(folder: Path, files: dict[str, str | bytes]) -> dict[str, bytes]:
    """Write files below a folder; return all that is there now."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return tree(folder)


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def marks(folder: Path) -> dict[str, tuple[int, int]]:
    """Return what changes where a file is written at all."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def run(*arguments: str) -> Outcome:
    """Run a subcommand in this process."""
    return run_command(list(arguments))


def done(*arguments: str) -> str:
    """Run a subcommand, which must succeed without output and warnings; return the closing line."""
    outcome = run(*arguments)
    assert (outcome.exit_code, outcome.stdout, outcome.lines) == (0, b"", ())
    return outcome.closing_line


def objects(text: bytes) -> list[Any]:
    """Return the documents of a file that are mappings."""
    documents: list[Any] = list(yaml.load_all(text.decode("utf-8-sig"), Loader=yaml.CBaseLoader))
    return [data for data in documents if isinstance(data, dict)]
