"""The types of single fields that are Kubernetes' own: names, labels, keys, images, paths and quantities."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from krm_fn.function_config.formats import kubernetes
from krm_fn.function_config.formats.type_rules import AppPortRule, Text

_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_QUALIFIED = r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_HOST = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_REGISTRY = rf"(?=[^/]*[.:A-Z]|localhost/){_HOST}(\.{_HOST})*(:[0-9]{{1,5}})?"
_IMAGE_PART = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
_DIGEST = r"(sha256:[0-9a-f]{64}|(?!sha256:)[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-f]{32,256})"
_PORT_NAME = Text(
    kubernetes.is_port_name,
    "be a port name: at most 15 lower-case letters, digits and single '-', with a letter, such as proxy-http",
    pattern=r"(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]*[a-z0-9])?",
    longest=15,
)
PortName = Annotated[str, _PORT_NAME]
AppPort = Annotated[int | str, AppPortRule(_PORT_NAME)]
ContainerName = Annotated[
    str,
    Text(
        kubernetes.is_label,
        "be a DNS label: at most 63 lower-case letters, digits and '-', such as web-proxy",
        pattern=_LABEL,
        longest=63,
    ),
]
ProxyName = Annotated[
    str,
    Text(
        kubernetes.is_proxy_name,
        "be a proxy's name: at most 50 lower-case letters, digits and '-', such as web-proxy",
        pattern=_LABEL,
        longest=50,
    ),
    Field(examples=["web-proxy"]),
]
ResourceName = Annotated[
    str,
    Text(
        kubernetes.is_resource_name,
        "be a resource name: at most 253 lower-case letters, digits, '-' and '.', such as web-files",
        pattern=rf"{_LABEL}(\.{_LABEL})*",
        longest=253,
    ),
    Field(examples=["web-files"]),
]
HostName = Annotated[
    str,
    Text(
        kubernetes.is_resource_name,
        "be a host name: at most 253 lower-case letters, digits, '-' and '.', such as web.example.com",
        pattern=rf"{_LABEL}(\.{_LABEL})*",
        longest=253,
    ),
    Field(examples=["web.example.com"]),
]
AppProtocol = Annotated[
    str,
    Text(
        kubernetes.is_label_key,
        "be an appProtocol: a registered name such as http, or one after a domain and '/', such as kubernetes.io/h2c",
        pattern=rf"((?=[^/]{{1,253}}/){_LABEL}(\.{_LABEL})*/)?{_QUALIFIED}",
        longest=317,
    ),
    Field(examples=["kubernetes.io/h2c"]),
]
ApiGroup = Annotated[
    str,
    Text(
        kubernetes.is_api_group,
        "be an API group such as apps, or empty for the core group",
        pattern=rf"({_LABEL}(\.{_LABEL})*)?",
        longest=253,
    ),
    Field(examples=["example.com"]),
]
KindName = Annotated[
    str,
    Text(
        kubernetes.is_kind,
        "be a kind such as Deployment: letters and digits, a capital letter first",
        pattern=r"[A-Z][A-Za-z0-9]*",
        longest=63,
    ),
    Field(examples=["Gate"]),
]
FieldPath = Annotated[
    str,
    Text(
        kubernetes.is_field_path,
        "be a field path: names joined by '.', with [] after a list, such as spec.rules[].backend.name",
        pattern=r"[A-Za-z0-9_-]+(\[\])*(\.[A-Za-z0-9_-]+(\[\])*)*",
        longest=1024,
    ),
    Field(examples=["spec.backends[].port"]),
]
LabelKey = Annotated[
    str,
    Text(
        kubernetes.is_label_key,
        "be a label's key: at most 63 letters, digits, '-', '_' and '.', optionally after a DNS prefix and '/', "
        "such as app.kubernetes.io/name",
        pattern=rf"((?=[^/]{{1,253}}/){_LABEL}(\.{_LABEL})*/)?{_QUALIFIED}",
        longest=317,
    ),
]
LabelValue = Annotated[
    str,
    Text(
        kubernetes.is_label_value,
        "be a label's value: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
        pattern=rf"({_QUALIFIED})?",
        longest=63,
    ),
]
ConfigMapKey = Annotated[
    str,
    Text(
        kubernetes.is_config_map_key,
        "be a ConfigMap key: at most 253 letters, digits, '-', '_' and '.'; not a single '.', and no '..' at its start",
        pattern=r"(?!\.\.|\.$)[-._a-zA-Z0-9]+",
        longest=253,
    ),
]
ImageReference = Annotated[
    str,
    Text(
        kubernetes.is_image,
        "be an image reference such as nginx:1.30 or registry.example:5000/web/nginx:1.30, with its name in lower "
        "case and no part empty",
        pattern=rf"({_REGISTRY}/)?{_IMAGE_PART}(/{_IMAGE_PART})*(:{_TAG})?(@{_DIGEST})?",
        longest=512,
    ),
]
DirectoryPath = Annotated[
    str,
    Text(
        kubernetes.is_directory,
        "be an absolute path: letters, digits, '.', '_' and '-' between slashes, without . and .., such as /etc/proxy",
        pattern=r"(?!.*/\.{1,2}(/|$))(/[A-Za-z0-9._-]+)+",
        longest=1024,
    ),
]
KubernetesVersion = Annotated[
    str,
    Text(
        kubernetes.is_kubernetes_version,
        "be a Kubernetes version: 1.20 or later, such as 1.29, in quotes",
        pattern=r"1\.[2-9][0-9]",
    ),
    Field(examples=["1.32"]),
]
ByteQuantity = Annotated[
    str,
    Text(
        kubernetes.is_byte_quantity,
        "be a quantity of bytes such as 256Mi or 1Gi",
        pattern=r"[0-9]{1,9}(\.[0-9]{1,9})?([kMGT]|[KMGT]i)?",
    ),
]
SocketPath = Annotated[
    str,
    Text(
        kubernetes.is_socket,
        "be a Unix socket's path: absolute, of plain segments, at most 107 characters, such as /run/app.sock",
        pattern=r"(?!.*/\.{1,2}(/|$))(/[A-Za-z0-9._-]+)+",
        longest=107,
    ),
    Field(examples=["/run/app.sock"]),
]
Base64 = Annotated[
    str,
    Text(
        kubernetes.is_base64,
        "be base64: the standard alphabet, with padding; line breaks are ignored",
        "Encode the file with `base64 -w0`, or put text under data.",
    ),
]
