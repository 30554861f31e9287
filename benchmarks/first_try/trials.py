"""One run of the function for a workload, and other functionConfigs where the smallest one was refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from benchmarks.inputs import HEAD, as_entry
from krm_fn.codes import SIDECAR_INJECTED, UPSTREAM_PROTOCOL
from krm_fn.function import process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.first_try.reviewed import Verdict
    from benchmarks.first_try.workloads import Workload
    from krm_fn.result import Result
    from krm_fn.summary import Outcome


class Trial:
    """What became of one run."""

    def __init__(self, outcome: Outcome) -> None:
        self.is_accepted = outcome.exit_code == 0
        self.errors: list[Result] = [each for each in outcome.results if each.severity == "error"]
        self.port = _fronted_port(outcome)
        self.speaks = next(
            (str(each.proposed_value) for each in outcome.results if each.code is UPSTREAM_PROTOCOL), "http"
        )
        self._warnings = [each.message for each in outcome.results if each.severity == "warning"]

    def is_right(self, verdict: Verdict) -> bool:
        """Return whether the port is the one that is meant, and is requested by what it speaks."""
        return self.is_accepted and (self.port, self.speaks) == (verdict.port, verdict.speaks)

    @property
    def codes(self) -> str:
        """The codes of the errors, each once."""
        return " ".join(sorted({str(error.code) for error in self.errors}))

    @property
    def doubts_http(self) -> bool:
        """Whether a warning has the word HTTP, as each must that doubts that the app speaks it."""
        return any("HTTP" in message for message in self._warnings)


def _fronted_port(outcome: Outcome) -> int | None:
    """Return the port of the app that the proxy is in front of, as the result on the workload names it."""
    messages = [each.message for each in outcome.results if each.code is SIDECAR_INJECTED]
    found = re.search(r" in front of (\d+)", "".join(messages))
    return int(found[1]) if found else None


def tried(workload: Workload, **settings: Any) -> Trial:
    """Run the function for a workload: with the smallest functionConfig, or with further fields of its spec."""
    function_config = {
        "apiVersion": "krm-fn.dev/v1alpha1",
        "kind": "ProxySidecar",
        "metadata": {"name": "first-try"},
        "spec": {"target": workload.target, **settings},
    }
    items = "".join(as_entry(f"{document.text}\n") for document in workload.documents)
    return Trial(process(f"{HEAD}{items}functionConfig: {json.dumps(function_config)}\n".encode()))


def help_for(workload: Workload, verdict: Verdict) -> str:
    """Return the fields with which a refused workload is accepted, empty where none of those that are tried help."""
    return next((name for name, settings in _helps(verdict) if tried(workload, **settings).is_accepted), "")


def _helps(verdict: Verdict) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield further fields of the spec, the simplest first, each with what to call them."""
    upstream = {"port": verdict.port}
    free = {"probes": {"port": 18081}}
    yield "listeners[0].port", {"listeners": [{"port": 18080}]}
    yield "listeners[0].port and probes.port", {"listeners": [{"port": 18080}], **free}
    yield "upstream.port", {"listeners": [{"upstream": upstream}]}
    yield "upstream.port and other ports", {"listeners": [{"port": 18080, "upstream": upstream}], **free}
    for protocol in dict.fromkeys((verdict.speaks, "http")):
        spoken = {**upstream, "protocol": protocol}
        yield "upstream.port and protocol", {"listeners": [{"upstream": spoken}]}
        yield "upstream.port, protocol and other ports", {"listeners": [{"port": 18080, "upstream": spoken}], **free}
