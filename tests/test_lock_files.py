"""The lock files: they keep step with what is required, and pip and npm take nothing by them unchecked."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parent.parent
REQUIREMENTS = ROOT / "requirements"
EXPRESS = ROOT / "tests" / "frameworks" / "express"
LINUX = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "sys_platform": "linux",
}
PYTHONS = ("3.11", "3.12", "3.13")
MACHINES = ("x86_64", "aarch64")

_HASH = r"    --hash=sha256:[0-9a-f]{64}"
_PIN = re.compile(rf"([a-z0-9-]+==[^\s;]+(?: ; [^\\\n]+)?) \\\n((?:{_HASH} \\\n)*{_HASH})\n")
_COMMENT = re.compile(r" *#.*\n")
_URL_OR_ABSOLUTE_PATH = re.compile(r"://|(?<![\w.-])/")


class Pin(NamedTuple):
    """A distribution's exact version, where it is installed, and the hashes of its files."""

    requirement: Requirement
    hashes: frozenset[str]

    @property
    def version(self) -> str:
        """The one version that satisfies it."""
        (specifier,) = self.requirement.specifier
        return specifier.version


def pins_of(text: str) -> list[Pin]:
    """Return all pins; whatever else stands in the lock file must be a comment."""
    rest = _COMMENT.sub("", _PIN.sub("", text))
    assert not rest, f"must be a version with a hash, got {rest!r}"
    return [Pin(Requirement(pin), frozenset(re.findall(r"\w{64}", hashes))) for pin, hashes in _PIN.findall(text)]


@cache
def pins(lock: str) -> list[Pin]:
    """Return the pins of this lock file."""
    return pins_of((REQUIREMENTS / f"{lock}.txt").read_text())


def wanted() -> dict[str, list[str]]:
    """Return what pyproject.toml requires of each lock file."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run = pyproject["build-system"]["requires"] + pyproject["project"]["dependencies"]
    test = pyproject["project"]["optional-dependencies"]["test"]
    return {"run": run, "test": run + test, **pyproject["dependency-groups"]}


LOCKS = sorted(wanted())


def test_there_is_a_lock_file_for_each_environment_and_no_other() -> None:
    assert sorted(path.name for path in REQUIREMENTS.iterdir()) == [f"{lock}.txt" for lock in LOCKS]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_file_names_no_url_and_no_path_of_a_machine(lock: str) -> None:
    assert not _URL_OR_ABSOLUTE_PATH.search((REQUIREMENTS / f"{lock}.txt").read_text())


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("machine", MACHINES)
def test_lock_file_satisfies_pyproject(lock: str, python: str, machine: str) -> None:
    environment = LINUX | {"python_version": python, "python_full_version": f"{python}.0", "platform_machine": machine}
    here = [pin for pin in pins(lock) if not pin.requirement.marker or pin.requirement.marker.evaluate(environment)]
    versions = {pin.requirement.name: pin.version for pin in here}
    assert len(versions) == len(here), "must pin each distribution once"
    for requirement in map(Requirement, wanted()[lock]):
        if not requirement.marker or requirement.marker.evaluate(environment):
            name = re.sub(r"[-_.]+", "-", requirement.name).lower()
            assert name in versions, f"{lock}.txt must list {name}. Run scripts/lock."
            version = versions[name]
            assert version in requirement.specifier, f"must satisfy {requirement}, got {version}. Run scripts/lock."


def test_pythons_are_those_from_the_oldest_that_the_project_allows() -> None:
    allowed = SpecifierSet(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"])
    assert all(python in allowed for python in PYTHONS)
    assert "3.10" not in allowed


def test_run_has_the_versions_that_test_has() -> None:
    tested = {pin.requirement.name: pin for pin in pins("test")}
    for pin in pins("run"):
        assert (pin.version, pin.hashes) == (tested[pin.requirement.name].version, tested[pin.requirement.name].hashes)


def test_npm_lock_file_has_hashes_and_no_address() -> None:
    wanted = json.loads((EXPRESS / "package.json").read_text())
    root, *packages = json.loads((EXPRESS / "package-lock.json").read_text())["packages"].values()
    assert root["dependencies"] == wanted["dependencies"], "must have what package.json has. Run scripts/lock."
    assert packages
    for package in packages:
        assert package["integrity"].startswith("sha512-")
        assert "resolved" not in package


HASH = f"    --hash=sha256:{'0' * 64}"


@pytest.mark.parametrize(
    "text",
    [
        "# by hand\n",
        f"six==1.17.0 \\\n{HASH}\n    # via web\n",
        f"six==1.17.0 ; python_full_version < '3.12' \\\n{HASH} \\\n{HASH}\n",
    ],
)
def test_pins_and_comments_are_read(text: str) -> None:
    assert [pin.version for pin in pins_of(text)] == ["1.17.0"] * text.count("six")


@pytest.mark.parametrize(
    "text",
    [
        "six==1.17.0\n",
        f"six>=1.17.0 \\\n{HASH}\n",
        f"six==1.17.0 \\\n{HASH[:-1]} \\\n{HASH}\n",
        f"six @ file:six.whl \\\n{HASH}\n",
        "--index-url=there\n",
        "--editable .\n",
    ],
)
def test_what_pip_would_take_unchecked_is_found(text: str) -> None:
    with pytest.raises(AssertionError, match="must be a version with a hash"):
        pins_of(text)
