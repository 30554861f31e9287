"""Certificates for tests: of a server, of its clients' authority, of a client, and of a stranger."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import grpc
import trustme


class Certificates(NamedTuple):
    """What the sidecar's Secrets hold, and what clients have."""

    secrets: dict[str, bytes]
    authority: trustme.CA
    client: trustme.LeafCert
    stranger: trustme.LeafCert


@cache
def certificates() -> Certificates:
    """Return the certificates of this run: Secrets web-tls and web-clients."""
    authority, others = trustme.CA(), trustme.CA()
    server = authority.issue_cert("web.example", "127.0.0.1", "localhost")
    secrets = {
        "web-tls/tls.crt": b"".join(blob.bytes() for blob in server.cert_chain_pems),
        "web-tls/tls.key": server.private_key_pem.bytes(),
        "web-clients/ca.crt": authority.cert_pem.bytes(),
    }
    client = authority.issue_cert("alice@example.com", common_name="alice")
    return Certificates(secrets, authority, client, others.issue_cert("mallory@example.com", common_name="mallory"))


@contextmanager
def client_context(certificate: trustme.LeafCert | None = None, *protocols: str) -> Iterator[ssl.SSLContext]:
    """Return a client's context that trusts the server, shows a certificate, and asks for protocols."""
    context = ssl.create_default_context()
    certificates().authority.configure_trust(context)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    with TemporaryDirectory() as directory:
        if certificate:
            file = Path(directory) / "client.pem"
            certificate.private_key_and_cert_chain_pem.write_to_path(str(file))
            context.load_cert_chain(str(file))
        yield context


class AppTLS(NamedTuple):
    """What an app that speaks TLS is made with."""

    context: ssl.SSLContext
    credentials: grpc.ServerCredentials


def client_secret(name: str) -> dict[str, bytes]:
    """Return a Secret of a name with the client's certificate."""
    client = certificates().client
    chain = b"".join(blob.bytes() for blob in client.cert_chain_pems)
    return {f"{name}/tls.crt": chain, f"{name}/tls.key": client.private_key_pem.bytes()}


def app_tls(*names: str, by_stranger: bool = False, clients: bool = False) -> AppTLS:
    """Return an app's certificate for some names: by the authority, or by one that nobody knows.

    With `clients`, it requires certificates of clients, by the authority.
    """
    authority = certificates().authority
    leaf = (trustme.CA() if by_stranger else authority).issue_cert(*names)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    leaf.configure_cert(context)
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        authority.configure_trust(context)
    chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
    credentials = grpc.ssl_server_credentials(
        [(leaf.private_key_pem.bytes(), chain)], authority.cert_pem.bytes() if clients else None, clients
    )
    return AppTLS(context, credentials)
