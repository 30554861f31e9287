"""Each workload of each file as the target: refused with a place, or changed where it must be and nowhere else."""

from __future__ import annotations

import functools
import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import kubernetes_validate  # type: ignore[import-untyped] # it has no types
import pytest
from ruamel.yaml import YAML

from krm_fn.function import process
from tests.corpus.conftest import TALLY
from tests.corpus.expected import (
    OWNER,
    TEMPLATES,
    Port,
    at,
    expected_items,
    grpc_is_written,
    is_first_free,
    meant_port,
    pod_of,
    record_of,
    tcp_ports,
)
from tests.corpus.files import HEAD, Document, corpus_files, documents_of
from tests.corpus.lines import only_gains, replaced_lines
from tests.corpus.told import fronted_ports, listener_name, spoken_on
from tests.laws.runs import doubts, without_results
from tests.manifests import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from krm_fn.result import Result
    from tests.corpus.conftest import Tally

KUBERNETES = "1.31"
REASONS = {
    "upstream.port: must be set: .*": "which port is not clear",
    "must be a kind whose Pods keep running, got": "its Pods finish",
    "upstream.protocol: must be set: port .* speaks no HTTP": "its port speaks no HTTP",
    "must reach only Pods that get the proxy": "its Service leads to others, too",
}


def config_for(kind: str, name: str, listener: dict[str, Any] | None) -> dict[str, Any]:
    """Return a functionConfig; without a listener one that leaves the listeners out."""
    spec: dict[str, Any] = {"target": {"kind": kind, "name": name}}
    if listener:
        spec |= {"listeners": [listener], "probes": {"port": 18081, "name": "law-status"}}
    metadata = {"name": OWNER}
    return {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": metadata, "spec": spec}


def listeners_for(workload: Any) -> list[dict[str, Any] | None]:
    """Return the listeners to try: the app's port by number, by name where it has one, and none."""
    tcp = tcp_ports(workload)
    listener = {"name": "law-http", "port": 18080}
    by_number = {**listener, "upstream": {"port": tcp[0]["containerPort"] if tcp else 80}}
    service = {**by_number, "service": {"port": 8099, "name": "law-http"}}
    by_name = [{**listener, "upstream": {"port": port["name"]}} for port in tcp if port.get("name")]
    return [by_number, service, *by_name[:1], None]


def reason_of(lines: tuple[str, ...]) -> str:
    """Return the short reason of a refusal; the message must name a field or a place."""
    errors = [line for line in lines if line.startswith("[error] ")]
    for line in errors:
        assert re.search(r"(spec|metadata|kind)\b\S*: |\(line \d+ of stdin\)", line), line
    (reason,) = {reason for pattern, reason in REASONS.items() if re.search(pattern, errors[0])}
    return f"refused: {reason}"


def port_of(workload: Any, others: list[Any], listener: dict[str, Any] | None, results: Sequence[Result]) -> Port:
    """Return what the listener means."""
    ((number, app),) = fronted_ports(results, workload)
    if listener is None:
        assert app == meant_port(workload, others, app)
        assert is_first_free(number, workload, others)
        listener = {"name": listener_name(results, workload, app)}
    else:
        wanted = listener["upstream"]["port"]
        tcp = tcp_ports(workload)
        declared = [port["containerPort"] for port in tcp if wanted in (port["containerPort"], port.get("name"))]
        assert (number, app) == (listener["port"], declared[0] if declared else wanted)
    spoken = spoken_on(results, workload, app)
    assert "grpc" in spoken or not grpc_is_written(workload, others, app)
    service = listener.get("service", {})
    return Port(app, listener["name"], number, service.get("port"), service.get("name"), spoken)


def expected_data(
    documents: list[Document],
    index: int,
    listener: dict[str, Any] | None,
    outcome: Any,
    results: Sequence[Result],
) -> list[Any]:
    """Return the data that each document must have, given the sidecar's own parts as they came out."""
    data = [document.data for document in documents]
    port = port_of(data[index], [other for other in data if other is not None], listener, results)
    names = [f"{OWNER}-config", f"{OWNER}-cache"]
    volumes = at(pod_of(outcome[index]), "spec", "volumes")[-2:]
    assert [volume["name"] for volume in volumes] == names
    assert volumes[0]["configMap"]["name"] == f"{data[index]['metadata']['name']}-{OWNER}-config"
    return expected_items(data, outcome, {index: [port]})


def output_items(text: str, items: list[str]) -> list[str]:
    """Return the texts of the items as they came out, given those that went in: by their places, without parsing."""
    dash = re.match(" *- ", items[0])
    assert dash
    starts = [match.start() + 1 for match in re.finditer(f"\n{dash[0]}|\n[a-zA-Z]", text)]
    position, found = len(HEAD), []
    for item in items:
        end = position + len(item)
        if not text.startswith(item, position):
            end = next(start for start in starts if start > position)
        found.append(text[position:end])
        position = end
    return found


def taken_out(stdout: bytes) -> bytes:
    """Return the list without what was put in, as spec.remove takes it out, and without results."""
    before, spec, after = stdout.rpartition(b'"spec": {')  # of the functionConfig
    removed = process(before + spec + b'"remove": true, ' + after)
    assert (removed.exit_code, doubts(removed)) == (0, [])
    return without_results(removed.stdout).replace(b'"remove": true, ', b"", 1)


@functools.cache
def is_valid(document: str) -> bool:
    """Tell whether an object is one by Kubernetes' own schemas, which have no unknown fields."""
    try:
        kubernetes_validate.validate(json.loads(document), KUBERNETES, strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError):
        return False
    return True


@pytest.fixture(autouse=True)
def fast_schemas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kubernetes_validate.utils, "schema_contents", _schema)


