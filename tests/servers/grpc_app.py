"""An app that speaks gRPC and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc

from tests.servers.http import LOCALHOST

SERVING = b"\x08\x01"
"""The message with which a health check answers that the app serves."""


class GrpcApp(grpc.GenericRpcHandler):
    """Answers with what it was sent, tells of metadata in the trailers, and of its health."""

    def __init__(self, *, health: bool = True) -> None:
        self._health = health
        self.checks: list[bytes] = []
        """The messages of the health checks so far."""
        self.methods: list[str] = []
        """The methods that were called so far."""

    def service(self, handler_call_details: Any) -> Any:
        path = handler_call_details.method
        self.methods.append(path)
        if path == "/grpc.health.v1.Health/Check":
            return grpc.unary_unary_rpc_method_handler(self.check) if self._health else None
        method = path.rpartition("/")[2]
        if method == "Say":
            return grpc.unary_unary_rpc_method_handler(self.say)
        if method == "Fail":
            return grpc.unary_unary_rpc_method_handler(self.fail)
        if method == "Count":
            return grpc.stream_unary_rpc_method_handler(self.count)
        return grpc.stream_stream_rpc_method_handler(self.chat) if method == "Chat" else None

    def check(self, message: bytes, _context: grpc.ServicerContext) -> bytes:
        self.checks.append(message)
        return SERVING

    def say(self, text: bytes, context: grpc.ServicerContext) -> bytes:
        sent = {key: str(value) for key, value in context.invocation_metadata()}
        context.set_trailing_metadata((("x-seen", sent.get("x-sent", "")), ("x-for", sent.get("x-forwarded-for", ""))))
        return text * 2

    def fail(self, _text: bytes, context: grpc.ServicerContext) -> bytes:
        context.abort(grpc.StatusCode.NOT_FOUND, "no such thing")
        raise AssertionError

    def count(self, texts: Iterator[bytes], _context: grpc.ServicerContext) -> bytes:
        return str(sum(map(len, texts))).encode()

    def chat(self, texts: Iterator[bytes], _context: grpc.ServicerContext) -> Iterator[bytes]:
        for text in texts:
            yield text.upper()


@contextmanager
def running_grpc_app(
    port: int, *, health: bool = True, credentials: grpc.ServerCredentials | None = None
) -> Iterator[GrpcApp]:
    """Run the app on a port until the block ends, with TLS where it has credentials."""
    app = GrpcApp(health=health)
    with ThreadPoolExecutor(8) as pool:
        server = grpc.server(pool, options=(("grpc.so_reuseport", 0),))
        server.add_generic_rpc_handlers((app,))
        if credentials:
            server.add_secure_port(f"{LOCALHOST}:{port}", credentials)
        else:
            server.add_insecure_port(f"{LOCALHOST}:{port}")
        server.start()
        try:
            yield app
        finally:
            server.stop(None).wait()
