from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from codegen import rule_index
from tests.codegen.copies import copy_of_the_project, problems_of, rebuild
from tests.function_config.documents import document

RULE = '''\
"""`spec.accessLog.percent` is even."""

from krm_fn import codes
from krm_fn.function_config.problem import Problem, mapping

FIELDS = ("spec.accessLog.percent",)


def problems(document):
    percent = mapping(mapping(document, "spec"), "accessLog").get("percent", 0)
    if percent % 2:
        steps = ("spec", "accessLog", "percent")
        yield Problem(code=codes.NUMBER_OUT_OF_RANGE, steps=steps, must="must be even", value=percent)
'''


def test_a_module_is_all_that_a_rule_needs(tmp_path: Path) -> None:
    copy = copy_of_the_project(tmp_path)
    odd = document({"accessLog": {"percent": 7}})
    (copy / "krm_fn/function_config/rules/even_shares.py").write_text(RULE)
    assert problems_of(copy, odd) == "", "not before it is listed: then the check for stale files fails"
    assert rebuild(copy).splitlines() == [
        "krm_fn/function_config/generated/rule_index.py: written",
        "docs/function-config.md: written",
    ]
    assert problems_of(copy, odd).endswith("spec.accessLog.percent: must be even, got 7.\n")
    assert problems_of(copy, document({"accessLog": {"percent": 8}})) == ""
    assert "\n- `spec.accessLog.percent` is even.\n" in (copy / "docs/function-config.md").read_text()


@pytest.mark.parametrize("field", ["spec.accesslog", "spec.listeners[].routes.path", "spec.engin: caddy"])
def test_a_rule_about_no_field_is_refused(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = ModuleType("rule")
    rule.FIELDS = (field,)  # type: ignore[attr-defined] # as a module has it
    monkeypatch.setattr(rule_index, "rule_modules", lambda: {"rule": rule})
    with pytest.raises(ValueError, match="no such field"):
        rule_index.rule_index()
