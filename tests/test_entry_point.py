"""The contract between hosts and the function, as far as a process keeps it: the rest is shown by the examples."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from krm_fn import __version__

EXAMPLES = Path(__file__).parent / "examples"
ERRORS = Path(__file__).parent / "errors"
MODULE = (sys.executable, "-I", "-m", "krm_fn")
COMMAND = (str(Path(sysconfig.get_path("scripts")) / "proxy-sidecar"),)
SMALLEST = EXAMPLES / "smallest-functionconfig" / "input.yaml"
DOCUMENTS = (
    SMALLEST,
    EXAMPLES / "rollout-by-hash-without-the-generators-call" / "input.yaml",
    *sorted(ERRORS.glob("stdin-*/input.yaml")),
)

both = pytest.mark.parametrize("program", [MODULE, COMMAND], ids=["module", "command"])


def run(program: tuple[str, ...], stdin: bytes = b"", *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run((*program, *arguments), input=stdin, capture_output=True, check=False)


def test_module_and_command_are_the_same_thing() -> None:
    for document in DOCUMENTS:
        stdin = document.read_bytes()
        one, other = run(MODULE, stdin), run(COMMAND, stdin)
        assert (one.stdout, one.stderr, one.returncode) == (other.stdout, other.stderr, other.returncode)


@both
def test_success_writes_one_list_and_a_line_that_sums_up(program: tuple[str, ...]) -> None:
    done = run(program, SMALLEST.read_bytes())
    line = (
        b'[info] PS000 ProxySidecar "proxy": changed Deployment/web, Service/web; added ConfigMap/web-proxy-config.\n'
    )
    assert (done.returncode, done.stderr) == (0, line)
    (document,) = yaml.safe_load_all(done.stdout)
    assert document["kind"] == "ResourceList"
    assert len(document["items"]) == 3


@both
def test_failure_writes_one_list_and_says_why_on_stderr(program: tuple[str, ...]) -> None:
    done = run(program, (ERRORS / "listener-port-taken" / "input.yaml").read_bytes())
    assert done.returncode == 1
    (document,) = yaml.safe_load_all(done.stdout)
    assert len(document["items"]) == 2
    assert done.stderr.decode() == (ERRORS / "listener-port-taken" / "stderr").read_text()


def test_input_that_cannot_be_read_still_gives_a_list() -> None:
    done = run(MODULE, b"{")
    assert done.returncode == 1
    (document,) = yaml.safe_load_all(done.stdout)
    assert document["items"] == []
    assert [result["severity"] for result in document["results"]] == ["error"]


@pytest.mark.parametrize("version", ["v1", "v1beta1", "v1alpha1"])
def test_version_that_came_is_echoed(version: str) -> None:
    api_version = f"config.kubernetes.io/{version}"
    done = run(MODULE, SMALLEST.read_bytes().replace(b"config.kubernetes.io/v1", api_version.encode(), 1))
    assert done.returncode == 0
    assert yaml.safe_load(done.stdout)["apiVersion"] == api_version


@pytest.mark.parametrize("items", ["", "items:\n", "items: null\n", "items: []\n", "items: [ ]\n"])
@pytest.mark.parametrize("config", ["", "functionConfig:\n", "functionConfig: {}\n", "functionConfig: null\n"])
def test_items_and_functionconfig_may_be_absent_or_empty(items: str, config: str) -> None:
    stdin = f"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n{items}{config}"
    done = run(MODULE, stdin.encode())
    assert done.returncode == 1
    document = yaml.safe_load(done.stdout)
    assert not document.get("items")
    assert "must be" in document["results"][0]["message"]
    assert b"Traceback" not in done.stderr


def test_items_that_are_no_utf8_leave_byte_for_byte() -> None:
    stdin = SMALLEST.read_bytes().replace(
        b"items:\n", b"items:\n- apiVersion: v1\n  kind: Odd\n  metadata:\n    name: twin\n  data: \xe9\n", 1
    )
    done = run(MODULE, stdin)
    assert done.returncode == 0
    assert b"  data: \xe9\n" in done.stdout


def test_target_that_is_no_utf8_is_reported() -> None:
    done = run(MODULE, SMALLEST.read_bytes().replace(b"web:1", b"w\xe9b:1"))
    assert done.returncode == 1
    assert b"w\xe9b:1" in done.stdout
    assert b"a Deployment that may be the target must be UTF-8" in done.stderr


@both
@pytest.mark.parametrize("flag", ["--help", "-h", "help"])
def test_help(program: tuple[str, ...], flag: str) -> None:
    done = run(program, b"", flag)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"proxy-sidecar: ")
    assert b"functionConfig" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


@both
def test_version(program: tuple[str, ...]) -> None:
    done = run(program, b"", "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"proxy-sidecar {__version__}\n".encode(), b"")


@both
@pytest.mark.parametrize("argument", ["apply", "--output", "", "--version=1"])
def test_unknown_argument(program: tuple[str, ...], argument: str) -> None:
    done = run(program, SMALLEST.read_bytes(), argument)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"[error] PS031 ProxySidecar: proxy-sidecar takes no argument ")
    assert b"--help" in done.stderr


def test_terminal_on_stdin_gets_the_explanation() -> None:
    controller, terminal = pty.openpty()
    try:
        done = subprocess.run(MODULE, stdin=terminal, capture_output=True, check=False, timeout=30)
    finally:
        os.close(controller)
        os.close(terminal)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"proxy-sidecar: ")


@pytest.mark.parametrize(
    ("arguments", "name"), [((), ' "proxy"'), (("--help",), ""), (("render", "--help"), ""), (("--version",), "")]
)
def test_stdout_closed_early_is_no_success_and_no_traceback(arguments: tuple[str, ...], name: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            (*MODULE, *arguments), input=SMALLEST.read_bytes(), stdout=writing, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writing)
    assert done.returncode == 1
    assert done.stderr.decode() == f"[error] PS007 ProxySidecar{name}: cannot write to stdout: Broken pipe.\n"


def test_closed_stdout_is_no_success() -> None:
    script = 'exec "$0" "$@" >&-'
    done = subprocess.run(("sh", "-c", script, *MODULE), input=SMALLEST.read_bytes(), capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr == b'[error] PS007 ProxySidecar "proxy": cannot write to stdout: it is closed.\n'


def test_full_disk_is_no_success() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(MODULE, input=SMALLEST.read_bytes(), stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert done.stderr == b'[error] PS007 ProxySidecar "proxy": cannot write to stdout: No space left on device.\n'


@pytest.mark.parametrize("stderr", ["2>&-", "2>/dev/full"])
@pytest.mark.parametrize("document", DOCUMENTS[:3], ids=lambda document: document.parent.name)
def test_stderr_that_takes_nothing_changes_nothing_else(stderr: str, document: Path) -> None:
    stdin = document.read_bytes()
    script = f'exec "$0" "$@" {stderr}'
    done = subprocess.run(("sh", "-c", script, *MODULE), input=stdin, capture_output=True, check=False)
    plain = run(MODULE, stdin)
    assert (done.returncode, done.stdout) == (plain.returncode, plain.stdout)


def test_closed_stdin_is_like_an_empty_one() -> None:
    done = subprocess.run(("sh", "-c", 'exec "$0" "$@" <&-', *MODULE), capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (ERRORS / "stdin-empty" / "stderr").read_bytes()


def test_nothing_depends_on_locale_time_zone_or_hash_seed() -> None:
    stdin = (EXAMPLES / "comments-everywhere" / "input.yaml").read_bytes()
    outputs = set()
    for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("2", "POSIX")):
        environment = {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": f"UTC{seed}"}
        done = subprocess.run(
            (sys.executable, "-m", "krm_fn"), input=stdin, capture_output=True, check=True, env=environment
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_messages_are_utf8_whatever_the_locale(locale: str) -> None:
    stdin = SMALLEST.read_bytes().replace(b"name: web}", "name: wéb}".encode())
    done = subprocess.run(
        (sys.executable, "-m", "krm_fn"),
        input=stdin,
        capture_output=True,
        check=False,
        env={"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )
    assert done.returncode == 1
    assert "wéb" in done.stderr.decode()
