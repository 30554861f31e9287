"""Each workload of each file through several runs: another functionConfig after the first, and two side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.corpus.expected import TEMPLATES, tcp_ports
from tests.corpus.files import HEAD, Document, corpus_files, documents_of
from tests.corpus.test_targets import config_for, listeners_for
from tests.laws import laws
from tests.laws.text import CONFIG, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BESIDE = ("Service", "Ingress")


def targets_in(path: Path) -> Iterator[tuple[Document, Text]]:
    """Yield each workload of a file, with a list of it and the Services and Ingresses there."""
    documents = documents_of(path)
    for document in documents:
        if document.kind in TEMPLATES and document.name:
            chosen = [other for other in documents if other is document or other.kind in BESIDE]
            yield document, Text(HEAD, [other.item() for other in chosen], CONFIG, [other.data for other in chosen])


@pytest.mark.corpus
@pytest.mark.parametrize("path", corpus_files())
def test_another_functionconfig_and_back(path: Path) -> None:
    for document, text in targets_in(path):
        one, moved, *_ = (config_for(document.kind, document.name, each) for each in listeners_for(document.data))
        moved["spec"]["listeners"][0] |= {"name": "law-moved", "port": 18090}
        moved["spec"]["sidecar"] = {"name": "law-moved", "volumes": {"config": "law-a", "cache": "law-b"}}
        laws.is_injected_anew(text, one, moved)
        laws.is_injected_anew(text, moved, one)


@pytest.mark.corpus
@pytest.mark.parametrize("path", corpus_files())
def test_two_proxysidecars(path: Path) -> None:
    for document, text in targets_in(path):
        numbers = sorted({port["containerPort"] for port in tcp_ports(document.data)})
        one, other = second_beside(document, numbers[:1], "first"), second_beside(document, numbers[-1:], "second")
        law = laws.stand_side_by_side if len(numbers) > 1 else laws.give_way
        law(text, one, other)


def second_beside(document: Document, numbers: list[int], name: str) -> dict[str, Any]:
    """Return a functionConfig that leaves room for another."""
    port = {"first": 18080, "second": 18180}[name]
    upstream = {"port": numbers[0] if numbers else 80}
    config = config_for(document.kind, document.name, {"name": f"{name}-http", "port": port, "upstream": upstream})
    config["metadata"] = {"name": name}
    config["spec"]["probes"] = {"port": port + 1, "name": f"{name}-status"}
    return config
