"""nginx: HTTP reverse proxy and web server. Works as any uid, on a read-only root."""

from __future__ import annotations

from krm_fn.engines.engine import Engine, Exporter
from krm_fn.engines.nginx.quoting import quoted
from krm_fn.engines.nginx.statuses import NOT_ANSWERED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.engines.engine import NeedsLater, Protocol, ProxyPlan
    from krm_fn.function_config.generated.values import Spec


def _command(config_path: str) -> list[str]:
    return ["nginx", "-g", "daemon off;", "-c", config_path]


def _files(plan: ProxyPlan) -> dict[str, str]:
    from krm_fn.engines.nginx.configuration import configuration  # noqa: PLC0415 # the facts are read without it

    return {plan.config_path.rpartition("/")[2]: configuration(plan)}


def _needs_later(
    spec: Spec, protocols: tuple[tuple[Protocol, ...], ...], version: tuple[int, ...]
) -> Iterator[NeedsLater]:
    from krm_fn.engines.nginx.needs_later import needs_later  # noqa: PLC0415 # few images name their version

    return needs_later(spec, protocols, version)


def _exporter_arguments(status_port: int, port: int) -> list[str]:
    return [f"--nginx.scrape-uri=http://127.0.0.1:{status_port}/stub_status", f"--web.listen-address=:{port}"]


_FILE_NAMES_USERS = "the file in the Secret's key names them"

ENGINE = Engine(
    name="nginx",
    default_image="nginx:stable",
    oldest=(1, 20),
    needs_later=_needs_later,
    user_id=101,
    config_key="nginx.conf",
    exporter=Exporter(image="nginx/nginx-prometheus-exporter:1.5.1", user_id=1001, arguments=_exporter_arguments),
    unsupported={
        "spec.listeners[].routes[].files.twins": "its stock build serves the twins of gzip alone",
        "spec.snippets.patch": "its configuration is not JSON",
        "spec.listeners[].auth.basic.users": _FILE_NAMES_USERS,
        "spec.listeners[].routes[].auth.basic.users": _FILE_NAMES_USERS,
    },
    request_headers="together `headers.maxRequestSize`, 64 KiB; each half of it",
    response_headers="together 32 KiB, or `headers.maxResponseSize`",
    slow_bodies="60 s from one read to the next",
    regex_dialect="PCRE",
    longest_path=255,  # before 1.23 it keeps the length in one byte, and compares only the beginning of a longer path
    longest_text=4000,  # it reads 4095 bytes as a word, some of which may be its own
    lengths={char: len(quoted(char)) - len(quoted("")) for char in '$\\"'},
    longest_regex=1024,  # with each byte escaped it still fits the buffer
    app_errors_sign_in=True,
    not_answered=NOT_ANSWERED,
    command=_command,
    render=_files,
)
