"""The page of messages is made of the codes' docstrings and of golden files, and what is missing there is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.messages import examples, messages_page
from tests.cli.manifests import write_tree

CODES = '''\
"""Codes."""

# Ports

PORT_TAKEN = Code("PS301", "error")
"""A container has the port.
Use the free number
that is named.
"""

# Services

PORT_CHANGED = Code("PS520", "info")
"""A Service port was changed."""
'''
TAKEN = '[error] PS301 ProxySidecar "proxy": must be free, got 8080.'
RESULTS = """\
results:
- message: "leads to 8080."
  severity: info
  resourceRef: {apiVersion: v1, kind: Service, name: web, namespace: shop}
  field: {path: "spec.ports[0]"}
  file: {path: web.yaml, index: 2}
  tags: {code: PS520}
- message: "leads to 8080, and no longer to 3000."
  severity: info
  tags: {code: PS520}
- message: "must be free."
  severity: warning
  tags: {code: PS301}
"""
SUMMARY = '[info] PS000 ProxySidecar "proxy": changed Service/web.\n'
FILES: dict[str, str | bytes] = {
    "krm_fn/codes.py": CODES,
    "tests/errors/port/stderr": f"{TAKEN[:-1]} by another.\n{TAKEN}\n",
    "tests/examples/service/results.yaml": RESULTS,
    "tests/examples/service/stderr": SUMMARY,
}
PAGE = f"""\
- Ports: [PS301](#ps301)
- Services: [PS520](#ps520)

## PS301

**error**: A container has the port.

```text
{TAKEN}
```

Remedy: Use the free number that is named.

## PS520

**info**: A Service port was changed.

```text
[info] PS520 ProxySidecar "proxy": leads to 8080, and no longer to 3000.
```
"""


def page(folder: Path, **changed: str) -> str:
    write_tree(folder, {**FILES, "krm_fn/codes.py": changed.get("codes", CODES)})
    return messages_page(folder)


def test_an_entry_for_each_code(tmp_path: Path) -> None:
    assert page(tmp_path).partition("## Contents\n\n")[2] == PAGE


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("\nUse the free number\nthat is named.\n", "", "PORT_TAKEN, PS301, must have a remedy: the second line of "),
        ('"""A Service port was changed."""', "", "PORT_CHANGED, PS520, must have a docstring below it, whose "),
        ("# Ports\n", "", "PORT_TAKEN, PS301, must stand below a comment that heads its section."),
        ('"PS520", "info"', '"PS521", "info"', "PORT_CHANGED, PS521, must have an example: add a directory under "),
        ('"PS301", "error"', '"PS301", "warning"', "PORT_TAKEN, PS301, must be shown as warning, got: [error] PS301 "),
    ],
)
def test_what_a_code_lacks_is_named(old: str, new: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^krm_fn/codes\.py: \w+, PS\d{3}, must [^\n]*$") as caught:
        page(tmp_path, codes=CODES.replace(old, new))
    assert f"krm_fn/codes.py: {problem}" in str(caught.value)


def test_all_that_is_lacking_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="PS301") as caught:
        page(tmp_path, codes='A = Code("PS301", "error")\nB = Code("PS302", "info")\n')
    assert len(str(caught.value).split("\n")) == 5


def test_of_the_shortest_messages_one_is_the_example_whatever_the_order_of_files(tmp_path: Path) -> None:
    write_tree(tmp_path, {"b/stderr": "[error] PS301 b\n[error] PS301 aa\n", "a/stderr": "[error] PS301 c\n"})
    assert examples(tmp_path, ["*/stderr"]) == {"PS301": "[error] PS301 b"}


def test_infos_of_a_run_that_does_not_name_the_function_are_no_examples(tmp_path: Path) -> None:
    write_tree(tmp_path, {**FILES, "tests/examples/service/stderr": TAKEN})
    assert "PS520" not in examples(tmp_path, [])
