"""The pages under docs/tasks: functionConfigs, and the requests that show what they do.

A page has fences of `yaml`, which may name the one engine that it is for, each with a fence of `requests` behind it. A
line there is

    [https] [:PORT] METHOD TARGET; Header: value -> STATUS; Header: value; body: text in it

where a value of - stands for no such header, and `body-lacks` for text that is not in it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

PAGES = Path(__file__).parents[1] / "docs" / "tasks"
_FENCE = re.compile(r"^```(yaml|requests)( [a-z]+)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"(https )?(?::(\d+) )?([A-Z]+) (\S+?)(?:; (.*))? -> (\d+)(?:; (.*))?")


class Line(NamedTuple):
    """A request, and what comes back."""

    text: str
    secure: bool
    port: int
    method: str
    target: str
    headers: dict[str, str]
    status: int
    expected: dict[str, str]


class Task(NamedTuple):
    """A functionConfig and its requests."""

    page: str
    number: int
    engines: tuple[str, ...]
    config: dict[str, Any]
    lines: list[Line]


def tasks() -> list[Task]:
    """Return the tasks of all pages."""
    found = []
    for path in sorted(PAGES.glob("*.md")):
        fences = _FENCE.findall(path.read_text())
        pairs = list(zip(fences[::2], fences[1::2], strict=True))
        assert pairs or path.name == "README.md", f"{path.name} shows nothing"
        for number, ((kind, engine, config), (second, _, requests)) in enumerate(pairs):
            assert (kind, second) == ("yaml", "requests"), f"{path.name}: a functionConfig goes before its requests"
            engines = (engine.strip(),) if engine else ("nginx", "caddy")
            lines = [_line(line) for line in requests.splitlines()]
            assert lines, f"{path.name} has no requests"
            found.append(Task(path.stem, number, engines, yaml.safe_load(config), lines))
    return found


def _line(text: str) -> Line:
    match = _LINE.fullmatch(text)
    assert match, f"not a request: {text}"
    secure, port, method, target, headers, status, expected = match.groups()
    return Line(text, bool(secure), int(port or 8080), method, target, _fields(headers), int(status), _fields(expected))


def _fields(text: str | None) -> dict[str, str]:
    """Return fields by name; a part without a name belongs to the one before."""
    fields: dict[str, str] = {}
    for part in re.split(r"; (?=[A-Za-z-]+: )", text or ""):
        name, separator, value = part.partition(": ")
        if separator:
            fields[name] = value
    return fields
