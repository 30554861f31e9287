"""Plans for apps behind PHP-FPM, and what these say that they were sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from krm_fn.engines.engine import ProxyPlan, ReadyCheck
from krm_fn.function_config.generated.values import Auth, BasicAuth, FastCGI, Listener, Route
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, plan_of
from tests.servers.http import Response, request
from tests.servers.passwords import WONDERLAND
from tests.servers.php_fpm import open_folder, running_php_fpm
from tests.servers.processes import Server

LIKE_WORDPRESS = FastCGI(
    scripts=("/wp-login.php", "/wp-admin/*.php"), assets=("/wp-content/", "/wp-admin/"), ping="/ping"
)
LIKE_NEXTCLOUD = FastCGI(scripts=("/remote.php/", "/ocs/v1.php/", "/status.php"), assets=("/core/",), index="index.php")
USERS = {"users/auth": b"alice:" + WONDERLAND + b"\n", "users/alice": WONDERLAND}
MISSING = "/.proxy-sidecar/ready.php"


def users_of(engine: str) -> Auth:
    """Return an authentication of users, whose passwords are in the Secrets of USERS."""
    basic = BasicAuth(secret="users")  # noqa: S106 # a Secret's name
    return Auth(basic=basic.replace(users=("alice",)) if "caddy" in engine else basic)


def without_old_caddy(engine: str) -> None:
    """Skip the test for a version with which FastCGI is refused."""
    if engine == "caddy-oldest":
        pytest.skip("it is refused: PHP-FPM would wait for bodies without a length")


def php_plan(settings: FastCGI, *routes: Route, listener: Listener = LISTENER, **spec: Any) -> ProxyPlan:
    """Return the plan of a listener in front of PHP-FPM."""
    upstream = listener.upstream.replace(protocol="fastcgi", fastcgi=settings)
    made = plan_of(*routes, listener=listener.replace(upstream=upstream), **spec)
    listeners = (made.listeners[0].replace(protocols=("fastcgi",)),)
    ready = ReadyCheck(handler="any", port=APP_PORT, script=MISSING, script_root=settings.root)
    return made.replace(listeners=listeners, ready=ready.replace(socket=listener.upstream.socket or ""))


@contextmanager
def running_app(engine: str, files: dict[str, str], settings: FastCGI, *routes: Route, **how: Any) -> Iterator[Server]:
    """Run PHP-FPM with an app's files, and a sidecar in front of it, which mounts them where PHP-FPM has them."""
    static, secrets = how.pop("static", None), how.pop("secrets", None)
    with open_folder() as root, running_php_fpm(root, files, port=APP_PORT):
        routes = tuple(
            route.replace(upstream=route.upstream.replace(fastcgi=route.upstream.fastcgi.replace(root=str(root))))
            if route.upstream and route.upstream.fastcgi
            else route
            for route in routes
        )
        plan = php_plan(settings.replace(root=str(root)), *routes, **how)
        with running(engine, plan, static, secrets, directories={str(root): root}) as server:
            yield server


def script_of(response: Response) -> str:
    """Return the path of the script that ran."""
    return str(variables_of(response)["SCRIPT_NAME"])


def variables_of(response: Response) -> dict[str, Any]:
    """Return what the script found in $_SERVER, without what is empty."""
    assert response.status == 200, response
    return {name: value for name, value in response.json()["server"].items() if value != ""}


def ran(target: str, **how: Any) -> tuple[str, str | None]:
    """Return the script that a target runs, and what it gets as PATH_INFO."""
    variables = variables_of(request(PORT, target, **how))
    return variables["SCRIPT_NAME"], variables.get("PATH_INFO")
