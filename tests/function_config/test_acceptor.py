from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import ValidationError

from krm_fn.function_config.accepting import Unsure
from krm_fn.function_config.explain import to_value, validate
from krm_fn.function_config.generated.acceptor import accept
from krm_fn.function_config.generated.values import ProxySidecar as Value
from krm_fn.function_config.load import load
from krm_fn.function_config.models.spec import ProxySidecar
from krm_fn.result import FunctionError, Result
from tests.function_config.documents import document, mutated_documents, valid_documents

ROOT = Path(__file__).parents[2]
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking such documents takes minutes
thorough = settings(max_examples=100, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
NOT_NEEDED = ("pydantic", "typing", "re", "dataclasses", "json", "enum", "ipaddress", "difflib")


def by_models(data: Any) -> Value | None:
    try:
        return to_value(ProxySidecar.model_validate(data))  # type: ignore[no-any-return] # by the model's type
    except ValidationError:
        return None


def by_acceptor(data: Any) -> Value | None:
    try:
        return accept(data)  # type: ignore[no-any-return] # the acceptor is made of parts for any type
    except Unsure:
        return None


def outcome(function: Callable[[Any], Value], data: Any) -> tuple[Value | None, tuple[Result, ...]]:
    try:
        return function(data), ()
    except FunctionError as error:
        return None, error.results


@thorough
@given(valid_documents())
def test_the_acceptor_gives_the_models_value(data: Any) -> None:
    assert by_acceptor(data) == by_models(data) is not None


@thorough
@given(mutated_documents())
def test_the_acceptor_and_the_models_agree_on_anything(data: Any) -> None:
    assert by_acceptor(data) == by_models(data)


@thorough
@given(mutated_documents())
def test_load_equals_validate_and_explains_on_one_line_each(data: Any) -> None:
    value, refused = outcome(validate, data)
    assert (value, refused) == outcome(load, data)
    assert (value is None) == bool(refused)
    for result in refused:
        assert result.line().isprintable()
        assert "must " in result.message


class Subclass(str):
    __slots__ = ()


def test_a_subclass_of_str_is_left_to_pydantic() -> None:
    data = document()
    data["metadata"]["name"] = Subclass("web-proxy")
    assert by_acceptor(data) is None
    assert load(data) == load(document())


FULL = """{"listeners": [{"name": "nginx-http", "port": 8080, "upstream": {"port": 9093},
    "service": {"port": 8080, "name": "nginx-http"},
    "routes": [{"path": "/script.js", "files": {"configMap": "script-js"}},
               {"path": "/lib/", "match": "prefix", "cache": {"policy": "immutable-for-pod", "ttl": "1h"}}]}],
  "files": [{"name": "script-js", "data": {"script.js": "x"}}],
  "sidecar": {"container": {"image": "nginx:stable", "resources": {"limits": {"cpu": "1"}}}}}"""


@pytest.mark.parametrize(("spec", "imported"), [("{}", False), (FULL, False), ('{"engine": "x"}', True)])
def test_only_an_invalid_document_pays_for_pydantic(spec: str, imported: bool) -> None:
    code = f"""
import sys
sys.path[:0] = {[str(ROOT), *(sys.path if imported else [])]!r}
from krm_fn.function_config.load import load
from krm_fn.result import FunctionError, Result
data = {{"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": {{"name": "web"}},
         "spec": {{"target": {{"kind": "Deployment", "name": "web"}}, **{spec}}}}}
try:
    load(data)
except FunctionError:
    print("refused")
print([name for name in {NOT_NEEDED} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert ("refused" in done.stdout, "pydantic" in done.stdout) == (imported, imported)
    assert imported or done.stdout == "[]\n"
