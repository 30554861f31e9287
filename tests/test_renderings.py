"""Every configuration in the tests is one that the real servers read, and that gixy finds nothing in."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.cannot_run import cannot_run
from tests.engines.caddy.plans import caddy
from tests.engines.nginx.current import current_nginx, without_lacking
from tests.renderings import Rendering, renderings, volumes, writable
from tests.servers.loopback import require_root
from tests.servers.sandbox import run_in_sidecar

pytestmark = [pytest.mark.server, pytest.mark.no_cover]  # all is rendered in other tests too

GIXY = Path(__file__).parents[1] / ".venv-gixy" / "bin" / "gixy"
FALSE_ALARMS = {
    "status_page_exposed": "the status page asks $from_inside, which is of the peer's own address: allow and deny "
    "would believe X-Forwarded-For",
    "missing_resolver": "the variable is the name of one of two upstream blocks",
    "try_files_is_evil_too": "files of a ConfigMap change behind symbolic links, which such a cache would miss",
    'Directive "error_page" is not safe to use in "if in location" context': "it is one of the directives that nginx "
    "has for that place, and the `return` beside it is all that it works on",
    'Directive "set" is not safe to use in "if in location" context': "it is of the rewrite module, as is the `return` "
    "behind it: nothing else of the location is run",
    "return_bypasses_allow_deny": "what is returned before a client's address is looked at refuses a request: a route "
    "with a fixed answer or a redirect has no addresses",
    "ssrf": "each value of $rewritten_ begins with a slash, which ends the host; no other variable is part of one",
    "hsts_header": "whether a domain is for TLS alone, its owner says: by spec.headers",
}
"""What gixy warns of by mistake, by its plugin or in full, and why it is one."""
_POSSESSIVE = re.compile(r"(?<=[\])/])([*+?])\+")
"""A repetition that gives nothing back: gixy cannot read it, and without that it matches no less."""

UNAVOIDABLE = "could not build optimal fastcgi_params_hash"
"""nginx has no directive for the size of that table."""


def of(engine: str) -> list[Rendering]:
    return [each for each in renderings() if each.engine == engine]


def test_there_are_some_of_each_engine() -> None:
    assert len(of("nginx")) > 30
    assert len(of("caddy")) > 10


def test_nginx_reads_them() -> None:
    require_root()
    for each in of("nginx"):
        ask = ["nginx", "-t", "-c", "/proxy/nginx.conf"]
        if not re.search("http2 on;|proxy_http_version 2;| resolve;", each.text):  # as Debian's cannot yet
            result = run_in_sidecar(volumes(each, "/proxy/nginx.conf"), writable(each), ask)
            assert result.returncode == 0, (each.origin, result.stderr)
            warnings = [line for line in result.stderr.splitlines() if "[warn]" in line and UNAVOIDABLE not in line]
            assert not warnings, (each.origin, warnings)
        newest = Rendering(each.origin, each.engine, without_lacking(each.text.encode()).decode())
        if " http2" not in each.text.replace("http2 on;", ""):
            result = run_in_sidecar(volumes(newest, "/proxy/nginx.conf"), writable(each), ask, program=current_nginx())
            assert result.returncode == 0, (each.origin, result.stderr)


def test_caddy_reads_them() -> None:
    require_root()
    for each in of("caddy"):
        ask = ["caddy", "validate", "--config", "/proxy/caddy.json"]
        result = run_in_sidecar(volumes(each, "/proxy/caddy.json"), ["/root"], ask, program=caddy())
        assert result.returncode == 0, (each.origin, result.stderr)


def test_gixy_finds_nothing(tmp_path: Path) -> None:
    if not GIXY.exists():
        cannot_run("gixy-ng is not installed: scripts/apart")
    origins = {}
    for number, each in enumerate(of("nginx")):
        file = tmp_path / f"{number}.conf"
        file.write_text(_POSSESSIVE.sub(r"\1", each.text))
        origins[str(file)] = each.origin
    result = subprocess.run([GIXY, "-l", "-l", "-f", "json", *origins], capture_output=True, text=True, check=False)
    findings = [
        (finding["plugin"], finding["reason"], origins[finding["path"]])
        for finding in json.loads(result.stdout)
        if not {finding["plugin"], finding["reason"]} & FALSE_ALARMS.keys()
    ]
    assert findings == []
    assert '"plugin"' in result.stdout, "gixy finds the false alarms, at least"
