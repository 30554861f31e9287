"""A Pod as its manifests say: what the sidecar mounts and runs, and the server that does it.

The container's command, user, mounts and volumes are taken from the workload, the files from the ConfigMaps. Nothing
here knows how the configuration is made.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.engines.caddy.plans import caddy
from tests.servers.exporters import running_exporter
from tests.servers.processes import Server
from tests.servers.sandbox import Volumes, running_sidecar

IMAGES = {
    "registry.example/web/site:1.4": {
        "etc/passwd": b"root:x:0:0:root:/root:/bin/sh",
        "usr/share/site/index.html": b"<!doctype html><title>Orders</title>",
        "usr/share/site/assets/main.8e0d2c1f.js": b'console.log("orders")',
        "usr/share/site/manual/index.html": b"<!doctype html><title>Manual</title>",
        "usr/share/site/.git/config": b"[core]",
        "usr/share/site/.well-known/security.txt": b"Contact: mailto:security@example.com",
    },
}
"""What lies in images of sites, by their reference."""
CHOSEN_USER = 1000680000
"""The user that a cluster chooses where the container names none, as OpenShift does."""


class Pod:
    """What the manifests say of a workload's sidecar, which has this name."""

    def __init__(self, items: list[dict[str, Any]], workload: str, sidecar: str) -> None:
        found = next(item for item in items if item["kind"] == workload)
        self.config_maps = {item["metadata"]["name"]: item for item in items if item["kind"] == "ConfigMap"}
        self.services = [item for item in items if item["kind"] == "Service"]
        self.spec = found["spec"]["template"]["spec"]
        self.app = self.spec["containers"][0]
        self.sidecar = next(each for each in self.spec["containers"] if each["name"] == sidecar)
        self.companions = [each for each in self.spec["containers"] if each["name"].startswith(f"{sidecar}-")]

    def files(self, secrets: Mapping[str, bytes] | None = None) -> dict[str, dict[str, bytes]]:
        """Return the files of the read-only mounts, by mount path and path.

        `secrets` are by NAME/KEY, ConfigMaps that are not among the items by configMaps/NAME/KEY.
        """
        mounted = {}
        for mount in self.sidecar["volumeMounts"]:
            volume = self._volume(mount["name"])
            image = self._folder(volume, mount)
            if image:
                assert mount["readOnly"] is True
                reference, folder = image
                content = IMAGES.get(reference, {f"{folder}index.html": b""}).items()
                mounted[mount["mountPath"]] = {
                    path.removeprefix(folder): text for path, text in content if path.startswith(folder)
                }
            elif "emptyDir" not in volume:
                assert mount["readOnly"] is True
                sources = volume.get("projected", {}).get("sources") or [{"configMap": volume.get("configMap")}]
                held = [file for source in sources for file in self._content(source, secrets or {})]
                mounted[mount["mountPath"]] = dict(held)
        return mounted

    def writable(self) -> list[str]:
        """Return the mount paths of the empty volumes."""
        mounts = [mount for mount in self.sidecar["volumeMounts"] if not mount.get("readOnly")]
        return [mount["mountPath"] for mount in mounts if "emptyDir" in self._volume(mount["name"])]

    def port(self, name: str) -> int:
        """Return the number of the sidecar's port of a name."""
        number: int = next(port["containerPort"] for port in self.sidecar["ports"] if port["name"] == name)
        return number

    @contextmanager
    def running(
        self,
        files: Volumes | None = None,
        program: str | None = None,
        directories: Mapping[str, Path] | None = None,
    ) -> Iterator[Server]:
        """Run the sidecar with the files of its mounts, or those given, and with another program than the usual one.

        It shares the directories, by mount path, with the app.
        What was put in beside it runs as well.
        """
        command = self.sidecar["command"]
        security = self.sidecar["securityContext"]
        assert security["readOnlyRootFilesystem"] is True
        sidecar = running_sidecar(
            self.files() if files is None else files,
            self.writable(),
            command,
            [declared["containerPort"] for declared in self.sidecar["ports"]],
            user_id=security.get("runAsUser", CHOSEN_USER),
            program=program or (caddy() if command[0] == "caddy" else None),
            directories=directories,
        )
        with sidecar as server, ExitStack() as stack:
            for container in self.companions:
                stack.enter_context(running_exporter(container))
            yield server

    def _folder(self, volume: dict[str, Any], mount: dict[str, Any]) -> tuple[str, str] | None:
        """Return the image and the folder in it whose files are mounted, or were copied into the volume before."""
        if "image" in volume:
            below = mount.get("subPath", "")
            return volume["image"]["reference"], f"{below}/" if below else ""
        for container in self.spec.get("initContainers", ()):
            if [each["name"] for each in container["volumeMounts"]] == [volume["name"]]:
                *_, source, target = container["command"]
                assert target == container["volumeMounts"][0]["mountPath"]
                return container["image"], source.removesuffix(".").lstrip("/")
        return None

    def _volume(self, name: str) -> dict[str, Any]:
        return next(volume for volume in self.spec["volumes"] if volume["name"] == name)

    def _content(self, source: dict[str, Any], secrets: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
        if "secret" in source:
            name = source["secret"]["name"]
            return [(item["path"], secrets[f"{name}/{item['key']}"]) for item in source["secret"]["items"]]
        held = self.config_maps.get(source["configMap"]["name"])
        if held is None:
            return [(item["path"], secrets[item["path"]]) for item in source["configMap"]["items"]]
        return [(item["path"], _bytes(held, item["key"])) for item in source["configMap"]["items"]]


def _bytes(config_map: dict[str, Any], key: str) -> bytes:
    text = config_map.get("data", {}).get(key)
    return base64.b64decode(config_map["binaryData"][key]) if text is None else str(text).encode()
