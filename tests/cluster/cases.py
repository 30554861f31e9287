"""Items before and after the function, as data: of the examples and the pages of tasks."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from krm_fn.function import process
from krm_fn.resource_list.resource_list import ResourceList
from tests.manifests import load
from tests.task_pages import Task, tasks
from tests.test_tasks import APP, made

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOT = Path(__file__).parents[2]
_HOSTS = _ROOT / "kustomization-examples" / "alertmanager"
EXAMPLES = _ROOT / "tests" / "examples"


class Case(NamedTuple):
    """What is there before, and what the function makes of it."""

    before: list[Any]
    after: list[Any]


def names() -> list[str]:
    """Return the names of the cases that the project shows, in their order."""
    return list(_sources())


@cache
def case(name: str) -> Case:
    """Return a case."""
    return _sources()[name]()


@cache
def _sources() -> dict[str, Callable[[], Case]]:
    """Return what makes each case, since the tests' names must not wait for all of them."""
    hosts = {
        f"kustomization-examples-{host}": partial(_of_a_host, _HOSTS / given, _HOSTS / "expected" / host)
        for host, given in (("kpt", "kpt"), ("overlay", "base"))
    }
    examples = {directory.name: partial(_of_an_example, directory) for directory in sorted(EXAMPLES.iterdir())}
    pages = {
        f"docs-tasks-{task.page}-{task.number}-{engine}": partial(_of_a_task, task, engine)
        for task in tasks()
        for engine in task.engines
    }
    return {**hosts, **examples, **pages}


def _of_a_host(before: Path, after: Path) -> Case:
    return Case(_held(before), _held(after))


def _of_an_example(directory: Path) -> Case:
    given = (directory / "input.yaml").read_bytes()
    return Case(items(given), items(process(given).stdout))


def _of_a_task(task: Task, engine: str) -> Case:
    return Case(list(yaml.safe_load_all(APP)), made(task, engine))


def items(resource_list: bytes) -> list[Any]:
    """Return the items of a list, as data."""
    return [item.readable_data for item in ResourceList(resource_list).items]


def _held(folder: Path) -> list[Any]:
    texts = [path.read_text() for path in sorted(folder.glob("*.yaml"))]
    return [load(text) for whole in texts for text in whole.split("\n---\n")]
