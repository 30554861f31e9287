"""Items that have nothing to do with the scenario, as many as wanted: what a large package is made of.

The manifests in the folder beside this are written as kpt sends them: go-yaml's block form with comments, quotes, here
and there flow style, and the host's annotations. The same index gives the same text.
"""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFESTS = Path(__file__).parent / "manifests"
MIX = ("deployment", "service", "configmap", "deployment", "servicemonitor", "configmap") * 3 + ("ingress", "service")
TEAMS = ("billing", "catalog", "checkout", "identity", "ingest", "mail", "monitoring", "orders", "search", "shipping")
ROLES = ("api", "worker", "web", "cron", "gateway", "importer", "exporter")
UPSTREAM = Template("""\
    - name: upstream-$index
      url: https://upstream-$index.$team.example.org/v1?limit=100
      retries: {attempts: 3, backoff: 250ms}""")


def unrelated_items(start: int, end: int) -> Iterator[str]:
    """Yield the manifests from one index to another, each a document of its own."""
    manifests = {name: Template((MANIFESTS / f"{name}.yaml").read_text()) for name in MIX}
    for index in range(start, end):
        team = TEAMS[index // len(MIX) % len(TEAMS)]
        role = ROLES[index // 3 % len(ROLES)]
        upstreams = range(2 + index * 7 % 30)
        yield manifests[MIX[index % len(MIX)]].substitute(
            team=team,
            role=role,
            name=f"{team}-{role}-{index}",
            version=f"1.{index % 37}.{index % 11}",
            replicas=1 + index % 5,
            memory=64 << index % 5,
            upstreams="\n".join(UPSTREAM.substitute(index=at, team=team) for at in upstreams),
        )
