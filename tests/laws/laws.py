"""The laws that hold for a run on a package, and for several runs one after another."""

from __future__ import annotations

import re
from itertools import permutations
from typing import TYPE_CHECKING, Any

from krm_fn.function import process
from tests.corpus.expected import (
    OWNER,
    Port,
    expected_items,
    grpc_is_written,
    is_first_free,
    meant_port,
    tcp_ports,
)
from tests.corpus.told import fronted_ports, listener_name, spoken_on
from tests.laws.runs import injected, mean_the_same, parts_of, plain, taken_out, with_config, without_results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from krm_fn.result import Result
    from tests.laws.configs import Config
    from tests.laws.packages import Package
    from tests.laws.text import Text

PLACE = re.compile(r"items\[\d+\]|(spec|metadata|kind|rules)\b\S*( \(.*\))?: |\(line \d+ of stdin\)|\S+/\w+/\S+: ")
"""A field, a line, an item, or an object."""
BEHIND = re.compile(rb"(, |(?<=\n) *(#[^\n]*)?\r?\n)*((?<=\n) *#[^\n]*)?\Z")
"""What stands behind an item before the next one."""


ON_THE_WAY = re.compile(r"\] (PS381|PS383) ")
"""Warnings of what is lost while new Pods replace the running ones: none where nothing changes."""


def is_undone(text: Text, config: Config) -> None:
    """Refused with a place, or injected: then twice is once, and what is taken out again gives back what came."""
    stdin, bare = text.stdin(config), text.stdin(config, results=False)
    outcome = process(stdin)
    if outcome.exit_code:
        assert all(PLACE.search(line) for line in outcome.lines if line.startswith("[error]")), outcome.lines
        assert without_results(outcome.stdout) == bare
        return
    again = process(outcome.stdout)
    assert without_results(again.stdout) == without_results(outcome.stdout)
    assert again.lines == tuple(line for line in outcome.lines if not ON_THE_WAY.search(line))
    assert taken_out(without_results(outcome.stdout), config) == bare


def means_what_plain_edits_make(text: Text, config: Config, package: Package) -> None:
    """Each item means what a load, a change and a dump would make of it; what they leave alone stays to the byte."""
    outcome = process(text.stdin(config))
    if outcome.exit_code:
        return
    stdout = without_results(outcome.stdout)
    parts = list(text.parts(config, results=False))
    items = [item.encode() for item in parts[1:-1]]
    others, ours = parts_of(stdout, OWNER)
    assert len(others) == len(items)
    plain_items = [index for index, data in enumerate(text.data) if data is not None]
    data = [text.data[index] for index in plain_items]
    new = [plain(others[index].decode()) for index in plain_items]
    listeners = listeners_of(config, data, package, outcome.results)
    wanted = expected_items(data, new, listeners, container_of(config))
    assert new == wanted
    touched = {index for index, old, after in zip(plain_items, data, new, strict=True) if old != after}
    rest = stdout.removeprefix(parts[0].encode())
    for index, item in enumerate(items):
        came = BEHIND.sub(b"", others[index] if index in touched else item, count=1)
        behind = item[len(BEHIND.sub(b"", item, count=1)) :]
        assert rest.startswith(came)
        rest = rest.removeprefix(came)
        if index + 1 < len(items):
            assert rest.startswith(behind)
            rest = rest.removeprefix(behind)
    if len(items) - 1 in touched and behind.strip() in came:  # comments within it stay before what is added
        behind = b""
    for config_map in ours:  # behind the last one, or between the comments there
        rest = rest.replace(config_map, b"", 1)
    assert rest.replace(b",", b"").split() == (behind + parts[-1].encode()).replace(b",", b"").split()


def listeners_of(config: Config, data: list[Any], package: Package, results: Sequence[Result]) -> dict[int, list[Port]]:
    """Return the listeners in front of each target, by its position."""
    found: dict[int, list[Port]] = {}
    for index, item in enumerate(data):
        if any(item is each for each in package.targets):
            told = fronted_ports(results, item)
            ports = zip(_listeners(config), told, strict=True)
            found[index] = [_port(listener, item, data, number, results) for listener, number in ports]
    return found


