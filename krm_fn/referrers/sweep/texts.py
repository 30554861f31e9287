"""Texts: all that one text of an object says of ports that moved, each place once."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.references.field_spec import service_key
from krm_fn.referrers.sweep.addresses import Lines
from krm_fn.referrers.sweep.covered import POD_WORDS, is_written
from krm_fn.referrers.sweep.spaces import namespace_at
from krm_fn.services.port_changes import FrontedPort, PortChange
from krm_fn.yaml_text.paths import shown_path, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.referrers.sweep.addresses import Found
    from krm_fn.referrers.sweep.covered import Covered
    from krm_fn.referrers.sweep.formats.commands import Forward
    from krm_fn.referrers.sweep.formats.manifests import InText, Manifests
    from krm_fn.referrers.sweep.formats.scrape_configs import ScrapeConfigs
    from krm_fn.referrers.sweep.moved import Moved
    from krm_fn.referrers.sweep.pairs import Pair
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.yaml_text.node import Path


class Port(Record):
    """A port that moved, in a text or in a field."""

    port: int | str
    new: int | str
    moved: PortChange | FrontedPort
    line: int = 0
    """In the text; 0 in a field."""
    where: str = ""
    """The path in the text, where it has one."""
    of_own_namespace: bool = True
    """Whether what it is a port of is named without a namespace."""
    words: str = ""
    """The host and the port, where they are words of a command."""
    is_listed: bool = False
    """Whether it is in the list of a policy that has the app's port, and not the proxy's."""


class Texts:
    """The search of texts in objects."""

    def __init__(self, items: Items, moved: Moved, spec: Spec | None, drafts: Drafts, covered: Covered) -> None:
        """Take what moved; without the functionConfig, no manifests are searched for."""
        self._items = items
        self._moved = moved
        self._spec = spec
        self._drafts = drafts
        self._covered = covered
        self._manifests: Manifests | None = None
        self._scrape_configs: ScrapeConfigs | None = None
        self._defined: tuple[int, set[str]] = (0, set())

    def in_text(self, item: Item, path: Path, text: str, namespace: str, values: dict[str, str]) -> Iterator[Result]:
        """Yield a warning for each port in a text at a path, in an object of a namespace, given values of variables."""
        seen: set[tuple[int, str, int]] = set()
        expanded = self._moved.variables.expanded(text, values)
        for position, found in (
            *self._moved.variables.found_in(text, namespace),
            *self._addresses_in(expanded, namespace),
        ):
            moved = self._moved[position]
            if not (found.restarts and (self._moved.is_own(item) or self._is_defined(item, found.address))):
                old = moved.app_number if isinstance(moved, FrontedPort) else moved.old_number
                seen.add((found.line or 1, str(old), id(_holder(moved))))
                by_variable = not found.restarts and expanded != text and found.address not in text
                yield self._address(item, path, found, moved, by_variable=by_variable)
        is_one_line = "\n" not in text.rstrip("\n")
        commands: set[tuple[int, str]] = set()
        for port in self._ports(item, text, expanded, namespace):
            key = (port.line or 1, str(port.port), id(_holder(port.moved)))
            is_other = bool(port.words) and (key[0], port.words) not in commands
            if key not in seen or is_other:
                each = port.replace(where=shown(port.words)) if key in seen else port
                seen.add(key)
                commands.add((key[0], port.words))
                yield from self.report(item, path, each.replace(line=0) if is_one_line else each, is_text=True)

    def _addresses_in(self, text: str, namespace: str) -> Iterator[tuple[int, Found]]:
        """Yield the addresses in a text, and those in URLs that are a part of another one there."""
        yield from self._moved.addresses.found_in(text, namespace)
        if "%2F%2F" in text or "%2f%2f" in text:
            from urllib.parse import unquote  # noqa: PLC0415 # few texts have such a URL

            plain = list(self._moved.addresses.found_in(text, namespace))
            for each in self._moved.addresses.found_in(unquote(text), namespace):
                if each not in plain:
                    yield each

    def in_list(self, item: Item, path: Path, words: list[str], namespace: str) -> Iterator[Result]:
        """Yield a warning for each port in the arguments of a command, where it is named in several of these."""
        from bisect import bisect_right  # noqa: PLC0415 # few lists are commands

        starts = [0]
        for word in words:
            starts.append(starts[-1] + len(word) + 1)
        text = " ".join(words)
        if not (any(map(text.__contains__, POD_WORDS)) or self._moved.addresses.has_names(text)):
            return
        for at, start, port in self._commanded(text, namespace):
            index = bisect_right(starts, at) - 1
            place = (*path, index)
            if bisect_right(starts, start) - 1 != index and not self._covered.has(item, place):
                self._covered.add_path(item, place)
                yield from self.report(item, place, port)

    def in_pair(self, pair: Pair, *, in_text: bool) -> Iterator[Port]:
        """Yield the ports that a name and a port beside each other mean."""
        named, port, line = pair.service, pair.port, getattr(pair.port, "line", 0)
        by_dns, where = in_text or pair.by_dns, _shown(pair.path) if in_text else ""
        is_number = isinstance(port, int) or (isinstance(port, str) and port.isdecimal())
        of_pods = self._moved.pods_named(named) if by_dns and is_number else []
        moved: list[PortChange | FrontedPort] = [*of_pods] or [*self._moved.services_named(named)]
        for each in moved:
            new = each.instead_of(port)
            if new is not None and new != port:
                yield Port(port=port, new=new, moved=each, line=line, where=where, of_own_namespace=not named.explicit)

    def report(self, item: Item, path: Path, port: Port, *, is_text: bool = False) -> Iterator[Result]:
        """Yield the warning for a port in a field, or in a text there; none where it is written or covered."""
        if is_text and (self._covered.has(item, path) or is_written(item, path, self._drafts)):
            return
        moved, new, place = port.moved, port.new, shown_path(path)
        own = (namespace_at(self._drafts.data_of(item), path),) if port.of_own_namespace else ()
        self._drafts.assume(item, _holder(moved), own)
        line = f" (line {port.line})" if port.where and port.line else f" in line {port.line}" if port.line else ""
        where = f" in {port.where}{line}" if port.where else line
        verb = f"has{where} what looks like" if is_text else "looks like"
        current = None if item.kind == "Secret" else str(port.port) if is_text else port.port
        if isinstance(moved, PortChange):
            message = f"{verb} the old port of {_ref(moved)}. Change it to {new}."
            yield item.result(codes.ADDRESS_IN_FIELDS, place, message, current=current, proposed=new)
            return
        what, proxy = (
            f"port {shown(port.port)} of {moved.workload.ref}",
            f"port {moved.number} of the proxy in front of it",
        )
        bypass = "passes the proxy by, or is refused where the app listens on loopback alone"
        message = (
            f"{verb} {what}, which has {proxy} now: what goes there {bypass if is_text else 'passes the proxy by'}. "
            f"Change it to {shown(new)}, unless the app is meant."
        )
        if port.is_listed:
            message = f"lists{where} {what}, and not {proxy}, to which requests go now. Add {shown(new)}."
        code = codes.POD_PORT_IN_TEXT if is_text else codes.POD_PORT_IN_FIELDS
        yield item.result(code, place, message, current=current, proposed=new)

    def _ports(self, item: Item, text: str, expanded: str, namespace: str) -> Iterator[Port]:
        """Yield the ports in a text that are not in one address with what they are ports of."""
        if self._spec and "apiVersion" in text and "kind" in text:
            yield from map(_from_text, self._in_manifests(self._spec, text, namespace))
        if self._spec and ("__meta_kubernetes_" in text or "kubernetes_sd_configs" in text):
            yield from map(_from_text, self._scraping(self._spec).ports_in(text))
        if not (any(map(text.__contains__, POD_WORDS)) or self._moved.addresses.has_names(expanded)):
            return
        lines = Lines(expanded)
        for at, _, port in sorted(self._commanded(expanded, namespace), key=lambda each: each[0]):
            yield port.replace(line=lines.number(at) or 1)
        if "port" in expanded.lower() or " -p" in expanded:
            from krm_fn.referrers.sweep.pairs import pairs  # noqa: PLC0415 # few fields are texts

            for data in self._read(expanded):
                for pair in pairs(data, namespace, self._moved):
                    is_app = "dns_sd_configs" in pair.path and self._spec and self._spec.referrers.scrape == "app"
                    if not (is_app or (pair.is_own and self._moved.is_own(item))):
                        yield from self.in_pair(pair, in_text=True)

    def _scraping(self, spec: Spec) -> ScrapeConfigs:
        if self._scrape_configs is None:
            from krm_fn.referrers.sweep.formats.scrape_configs import ScrapeConfigs  # noqa: PLC0415 # few texts are one

            of_app = spec.referrers.scrape == "app" or not self._moved.with_pods
            self._scrape_configs = ScrapeConfigs(self._moved.resolver, of_app=of_app)
        return self._scrape_configs

    def _read(self, text: str) -> Iterator[Any]:
        """Yield what a text has under which key; where it has lists over lines, also as YAML."""
        from krm_fn.referrers.sweep.formats.outline import outline  # noqa: PLC0415 # few fields are texts

        yield outline(text)
        if "- " in text and "\n" in text:
            from krm_fn.referrers.sweep.formats.manifests import documents  # noqa: PLC0415 # likewise

            yield from (lines for _, lines in documents(text, self._moved.names))

    def _in_manifests(self, spec: Spec, text: str, namespace: str) -> Iterator[InText]:
        if self._manifests is None:
            from krm_fn.referrers.sweep.formats.manifests import Manifests  # noqa: PLC0415 # few texts have one

            self._manifests = Manifests(self._items, self._moved.resolver, spec)
        for found in self._manifests.ports_in(text, namespace, self._moved.words):
            if self._moved.with_pods or isinstance(found.moved, PortChange):
                yield found

    def _commanded(self, text: str, namespace: str) -> Iterator[tuple[int, int, Port]]:
        """Yield where in a text a port is, where what it is a port of, and the port."""
        if not (any(map(text.__contains__, (*POD_WORDS, "/dev/tcp/", "curl ", "wget "))) or _has_two_words(text)):
            return
        from krm_fn.referrers.sweep.formats.commands import (  # noqa: PLC0415 # few name any
            forwards,
            owners_of,
            requests,
            two_words,
        )

        for words in two_words(text):
            for position, found in self._moved.addresses.found_in(f"{words.host}:{words.port}", namespace):
                new = found.proposed.rpartition(":")[2]
                own, moved = found.of_own_namespace, self._moved[position]
                yield (
                    words.at,
                    words.start,
                    Port(port=words.port, new=new, moved=moved, of_own_namespace=own, words=words.text),
                )
        for at, start, host in requests(text):
            for position, found in self._moved.addresses.found_in(f"http://{host}/", namespace):
                new, moved = found.proposed.partition("//")[2], self._moved[position]
                own = found.of_own_namespace
                yield at, start, Port(port=host, new=new, moved=moved, of_own_namespace=own, where=shown(host))
        for forward in forwards(text):
            for each in self._forwarded(forward, list(owners_of(forward.name)), namespace):
                port = each.instead_of(forward.port)
                if port is not None and port != forward.port:
                    own = not forward.namespace
                    yield forward.at, 0, Port(port=forward.port, new=port, moved=each, of_own_namespace=own)

    def _forwarded(
        self, forward: Forward, owners: list[tuple[str, str]], namespace: str
    ) -> list[PortChange | FrontedPort]:
        """Return what moved of the Service, the workload, or the Pod of one of some owners, that a command names."""
        if forward.kind == "Service":
            key = service_key(forward.name, namespace, forward.namespace)
            return [*self._moved.services_named(key)] if key else []
        if not forward.name:
            return [*self._moved.workloads_with(int(forward.port), forward.namespace)]
        named = owners if forward.kind == "Pod" else [(forward.kind, forward.name)]
        space = forward.namespace or namespace
        return [each for kind, name in named for each in self._moved.workloads_named(kind, name, space)]

    def _address(
        self, item: Item, path: Path, found: Found, moved: PortChange | FrontedPort, *, by_variable: bool
    ) -> Result:
        place = shown_path(path)
        own = (namespace_at(self._drafts.data_of(item), path),) if found.of_own_namespace else ()
        self._drafts.assume(item, _holder(moved), own)
        line = f" (line {found.line})" if found.line else ""
        current: str | None = found.address
        proposed: str | None = found.proposed
        by = ", by a variable" if by_variable else ""
        what, remedy = f"names {found.address}{line}{by}", f"Change it to {found.proposed}"
        bypass = "What goes there passes the proxy by, or is refused where the app listens on loopback alone"
        if item.kind == "Secret":
            current = proposed = None
            what, remedy = f"has an address{line}", "Change it there"
        if isinstance(moved, FrontedPort):
            message = (
                f"{what}: that is port {moved.app_number} of {moved.workload.ref} itself, with port {moved.number} "
                f"of the proxy in front of it now. {bypass}. {remedy}, unless the app is meant."
            )
            return item.result(codes.POD_PORT_IN_TEXT, place, message, current=current, proposed=proposed)
        if found.restarts:
            message = (
                f"has {found.address}{line}, in which running Pods keep {moved.old_number}: that port of {_ref(moved)} "
                f"is now {moved.new_number}. Restart them once the Service has changed, or write {found.proposed}."
            )
            return item.result(codes.VARIABLE_OUTDATED, place, message, current=current)
        renamed = f", {moved.new_name}" if moved.new_name != moved.old_name else ""
        number = f"{what}: that port of {_ref(moved)} is now {moved.new_number}{renamed}"
        if item.kind == "Secret":
            number = f"{what} with the old port of {_ref(moved)}, which is now {moved.new_number}{renamed}"
        return item.result(codes.ADDRESS_IN_TEXT, place, f"{number}. {remedy}.", current=current, proposed=proposed)

    def _is_defined(self, item: Item, variable: str) -> bool:
        """Return whether an object itself defines a variable, so that the kubelet's is not meant."""
        if self._defined[0] != id(item):
            there = list(walk(self._drafts.data_of(item)))
            words = {each for path, value in there for each in (value, *path[-1:]) if isinstance(each, str)}
            self._defined = id(item), words
        return variable in self._defined[1]


def _from_text(found: InText) -> Port:
    return Port(
        port=found.port,
        new=found.new,
        moved=found.moved,
        line=found.line,
        where=shown_path(found.path),
        is_listed=found.is_listed,
    )


def _has_two_words(text: str) -> bool:
    """Return whether a text may have a host and a port behind it."""
    return " " in text and any(map(text.__contains__, "0123456789"))


def _shown(path: Path) -> str:
    """Return a path in a text as it is shown: without the numbers of its lines or documents that it may begin with."""
    start = next((at for at, step in enumerate(path) if isinstance(step, str)), 0)
    return shown_path(path[start:])


def _holder(moved: PortChange | FrontedPort) -> Item:
    return moved.service if isinstance(moved, PortChange) else moved.workload.item


def _ref(change: PortChange) -> str:
    name = change.service_names[0]
    return f"Service {change.namespace}/{name}" if change.namespace else f"Service {name}"
