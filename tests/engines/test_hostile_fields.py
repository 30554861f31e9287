"""Text in any string field of the model is refused, or arrives literally: nothing else in the configuration is changed.

The fields come from the model, so a new one is covered the day it is added: there is no document for it before.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from krm_fn.engines.caddy.json_parts import literal, pattern
from krm_fn.engines.nginx.quoting import regex_of
from krm_fn.engines.paths import request_target
from krm_fn.function import process
from krm_fn.function_config.load import load
from krm_fn.function_config.snippets.statements import Directive, directives
from krm_fn.result import FunctionError
from tests.engines.caddy.plans import caddy
from tests.engines.nginx.current import current_nginx, without_lacking
from tests.function_config.string_fields import Place, places, string_fields, with_text
from tests.function_config.whole import whole_documents
from tests.servers.certificates import certificates
from tests.servers.loopback import require_root
from tests.servers.pod import Pod
from tests.servers.sandbox import run_in_sidecar
from tests.test_tasks import APP

TEXTS = [
    *("; return 500; #", "} location / { return 500; }", "${host}", "$", "$1", '"', '";}', "\\", "\\'", "' '", "~x"),
    *("{env.HOME}", "{http.request.host}", "{$HOME}", "\\{x}", "{{ 7 }}", "é€", "*/", "../a", "x" * 20000),
    *("a\nb;", "a\rb", "\0", "\x7f"),
]
SNIPPETS = ("snippet", "main", "http", "patch")
"""What fields of snippets end in: their text is meant to be configuration."""
_GROUP = (r"$\{1}", "${1}", "{http.regexp.decoded.1}", "{http.regexp.redirect.1}")
"""What a rewrite and a redirect mean by $1."""
_SPELLED = re.compile(r"\(\?i?:(\\?.)\|%[^)]*\)", re.DOTALL)
"""A character of a path in each of its spellings."""
_Leaves = list[tuple[str, tuple[str, ...]]]


def test_the_documents_hold_every_string_field_of_the_model() -> None:
    held = {field for document in whole_documents().values() for field, _ in places(document)}
    assert set(string_fields()) <= held


PAIR = re.compile(r"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}")


def candidates(benign: str) -> Iterator[tuple[str, str]]:
    """Yield hostile values, each with what must arrive of it."""
    for text in TEXTS:
        yield text, text
        if not benign.endswith("/"):  # or it would be a prefix of another kind
            yield benign + text, text
        yield benign[:-1] + text + benign[-1:], text


def configuration(document: Any) -> tuple[str, Pod]:
    """Return the configuration that the function makes of a document, and the Pod."""
    items = list(yaml.safe_load_all(APP))
    resource_list = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": items}
    text = json.dumps({**resource_list, "functionConfig": document})
    plain = PAIR.sub(lambda pair: str(json.loads(f'"{pair.group()}"')), text)  # libyaml reads no pair of escapes
    outcome = process(plain.encode())
    if outcome.exit_code:
        raise ValueError(outcome.lines)
    made = yaml.load(outcome.stdout, yaml.CSafeLoader)["items"]
    spec = document["spec"]
    pod = Pod(made, "Deployment", spec["sidecar"]["name"])
    return pod.config_maps[spec["configMap"]["name"]]["data"][spec["configMap"]["key"]], pod


def nginx_leaves(text: str) -> _Leaves:
    """Return every directive by the names of its blocks, with its arguments."""

    def walk(found: tuple[Directive, ...], path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        for each in found:
            in_map = path.rpartition("/")[2] in ("map", "geo", "split_clients", "types")
            name = "entry" if in_map else each.words[0]
            yield f"{path}/{name}", each.words if in_map else each.words[1:]
            yield from walk(each.block or (), f"{path}/{name}")

    return list(walk(directives(text), ""))


def caddy_leaves(text: str) -> _Leaves:
    """Return every value of the JSON by its path; keys that are headers' names or the like are values, too."""

    def walk(data: Any, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        if isinstance(data, dict):
            for key, value in data.items():
                yield f"{path}/key", (key,)
                yield from walk(value, f"{path}/value")
        elif isinstance(data, list):
            for value in data:
                yield from walk(value, f"{path}[]")
        else:
            yield path, (json.dumps(data, ensure_ascii=False) if not isinstance(data, str) else data,)

    return list(walk(json.loads(text), ""))


def arrives(text: str, found: str) -> bool:
    """Tell whether a text is in an argument: as it is, or in the spelling that stands for it there."""
    requested = request_target("/" + text)[1:]
    groups = [text.replace("$1", each) for each in _GROUP]
    spelled = (
        *groups,
        text.replace("$", "$$"),
        text,
        regex_of(text),
        pattern(text),
        literal(text),
        requested,
        literal(requested),
    )
    plain = found.replace("${dollar}", "$")
    if found != (path := _SPELLED.sub(r"\1", found)):  # a path, whose last segments may be of no matter there
        return any(segment and pattern(segment) in path for segment in text.split("/"))
    if ";[^/" in found:  # a path that is blocked, in each of its spellings
        return all(pattern(each) in found for each in text.split("/"))
    in_a_variable = text.lower().replace("-", "_") in found
    return in_a_variable or any(each in plain or each in found for each in spelled)


def check_leaves(benign: _Leaves, hostile: _Leaves, text: str, place: str) -> None:
    """Compare two configurations: the same directives, in whatever order; new arguments hold the text."""
    assert sorted(name for name, _ in hostile) == sorted(name for name, _ in benign), place
    known = {(name, argument) for name, arguments in benign for argument in arguments}
    new = Counter(hostile) - Counter(benign)
    for name, arguments in new:
        for argument in arguments:
            assert (name, argument) in known or arrives(text, argument), (place, text, name, argument)


def accepted(document: Any, fields: set[str]) -> Iterator[tuple[str, Place, str, str]]:
    """Yield the hostile values that the functionConfig takes in some of its fields."""
    for field, steps in places(document):
        if field in fields and steps[-1] != "value" and not field.removesuffix("{}").endswith(SNIPPETS):
            benign = steps[-2] if steps[-1] == "{}" else _at(document, steps)
            for value, text in candidates(str(benign)):
                try:
                    load(with_text(document, steps, value))
                except FunctionError:
                    continue
                yield field, steps, value, text


def _at(data: Any, steps: Place) -> Any:
    for step in steps:
        data = data[step]
    return data


@pytest.mark.fuzz
@pytest.mark.server
@pytest.mark.parametrize("name", list(whole_documents()))
def test_hostile_text_is_refused_or_arrives_literally(name: str) -> None:
    require_root()
    document = whole_documents()[name]
    leaves = caddy_leaves if "caddy" in name else nginx_leaves
    usual, pod = configuration(document)
    benign = leaves(usual)
    configurations: dict[tuple[str, str], tuple[str, Pod]] = {("", ""): (usual, pod)}
    for field, steps, value, text in accepted(document, fields_of(name)):
        if (field, text) in configurations:
            continue  # in another place of the same value, or of a list
        try:
            rendered, pod = configuration(with_text(document, steps, value))
        except ValueError:
            continue  # refused by the function, beside the workload
        check_leaves(benign, leaves(rendered), text, field)
        configurations[field, text] = rendered, pod
    assert len(configurations) > (20 if name in ("nginx", "caddy") else 2)
    for rendered, pod in dict(configurations.values()).items():
        assert_read(pod, rendered)


def fields_of(name: str) -> set[str]:
    """Return the fields that a document is for: those beside the first of nginx's, what is not in that."""
    fields = set(string_fields())
    first = {field for field, _ in places(whole_documents()["nginx"])}
    return fields if name in ("nginx", "caddy") else fields - first


def assert_read(pod: Pod, rendered: str) -> None:
    """Check that the real server reads the configuration."""
    authority = {"configMaps/web-ca/ca.crt": certificates().secrets["web-clients/ca.crt"]}
    users = {"users": b"", "auth": b"", "alice": b"$2y$04$" + b"a" * 53}
    ours = {f"{name}/{key}": value for name in ("web-users", "web-admins") for key, value in users.items()}
    secrets = {**certificates().secrets, **authority, **ours}
    hosts = {"/etc": {"hosts": b"127.0.0.1 localhost auth.back.svc asked.back.svc api.back.svc c.back.svc\n"}}
    files = {**pod.files(secrets), **hosts}
    command = pod.sidecar["command"]
    program = caddy() if command[0] == "caddy" else current_nginx()
    ask = (
        ["caddy", "validate", "--config", command[-1]] if command[0] == "caddy" else ["nginx", "-t", "-c", command[-1]]
    )
    if command[0] == "nginx":
        files = {path: {key: without_lacking(text) for key, text in files[path].items()} for path in files}
    result = run_in_sidecar(files, pod.writable(), ask, user_id=101, program=program)
    assert result.returncode == 0, (result.stderr, rendered)
