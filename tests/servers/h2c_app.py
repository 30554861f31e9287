"""An app that speaks HTTP/2 without TLS, and no HTTP/1: Debian's nginx in front of the backend."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cannot_run import cannot_run
from tests.servers.backend import Backend, running_backend
from tests.servers.http import LOCALHOST
from tests.servers.processes import running

_CONFIGURATION = """\
daemon off;
user root;
pid {directory}/pid;
error_log stderr error;
events {{}}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    client_max_body_size 0;
    server {{
        listen {address}:{port} http2;
        location / {{
            proxy_pass http://{address}:{behind};
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_request_buffering off;
            proxy_set_header Host $http_host;
            proxy_set_header X-Protocol $server_protocol;
            proxy_set_header X-Connection $connection;
            proxy_set_header X-Hop "$http_upgrade$http_connection$http_keep_alive$http_proxy";
        }}
    }}
}}
"""


@contextmanager
def running_h2c_app(port: int) -> Iterator[Backend]:
    """Run the app on a port until the block ends. The backend tells of the protocol and connection it came by."""
    if not shutil.which("nginx"):
        cannot_run("nginx is not installed")
    behind = port + 1000
    with TemporaryDirectory() as name, running_backend(behind) as backend:
        directory = Path(name)
        file = directory / "nginx.conf"
        file.write_text(_CONFIGURATION.format(directory=name, address=LOCALHOST, port=port, behind=behind))
        command = ["nginx", "-e", "stderr", "-c", str(file)]
        with running(command, [port], directory, output_owner=os.getuid()):
            yield backend
