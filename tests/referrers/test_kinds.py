"""A kind is added as a row: with it alone its references follow, and the index and the documentation require it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen import targets
from codegen.referrer_kinds import kind_index
from krm_fn.references import kinds
from krm_fn.references.kinds import generated, known_kinds, known_of
from tests.test_documented_kinds import PAGE, documented
from tests.test_lessons import Object, items, results, run, service, workload
from tests.test_scenario import ROOT, scenario

INDEX = "krm_fn/references/kinds/generated/__init__.py"
MODULE = """
from krm_fn.references.field_spec import FieldSpec

KINDS = (
    FieldSpec(
        groups=("example.com",),
        kinds=("Sluice",),
        at=("spec.backends[]",),
        services=("service",),
        ports=("port",),
    ),
)
"""
LISTENERS: list[Any] = [{"upstream": {"port": "http"}, "service": {"port": 8080, "name": "proxied"}}]
IMPORTED = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from krm_fn.__main__ import main
main()
print(*(name for name in sys.modules if name.startswith("krm_fn.references.kinds.")), file=sys.stderr)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a module with a made-up kind stand beside the others."""
    (tmp_path / "sluices.py").write_text(MODULE)
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    yield
    sys.modules.pop(f"{kinds.__name__}.sluices", None)
    vars(kinds).pop("sluices", None)


@pytest.fixture
def sluice(module: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the index be written anew with it."""
    written: dict[str, Any] = {}
    exec(kind_index(), written)  # noqa: S102 # the file's own text
    monkeypatch.setattr(generated, "MODULES", written["MODULES"])


def sluice_named(name: str, api: str = "example.com/v1") -> Object:
    """Return an object with an old port of the Service in the row's field, and in one of no row."""
    spec = {"backends": [{"service": "web", "port": 80}], "other": {"service": "web", "port": 80}}
    return {"apiVersion": api, "kind": "Sluice", "metadata": {"name": name}, "spec": spec}


def is_known(group: str) -> bool:
    """Tell whether it is known where a Sluice of a group names Services."""
    return any(known.names_services for known in known_of(sluice_named("sluice", f"{group}/v1")))


def places(outcome_results: list[Any]) -> list[tuple[str, str]]:
    return [
        (result["field"]["path"], result["tags"]["code"])
        for result in outcome_results
        if result["resourceRef"]["kind"] == "Sluice"
    ]


def test_a_kind_without_a_row_stays_and_its_addresses_are_reported() -> None:
    outcome = run(workload(), service(), sluice_named("sluice"), listeners=LISTENERS)
    assert items(outcome)[2] == sluice_named("sluice")
    assert places(results(outcome, "info")) == []
    assert places(results(outcome, "warning")) == [("spec.backends[0].port", "PS608"), ("spec.other.port", "PS608")]


@pytest.mark.usefixtures("sluice")
def test_a_kind_with_a_row_follows_there_and_is_searched_in_all_other_places() -> None:
    outcome = run(workload(), service(), sluice_named("sluice"), listeners=LISTENERS)
    assert items(outcome)[2]["spec"]["backends"] == [{"service": "web", "port": 8080}]
    assert places(results(outcome, "info")) == [("spec.backends[0].port", "PS620")]
    assert places(results(outcome, "warning")) == [("spec.other.port", "PS608")]


@pytest.mark.usefixtures("sluice")
def test_a_kind_of_that_name_in_another_group_is_as_without_the_row() -> None:
    twin = sluice_named("twin", "twin.example.com/v1")
    outcome = run(workload(), service(), twin, listeners=LISTENERS)
    assert items(outcome)[2] == twin
    assert places(results(outcome, "warning")) == [("spec.backends[0].port", "PS608"), ("spec.other.port", "PS608")]
    assert [is_known(group) for group in ("example.com", "twin.example.com")] == [True, False]


@pytest.mark.usefixtures("sluice")
def test_a_kind_with_a_row_must_be_documented() -> None:
    assert set(generated.MODULES) - documented(PAGE) == {"Sluice"}
    assert set(generated.MODULES) == documented(f"{PAGE}| Sluice (of an example) | backends |\n")


@pytest.mark.usefixtures("module")
def test_an_index_without_the_kind_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "TARGETS", {INDEX: kind_index})
    assert list(targets.stale()) == [INDEX]


@pytest.mark.parametrize("kind", generated.MODULES)
def test_what_names_services_is_found_by_them(kind: str) -> None:
    for known in known_kinds(kind):
        assert (known.found_by in ("names", "numbers")) == known.names_services


def test_a_kind_that_is_known_nowhere() -> None:
    assert known_kinds("Sluice") == []
    assert not is_known("example.com")


def test_only_modules_that_know_a_kind_among_the_items_are_imported() -> None:
    command = [sys.executable, "-I", "-S", "-c", IMPORTED]
    run = subprocess.run(command, input=scenario(), capture_output=True, check=True)
    imported = {name.removeprefix("krm_fn.references.kinds.") for name in run.stderr.decode().splitlines()[-1].split()}
    assert imported == {"generated", "routing", "services"}


def test_a_kind_of_the_users_own_may_have_the_name_of_a_known_one() -> None:
    own = {"group": "example.com", "kind": "NetworkPolicy", "service": "spec.to.service", "port": "spec.to.port"}
    named: Object = {
        "apiVersion": "example.com/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "named"},
        "spec": {"to": {"service": "web", "port": 80}},
    }
    selecting: Object = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "selecting"},
        "spec": {"podSelector": {}, "ingress": [{"ports": [{"port": 3000}]}]},
    }
    neither = {**named, "metadata": {"name": "neither"}, "spec": {"to": {"service": "api", "port": 80}}}
    objects = (workload(), service(), named, neither, selecting)
    _, _, *after = items(run(*objects, listeners=LISTENERS, referrers={"kinds": [own]}))
    assert after[0]["spec"] == {"to": {"service": "web", "port": 8080}}
    assert after[1] == neither
    assert after[2]["spec"]["ingress"] == [{"ports": [{"port": 3000}, {"port": 8080, "protocol": "TCP"}]}]
