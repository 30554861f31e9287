"""Objects that become too large: for the API server, or only for what kubectl apply records."""

from __future__ import annotations

from typing import Any

import pytest

from krm_fn.function import process
from krm_fn.ledger.annotation_size import LAST_APPLIED, LIMIT, applied_size, json_size
from krm_fn.summary import Outcome
from tests.ledger.test_many_places import LIST
from tests.manifests import load

INGRESS = """\
apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata:
    name: web
    annotations:
      {key}: "{annotation}"
  spec:
    defaultBackend:
      service:
        name: web
        port:
          number: 80
    note: "{beside}"
"""


def with_large_ingress(*, annotation: str = "", beside: str = "", key: str = "a") -> Outcome:
    """Run the function on an Ingress whose port changes."""
    item = INGRESS.format(key=key, annotation=annotation, beside=beside)
    return process(LIST.format(item=item).encode())


def ingress(outcome: Outcome) -> dict[str, Any]:
    return dict(load(outcome.stdout.decode())["items"][2])


def codes_of(outcome: Outcome) -> list[str]:
    return [result.code.number for result in outcome.results if result.severity != "info"]


TOO_LARGE = "a" * (LIMIT + 1 - applied_size(ingress(with_large_ingress())))
"""By one byte."""
RECORD = len("undo.krm-fn.dev/px") + len("changed spec.defaultBackend.service.port.number from 80 to 8080\n")


def test_what_fits_is_no_matter() -> None:
    outcome = with_large_ingress(annotation="a" * 1000, beside="a" * 100_000)
    assert (outcome.exit_code, codes_of(outcome)) == (0, [])


@pytest.mark.parametrize(("more", "found"), [(0, []), (1, ["PS707"])])
def test_the_record_counts_for_what_the_api_server_accepts(more: int, found: list[str]) -> None:
    outcome = with_large_ingress(annotation="a" * (LIMIT - len("a") - RECORD + more))
    assert (outcome.exit_code, codes_of(outcome)) == (more, found)


def test_the_copy_that_kubectl_writes_is_not_to_be_in_the_manifest() -> None:
    outcome = with_large_ingress(annotation="a" * LIMIT, key=LAST_APPLIED)
    (result,) = (result for result in outcome.results if result.severity == "error")
    assert f"are in {LAST_APPLIED}. Delete it" in result.message
    assert codes_of(with_large_ingress()) == []


def test_only_what_becomes_too_large_for_apply_is_reported() -> None:
    outcome = with_large_ingress(beside=TOO_LARGE)
    assert (outcome.exit_code, codes_of(outcome)) == (0, ["PS708"])
    assert applied_size(ingress(outcome)) == LIMIT + 1
    assert codes_of(with_large_ingress(beside=TOO_LARGE[1:])) == []
    assert codes_of(with_large_ingress(beside="a" * LIMIT)) == [], "it is applied in another way already"


def test_it_is_reported_each_time() -> None:
    assert codes_of(process(with_large_ingress(beside=TOO_LARGE).stdout)) == ["PS708"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}"),
        ([], "[]"),
        ({"a": [1, None, True], "b": "x"}, '{"a":[1,null,true],"b":"x"}'),
        ('\\ " \n \t', '"\\\\ \\" \\n \\t"'),
        ("<&>", '"\\u003c\\u0026\\u003e"'),
        ("é😀", '"é😀"'),
        ("\u2028\x01", '"\\u2028\\u0001"'),
    ],
)
def test_size_as_json(value: object, text: str) -> None:
    assert json_size(value) == len(text.encode())
