"""Golden output that a reader can take in: without the lines that every nginx configuration has.

The engine's own golden files hold configurations in full; here only what a workload or a setting decides is shown.
"""

from __future__ import annotations

import json
import re

from krm_fn.engines import engine_named
from krm_fn.engines.engine import ProxyListener, ProxyPlan, ReadyCheck
from krm_fn.function_config.generated.values import Listener, Probes, Route, Spec, StaticFiles, Target

ELLIPSIS = "…"
_CHECKSUM = re.compile(r"(krm-fn\.dev/(?!owner)[a-z0-9-]+\"?: )\"?[0-9a-z]{8,64}\"?(?=[,}\n])")
_BLOCK = re.compile(r"^(?P<indent> *)(?P<key>[\w.-]+: \|\r?\n)(?P<text>(?:(?P=indent) +\S.*\n|\r?\n)+)", re.MULTILINE)
_QUOTED = re.compile(r'(?<=: )"worker_processes(?:[^"\\]|\\.)*"')
_NEVER = 1
"""A number that no example has: so what depends on it is always shown."""


def elided(stdout: str) -> str:
    """Return the output with the checksums' digits, and the configuration lines common to all, as an ellipsis."""
    text = _CHECKSUM.sub(rf"\g<1>{ELLIPSIS}", stdout)
    text = _BLOCK.sub(lambda found: found["indent"] + found["key"] + _shown(found["text"]), text)
    return _QUOTED.sub(lambda found: json.dumps(_shown(json.loads(found[0])), ensure_ascii=False), text)


def _shown(text: str) -> str:
    if not text.lstrip().startswith("worker_processes"):
        return text
    shown: list[str] = []
    for line in text.split("\n"):
        content = line.strip()
        if content and content not in _COMMON:
            shown.append(line)
        elif content and (not shown or not shown[-1].endswith(ELLIPSIS)):
            shown.append(line[: len(line) - len(line.lstrip())] + ELLIPSIS)
    return "\n".join(shown) + "\n"


def _common_lines() -> frozenset[str]:
    listener = Listener(name="never", port=_NEVER)
    plan = ProxyPlan(
        spec=Spec(target=Target(kind="Deployment", name="never"), probes=Probes(port=_NEVER)),
        listeners=(ProxyListener(listener=listener, upstream_port=_NEVER, root=""),),
        config_path="/never",
        ready=ReadyCheck(handler="http", port=_NEVER, path="/never"),
        worker_processes=97,
        drain_seconds=_NEVER,
    )
    serving = listener.replace(routes=(Route(path="/never", files=StaticFiles(config_map="never")),))
    static = ProxyListener(listener=serving, upstream_port=_NEVER, root="/never")
    plans = (plan, plan.replace(ready=ReadyCheck(handler="any", port=_NEVER)), plan.replace(listeners=(static,)))
    texts = [text for plan in plans for text in engine_named("nginx").render(plan).values()]
    return frozenset(line.strip() for text in texts for line in text.split("\n") if line.strip())


_COMMON = _common_lines()
