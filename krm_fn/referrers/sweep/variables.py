"""The variables that the kubelet sets in each Pod for the Services of its namespace, where a text names one.

| the text has                                       | and of the port changed | then                                |
|----------------------------------------------------|-------------------------|-------------------------------------|
| `WEB_SERVICE_PORT_HTTP`, `WEB_PORT_80_TCP`         | the name, the number    | the variable is not set any more    |
| `$(WEB_SERVICE_HOST):80`                           | the number              | it is read as `web:80`              |
| `$WEB_SERVICE_PORT`, and `…_HTTP` of the same name | the number              | it is right once the Pod restarts   |

Source: Kubernetes, "Service environment variables": they have the Service's name, and its port's name or number.
"""

from __future__ import annotations

from krm_fn.referrers.sweep.addresses import Found, Lines
from krm_fn.resource_list.identity import may_be_one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krm_fn.referrers.sweep.addresses import ChangedAddress

_PARTS = ("_ADDR", "_PORT", "_PROTO")
"""What the names of variables about a port may end in."""
_FEW = 8
"""Variables that are searched for one by one."""
_WORD = "[A-Z][A-Z0-9_]+"
_EXPANDED = r"\$\{([A-Za-z_]\w*):?[-=]([^{}$\n]*)\}|\$[({]?([A-Za-z_]\w*)[)}]?"
"""With what stands for it where it is not set, or without."""
_ASSIGNED = r"""(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=["']?([\w.-]+)["']?[ \t]*(?=[;#\n]|$)"""
_HOST = "_SERVICE_HOST"


class Variables:
    """The variables of all addresses that have changed, to be found in texts."""

    def __init__(self, addresses: Sequence[ChangedAddress]) -> None:
        self._addresses = addresses
        self._gone: dict[str, list[tuple[int, str]]] = {}
        """By their names, the positions of the addresses and the new names."""
        self._ports: dict[str, list[int]] = {}
        self._hosts = {f"{_as_variable(each.names[0])}{_HOST}": each.names[0] for each in addresses if _is_set(each)}
        for position, each in enumerate(addresses):
            for name, new in _gone(each):
                self._gone.setdefault(name, []).append((position, new))
            if each.old_number != each.new_number:
                for name in _kept(each):
                    self._ports.setdefault(name, []).append(position)

        self._names = (*self._gone, *self._ports)

    def found_in(self, text: str, namespace: str) -> Iterator[tuple[int, Found]]:
        """Yield where a text, in an object of a namespace, has one, each with its address' position."""
        if "_" not in text or (len(self._names) <= _FEW and not any(map(text.__contains__, self._names))):
            return
        import re  # noqa: PLC0415 # few texts have such a word

        lines = Lines(text)
        for word in re.finditer(_WORD, text):
            name = word[0]
            old = next((name.removesuffix(end) for end in _PARTS if name.endswith(end)), name)
            for position, new in self._gone.get(old, ()):
                if self._is_there(position, namespace):
                    yield position, Found(line=lines.number(word.start()), address=old, proposed=new)
            start = _start(text, word.start())
            for position in self._ports.get(name, ()) if start < word.start() and f"{name}=" not in text else ():
                if self._is_there(position, namespace):
                    each = self._addresses[position]
                    line, proposed = lines.number(start), f"{each.names[0]}:{each.new_number}"
                    yield position, Found(line=line, address=name, proposed=proposed, restarts=True)

    def expanded(self, text: str, values: dict[str, str]) -> str:
        """Return a text with variables expanded: some of a container, the text's own, and the kubelet's of hosts."""
        if "$" not in text:
            return text
        import re  # noqa: PLC0415 # few texts have variables

        own = {found[1]: found[2] for found in re.finditer(_ASSIGNED, text)} if "=" in text else {}

        def value(found: re.Match[str]) -> str:
            name = found[1] or found[3]
            return own.get(name) or values.get(name) or self._hosts.get(name) or found[2] or found[0]

        return re.sub(_EXPANDED, value, text)

    def _is_there(self, position: int, namespace: str) -> bool:
        return may_be_one(self._addresses[position].namespace, namespace)


def variables_of(address: ChangedAddress) -> tuple[str, ...]:
    """Return the names of the variables about an address, which is no Pods'."""
    if not _is_set(address):
        return ()
    moved = _kept(address) if address.old_number != address.new_number else ()
    return (*(name for name, _ in _gone(address)), *moved, f"{_as_variable(address.names[0])}{_HOST}")


def _is_set(address: ChangedAddress) -> bool:
    """Return whether the kubelet sets variables for an address: it is a Service's, which has a name."""
    return bool(address.names and address.names[0]) and address.by_dns and not address.of_pods


def _gone(address: ChangedAddress) -> Iterator[tuple[str, str]]:
    """Yield the variables that the kubelet set for the old port and does not for the new one, with the new ones."""
    if not _is_set(address):
        return
    service = _as_variable(address.names[0])
    if address.old_name and address.old_name != address.new_name:
        new = f"_{_as_variable(address.new_name)}" if address.new_name else ""
        yield f"{service}_SERVICE_PORT_{_as_variable(address.old_name)}", f"{service}_SERVICE_PORT{new}"
    if address.old_number != address.new_number:
        yield f"{service}_PORT_{address.old_number}_TCP", f"{service}_PORT_{address.new_number}_TCP"


def _kept(address: ChangedAddress) -> Iterator[str]:
    """Yield the variables that have the port's number before and after the change."""
    if _is_set(address):
        service = _as_variable(address.names[0])
        if address.is_first:
            yield f"{service}_SERVICE_PORT"
        if address.old_name and address.old_name == address.new_name:
            yield f"{service}_SERVICE_PORT_{_as_variable(address.old_name)}"


def _start(text: str, at: int) -> int:
    """Return where the expansion of a variable starts whose name is at an offset; the offset where there is none."""
    start = at - 1 if text[at - 1 : at] in ("(", "{") and at else at
    if text[start - 1 : start] == "$" and start:
        return start - 1
    return at - 1 if at and text[at - 1] == "%" else at


def _as_variable(name: str) -> str:
    return name.upper().replace("-", "_")
