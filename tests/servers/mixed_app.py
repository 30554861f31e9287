"""An app that speaks HTTP/1 and gRPC on one port: the backend, and one of gRPC, told apart by how clients begin."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from tests.servers.backend import Backend, running_backend
from tests.servers.grpc_app import GrpcApp, running_grpc_app
from tests.servers.http import LOCALHOST

_PREFACE = b"PRI"


class MixedApp(NamedTuple):
    """The two."""

    http: Backend
    grpc: GrpcApp


@contextmanager
def running_mixed_app(port: int, tls: ssl.SSLContext | None = None) -> Iterator[MixedApp]:
    """Run the app on a port until the block ends, with TLS where a context is given."""
    by_http, by_grpc = port + 1000, port + 2000
    with (
        running_backend(by_http) as backend,
        running_grpc_app(by_grpc) as app,
        socket.create_server((LOCALHOST, port)) as listening,
    ):
        open_ones: list[socket.socket] = []

        def serve(client: socket.socket) -> None:
            with suppress(OSError):
                secure = tls.wrap_socket(client, server_side=True) if tls else client
                open_ones.append(secure)
                first = secure.recv(65536)
                if not first:
                    return
                server = socket.create_connection((LOCALHOST, by_grpc if first.startswith(_PREFACE) else by_http))
                open_ones.append(server)
                server.sendall(first)
                threading.Thread(target=_copy, args=(server, secure), daemon=True).start()
                _copy(secure, server)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield MixedApp(backend, app)
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            for each in open_ones:
                _hang_up(each)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _hang_up(target)


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        connection.close()