_schema = functools.cache(kubernetes_validate.utils.schema_contents)


def check_undone_and_idempotent(stdin: bytes, stdout: bytes) -> None:
    again = process(stdout)
    assert again.exit_code == 0, again.lines
    assert without_results(again.stdout) == without_results(stdout)
    assert taken_out(stdout) == stdin


def check_lines(old: str, new: str, record: str) -> None:
    """Assert that lines of a touched item went only where the record tells the value, or an empty place was filled."""
    found = re.findall(r'^changed \S+?(?:\.(\w+)|\["(\S+)"\]) from (\S+) to', record, re.MULTILINE)
    changed = [
        (re.escape(key or quoted), json.loads(value) if value.startswith('"') else value)
        for key, quoted, value in found
    ]
    for went, came in replaced_lines(old, new):
        for line, replacement in zip(went, [*came, *[""] * len(went)], strict=False):
            told = any(re.search(rf"\b{key}: *{re.escape(value)}\s*(#.*)?$", line) for key, value in changed)
            stays = new.split("\n").count(line) >= old.split("\n").count(
                line
            )  # it was aligned with the sidecar's lines
            assert told or stays or only_gains(line, replacement), (line, came)


def block_case(
    documents: list[Document], index: int, listener: dict[str, Any] | None, indent: str, tally: Tally
) -> None:
    """Check one target in block form."""
    workload = documents[index]
    items = [document.item(indent) for document in documents]
    config = json.dumps(config_for(workload.kind, workload.name, listener), indent=2).replace("\n", "\n  ")
    stdin = HEAD + "".join(items) + f"functionConfig:\n  {config}\n"
    outcome = process(stdin.encode())
    if outcome.exit_code:
        assert outcome.stdout.decode().startswith(stdin)
        tally(workload.kind, reason_of(outcome.lines))
        return
    text = outcome.stdout.decode()
    new_items = output_items(text, items)
    if all(document.is_yaml for document in documents):
        load(text)
    loaded = [_loaded(new, document) for new, document in zip(new_items, documents, strict=True)]
    expected = expected_data(documents, index, listener, loaded, outcome.results)
    for document, old, new, data, wanted in zip(documents, items, new_items, loaded, expected, strict=True):
        if document.data is None or wanted == document.data:
            assert new == old
        else:
            assert data == wanted
            check_lines(old, new, record_of(data))
            if is_valid(json.dumps(document.data)):
                assert is_valid(json.dumps(data))
            YAML(typ="safe", pure=True).load(new)
            tally(document.kind, "injected" if document is workload else "changed with it")
    check_undone_and_idempotent(stdin.encode(), outcome.stdout)


def _loaded(new: str, document: Document) -> Any:
    if document.data is None:
        return None
    (data,) = load(new)
    return data


def json_case(documents: list[Document], index: int, listener: dict[str, Any] | None, tally: Tally) -> None:
    """Check one target where the whole list is JSON."""
    workload = documents[index]
    whole = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": [document.data for document in documents],
        "functionConfig": config_for(workload.kind, workload.name, listener),
    }
    stdin = json.dumps(whole).encode()
    outcome = process(stdin)
    written = json.loads(outcome.stdout)
    if outcome.exit_code:
        assert written["items"] == whole["items"]
        tally(workload.kind, reason_of(outcome.lines))
        return
    loaded = written["items"][: len(documents)]
    assert loaded == expected_data(documents, index, listener, loaded, outcome.results)
    tally(workload.kind, "injected")
    check_undone_and_idempotent(stdin, outcome.stdout)


@pytest.mark.corpus
@pytest.mark.parametrize("path", corpus_files())
def test_each_workload_as_the_target(path: Path, tally: Tally) -> None:
    documents = documents_of(path)
    readable = [document for document in documents if document.is_yaml]
    plain = [document for document in readable if document.is_plain()]
    for index, document in enumerate(documents):
        if document.kind in TEMPLATES and document.name:
            tally(document.kind, "workloads")
            listeners = listeners_for(document.data)
            with failures_counted(tally, document.kind):
                for listener in listeners:
                    block_case(documents, index, listener, "", tally)
                block_case(readable, readable.index(document), listeners[1], "  ", tally)
                if document in plain:
                    json_case(plain, plain.index(document), listeners[1], tally)


@contextmanager
def failures_counted(tally: Tally, kind: str) -> Iterator[None]:
    """Count what goes wrong within the block."""
    tally(kind, "failed", 0)
    try:
        yield
    except BaseException:
        tally(kind, "failed")
        raise


@pytest.mark.corpus
def test_each_reason_was_met(request: pytest.FixtureRequest) -> None:
    if not all_of_the_corpus_ran(request.session):
        pytest.skip("a part of the corpus does not meet every reason")
    assert {f"refused: {reason}" for reason in REASONS.values()} <= {outcome for _, outcome in TALLY}


def all_of_the_corpus_ran(session: pytest.Session) -> bool:
    """Tell whether the test before was run on every file."""
    ran = [item for item in session.items if item.name.startswith(test_each_workload_as_the_target.__name__)]
    return len(ran) == len(corpus_files()) > 1
