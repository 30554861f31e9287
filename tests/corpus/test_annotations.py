"""Which annotations are reported, on the corpus: each workload of each file, with a Service port that stays or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from krm_fn.function import process
from tests.corpus.expected import TEMPLATES
from tests.corpus.files import HEAD, SHARED, corpus_files, documents_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.corpus
NEW = ("PS640", "PS641", "PS642", "PS643", "PS644", "PS645")
SPECS: tuple[dict[str, Any], ...] = ({}, {"listeners": [{"service": {"port": 8999, "name": "proxied"}}]})
SKIPS = 'spec.template.metadata.annotations["config.linkerd.io/skip-inbound-ports"]'
RIGHT = {("corpus/linkerd/test-integration/deep/skipports/testdata/skip_ports_application.yaml", "PS642", SKIPS)}
"""The reports that are right: each was read."""


@pytest.mark.parametrize("path", corpus_files())
def test_no_annotation_is_reported_that_names_no_port_that_changed(path: Path) -> None:
    documents = [each for each in documents_of(path) if each.is_yaml and each.kind]
    found = set()
    for target in documents:
        if target.kind in TEMPLATES and target.name:
            chosen = {"kind": target.kind, "name": target.name}
            namespace = target.data["metadata"].get("namespace")
            for spec in SPECS:
                target_of = chosen | ({"namespace": namespace} if namespace else {})
                config = {
                    "apiVersion": "krm-fn.dev/v1alpha1",
                    "kind": "ProxySidecar",
                    "metadata": {"name": "law"},
                    "spec": {"target": target_of, **spec},
                }
                items = "".join(each.item() for each in documents)
                outcome = process(f"{HEAD}{items}functionConfig: {json.dumps(config)}\n".encode())
                found |= {
                    (str(path.relative_to(SHARED)), result.code.number, result.path)
                    for result in outcome.results
                    if result.code.number in NEW
                }
    assert found <= RIGHT
