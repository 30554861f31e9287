"""The image by itself: what it is, and that it needs nothing but stdin and stdout."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from krm_fn.function import process
from tests.e2e.engine import podman
from tests.e2e.function_image import NAME, build
from tests.e2e.hosts import run_image
from tests.function_config.whole import whole_documents
from tests.test_tasks import APP

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("image")]

NO_LIST = {
    "empty": b"",
    "blank": b"\n",
    "other-kind": b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n",
    "not-yaml": b"{[",
}


@pytest.mark.parametrize("user", ["nobody", "65532:65532", "999:999"])
def test_help(user: str) -> None:
    finished = run_image(b"", "--help", user=user)
    assert finished.returncode == 0, finished.stderr
    assert b"proxy-sidecar" in finished.stdout
    assert finished.stderr == b""


@pytest.mark.parametrize("stdin", NO_LIST.values(), ids=NO_LIST)
def test_no_resource_list_is_an_error(stdin: bytes) -> None:
    finished = run_image(stdin)
    assert finished.returncode == 1
    assert len(finished.stderr.splitlines()) == 1
    answer = yaml.safe_load(finished.stdout)
    assert answer["kind"] == "ResourceList"
    assert [result["severity"] for result in answer["results"]] == ["error"]


def test_configuration() -> None:
    configuration = _configuration()
    assert configuration["User"] == "65532:65532"
    assert configuration["Entrypoint"][0].startswith("/")
    assert not configuration.get("Cmd")
    assert configuration["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0"


def test_there_is_no_shell() -> None:
    """All that the other tests run runs without one, build included."""
    assert run_image(b"", "-c", "exit 0", entrypoint="/bin/sh").returncode == 127


@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_every_feature_works_on_a_read_only_root(name: str) -> None:
    resource_list = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": list(yaml.safe_load_all(APP)),
    }
    given = json.dumps({**resource_list, "functionConfig": whole_documents()[name]}).encode()
    finished = run_image(given)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == process(given).stdout


def test_nothing_is_compiled_at_run_time() -> None:
    python, *arguments = _configuration()["Entrypoint"]
    trace = run_image(b"", "-v", *arguments, "--help", entrypoint=python).stderr.decode()
    assert re.search(r"code object from '.*/krm_fn/.*\.pyc'", trace)
    assert re.findall(r"code object from '(.*\.py)'", trace) == []


def test_the_same_source_gives_the_same_image(image: str, build_context: Path, base: str) -> None:
    assert build(build_context, base, "--no-cache") == image


def _configuration() -> dict[str, Any]:
    configuration: dict[str, Any] = json.loads(podman("image", "inspect", "--format={{json .Config}}", NAME))
    return configuration
