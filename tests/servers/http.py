"""An HTTP client that changes nothing: no redirects, no decoding, every header as it came."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from typing import Any, NamedTuple

LOCALHOST = "127.0.0.1"
OUTSIDER = "192.0.2.1"
"""A second address of the private loopback, in no trusted network: a client from elsewhere."""


class Response(NamedTuple):
    """A response as it came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Return the values of all headers of the name."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def one(self, name: str) -> str | None:
        """Return the value of the one header of the name, None where there is none; two are a failure."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} is there {len(values)} times: {values}"
        return values[0] if values else None

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


def request(
    port: int,
    target: str,
    method: str = "GET",
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    source: str = LOCALHOST,
    address: str = LOCALHOST,
) -> Response:
    """Send one request to a port, from an address of this machine, and return the response."""
    connection = http.client.HTTPConnection(address, port, timeout=15, source_address=(source, 0))
    try:
        connection.request(method, target, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Response(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


def exchange(port: int, text: bytes) -> bytes:
    """Send bytes and return all that comes back until the server closes the connection."""
    with socket.create_connection((LOCALHOST, port), timeout=15) as connection:
        connection.sendall(text)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received