def _listeners(config: Config) -> list[dict[str, Any]]:
    listeners: list[dict[str, Any]] = config["spec"].get("listeners", [{}])
    return listeners


def _port(
    listener: dict[str, Any], workload: Any, data: list[Any], told: tuple[int, int], results: Sequence[Result]
) -> Port:
    number, app = told
    wanted = listener.get("upstream", {}).get("port")
    declared = [port for port in tcp_ports(workload) if wanted in (port["containerPort"], port.get("name"))]
    if wanted is None:
        assert app == meant_port(workload, data, app)
    else:
        assert app == (declared[0]["containerPort"] if declared else wanted)
    assert number == listener["port"] if "port" in listener else is_first_free(number, workload, data)
    service, spoken = listener.get("service", {}), spoken_on(results, workload, app)
    assert "grpc" in spoken or not grpc_is_written(workload, data, app)
    name = listener.get("name") or listener_name(results, workload, app)
    return Port(app, name, number, service.get("port"), service.get("name"), spoken)


def container_of(config: Config) -> str:
    """Return the name of the sidecar's container."""
    return str(config["spec"].get("sidecar", {}).get("name", OWNER))


def is_injected_anew(text: Text, first: Config, second: Config) -> None:
    """What another functionConfig of the same name makes does not depend on what the first one made.

    Where the items end without a line break, a ConfigMap's text depends on whether it is the last one.
    """
    once = injected(text.stdin(first, results=False))
    if once is None:
        return
    name = first["metadata"]["name"]
    fresh = injected(text.stdin(second, results=False))
    over = injected(with_config(once, first, second))
    assert injected(with_config(taken_out(once, first), first, second)) == fresh
    assert (over is None) == (fresh is None)
    if over is not None and fresh is not None:
        assert parts_of(over, name)[0] == parts_of(fresh, name)[0]
        assert parts_of(over, name) == parts_of(fresh, name) or not fresh.endswith(b"\n")
        assert mean_the_same(over, fresh)


def stand_side_by_side(text: Text, one: Config, other: Config) -> None:
    """Of two ProxySidecars, what is left of one without the other is, after it ran again, what it makes alone.

    Before that, too, where it sets its ports: one that it leaves out may be another beside the other.
    """
    for first, second in permutations((one, other)):
        both = with_both(text, first, second)
        for goes, stays in permutations((first, second)) if both else ():
            left = without(both, second, goes, stays)
            again, alone = injected(left), injected(text.stdin(stays))
            assert alone is not None
            assert again is not None
            assert mean_the_same(again, alone)
            assert mean_the_same(left, alone) or not sets_its_ports(stays)
            assert taken_out(left, stays) == text.stdin(stays, results=False)


def sets_its_ports(config: Config) -> bool:
    """Tell whether a functionConfig leaves no port or name to be found."""
    spec = config["spec"]
    holders = [*spec.get("listeners", [{}]), spec.get("probes", {})]
    return all(holder.get("port") and holder.get("name") for holder in holders)


def give_way(text: Text, one: Config, other: Config) -> None:
    """Of two ProxySidecars in front of one port, one that runs again is as if the other had not been."""
    both = with_both(text, one, other)
    for goes, stays in permutations((one, other)) if both is not None else ():
        left = without(both, other, goes, stays)
        again, alone = injected(left), injected(text.stdin(stays))
        assert (again is None) == (alone is None)
        assert again is None or alone is None or mean_the_same(again, alone)
        assert taken_out(left, stays) == text.stdin(stays, results=False)


def without(both: bytes | None, last: Config, goes: Config, stays: Config) -> bytes:
    """Return what is left of two, the last of which stands in the list, when one goes; the other stands in it then."""
    assert both is not None
    return with_config(taken_out(with_config(both, last, goes), goes), goes, stays)


def with_both(text: Text, first: Config, second: Config) -> bytes | None:
    """Return what two make one after the other, None where one of them is refused."""
    once = injected(text.stdin(first))
    return None if once is None else injected(with_config(once, first, second))
