"""Beside a workload that is the target, all items of any file leave byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from krm_fn.function import process
from tests.corpus.files import HEAD, Document, corpus_files, documents_of
from tests.manifests import load

if TYPE_CHECKING:
    from pathlib import Path

TARGET = Document("""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: target-of-the-law
  namespace: namespace-of-the-law
spec:
  template:
    spec:
      containers:
      - name: app
        image: app
        ports:
        - containerPort: 80""")
CONFIG = """\
functionConfig:
  apiVersion: krm-fn.dev/v1alpha1
  kind: ProxySidecar
  metadata:
    name: law-proxy
  spec:
    target:
      kind: Deployment
      name: target-of-the-law
"""


def check(before: str, after: str, indent: str) -> None:
    """Assert that what stands before and after the target stays, and the target gets its proxy."""
    outcome = process((HEAD + before + TARGET.item(indent) + after + CONFIG).encode())
    assert outcome.exit_code == 0, outcome.lines
    text = outcome.stdout.decode()
    assert text.startswith(HEAD + before + TARGET.item(indent)[:40])
    rest = text[len(HEAD + before) :]
    end = rest.index(after) if after else rest.index(f"\n{indent}- ") + 1
    (target,) = load(rest[:end])
    assert [container["name"] for container in target["spec"]["template"]["spec"]["containers"]] == ["app", "law-proxy"]
    assert CONFIG in rest[end + len(after) :]


@pytest.mark.corpus
@pytest.mark.parametrize("path", corpus_files())
@pytest.mark.parametrize("indent", ["", "  "], ids=["block form", "indented block form"])
def test_items_beside_the_target_stay_as_they_are(path: Path, indent: str) -> None:
    # where the list must be read in full, what is no YAML is refused with all of it
    documents = [document for document in documents_of(path) if not indent or document.is_yaml]
    items = [document.item(indent) for document in documents]
    middle = len(items) // 2
    check("".join(items[:middle]), "".join(items[middle:]), indent)
    check("".join(items), "", indent)


@pytest.mark.corpus
@pytest.mark.parametrize("path", corpus_files())
def test_items_with_crlf_beside_the_target_stay_as_they_are(path: Path) -> None:
    items = [document.item() for document in documents_of(path) if document.is_yaml]
    stdin = (HEAD + TARGET.item() + "".join(items) + CONFIG).replace("\n", "\r\n").encode()
    outcome = process(stdin)
    assert outcome.exit_code == 0, outcome.lines
    assert "".join(items).replace("\n", "\r\n").encode() in outcome.stdout
    assert b"\n" not in outcome.stdout.replace(b"\r\n", b"")
