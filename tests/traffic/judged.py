"""Small clusters, and what the function finds out of them."""

from __future__ import annotations

import json
from typing import Any

from krm_fn.function import process
from krm_fn.summary import Outcome

Object = dict[str, Any]
UNCLEAR = ("PS361", "PS362", "PS363", "PS364")
"""Errors and warnings of what a port speaks."""


def container(*ports: Object | int, name: str = "app", **rest: Any) -> Object:
    """Return a container; a port may be given by its number alone."""
    entries = [{"containerPort": port} if isinstance(port, int) else port for port in ports]
    return {"name": name, "image": "app:1", **({"ports": entries} if entries else {}), **rest}


def deployment(*containers: Object, annotations: Object | None = None, **spec: Any) -> Object:
    """Return a Deployment, whose one container declares port 3000 where none is given."""
    metadata = {"labels": {"app": "web"}, **({"annotations": annotations} if annotations else {})}
    template = {"metadata": metadata, "spec": {"containers": list(containers or [container(3000)]), **spec}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": template}}


def service(*ports: Object, name: str = "web", annotations: Object | None = None) -> Object:
    """Return a Service, whose one port 80 leads to 3000 where none is given."""
    metadata = {"name": name, "labels": {"app": "web"}, **({"annotations": annotations} if annotations else {})}
    spec = {"selector": {"app": "web"}, "ports": list(ports or [{"port": 80, "targetPort": 3000}])}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def client(kind: str, api: str, spec: Object, **annotations: str) -> Object:
    """Return an object by its spec."""
    metadata = {"name": "client", **({"annotations": annotations} if annotations else {})}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}


def run(*objects: Object, proxy: str = "proxy", **spec: Any) -> Outcome:
    """Run the function on the Deployment web, by a ProxySidecar of that name."""
    function_config = {
        "apiVersion": "krm-fn.dev/v1alpha1",
        "kind": "ProxySidecar",
        "metadata": {"name": proxy},
        "spec": {"target": {"kind": "Deployment", "name": "web"}, **spec},
    }
    whole = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": objects,
        "functionConfig": function_config,
    }
    return process(json.dumps(whole).encode())


def items(outcome: Outcome) -> list[Any]:
    """Return the items of a run that succeeded."""
    assert outcome.exit_code == 0, outcome.lines
    found: list[Any] = json.loads(outcome.stdout)["items"]
    return found


def spoken(outcome: Outcome) -> str:
    """Return what the app is requested by, and the code of an error or a warning about that."""
    words = [str(result.proposed_value) for result in outcome.results if result.code.number == "PS365"]
    words += ["tls" for result in outcome.results if "is taken for HTTP by TLS" in result.message]
    told = [result.code.number for result in outcome.results if result.code.number in UNCLEAR]
    return " ".join([*(words or ["http"]), *told]) if outcome.exit_code == 0 else " ".join(told)


def fronted(outcome: Outcome) -> tuple[str, str]:
    """Return the ports that the proxy is in front of, and why they are meant."""
    (message,) = [result.message for result in outcome.results if result.code.number == "PS320"]
    ports, _, reason = message.removeprefix("has the proxy, ").partition(". Port ")
    return ports.removesuffix("."), reason.partition(" is meant: ")[2].partition("; without the proxy ")[0]
