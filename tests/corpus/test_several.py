"""Two or three ProxySidecars in front of the ports of one real workload: in any order, any number of times."""

from __future__ import annotations

import json
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from krm_fn.function import process
from tests.corpus.expected import TEMPLATES, tcp_ports
from tests.corpus.files import HEAD, Document, corpus_files, documents_of
from tests.laws.runs import doubts, without_results

if TYPE_CHECKING:
    from pathlib import Path

MOST = 3
"""ProxySidecars of one workload."""
ACCEPTED: list[bool] = []
"""For each set of ProxySidecars that was tried, whether none was refused."""


def config_of(document: Document, index: int, port: dict[str, Any]) -> dict[str, Any]:
    listener = {
        "name": f"law-{index}",
        "port": 18080 + index,
        "upstream": {"port": port["containerPort"], "protocol": "http"},
        "service": {"port": 28080 + index},
    }
    spec = {
        "target": {"kind": document.kind, "name": document.name},
        "listeners": [listener],
        "probes": {"port": 19080 + index, "name": f"law-status-{index}"},
        "referrers": {"appPort": "closed" if index % 2 else "open"},
    }
    metadata = {"name": f"law-{index}"}
    return {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": metadata, "spec": spec}


class Runs:
    """A list of items, and runs on it."""

    def __init__(self, items: str) -> None:
        self.items = items

    def run(self, config: dict[str, Any]) -> list[str] | None:
        """Run a functionConfig; return the warnings, None where it refuses."""
        line = f"functionConfig: {json.dumps(config)}\n"
        outcome = process(f"{self.items}{line}".encode())
        if outcome.exit_code:
            return None
        text = without_results(outcome.stdout).decode()
        assert text.endswith(line)
        self.items = text.removesuffix(line)
        return doubts(outcome)


def check_several(items: str, configs: list[dict[str, Any]], random: Random) -> bool:
    """Return whether all of them are accepted, in some order; then the laws hold."""
    runs = Runs(items)
    for config in random.sample(configs, len(configs)):
        if runs.run(config) is None:
            return False
    injected = runs.items
    for config in random.sample(configs, len(configs)):
        assert runs.run(config) is not None
        assert runs.items == injected, "another round changes nothing"
    for config in random.sample(configs, len(configs)):
        assert runs.run({**config, "spec": {"remove": True}}) == []
    assert runs.items == items
    return True


@pytest.mark.corpus
@pytest.mark.parametrize("path", corpus_files())
def test_several_proxysidecars(path: Path) -> None:
    random = Random(path.name)
    documents = documents_of(path)
    items = HEAD + "".join(document.item() for document in documents)
    for document in documents:
        ports = tcp_ports(document.data) if document.kind in TEMPLATES and document.name else []
        configs = [config_of(document, index, port) for index, port in enumerate(ports[:MOST])]
        for size in range(2, len(configs) + 1):
            ACCEPTED.extend(check_several(items, list(chosen), random) for chosen in combinations(configs, size))


@pytest.mark.corpus
def test_many_are_accepted(request: pytest.FixtureRequest) -> None:
    ran = [item for item in request.session.items if item.name.startswith(f"{test_several_proxysidecars.__name__}[")]
    if not 1 < len(ran) == len(corpus_files()):
        pytest.skip("it counts what became of the whole corpus")
    assert sum(ACCEPTED) > 50, len(ACCEPTED)
