"""What the pages under docs/tasks promise: the function is run, then its own output, then the requests are sent."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from krm_fn.function import process
from tests.engines.nginx.current import current_nginx, without_lacking
from tests.servers.backend import running_backend
from tests.servers.certificates import app_tls, certificates, client_context, client_secret
from tests.servers.grpc_app import running_grpc_app
from tests.servers.http import LOCALHOST, Response, request
from tests.servers.loopback import private_loopback, require_root
from tests.servers.passwords import BUILDER, WONDERLAND
from tests.servers.php_fpm import NEXTCLOUD, WORDPRESS, open_folder, running_php_fpm
from tests.servers.pod import Pod
from tests.task_pages import PAGES, Line, Task, tasks

APP_PORT = 3000
APP = f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
        - name: web
          image: web:1
          ports: [{{name: http, containerPort: {APP_PORT}}}]
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec:
  selector: {{app: web}}
  ports: [{{name: http, port: 80, targetPort: http}}]
"""
CODE = "/var/www/html"
PHP_APP = APP.replace(
    "          ports:", "          volumeMounts: [{name: html, mountPath: /var/www/html}]\n          ports:"
).replace("---", "      volumes: [{name: html, emptyDir: {}}]\n---")
"""The app in an image for PHP-FPM, with its code in a volume."""
PHP_FILES = {**NEXTCLOUD, **WORDPRESS}
OTHER_PORTS = (80, 4180, 9000, 9443)
"""Of the other apps that pages lead to."""
TLS_PORT = 9443
METRICS_PORT = 9180
"""Of that which speaks TLS."""
HOSTS = {"hosts": b"127.0.0.1 localhost search web-canary payments shop\n"}
AUTHORITY = certificates().secrets["web-clients/ca.crt"]
SECRETS = {
    **certificates().secrets,
    **client_secret("web-proxy-client"),
    "web-ca/ca.crt": AUTHORITY,
    "configMaps/cluster-ca/ca.crt": AUTHORITY,
    "web-users/auth": b"alice:" + WONDERLAND + b"\n",
    "web-users/alice": WONDERLAND,
    "web-admins/auth": b"bob:" + BUILDER + b"\n",
    "web-admins/bob": BUILDER,
}
CASES = [
    pytest.param(task, engine, id=f"{task.page}-{task.number}-{engine}") for task in tasks() for engine in task.engines
]


def made(task: Task, engine: str) -> list[dict[str, Any]]:
    """Return what the function makes of the app."""
    config = {**task.config, "spec": {**task.config["spec"], "engine": engine}}
    resource_list = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": list(yaml.safe_load_all(PHP_APP if by_fastcgi(config) else APP)),
        "functionConfig": config,
    }
    outcome = process(yaml.safe_dump(resource_list).encode())
    assert outcome.exit_code == 0, outcome.lines
    items: list[dict[str, Any]] = yaml.safe_load(outcome.stdout)["items"]
    return items


def by_fastcgi(config: dict[str, Any]) -> bool:
    """Return whether the app speaks FastCGI."""
    (listener,) = config["spec"].get("listeners", [{}])
    return bool(listener.get("upstream", {}).get("protocol") == "fastcgi")


def session(path: str, headers: dict[str, str]) -> str:
    """Return how oauth2-proxy answers, as a query for the backend."""
    if path == "/oauth2/auth":
        known = headers.get("cookie") == "session=alice"
        return "status=202&header=X-Auth-Request-User:alice" if known else "status=401"
    return "status=302&header=Location:https://id.example/" if path == "/oauth2/start" else ""


@contextmanager
def others(config: dict[str, Any]) -> Iterator[None]:
    """Run an app on each other port that a functionConfig leads to."""
    text = yaml.safe_dump(config["spec"])
    with ExitStack() as stack:
        for port in (port for port in OTHER_PORTS if f"port: {port}\n" in text):
            tls = app_tls("payments").context if port == TLS_PORT else None
            backend = stack.enter_context(running_backend(port, tls))
            backend.usual_headers.append(f"X-From:{port}")
            backend.decide = session
        yield


@contextmanager
def the_app(config: dict[str, Any], code: Path) -> Iterator[None]:
    """Run the app, which speaks what a functionConfig says; that of PHP has its scripts in a folder."""
    (listener,) = config["spec"].get("listeners", [{}])
    upstream = listener.get("upstream", {})
    if upstream.get("protocol") == "grpc":
        with running_grpc_app(APP_PORT):
            yield
        return
    shown = "certificate" in upstream.get("tls", {})
    if by_fastcgi(config):
        with running_php_fpm(code, PHP_FILES, port=APP_PORT, seen_at=CODE):
            yield
        return
    tls = app_tls("web.example.com", clients=shown).context if upstream.get("protocol") == "https" else None
    with running_backend(APP_PORT, tls) as app:
        app.usual_headers.append("X-From:app")
        yield


def ask(line: Line) -> Response:
    """Send the request of a line."""
    headers = {"Host": "web.example", **line.headers}
    if not line.secure:
        return request(line.port, line.target, line.method, headers=headers)
    with (
        client_context() as context,
        closing(http.client.HTTPSConnection(LOCALHOST, line.port, timeout=10, context=context)) as connection,
    ):
        connection.request(line.method, line.target, headers=headers)
        response = connection.getresponse()
        return Response(response.status, response.getheaders(), response.read())


def counted(line: Line) -> Response:
    """Send the request of a line until a counter is what the line says: a server counts after its answer."""
    deadline = time.monotonic() + 5
    while line.expected.get("body", "") not in (response := ask(line)).body.decode() and time.monotonic() < deadline:
        time.sleep(0.05)
    return response


def check(line: Line, response: Response) -> None:
    """Compare the response with what the line says."""
    assert response.status == line.status, (line.text, response)
    for name, value in line.expected.items():
        if name == "body":
            assert value in response.body.decode(), (line.text, response)
        elif name == "body-lacks":
            assert value not in response.body.decode(), (line.text, response)
        else:
            assert response.one(name) == (None if value == "-" else value), (line.text, response)


@pytest.mark.server
@pytest.mark.parametrize(("task", "engine"), CASES)
def test_a_page_does_what_it_says(task: Task, engine: str) -> None:
    require_root()
    pod = Pod(made(task, engine), "Deployment", "web-proxy")
    files = {**pod.files(SECRETS), "/etc": HOSTS}
    newer = any(b"http2 on;" in text for volume in files.values() for text in volume.values())
    if newer:  # than Debian's
        files = {path: {name: without_lacking(text) for name, text in files[path].items()} for path in files}
    with open_folder() as code, private_loopback(), the_app(task.config, code), others(task.config):
        mounted = any(mount["mountPath"] == CODE for mount in pod.sidecar["volumeMounts"])
        running = pod.running(files, current_nginx() if newer else None, {CODE: code} if mounted else None)
        with running:
            for line in task.lines:
                check(line, counted(line) if line.port == METRICS_PORT else ask(line))


def test_every_page_is_in_the_list() -> None:
    listed = (PAGES / "README.md").read_text()
    assert all(f"[{path.name}]({path.name})" in listed for path in PAGES.glob("*.md") if path.name != "README.md")
