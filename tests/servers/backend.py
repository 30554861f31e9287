"""An app that does what the request asks it to, to show what a real one may do."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.http import LOCALHOST

_WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Backend:
    """An app on a port of the loopback.

    It answers with what it received, as JSON. The query of the request says what is different:
    `status`, `header` (Name:value, several), `body`, `size` (of the body), `hold` (wait for `release`).
    With `events`, the body comes in two pieces, the second one when the test lets go on. An upgrade to a WebSocket gets
    an echo of each byte.
    """

    def __init__(self) -> None:
        self.targets: list[str] = []
        """The targets of all requests so far, as they stood in the request lines."""
        self.connections = 0
        """The number of connections so far."""
        self.release = threading.Event()
        """Lets requests go on that were told to hold."""
        self.usual_status = 200
        """The status of responses where the request names none."""
        self.answered = 0
        """The number of requests that are answered to the last byte."""
        self.usual_headers: list[str] = []
        """Headers of every answer, as Name:value."""
        self.observe: Callable[[list[tuple[str, str]]], object] = lambda _headers: None
        """Called with the headers of each request."""
        self.usual_query: dict[str, str] = {}
        """What stands for the query of requests for a path that have none."""
        self.decide: Callable[[str, dict[str, str]], str] = lambda path, _headers: self.usual_query.get(path, "")
        """Returns it, for a path and the headers by name in lower case."""

    def hits(self, target: str) -> int:
        """Return how often a target was asked for."""
        return self.targets.count(target)


@contextmanager
def running_backend(port: int | Path, tls: ssl.SSLContext | None = None) -> Iterator[Backend]:
    """Run a backend on a port, or a Unix socket, until the block ends; with TLS where a context is given."""
    backend = Backend()
    tcp = isinstance(port, int)
    handler = type("Handler", (_Handler,), {"backend": backend, "disable_nagle_algorithm": tcp})
    if isinstance(port, int):
        server = _Server((LOCALHOST, port), handler, backend)
    else:
        server = _SocketServer(str(port), handler, backend)
        port.chmod(0o777)
    server.tls = tls
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield backend
    finally:
        backend.release.set()
        server.shutdown()
        server.hang_up()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    tls: ssl.SSLContext | None = None

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], backend: Backend) -> None:
        super().__init__(address, handler)
        self._backend = backend
        self._connections: list[socket.socket] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.append(request)
        self._backend.connections += 1
        super().process_request(request, client_address)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the connection's own thread."""
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        with self.tls.wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""

    def hang_up(self) -> None:
        """Close the connections that are kept alive, as the end of a process does."""
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _SocketServer(_Server):
    address_family = socket.AF_UNIX

    def __init__(self, path: str, handler: type[BaseHTTPRequestHandler], backend: Backend) -> None:
        super().__init__((path, 0), handler, backend)

    def server_bind(self) -> None:
        self.socket.bind(self.server_address[0])

    def get_request(self) -> tuple[Any, Any]:
        request, _ = super().get_request()
        return request, ("socket", 0)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    backend: Backend

    def handle_any(self) -> None:
        target = self.requestline.split(" ", 1)[1].rsplit(" ", 1)[0]
        self.backend.targets.append(target)
        length = len(self._read_body())
        url = urlsplit(target)
        sent = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qs(url.query or self.backend.decide(url.path, sent), keep_blank_values=True)
        query.setdefault("header", []).extend(self.backend.usual_headers)
        if "hold" in query:
            self.backend.release.wait(10)
        if self.headers.get("Upgrade") == "websocket":
            self._echo_websocket()
            return
        self.backend.observe(list(self.headers.items()))
        received = {
            "method": self.command,
            "target": target,
            "protocol": self.request_version,
            "headers": list(self.headers.items()),
            "length": length,
        }
        self._answer(query, received)
        self.backend.answered += 1

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_any  # noqa: N815 # the names of http.server

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _answer(self, query: dict[str, list[str]], received: dict[str, Any]) -> None:
        body = json.dumps(received).encode()
        if "size" in query:
            body = b"x" * int(query["size"][0])
        if "body" in query:
            body = query["body"][0].encode()
        self.send_response(int(query["status"][0]) if "status" in query else self.backend.usual_status)
        for line in query.get("header", []):
            name, _, value = line.partition(":")
            self.send_header(name, value)
        if "events" in query:
            self._send_events()
            return
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _send_events(self) -> None:
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in (b"data: first\n\n", b"data: second\n\n"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
            self.wfile.flush()
            self.backend.release.wait(10)
        self.wfile.write(b"0\r\n\r\n")

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _echo_websocket(self) -> None:
        key = self.headers["Sec-WebSocket-Key"].encode()
        accept = base64.b64encode(hashlib.sha1(key + _WEBSOCKET_GUID).digest()).decode()  # noqa: S324 # RFC 6455
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accept)
        self.end_headers()
        self.close_connection = True
        while len(start := self.rfile.read(2)) == 2:
            length = start[1] & 0x7F
            mask = self.rfile.read(4)
            data = bytes(byte ^ mask[place % 4] for place, byte in enumerate(self.rfile.read(length)))
            self.wfile.write(bytes([start[0], length]) + data)
            if start[0] & 0x0F == 0x8:
                return
