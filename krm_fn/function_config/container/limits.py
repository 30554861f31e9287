"""Limits of single fields: the choices, ranges and forms that Kubernetes has for them, by type and field."""

from __future__ import annotations

from krm_fn.function_config.formats.kubernetes import (
    is_config_map_key,
    is_label,
    is_port_name,
    is_resource_name,
)
from krm_fn.function_config.formats.text import WORD, only
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LARGEST = {"int32": 2**31 - 1, "int64": 2**63 - 1}
"""The largest number of each type; the smallest is one less than its negative."""
HIGHEST_PORT = 65535
"""The largest number of a port."""
_HIGHEST_ID = LARGEST["int32"]

CHOICES: Mapping[str, tuple[str, ...]] = {
    "AppArmorProfile.type": ("RuntimeDefault", "Localhost", "Unconfined"),
    "Container.imagePullPolicy": ("Always", "IfNotPresent", "Never"),
    "Container.restartPolicy": ("Always", "Never", "OnFailure"),
    "Container.terminationMessagePolicy": ("File", "FallbackToLogsOnError"),
    "ContainerPort.protocol": ("TCP", "UDP", "SCTP"),
    "ContainerResizePolicy.resourceName": ("cpu", "memory"),
    "ContainerResizePolicy.restartPolicy": ("NotRequired", "RestartContainer"),
    "ContainerRestartRule.action": ("Restart",),
    "ContainerRestartRuleOnExitCodes.operator": ("In", "NotIn"),
    "GRPCAction.mode": ("Plaintext", "TLS"),
    "HTTPGetAction.scheme": ("HTTP", "HTTPS"),
    "ObjectFieldSelector.apiVersion": ("v1",),
    "SeccompProfile.type": ("RuntimeDefault", "Localhost", "Unconfined"),
    "SecurityContext.procMount": ("Default", "Unmasked"),
    "VolumeMount.mountPropagation": ("None", "HostToContainer", "Bidirectional"),
    "VolumeMount.recursiveReadOnly": ("Disabled", "IfPossible", "Enabled"),
}
"""The choices of a field; empty text is a field that is not set."""

RANGES: Mapping[str, tuple[int, int | None]] = {
    "ContainerPort.containerPort": (1, HIGHEST_PORT),
    "ContainerPort.hostPort": (0, HIGHEST_PORT),
    "GRPCAction.port": (1, HIGHEST_PORT),
    "Probe.failureThreshold": (0, None),
    "Probe.initialDelaySeconds": (0, None),
    "Probe.periodSeconds": (0, None),
    "Probe.successThreshold": (0, None),
    "Probe.terminationGracePeriodSeconds": (1, None),
    "Probe.timeoutSeconds": (0, None),
    "SecurityContext.runAsGroup": (0, _HIGHEST_ID),
    "SecurityContext.runAsUser": (0, _HIGHEST_ID),
    "SleepAction.seconds": (0, None),
}
"""The least and the most that a number may be; None for as much as its type holds."""


def is_local_path(value: str) -> bool:
    """Accept a path below a folder, which does not lead out of it."""
    return not value.startswith("/") and ".." not in value.split("/")


def is_http_header(value: str) -> bool:
    """Accept the name of a header of a probe."""
    return value != "" and only(value, WORD + "-")


def is_profile(value: str) -> bool:
    """Accept the name of a profile of AppArmor."""
    return value == value.strip() and len(value) <= 4095  # noqa: PLR2004 # a path's limit


def has_no_steps_back(value: str) -> bool:
    """Accept a path without '..'."""
    return ".." not in value.split("/")


def has_no_outer_space(value: str) -> bool:
    """Accept text without space at an end."""
    return value == value.strip()


class Form(Record):
    """What a text must be, where it is not empty."""

    accepts: Callable[[str], bool]
    what: str
    example: str


_PORT_NAME = "a port name: up to 15 of a-z, 0-9 and single '-' inside, with a letter"
_LOCAL_PATH = Form(accepts=is_local_path, what="a path without '/' at its start and without '..'", example="a/b")
_OBJECT_NAME = Form(
    accepts=is_resource_name,
    what="an object's name: labels of a-z, 0-9 and '-' inside, joined by '.'",
    example="proxy-env",
)
_KEY = Form(
    accepts=is_config_map_key,
    what="a key: up to 253 of letters, digits, '-', '_' and '.', not beginning with '..'",
    example="password",
)
_PORT = Form(accepts=is_port_name, what=f"a number from 1 to 65535, or {_PORT_NAME}", example="8080")
FORMS: Mapping[str, Form] = {
    "AppArmorProfile.localhostProfile": Form(
        accepts=is_profile, what="a profile's name without space at an end", example="proxy"
    ),
    "ConfigMapEnvSource.name": _OBJECT_NAME,
    "ConfigMapKeySelector.key": _KEY,
    "ConfigMapKeySelector.name": _OBJECT_NAME,
    "Container.image": Form(accepts=has_no_outer_space, what="an image without space at an end", example="nginx:1.28"),
    "ContainerPort.name": Form(accepts=is_port_name, what=_PORT_NAME, example="quic"),
    "FileKeySelector.path": _LOCAL_PATH,
    "HTTPGetAction.port": _PORT,
    "HTTPHeader.name": Form(
        accepts=is_http_header, what="the name of a header: letters, digits and '-'", example="X-Probe"
    ),
    "ResourceClaim.name": Form(accepts=is_label, what="a name of a-z, 0-9 and '-' inside", example="gpu"),
    "SeccompProfile.localhostProfile": _LOCAL_PATH,
    "SecretEnvSource.name": _OBJECT_NAME,
    "SecretKeySelector.key": _KEY,
    "SecretKeySelector.name": _OBJECT_NAME,
    "TCPSocketAction.port": _PORT,
    "VolumeDevice.devicePath": Form(accepts=has_no_steps_back, what="a path without '..'", example="/dev/data"),
    "VolumeMount.subPath": _LOCAL_PATH,
    "VolumeMount.subPathExpr": _LOCAL_PATH,
}
"""The form of a text, by type and field; a number in the place of a port's name is that of a port."""

UNIQUE: Mapping[str, tuple[str, ...]] = {
    "Container.ports": ("name",),
    "Container.resizePolicy": ("resourceName",),
    "Container.volumeDevices": ("devicePath", "name"),
    "Container.volumeMounts": ("mountPath",),
    "ResourceRequirements.claims": ("name",),
}
"""The fields in which the entries of a list differ."""
