"""The API server takes what the function makes of each workload of the corpus, as it took the workload before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from krm_fn.function import process
from tests.cluster.cases import items
from tests.cluster.judgement import check
from tests.corpus.files import corpus_files
from tests.corpus.test_lives import targets_in
from tests.corpus.test_targets import config_for, listeners_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.api import Api

pytestmark = pytest.mark.cluster


@pytest.mark.parametrize("path", corpus_files())
def test_each_workload_of_a_file(path: Path, api: Api) -> None:
    """Each gets one of the ways to name its port, by its name's length: all of them take four times as long."""
    for document, text in targets_in(path):
        listeners = listeners_for(document.data)
        config = config_for(document.kind, document.name, listeners[len(document.name) % len(listeners)])
        outcome = process(text.stdin(config))
        if not outcome.exit_code:
            check(api, text.data, items(outcome.stdout))
