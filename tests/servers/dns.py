"""A DNS server with a few names, whose answers a test changes."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.http import LOCALHOST

_PORT = 53
_IPV4 = 1
_HEADER = struct.Struct("!HHHHHH")
_NO_SUCH_NAME = 0x8183
_ANSWER = 0x8180


class Names:
    """The names that are known, each with its IPv4 address."""

    def __init__(self) -> None:
        self.addresses: dict[str, str] = {}
        self.asked: list[str] = []
        """The names that were looked up so far."""


@contextmanager
def running_dns(ttl: int = 1) -> Iterator[Names]:
    """Run the server on the loopback's port 53 until the block ends."""
    names = Names()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((LOCALHOST, _PORT))
        server.settimeout(0.05)
        ended = threading.Event()
        thread = threading.Thread(target=_serve, args=(server, names, ttl, ended))
        thread.start()
        try:
            yield names
        finally:
            ended.set()
            thread.join()


def _serve(server: socket.socket, names: Names, ttl: int, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            query, client = server.recvfrom(512)
        except TimeoutError:
            continue
        server.sendto(_answer(query, names, ttl), client)


def _answer(query: bytes, names: Names, ttl: int) -> bytes:
    number = _HEADER.unpack_from(query)[0]
    labels, place = [], _HEADER.size
    while size := query[place]:
        labels.append(query[place + 1 : place + 1 + size].decode())
        place += size + 1
    question = query[_HEADER.size : place + 5]
    name = ".".join(labels).lower()
    names.asked.append(name)
    address = names.addresses.get(name)
    found = address is not None and struct.unpack("!H", question[-4:-2])[0] == _IPV4
    header = _HEADER.pack(number, _ANSWER if address else _NO_SUCH_NAME, 1, int(found), 0, 0)
    if not found or address is None:
        return header + question
    return header + question + struct.pack("!HHHIH", 0xC00C, _IPV4, 1, ttl, 4) + socket.inet_aton(address)
