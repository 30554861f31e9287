"""Writes docs/messages.md: every code with its severity, its meaning, a message that has it, and the remedy."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, cast

import yaml

from krm_fn.codes import SUMMARY, Code
from krm_fn.result import ResourceRef, Result

if TYPE_CHECKING:
    from krm_fn.codes import Severity

CODES = "krm_fn/codes.py"
PROVOKED = "tests/golden/messages/*"
"""Golden files with the messages that no other golden file shows."""
SHOWN = ("tests/errors/*/stderr", "tests/examples/*/stderr", "tests/golden/function-config-errors/*.txt")
"""All other golden files with lines as stderr has them. Where a code has several lines, the shortest is its example."""
_RESULTS = "tests/examples/*/results.yaml"
"""Golden files with the infos, which stderr does not have."""

_HEADER = """\
<!-- Generated from the codes and the golden files by `python -m codegen`: do not edit. -->

# Messages

Each message has a code, such as PS301, which says what kind of message it is. A text may be improved from one version
to the next, but its code stays: let scripts look for the code. The number of a code is never used again for anything
else, not even when its message is gone.

In the results of a ResourceList the code is in `tags.code`, and on stderr it follows the severity:

- **error**: the run failed. The items are returned as they came, and the files stay as they were, or the message says
  which do not. The exit code is 1, or 2 if the command line cannot be followed.
- **warning**: the run succeeded, but left something that needs your attention. The exit code is 0.
- **info**: what was done, and where. Of these, stderr has only the last line, which sums up the run.

Each example is a message from a test of this project. An info that only the results have is written here as stderr
would have it.

## Contents

"""
_LINE = re.compile(r"\[(?:error|warning|info)\] PS\d{3} .*")
_NAME = re.compile(rf'^\[info\] {SUMMARY.number} ProxySidecar "(.*?)": ', re.MULTILINE)
"""The line that sums up a run, which names the function."""


@dataclass(frozen=True)
class CodeText:
    """A code as its source has it."""

    name: str
    number: str
    severity: Severity
    section: str
    """The comment that heads its part of the file; empty if there is none."""
    meaning: str
    """Empty if there is none, and so is the remedy."""
    remedy: str


def messages_page(root: Path) -> str:
    """Return the page's text for the project in a folder. A ValueError that says all that must be added to it."""
    codes = code_texts(root)
    shown = examples(root, (*SHOWN, PROVOKED))
    problems = [problem for code in codes for problem in _problems(code, shown)]
    if problems:
        raise ValueError("\n".join(problems))
    return _HEADER + _contents(codes) + "".join(_entry(code, shown[code.number]) for code in codes)


def code_texts(root: Path) -> list[CodeText]:
    """Return the codes in the order of their source, which alone has their docstrings and sections."""
    source = (root / CODES).read_text("utf-8")
    sections = [(at, line[2:]) for at, line in enumerate(source.split("\n"), 1) if line.startswith("# ")]
    statements = ast.parse(source).body
    found = []
    for statement, following in zip_longest(statements, statements[1:]):
        match statement:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(
                    func=ast.Name(id="Code"), args=[ast.Constant(value=str(number)), ast.Constant(value=severity)]
                ),
            ):
                section = [title for at, title in sections if at < statement.lineno][-1:]
                meaning, _, remedy = _docstring(following).partition("\n")
                found.append(
                    CodeText(
                        name=name,
                        number=number,
                        severity=cast("Severity", severity),
                        section="".join(section),
                        meaning=meaning,
                        remedy=" ".join(remedy.split()),
                    )
                )
    return found


def examples(root: Path, sources: Sequence[str]) -> dict[str, str]:
    """Return the shortest message of each code, by its number, from the infos and from the files of some patterns."""
    lines = {line for pattern in sources for path in root.glob(pattern) for line in _lines(path)}
    lines.update(line for path in root.glob(_RESULTS) for line in _infos(path))
    longest_first = sorted(lines, key=lambda line: (len(line), line), reverse=True)
    return {line.split(" ", 2)[1]: line for line in longest_first}


def _docstring(statement: ast.stmt | None) -> str:
    match statement:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return text.strip()
    return ""


def _lines(path: Path) -> Iterator[str]:
    return (line for line in path.read_text("utf-8").split("\n") if _LINE.fullmatch(line))


def _infos(path: Path) -> Iterator[str]:
    """Yield the infos among a directory's results as lines that name the function, if its stderr does."""
    stderr = path.with_name("stderr")
    name = _NAME.search(stderr.read_text("utf-8")) if stderr.exists() else None
    if not name:
        return
    for result in yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)["results"]:
        if result["severity"] == "info":
            ref = result.get("resourceRef")
            yield Result(
                code=Code(result["tags"]["code"], "info"),
                message=result["message"],
                ref=ResourceRef(
                    api_version=ref["apiVersion"],
                    kind=ref["kind"],
                    name=ref["name"],
                    namespace=ref.get("namespace", ""),
                )
                if ref
                else None,
                path=result.get("field", {}).get("path", ""),
                file=result.get("file", {}).get("path", ""),
                index=result.get("file", {}).get("index", 0),
            ).line(name[1])


def _problems(code: CodeText, shown: dict[str, str]) -> Iterator[str]:
    """Yield what the page has no text for, and where that must be added."""
    place = f"{CODES}: {code.name}, {code.number},"
    if not code.section:
        yield f"{place} must stand below a comment that heads its section."
    if not code.meaning:
        yield f"{place} must have a docstring below it, whose first line says what the code means."
    elif not code.remedy and code.severity != "info":
        yield f"{place} must have a remedy: the second line of its docstring says what to do."
    line = shown.get(code.number)
    if line is None:
        yield (
            f"{place} must have an example: add a directory under tests/errors or tests/examples that shows it, or a "
            "function that provokes it to tests/test_messages.py, and run these tests with UPDATE_GOLDEN=1."
        )
    elif not line.startswith(f"[{code.severity}] "):
        yield f"{place} must be shown as {code.severity}, got: {line}. Run the tests with UPDATE_GOLDEN=1."


def _contents(codes: list[CodeText]) -> str:
    parts = groupby(codes, key=lambda code: code.section)
    return "".join(f"- {section}: {', '.join(map(_link, members))}\n" for section, members in parts)


def _link(code: CodeText) -> str:
    return f"[{code.number}](#{code.number.lower()})"


def _entry(code: CodeText, example: str) -> str:
    remedy = f"\nRemedy: {code.remedy}\n" if code.remedy else ""
    return f"\n## {code.number}\n\n**{code.severity}**: {code.meaning}\n\n```text\n{example}\n```\n{remedy}"
