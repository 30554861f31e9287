"""However a file or a list ends: after a removal it is what came, or it is refused before it is touched."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from krm_fn.cli.command_line import run_command
from krm_fn.function import process
from tests.cli.manifests import DEPLOYMENT, SERVICE, as_json, tree, write_tree
from tests.laws.runs import without_results

CONFIG = """\
apiVersion: krm-fn.dev/v1alpha1
kind: ProxySidecar
metadata: {name: proxy}
spec: SPEC
"""
SPEC = "{target: {kind: Deployment, name: web}, cutover: service, listeners: [{service: {port: 8999, name: proxied}}]}"
ENDINGS = (
    "", "\n", "\r\n", "\r", "\r\r", "\n\r", "\r\r\n", "\n\n", "\n\n\n", "\r\n\r\n", "\r\n\r", "\n\r\n", "\r\r\r",
    " ", "  \n", "\t", "\t\n", " \n ", "\n ", "\n \n", "\n\t", "\n\t\n", " \r\n", " \r",
    "# c", " # c", " # c\n", " # c\r", "\n# c", "\n# c\n", "\n  # c", "\n          # c\n", "\n# c\r", "\r\n# c\r\n",
    "\n---", "\n---\n", "\n--- ", "\n---\r", "\n---\r\n", "\n--- # c", "\n--- # c\n", "\n---\n---\n", "\n---\n# c",
    "\n---\n\n", "\n--- text", "\n--- |\n", "\n---\n%YAML 1.1\n---\n", "\n%YAML 1.1\n---\n",
    "\n...", "\n...\n", "\n... ", "\n... # c", "\n...\n# c\n", "\n...\n---\n", "\n...\r",
    "\r\n...\r\n", "\n...\n...\n",
    "\x85", "\n\x85", "\x85\n", "\x85\x85", "\u2028", "\n\u2028", "\u2028\n", "\u2029", "\n\u2029", " \u2029 ",
    "\ufeff", "\n\ufeff", "\n\ufeff\n", "\n---\ufeff", "\x00", "\n\x00", "\n\x00\n", "\x0c", "\n\x0c\n",
    "\x1a", "\n\x1a",
    "\x0b", "\xa0", "\n\xa0\n", "\u3000", "\x7f",
)  # fmt: skip
"""What stands behind the last character of the last object."""
NOTE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: note}\ndata:\n  note: "
BLOCK = """\
apiVersion: v1
kind: Service
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 9000}]
"""
PORTS = "  ports:\n  - targetPort: 9000\n    name: http\n    port: 80"
LAST = {
    "a Service": SERVICE,
    "a workload": DEPLOYMENT,
    "a Service in flow style": f"{BLOCK}metadata: {{name: web}}",
    "a name": f"{BLOCK}metadata:\n  name: web",
    "a Service's port in a list": SERVICE.partition("  ports:")[0] + PORTS,
    "a literal block": f"{BLOCK}metadata:\n  name: web\n  annotations:\n    note: |\n      text",
    "a literal block, stripped": f"{BLOCK}metadata:\n  name: web\n  annotations:\n    note: |-\n      text",
    "a literal block, kept": f"{BLOCK}metadata:\n  name: web\n  annotations:\n    note: |+\n      text",
    "a folded block, kept": f"{BLOCK}metadata:\n  name: web\n  annotations:\n    note: >+\n      text\n\n      more",
    "a text in quotes": f'{BLOCK}metadata:\n  name: web\n  annotations:\n    note: "text"',
    "nothing": f"{BLOCK}metadata:\n  name: web\n  annotations:",
    "JSON": as_json(SERVICE),
    "another object": f"{NOTE}|+\n    text",
}


def body(last: str, newline: str) -> str:
    """Return the documents, the last of which is one of these, without what ends it."""
    text = LAST[last].rstrip("\n")
    others = {"a workload": f"{SERVICE}---\n", "another object": f"{SERVICE}---\n{DEPLOYMENT}---\n"}
    return (others.get(last, f"{DEPLOYMENT}---\n") + text).replace("\n", newline)


def check_file(folder: Path, data: bytes) -> None:
    """Render, render again, and remove."""
    (folder / "fn.yaml").write_text(CONFIG.replace("SPEC", SPEC))
    files = folder / "files"
    before = write_tree(files, {"web.yaml": data})
    render = ["render", "--config", str(folder / "fn.yaml"), str(files)]
    if run_command(render).exit_code:
        assert tree(files) == before
        return
    once = tree(files)
    again = run_command(render)
    assert (again.exit_code, tree(files)) == (0, once)
    removed = run_command(["remove", str(files)])
    assert (removed.exit_code, [line for line in removed.lines if "[error]" in line]) == (0, [])
    assert tree(files) == before


def check_list(text: str, ending: str) -> None:
    """Inject, inject again, and remove, with the items at the end of the list."""
    items = "".join(f"- {part.strip()}".replace("\n", "\n  ") + "\n" for part in text.split("---\n"))
    config = CONFIG.replace("SPEC", SPEC).replace("\n", "\n  ").rstrip()
    head = f"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  {config}\nitems:\n"
    stdin = f"{head}{items.rstrip()}{ending}".encode()
    outcome = process(stdin)
    if outcome.exit_code:
        assert stdin in outcome.stdout or b"items: []" in outcome.stdout or outcome.stdout == stdin
        return
    once = without_results(outcome.stdout)
    assert without_results(process(once).stdout) == once
    old, new = SPEC.encode(), b"{remove: true}"
    removed = process(once.replace(old, new))
    assert removed.exit_code == 0
    assert without_results(removed.stdout).replace(new, old) == stdin


@pytest.mark.parametrize("ending", ENDINGS, ids=ascii)
def test_some_files(ending: str, tmp_path: Path) -> None:
    random = Random(ascii(ending))
    check_file(tmp_path, (body(random.choice([*LAST]), random.choice(["\n", "\r\n"])) + ending).encode())


@pytest.mark.parametrize("ending", ENDINGS, ids=ascii)
def test_some_lists(ending: str) -> None:
    check_list(body(Random(ascii(ending)).choice([last for last in LAST if last != "JSON"]), "\n"), ending)


@pytest.mark.parametrize("ending", [b"\xff", b"\n\xff", b"\n---\n\xff", b"\n# \xff\n"])
def test_what_is_no_text(ending: bytes, tmp_path: Path) -> None:
    check_file(tmp_path, body("a Service", "\n").encode() + ending)


@pytest.mark.fuzz
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("last", LAST)
def test_each_ending(last: str, newline: str, tmp_path: Path) -> None:
    for number, ending in enumerate(Random(last).sample(ENDINGS, len(ENDINGS) // 3)):
        folder = tmp_path / str(number)
        folder.mkdir()
        check_file(folder, (body(last, newline) + ending).encode())
        if newline == "\n" and last != "JSON":
            check_list(body(last, newline), ending)
