"""A real Alertmanager with the files of a web UI."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers.http import LOCALHOST
from tests.servers.processes import Server, running

_UI = "/usr/share/prometheus/alertmanager/ui"
"""Where Debian's build looks for a UI, which its package does not hold."""
_CONFIGURATION = """\
route: {receiver: nobody}
receivers: [{name: nobody}]
"""
_SCRIPT = 'set -e; mount --bind "$1" "$2"; shift 2; exec "$@"'


@contextmanager
def running_alertmanager(port: int, ui: Mapping[str, bytes]) -> Iterator[Server]:
    """Run Alertmanager on a port until the block ends, with these files as its UI."""
    with TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "alertmanager.yml").write_text(_CONFIGURATION)
        for path, content in ui.items():
            file = directory / "ui" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        command = [
            "prometheus-alertmanager",
            f"--config.file={directory}/alertmanager.yml",
            f"--storage.path={directory}/data",
            f"--web.listen-address={LOCALHOST}:{port}",
            "--cluster.listen-address=",
        ]
        inside = ["unshare", "--mount", "sh", "-c", _SCRIPT, "sh", f"{directory}/ui", _UI, *command]
        with running(inside, [port], directory, output_owner=os.getuid()) as server:
            yield server
