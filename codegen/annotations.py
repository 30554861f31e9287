"""The page of the annotations that name ports, written from the table by which they follow."""

from __future__ import annotations

from krm_fn.references.annotations import ingresses, load_balancers, meshes, others, scrapers
from krm_fn.references.annotations.row import Row

_SECTIONS = {
    "Service meshes": meshes,
    "Load balancers of clouds": load_balancers,
    "Ingress controllers": ingresses,
    "Metrics, profiles and checks": scrapers,
    "Other tools": others,
}
_OF = {
    "service": "the Service's",
    "pods": "the Pods'",
    "endpoints": "a name: the Service's; a number: the Pods'",
    "other": "neither's",
}
_DOES = {
    "follows": "follows",
    "gains": "gains the proxy's port beside the app's",
    "leaves out": "is reported where it has the app's port or the proxy's",
    "is reported": "is reported",
    "stays": "stays",
}


def annotations_page() -> str:
    """Return the text of the page."""
    sections = (_section(title, module.ROWS) for title, module in _SECTIONS.items())
    return _HEAD + "\n".join(sections)


def _section(title: str, rows: tuple[Row, ...]) -> str:
    return f"\n## {title}\n\n{_COLUMNS}{''.join(map(_row, rows))}"


def _row(row: Row) -> str:
    key = f"`{row.key}`" + (f", beside `{row.beside}`" if row.beside else "")
    on = ", ".join("Pod template" if each == "Pod" else each for each in row.on)
    does = _DOES[row.does] if row.on != ("Namespace",) else "is reported"
    example = row.example.replace("|", "\\|")
    return f"| {key} | {on} | {_OF[row.of]} | `{example}` | {does} | {row.source} |\n"


_COLUMNS = "| annotation | on | whose port | such as | what happens | read in |\n|---|---|---|---|---|---|\n"
_HEAD = """\
# Annotations that name ports

Generated from `krm_fn/references/annotations` by `python -m codegen`: do not edit. [References that are
updated](referrers.md) has the fields.

These annotations are known on the Services in front of an app, its Pod template, its workload, Ingresses that route
to it and its Namespace. In a key, `{port}` is a port and `*` any text. A value is changed in place: its quotes, order,
blanks, and in JSON all text around, stay as they are. `proxy-sidecar remove` sets it back.

- **follows**: it names the new number or name of a Service's port, or the proxy's port in the place of the app's. In a
  list, the old port stays beside the new one where something else still needs it; elsewhere a warning reports what
  cannot follow. Where the port stands in the key, the annotation gets another key.
- **gains**: the list has the ports that a mesh takes in, or takes for no HTTP. Where it has the app's, it gets the
  proxy's as well. On a Namespace it stays, with a warning (PS643): it is for other Pods, too.
- **is reported**, a list of ports to leave out of a mesh: where it has the proxy's, requests would pass by the mesh's
  encryption and policies (PS641), unless a setting goes by the client's address, which the mesh would hide. Where it
  has only the app's, requests pass through the mesh from now on (PS642). Another annotation is reported where what it
  means depends on the cluster (PS644).
- **stays**: it means the app itself, outgoing requests, or a port of another container or of the load balancer.

A health check of a load balancer follows to the proxy's port, and so takes the way of all requests. Where the proxy
requires credentials there, or takes TLS that the check does not use, or none that it does, it stays on the app's port,
with a warning (PS645).

With `spec.referrers.scrape: app`, annotations for metrics keep the app's port. With `spec.cutover: staged`, only those
of the Pod template change. `spec.referrers.ignore` leaves kinds alone.

An annotation that is not among these is reported (PS640) if its key has the word port, or the old number, and it holds
the old number or name as a whole word; not where its key is about the app's own port, or about outgoing requests. With
any key it is reported if it has the number behind a variable and a colon, as in `http://$(POD_IP):3000`, or in the JSON
field of a port. An address with the Service's name is reported as in any text (PS607).
`use-annotation`, as a port's name in an Ingress, is no port.
"""
