"""What is wrong with the text of a snippet: its directives, and the names of its variables."""

from __future__ import annotations

import re

from krm_fn import codes
from krm_fn.function_config.snippets.allowed import BY_NAME, is_of_nginx, why_refused
from krm_fn.function_config.snippets.arguments import DEFINING, REDIRECTS, reason_against, why_not_buffers
from krm_fn.function_config.snippets.statements import NotWholeError, statements
from krm_fn.quoting import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from krm_fn.codes import Code

Words = tuple[str, ...]

_NAMED_GROUP = re.compile(r"\(\?(P?<(?![=!])|')")


def problem_of(text: str, where: str) -> tuple[Code, str] | None:
    """Return the code, and what a snippet in this block must be or do; None where nothing is wrong.

    The statements are looked at in their order, so the first thing that is wrong is reported.
    """
    blocks: list[str] = []
    seen: dict[str, Words] = {}
    zones_there: set[str] = set()
    keys: dict[str, float] = {}
    try:
        for statement in statements(text):
            if statement.end == "}":
                if not blocks:
                    return codes.SNIPPET_NOT_WHOLE, "stay within its block"
                blocks.pop()
                continue
            problem = _problem(statement.words, blocks[-1] if blocks else where, statement.end)
            problem = problem or _entry_problem(statement.words, blocks[-1] if blocks else where, keys)
            if problem:
                return problem
            name = statement.words[0]
            if not blocks and not BY_NAME[name].repeats:
                if name in seen:
                    return codes.SNIPPET_REPEATS, f"have {name} once: nginx takes no second one in a block"
                seen[name] = statement.words
            taken = zones_there.intersection(_zones_defined(statement.words))
            if taken:
                return codes.SNIPPET_REPEATS, f"define the zone {min(taken)} once"
            zones_there.update(_zones_defined(statement.words))
            if statement.end == "{":
                keys = {}
                blocks.append(name)
    except NotWholeError as error:
        return codes.SNIPPET_NOT_WHOLE, str(error)
    unfinished = (codes.SNIPPET_NOT_WHOLE, "be whole directives, each with its ; or block") if blocks else None
    reason = why_not_buffers(seen, where) if any(name in seen for name in _BUFFERS) else ""
    return unfinished or ((codes.SNIPPET_ARGUMENT_DENIED, reason) if reason else None)


_BUFFERS = ("proxy_buffer_size", "proxy_buffers", "proxy_busy_buffers_size")


def _zones_defined(words: Words) -> Words:
    return zones(words) if words[0] in ("limit_req_zone", "limit_conn_zone") else ()


def _entry_problem(words: Words, where: str, keys: dict[str, float]) -> tuple[Code, str] | None:
    """Return why nginx refuses an entry of a map beside those before it, and keep it."""
    key, reason = words[0].lower(), ""
    if where == "map" and key.startswith("~"):
        from krm_fn.function_config.formats.regexes import why_not_pcre  # noqa: PLC0415 # few snippets have them

        why = why_not_pcre(words[0].removeprefix("~").removeprefix("*"))
        reason = why and f"have regular expressions (PCRE) as keys of map after ~: {why}, got {shown(words[0])}"
    elif where == "map" and key in keys:
        reason = f"have {shown(key)} once in map"
    elif where == "split_clients" and key.endswith("%"):
        share = key.removesuffix("%")
        key = f"{key} {len(keys)}"
        keys[key] = float(share) if share.replace(".", "", 1).isdecimal() else 0
        if sum(keys.values()) > 100:  # noqa: PLR2004 # percent
            reason = f"share out at most 100% in split_clients, got {sum(keys.values()):g}%"
    keys.setdefault(key, 0)
    return (codes.SNIPPET_ARGUMENT_DENIED, reason) if reason else None


def sends(words: Words) -> Words:
    """Return the headers that a directive adds to responses, in lower case."""
    if words[0] == "expires":
        return ("cache-control", "expires")
    return (words[1].lower(),) if words[0] == "add_header" and len(words) > 1 else ()


def defines(words: Words) -> str:
    """Return the variable that a directive defines, in lower case as nginx compares it, without its $; or nothing."""
    if words[0] not in DEFINING or len(words) == 1:
        return ""
    return words[DEFINING[words[0]]].lower().removeprefix("$")


def variables(words: Words) -> set[str]:
    """Return the variables that a directive uses, likewise."""
    return {name.lower() for word in words for name in _USED.findall(word)}


def zones(words: Words) -> Words:
    """Return the zones of shared memory that a directive defines or uses."""
    named = (words[1],) if words[0] == "limit_conn" and len(words) > 1 else ()
    return (*named, *(name for word in words for name in _ZONE.findall(word)))


_USED = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
_ZONE = re.compile(r"^(?:zone=|keys_zone=|shared:)([^:]+)")


def _problem(words: Words, where: str, end: str) -> tuple[Code, str] | None:
    """Return what is wrong with one statement in a block, which is one of the user's own or that of the snippet."""
    name = words[0]
    reason = ""
    if where in _ENTRIES:
        if name in _ENTRIES[where]:
            return codes.SNIPPET_DENIED, f"not use {name} in {where}: {_ENTRIES[where][name]}"
        if end == "{":
            return codes.SNIPPET_DENIED, f"have no block in {where}, got {name}"
    else:
        refused = why_refused(name, where)
        if refused:
            return codes.SNIPPET_DENIED, refused
        if BY_NAME[name].block != (end == "{"):
            return codes.SNIPPET_NOT_WHOLE, f"have {name} {'without' if end == '{' else 'with'} a block"
        variable = defines(words)
        if variable and is_of_nginx(variable):
            remedy = f"Use another name, such as $my_{variable}"
            return codes.SNIPPET_NAME_TAKEN, f"not define ${variable}: nginx has a variable of that name. {remedy}"
        reason = reason_against(words)
    reason = reason or ("" if name == "return" else _named_group(words)) or _line_break(words)
    return (codes.SNIPPET_ARGUMENT_DENIED, reason) if reason else None


_INCLUDE = "it reads a file"
_OTHER_CLIENT = "it would take the client's address from what the client says"
_ENTRIES: Mapping[str, Mapping[str, str]] = {
    "map": {"include": _INCLUDE},
    "geo": {"include": _INCLUDE, "proxy": _OTHER_CLIENT, "proxy_recursive": _OTHER_CLIENT},
    "split_clients": {"include": _INCLUDE},
}
"""The blocks whose content is no directives, and the words that are more than an entry there."""


def _line_break(words: Words) -> str:
    """Refuse line breaks, with which an argument could end a header; the text of an answer may have them."""
    text = words[0] == "return" and len(words) > 1 and words[1].isdigit() and int(words[1]) not in REDIRECTS
    odd = next((word for word in words[: 2 if text else None] if "\n" in word or "\r" in word), None)
    return (
        "" if odd is None else f"have no line break in an argument of {words[0]}: only the text of return may have one"
    )


def _named_group(words: Words) -> str:
    odd = next((word for word in words if _NAMED_GROUP.search(word)), "")
    return (
        f"name no group of a regular expression, got {shown(odd)}: it would define a variable. Use $1 to $9"
        if odd
        else ""
    )
