"""Snippets are whole directives that stay in their block and use no files, and `spec.snippets.allow` is true."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.problem import Problem, entries, listeners_of, mapping, routes_of
from krm_fn.yaml_text.paths import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.codes import Code
    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.snippets", "spec.listeners[].snippet", "spec.listeners[].routes[].snippet")
_BLOCKS = {"main": (), "http": ("http",), "server": ("http", "server"), "location": ("http", "server", "location /")}
_SENTINEL = "proxy_sidecar_sentinel"
_FILES = (
    *("include", "load_module", "root", "alias", "access_log", "error_log", "auth_basic_user_file", "pid", "lock_file"),
    *("proxy_store", "proxy_cache_path", "client_body_temp_path", "working_directory", "ssl_password_file", "user"),
    *("proxy_temp_path", "open_log_file_cache", "ssl_dhparam", "ssl_session_ticket_key", "ssl_engine", "mirror_file"),
)
_PROCESS = (
    "daemon",
    "master_process",
    "worker_processes",
    "env",
    "events",
    "debug_points",
    "google_perftools_profiles",
)
_OURS = ("proxy_set_header", "grpc_set_header", "proxy_hide_header", "grpc_hide_header", "error_page", "listen")
_BEGINNINGS = ("perl", "js_", "dav_", "lua_", "ssl_certificate", "ssl_client_cert", "ssl_trusted_cert", "ssl_crl")
_INSIDE = (
    "_by_lua",
    "_ssl_certificate",
    "_ssl_trusted",
    "_ssl_crl",
    "_ssl_password",
    "_temp_path",
    "_cache_path",
    "_profiles",
)
_HANDLERS = ("templates", "exec", "file_server", "push", "invoke")
_PLACEHOLDERS = ("{env.", "{file.", "{system.", "{$")
_OPERATIONS = ("add", "replace", "remove", "test")
_PATCHABLE = ("/apps/http/", "/logging/logs/")


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check that snippets and patches are allowed, stay in their place, and use no files."""
    snippets = mapping(mapping(document, "spec"), "snippets")
    found = list(_snippets(document, snippets))
    patch = entries(snippets, "patch")
    if (found or patch) and snippets.get("allow") is not True:
        must = "must be true where there are snippets"
        steps: Steps = ("spec", "snippets", "allow")
        yield Problem(code=codes.SNIPPETS_NOT_ALLOWED, steps=steps, must=must, remedy="Read them, then set it.")
    for steps, where, text in found:
        code, reason = _why_not(text, _BLOCKS[where])
        if reason:
            yield Problem(code=code, steps=steps, must=f"must {reason}")
    for index, operation in enumerate(patch):
        code, reason = _why_not_applied(operation)
        if reason:
            yield Problem(code=code, steps=("spec", "snippets", "patch", index), must=f"must {reason}")


def _snippets(document: dict[Any, Any], snippets: dict[Any, Any]) -> Iterator[tuple[Steps, str, str]]:
    """Yield the snippets of nginx: their path, their block, and their text."""
    for field in ("main", "http"):
        if isinstance(snippets.get(field), str):
            yield ("spec", "snippets", field), field, snippets[field]
    for place, listener in listeners_of(document):
        if isinstance(listener.get("snippet"), str):
            yield (*place, "snippet"), "server", listener["snippet"]
        for steps, route in routes_of(listener, place):
            if isinstance(route.get("snippet"), str):
                yield (*steps, "snippet"), "location", route["snippet"]


def _why_not(text: str, blocks: tuple[str, ...]) -> tuple[Code, str]:
    """Return the code, and what a snippet of nginx must be or do; an empty text where nothing is wrong.

    It is parsed inside its blocks and before a last directive: the parsed blocks must still end with that directive.
    """
    whole = "".join(f"{block} {{\n" for block in blocks) + f"{text}\n{_SENTINEL};\n" + "}\n" * len(blocks)
    read = _read(whole)
    if read["errors"]:
        return codes.SNIPPET_NOT_WHOLE, f"be directives of nginx: {read['errors'][0]['error'].partition(' in ')[0]}"
    inside: list[dict[str, Any]] = read["config"][0]["parsed"]
    for block in blocks:
        if len(inside) != 1 or inside[0]["directive"] != block.partition(" ")[0]:
            return codes.SNIPPET_NOT_WHOLE, "stay within its block"
        inside = inside[0]["block"]
    if not inside or inside[-1] != {"directive": _SENTINEL, "line": inside[-1]["line"], "args": []}:
        return codes.SNIPPET_NOT_WHOLE, "be whole directives, each with its ; or block"
    return codes.SNIPPET_DENIED, next(filter(None, map(_why_denied, _every(inside[:-1]))), "")


def _read(text: str) -> dict[str, Any]:
    """Return a configuration as crossplane parses it. It opens files by name: that of a pipe, so no file is written.

    It is imported only here: no other rule needs it.
    """
    import os  # noqa: PLC0415 # not needed by most inputs

    from crossplane import parse  # noqa: PLC0415

    reader, writer = os.pipe()
    try:
        with open(writer, "w", encoding="utf-8") as stream:
            stream.write(text)
        read: dict[str, Any] = parse(f"/dev/fd/{reader}", single=True, strict=False, check_ctx=False, check_args=False)
    finally:
        os.close(reader)
    return read


def _every(directives: list[dict[str, Any]]) -> Iterator[str]:
    for directive in directives:
        yield directive["directive"]
        yield from _every(directive.get("block", []))


def _why_denied(name: str) -> str:
    if name in _OURS:
        return f"not use {name}: it would replace what the proxy itself sets"
    if name in _PROCESS:
        return f"not use {name}: the sidecar's process cannot be changed"
    odd = name.startswith(_BEGINNINGS) or any(part in name for part in _INSIDE)
    if name in _FILES or odd:
        return f"not use {name}: it reads or writes files, or runs code"
    return ""


def _why_not_applied(operation: Any) -> tuple[Code, str]:
    """Return the same for an operation on Caddy's configuration."""
    if not isinstance(operation, dict):
        return codes.PATCH_MALFORMED, ""  # its type reports it
    if operation.get("op") not in _OPERATIONS:
        return codes.PATCH_MALFORMED, f"have an op: {', '.join(_OPERATIONS)}"
    path = operation.get("path")
    if not isinstance(path, str) or not path.startswith(_PATCHABLE):
        return codes.PATCH_DENIED, f"have a path that begins with {' or '.join(_PATCHABLE)}"
    if set(operation) - {"op", "path", "value"} or (operation["op"] != "remove") != ("value" in operation):
        return codes.PATCH_MALFORMED, "have op, path and value, and a remove no value"
    if path.endswith(("/root", "/handler")):
        return codes.PATCH_DENIED, "not change root or handler"
    return codes.PATCH_DENIED, next(filter(None, map(_why_odd, _strings(operation.get("value")))), "")


def _strings(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the strings in a value, each with its nearest key."""
    for path, part in walk(value):
        if isinstance(part, str):
            yield next((step for step in reversed(path) if isinstance(step, str)), ""), part


def _why_odd(found: tuple[str, str]) -> str:
    key, text = found
    if key == "handler" and text in _HANDLERS:
        return f"not use the handler {text}: it reads files or runs code"
    if key in ("root", "fs", "output", "filename"):
        return f"not use {key}: it reads or writes files"
    odd = next((each for each in _PLACEHOLDERS if each in text), "")
    return f"not use {odd}: it reads the container's environment or files" if odd else ""
