"""The processes of a real Kubernetes: etcd, the API server and the controllers, on free ports of this machine."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.cannot_run import cannot_run
from tests.cluster.api import TOKEN, Api
from tests.servers.certificates import certificates, client_context
from tests.servers.http import LOCALHOST
from tests.servers.processes import running, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCRIPT = Path(__file__).parents[2] / "scripts" / "control-plane"
_PATIENCE = 120.0
"""Seconds that a start may take on a busy machine; it takes 5 on a quiet one."""
_CONTROLLERS = "deployment,replicaset,replicationcontroller,statefulset,daemonset,endpoint,endpointslice"


class ControlPlane(NamedTuple):
    """A running API server."""

    api: Api
    folder: Path
    programs: Path

    @property
    def kubeconfig(self) -> Path:
        """The file that leads clients to it."""
        return self.folder / "kubeconfig"

    def kubectl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run kubectl, with no configuration or cache but the server's own."""
        command = ("kubectl", f"--kubeconfig={self.kubeconfig}", f"--cache-dir={self.folder}/kubectl", *arguments)
        return subprocess.run(command, capture_output=True, text=True, check=False)

    @contextmanager
    def controllers(self) -> Iterator[None]:
        """Within the block, workloads get Pods, and Services get endpoints."""
        program = self.programs / "kube-controller-manager"
        directory = self.folder / "controllers"
        directory.mkdir()
        flags = ("--leader-elect=false", "--port=0", "--secure-port=0", f"--controllers={_CONTROLLERS}")
        command = (str(program), f"--kubeconfig={self.kubeconfig}", *flags)
        with running(command, (), directory, output_owner=os.getuid()):
            yield


@contextmanager
def running_control_plane(folder: Path) -> Iterator[ControlPlane]:
    """Run etcd and an API server with an empty store until the block ends."""
    programs = _programs()
    peers, store, port = _free_ports(3)
    with ExitStack() as stack:
        for directory, ports, command in (
            ("etcd", (store,), _etcd(programs, folder, peers, store)),
            ("api", (port,), _api_server(programs, folder, store, port)),
        ):
            (folder / directory).mkdir()
            owner = os.getuid()
            stack.enter_context(running(command, ports, folder / directory, output_owner=owner, seconds=_PATIENCE))
        api = stack.enter_context(closing(Api(port, stack.enter_context(client_context()))))
        control_plane = ControlPlane(api, folder, programs)
        control_plane.kubeconfig.write_text(_kubeconfig(port))
        wait_until(lambda: api.call("GET", "/readyz").accepted, _PATIENCE, "the API server")
        api.discover()
        yield control_plane


def _programs() -> Path:
    """Return the folder of the programs."""
    found = subprocess.run((_SCRIPT, "--folder"), capture_output=True, text=True, check=True)
    folder = Path(found.stdout.rstrip("\n"))
    if not folder.is_dir():
        cannot_run(f"there is no API server in {folder}: scripts/control-plane builds it, once, in 6 minutes or so")
    if shutil.which("kubectl") is None:
        cannot_run("kubectl is not on PATH")
    return folder


def _free_ports(number: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind((LOCALHOST, 0))
        return [each.getsockname()[1] for each in sockets]


def _etcd(programs: Path, folder: Path, peers: int, store: int) -> tuple[str, ...]:
    own = f"http://{LOCALHOST}:{store}"
    listen = (f"--listen-client-urls={own}", f"--listen-peer-urls=http://{LOCALHOST}:{peers}")
    return (
        str(programs / "etcd"),
        f"--data-dir={folder}/store",
        "--unsafe-no-fsync",
        f"--advertise-client-urls={own}",
        *listen,
    )


def _api_server(programs: Path, folder: Path, store: int, port: int) -> tuple[str, ...]:
    """Return the command of a server that lets whoever has the token do everything."""
    certificate, key, tokens = folder / "tls.crt", folder / "tls.key", folder / "tokens.csv"
    certificate.write_bytes(certificates().secrets["web-tls/tls.crt"])
    key.write_bytes(certificates().secrets["web-tls/tls.key"])
    tokens.write_text(f"{TOKEN},tests,tests,system:masters\n")
    return (
        str(programs / "kube-apiserver"),
        f"--etcd-servers=http://{LOCALHOST}:{store}",
        f"--bind-address={LOCALHOST}",
        f"--advertise-address={LOCALHOST}",
        f"--secure-port={port}",
        f"--tls-cert-file={certificate}",
        f"--tls-private-key-file={key}",
        f"--token-auth-file={tokens}",
        "--authorization-mode=AlwaysAllow",
        "--allow-privileged",
        "--service-cluster-ip-range=10.96.0.0/12",
        "--endpoint-reconciler-type=none",
        # Pods need no account, but without these three the server does not start.
        "--disable-admission-plugins=ServiceAccount",
        "--service-account-issuer=https://tests",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
    )


def _kubeconfig(port: int) -> str:
    authority = base64.b64encode(certificates().authority.cert_pem.bytes()).decode()
    cluster = {"server": f"https://{LOCALHOST}:{port}", "certificate-authority-data": authority}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "tests", "cluster": cluster}],
            "users": [{"name": "tests", "user": {"token": TOKEN}}],
            "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests"}}],
            "current-context": "tests",
        }
    )
