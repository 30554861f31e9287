"""Runs the container that tells Prometheus of nginx: Debian's package of the program that its image holds."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from tests.servers.processes import Server
from tests.servers.sandbox import running_sidecar

PROGRAM = "prometheus-nginx-exporter"


def running_exporter(container: dict[str, Any]) -> AbstractContextManager[Server]:
    """Run a container as its manifest says, beside the proxy whose status page it reads."""
    repository = container["image"].partition(":")[0]
    assert repository.rpartition("/")[2] == "nginx-prometheus-exporter", container["image"]
    security = container["securityContext"]
    assert security["readOnlyRootFilesystem"] is True
    ports = [declared["containerPort"] for declared in container["ports"]]
    return running_sidecar({}, [], [PROGRAM, *container["args"]], ports, user_id=security["runAsUser"])
