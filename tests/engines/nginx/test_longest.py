"""With the longest text, and the longest list, that a field accepts, nginx starts: it reads 4095 bytes as a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from krm_fn.function_config.load import load
from krm_fn.function_config.snippets.statements import directives
from krm_fn.result import FunctionError
from tests.engines.test_hostile_fields import SNIPPETS, assert_read, configuration, fields_of
from tests.function_config.string_fields import Place, places, with_text
from tests.function_config.whole import whole_documents
from tests.servers.loopback import require_root

FILLERS = ("/a", "z", "$", "😀")
MOST_BYTES, MOST_ENTRIES = 5000, 150
SHORT = 240
"""Texts of fewer bytes are no matter."""
REACHING = (
    "spec.listeners",
    "spec.block",
    "spec.compression",
    "spec.headers",
    "spec.accessLog",
    "spec.realIP",
    "spec.probes",
)
"""The beginnings of the fields whose texts are in the configuration."""
OF_OBJECTS = (".secret", ".configMap", ".key", ".certificate", ".fallback", ".name", ".namespace", ".serverName")
"""What fields end in whose texts are names of others, of at most 253 letters."""


def greatest(most: int, made: Callable[[int], Any], least: int = 1) -> Any:
    """Return the document for the greatest number with which the functionConfig is accepted; None: it never is."""
    accepted, low, high, middle = None, least, most, least
    while low <= high:
        try:
            load(made(middle))
        except FunctionError:
            high = middle - 1
        else:
            accepted, low = made(middle), middle + 1
        middle = (low + high) // 2
    return accepted


def longest(document: Any, steps: Place, benign: str) -> Iterator[Any]:
    """Yield the document with the longest texts in a place, and with the longest list of them where it is in one."""

    def filled(filler: str) -> Callable[[int], Any]:
        return lambda number: with_text(document, steps, benign + filler * number)

    def listed(size: int) -> Callable[[int], Any]:
        names = [f"{benign}{'x' * size}{number:03}" for number in range(MOST_ENTRIES)]
        return lambda number: with_list(document, steps[:-1], names[:number])

    for filler in FILLERS:
        size = len(filler.encode())
        yield greatest(MOST_BYTES // size, filled(filler), SHORT // size)
    if isinstance(steps[-1], int):
        found = (greatest(MOST_ENTRIES, listed(size)) for size in (36, 26, 16, 6))
        yield next((each for each in found if each), None)


def with_list(data: Any, steps: Place, entries: list[str]) -> Any:
    """Return the document with another list at a place."""
    if not steps:
        return entries
    changed = data.copy()
    changed[steps[0]] = with_list(data[steps[0]], steps[1:], entries)
    return changed


def beside(document: Any) -> Any:
    """Return the document with a route without the guard of the others, whose paths are then told apart in any case."""
    listener = document["spec"]["listeners"][0]
    routes = [{"path": "/", "match": "prefix", "deny": ["10.9.9.9"]}, *listener["routes"]]
    return with_list(document, ("spec", "listeners", 0, "routes"), routes)


@pytest.mark.fuzz
@pytest.mark.server
@pytest.mark.parametrize("name", ["nginx", "others", "php"])
def test_nginx_starts_with_the_longest_texts(name: str) -> None:
    require_root()
    document, fields = beside(whole_documents()[name]), fields_of(name)
    usual, _ = configuration(document)
    longest_line, done = len(max(usual.encode().split(b"\n"), key=len)), set()
    for field, steps in places(document):
        others = not field.startswith(REACHING) or field.removesuffix("{}").endswith((*SNIPPETS, *OF_OBJECTS))
        if others or field not in fields or (field in done and not field.endswith("routes[].path")):
            continue
        done.add(field)
        for made in filter(None, longest(document, steps, text_at(document, steps))):
            try:
                rendered, pod = configuration(made)
            except ValueError:
                continue  # refused by the function, beside the workload
            directives(rendered)
            if len(max(rendered.encode().split(b"\n"), key=len)) > longest_line:
                assert_read(pod, rendered)
    assert done


def text_at(data: Any, steps: Place) -> str:
    for step in steps[:-1] if steps[-1] == "{}" else steps:
        data = data[step]
    return str(steps[-2] if steps[-1] == "{}" else data)
