"""The page of the directives that snippets may have, written from the list that is checked."""

from __future__ import annotations

from krm_fn.function_config.snippets.allowed import ALLOWED, Allowed


def snippets_page() -> str:
    """Return the text of the page."""
    return _HEAD + "".join(map(_row, ALLOWED)) + _TAIL


def _row(group: Allowed) -> str:
    names = ", ".join(f"`{name}`" for name in group.names)
    where = ", ".join(f"`{block}`" for block in group.where)
    return f"| {names} | {where} | {group.why} |\n"


_HEAD = """\
# Directives of nginx in snippets

Generated from `krm_fn/function_config/snippets/allowed.py` by `python -m codegen`: do not edit.
[Add raw directives with snippets](tasks/snippets.md) shows how.

A snippet may have these directives, each in these blocks. `main` is `spec.snippets.main`, `http` is
`spec.snippets.http`, `server` is the snippet of a listener, `location` that of a route, and `if` is a block of your own
in either of them. All others are refused; where a field does the same, the message names it.

| directives | blocks | why they are safe, and what is checked |
|---|---|---|
"""
_TAIL = """
Beside that, all of a snippet is checked:

- It must be whole directives that stay in their block, by the rules with which nginx itself divides text into words.
- It must not have a directive that the configuration has in the same block: nginx would not start.
- A variable that it defines must not be one of nginx's own, nor begin as those of the proxy do, and it must not use
  those. A zone must have a name of its own.
- It must not name a group of a regular expression, which would define a variable: use `$1` to `$9`.
- It must not have a line break in an argument, except the text of `return`.
"""
