from __future__ import annotations

import typing
from pathlib import Path

import pytest

from codegen import engine_facts
from krm_fn.engines import engine_named
from krm_fn.function_config.models.spec import Spec
from tests.codegen.copies import copy_of_the_project, problems_of, rebuild
from tests.function_config.documents import document

ENGINE = '''\
"""A proxy of few talents."""

from krm_fn.engines.engine import Engine

ENGINE = Engine(
    name="stub",
    default_image="stub:1",
    oldest=(1,),
    needs_later=lambda _spec, _protocols, _version: iter(()),
    user_id=1,
    config_key="stub.conf",
    unsupported={"spec.compression": "it compresses nothing"},
    regex_dialect="RE2",
    longest_path=9,
    command=lambda path: ["stub", path],
    render=lambda plan: {},
)
'''


def test_the_choices_are_the_packages() -> None:
    choices = typing.get_args(Spec.model_fields["engine"].annotation)
    assert tuple(engine_facts.all_engines()) == choices
    assert [engine_named(name).name for name in choices] == list(choices)


def test_a_package_and_a_choice_are_all_that_an_engine_needs(tmp_path: Path) -> None:
    copy = copy_of_the_project(tmp_path)
    (copy / "krm_fn/engines/stub").mkdir()
    (copy / "krm_fn/engines/stub/__init__.py").write_text(ENGINE)
    spec = copy / "krm_fn/function_config/models/spec.py"
    spec.write_text(spec.read_text().replace('Literal["nginx", "caddy"]', 'Literal["nginx", "caddy", "stub"]'))
    written = rebuild(copy)
    assert "engine_facts.py: written" in written
    assert "rule_index.py: written" in written, "in the same run: with the new facts"
    assert rebuild(copy) == ""
    given = {"engine": "stub", "compression": {}, "listeners": [{"routes": [{"path": "/long/path"}, {"path": "/a"}]}]}
    unsupported, too_long = problems_of(copy, document(given)).splitlines()
    assert unsupported.endswith(
        "spec.compression: must be removed with engine stub: it compresses nothing. "
        "Set engine: nginx, or remove the field."
    )
    assert "routes[0].path: must be at most 9 bytes" in too_long
    assert problems_of(copy, document({"engine": "stub"})) == ""
    page = (copy / "docs/function-config.md").read_text()
    assert "| field | nginx | caddy | stub |\n" in page
    assert "| `spec.compression` | yes | yes | refused: it compresses nothing |\n" in page


def test_a_reason_for_no_field_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = engine_named("nginx").replace(unsupported={"spec.cash": "it has none"})
    monkeypatch.setattr(engine_facts, "_engine", lambda name: odd if name == "nginx" else engine_named(name))
    with pytest.raises(ValueError, match=r"spec\.cash, and there is no such field"):
        engine_facts.engine_facts()


def test_an_engine_has_its_packages_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krm_fn.engines.caddy.ENGINE", engine_named("nginx"))
    with pytest.raises(ValueError, match="the engine in the package caddy has the name nginx"):
        engine_facts.all_engines()
