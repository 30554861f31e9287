"""Addresses of a Service in text: host and port in URLs, lists and configuration files of any kind."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.referrers.sweep import mesh_names
from krm_fn.referrers.sweep.hosts import LABEL, goes_on, host_end, lowered
from krm_fn.resource_list.identity import DEFAULT_NAMESPACE, may_be_one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DIGITS = frozenset("0123456789")
_IMPLIED = {"http": 80, "ws": 80, "https": 443, "wss": 443}
"""The ports that schemes mean where none is written."""
_FORWARDED = ("tcp", "tcp4", "tcp6", "openssl", "http", "https")
"""What may stand before a colon and a host, beside a port: in addresses of socat, and in names of the API server."""
_OF_SERVICES = ("svc://", "service://", "k8s://", "kubernetes://")
"""Schemes of URLs that have a namespace, and a Service in that."""
_OWNER = ("chown ", "chgrp ")
_SRV = ("_tcp.", "_udp.")
_API = "namespaces/([a-z0-9-]+)/services/(?:https?(?::|%3a))?$"
"""What stands before a Service's name in a path of the API server that leads to its port."""
_LONGEST_FORM = len("services/https%3a")
_LONGEST_LINE = 300
"""Characters before or behind a host that are looked at."""
_LISTENING = ("listen", "bind", "virtualhost")
_LISTENS = rf"""(?:^|[\s<"'{{,;-])(?:{"|".join(_LISTENING)})[\w.-]*["']?\s*[:=]?\s*["'\[(]*(?:[a-z0-9+]+://)?$"""
"""What stands before an address on which something listens by itself."""
_IMAGES = ("image", "chart", "tag", "from ")
_IS_IMAGE = (
    r"""(?:[\w.-]*(?:image|chart|tag)(?:s|[_-]?(?:name|ref|id))?["']?\s*[:=]\s*["']?|^\s*from\s+(?:--\S+\s+)?)$"""
)
"""What stands before the name of an image and its tag."""
_REGISTRIES = ("oci", "docker")
"""Schemes of URLs that name an image or a chart."""
_SITE = r"(?:https?://)?[\w.*:-]+(?:/\S*)?(?:, *(?:https?://)?[\w.*:-]+(?:/\S*)?)* *\{"
"""The line that begins a site of a Caddyfile: the addresses on which it listens."""
_FEW = 8
"""Addresses that are searched for one by one."""


class ChangedAddress(Record):
    """A port of a Service whose number or name has changed."""

    names: tuple[str, ...]
    namespace: str
    """Empty where it is not known."""
    old_number: int
    new_number: int
    old_name: str
    new_name: str
    """Empty where the port has no name."""
    is_first: bool = False
    """Whether it is the Service's first port: the kubelet's variables that name no port are about that."""
    by_dns: bool = True
    """Whether clients reach it by the Service's name and its number: the name of a headless one is the Pods'."""
    of_pods: bool = False
    """Whether the numbers are the Pods', which are reached by the Service's name, or one of their own before that."""


class Found(Record):
    """An address in a text."""

    line: int
    """From 1; 0 where the text has only one."""
    address: str
    """Host and port, as they are written there: no user, no password, no path."""
    proposed: str
    of_own_namespace: bool = True
    """Whether it names no namespace, so that it is in that of the object."""
    restarts: bool = False
    """Whether it is a variable that has the new port once the Pod with the text starts again."""


class ChangedAddresses:
    """All addresses that have changed, to be found in texts in the time that it takes to read these."""

    def __init__(self, addresses: Sequence[ChangedAddress], others: frozenset[tuple[str, str]]) -> None:
        """Take them, and namespace and name of the other Services: a name that one has does not mean one of these."""
        self._addresses = addresses
        self._others = others
        self._there = others.union((each.namespace, each.names[0]) for each in addresses if each.names)
        self._by_label: dict[str, list[tuple[int, int]]] = {}
        """By the first label of a name, the positions of the address and, in that, of the name."""
        self._searched: list[tuple[int, int]] = []
        """Those that are searched for: where they are few, and names that begin with no label."""
        for position, address in enumerate(addresses):
            for at, name in enumerate(address.names):
                label = name.partition(".")[0]
                if label and LABEL.issuperset(label) and len(addresses) > _FEW:
                    self._by_label.setdefault(label, []).append((position, at))
                else:
                    self._searched.append((position, at))

    def found_in(self, text: str, namespace: str) -> Iterator[tuple[int, Found]]:
        """Yield where a text, in an object of a namespace, names an old port, each with its address' position.

        They come in the order of the addresses, of their names, and of the text.
        """
        lower = lowered(text)
        places = self._places(lower)
        if not places:
            return
        lines = Lines(text)
        seen = last = -1
        for (position, name), starts in sorted(places.items()):
            address = self._addresses[position]
            seen, last = seen if position == last else -1, position
            for at in starts:
                end = host_end(lower, at, len(address.names[name]))
                if at <= seen:
                    continue
                named = _mesh_name(text, lower, at, address, address.names[name])
                if named:
                    seen = at
                    line = lines.number(at)
                    yield position, Found(line=line, address=named[0], proposed=named[1], of_own_namespace=False)
                if named or end <= at:
                    continue
                api = _namespace_of_api(lower, at)
                space = api or _namespace_before(lower, at)
                host = lower[at:end].rstrip(".")
                if self._is_meant(f"{host}.{space}" if space else host, address, namespace):
                    found = _found(text, lower, (at, end), address, api=bool(api))
                    if found and not _is_not_requested(lower, at, end):
                        seen, of_own = at, "." not in host and not space
                        line = lines.number(at)
                        yield position, Found(line=line, address=found[0], proposed=found[1], of_own_namespace=of_own)

    def _is_meant(self, host: str, service: ChangedAddress, namespace: str) -> bool:
        """Return whether a host names the Service: web, web.shop, web.shop.svc or with any domain behind that.

        One in the very namespace comes first, then one that may be there: see `PortResolver`.
        """
        labels = host.split(".")
        if len(labels) > 2 and labels[2] != "svc":  # noqa: PLR2004 # the name, the namespace, and this
            return False
        is_explicit = len(labels) > 1
        key = (labels[1] if is_explicit else namespace), labels[0]
        if key[0] == service.namespace:
            return (labels[0] == service.names[0] and not is_explicit) or key not in self._others
        is_possible = (is_explicit and not service.namespace) or may_be_one(key[0], service.namespace)
        return is_possible and key not in self._there

    def has_names(self, text: str) -> bool:
        """Return whether a text has the name of one of the Services in it."""
        return bool(self._places(lowered(text)))

    def _places(self, lower: str) -> dict[tuple[int, int], list[int]]:
        """Return where names are in a text in lower case, by the positions of the address and the name."""
        places: dict[tuple[int, int], list[int]] = {}
        for position, name in self._searched:
            word = self._addresses[position].names[name]
            at = lower.find(word)
            while at >= 0:
                places.setdefault((position, name), []).append(at)
                at = lower.find(word, at + len(word))
        if self._by_label:
            import re  # noqa: PLC0415 # only for many addresses

            for label in re.finditer("[a-z0-9_-]+", lower):
                for position, name in self._by_label.get(label[0], ()):
                    if lower.startswith(self._addresses[position].names[name], label.start()):
                        places.setdefault((position, name), []).append(label.start())
        return places


class Lines:
    """The numbers of the lines of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._breaks: list[int] | None = None

    def number(self, offset: int) -> int:
        """Return the number, from 1, of the line of an offset; 0 where the text has only one."""
        if self._breaks is None:
            last = len(self._text.rstrip("\n"))
            self._breaks, at = [], self._text.find("\n", 0, last)
            while at >= 0:
                self._breaks.append(at)
                at = self._text.find("\n", at + 1, last)
        if not self._breaks:
            return 0
        from bisect import bisect_left  # noqa: PLC0415 # few texts have an old address

        return bisect_left(self._breaks, offset) + 1


def _found(
    text: str, lower: str, span: tuple[int, int], address: ChangedAddress, *, api: bool
) -> tuple[str, str] | None:
    """Return the address whose host is in a span, and its new value; in a path of the API server it has a form."""
    at, end = span
    if api:
        return _with_port(text, lower, at, end, address)
    span_of = mesh_names.before_host(lower, at, end, address.old_number)
    if span_of:
        return _with_number(text, span_of, address)
    if address.of_pods:
        return _host_and_port(text, lower, _start_of_pod(lower, at), end, address)
    found = _srv_name(text, lower, at, end, address)
    if not found and address.by_dns:
        found = _host_and_port(text, lower, at, end, address)
    space = "" if found else _namespace_before(lower, at)
    return _with_port(text, lower, at - len(space) - 1, end, address) if space else found


def _srv_name(text: str, lower: str, at: int, end: int, service: ChangedAddress) -> tuple[str, str] | None:
    """Return the SRV name that ends in a host, and its new value: it has the port's name."""
    start = _srv_start(lower, at)
    if start < 0 or service.old_name == service.new_name or lower[start:at] != f"_{service.old_name}._tcp.":
        return None
    return text[start:end], f"_{service.new_name}._tcp.{text[at:end]}"


def _host_and_port(text: str, lower: str, at: int, end: int, service: ChangedAddress) -> tuple[str, str] | None:
    """Return the host with its port, or with the scheme that implies one, and the new value."""
    scheme, host = _scheme_before(lower, at), text[at:end]
    if scheme is None or scheme in _REGISTRIES:
        return None
    if lower.startswith(":", end) and lower[end + 1 : end + 2].isalpha():
        return _with_name(text, lower, at, end, service)
    if service.old_number == service.new_number or mesh_names.is_of_mesh(host):
        return None
    if lower.startswith(":", end):
        behind = end + 1
        while behind < len(lower) and lower[behind] in _DIGITS:
            behind += 1
        is_more = behind < len(lower) and (lower[behind].isalnum() or lower[behind] in "_-%")
        is_more = is_more or (lower.startswith(".", behind) and lower[behind + 1 : behind + 2] in _DIGITS)
        is_port = lower[end + 1 : behind] == str(service.old_number) and not is_more
        return (text[at:behind], f"{host}:{service.new_number}") if is_port else None
    if _IMPLIED.get(scheme) == service.old_number and not goes_on(lower, end):
        return f"{scheme}://{host}", f"{scheme}://{host}:{service.new_number}"
    return None


def _with_name(text: str, lower: str, at: int, end: int, service: ChangedAddress) -> tuple[str, str] | None:
    """Return HOST:PORT, where the port is a name, and the new value."""
    behind = end + 1
    while behind < len(lower) and lower[behind] in LABEL:
        behind += 1
    if lower.startswith(("//", ".", ":", "@", "%", "$", "{", "(", "="), behind) or lower.startswith(_OWNER, at - 6):
        return None
    is_old = lower[end + 1 : behind] == service.old_name != service.new_name and service.new_name
    return (text[at:behind], f"{text[at:end]}:{service.new_name}") if is_old else None


def _mesh_name(text: str, lower: str, at: int, address: ChangedAddress, name: str) -> tuple[str, str] | None:
    """Return the name by which a mesh calls the port, where that starts at an offset, and the new one."""
    if address.old_number == address.new_number or address.of_pods:
        return None
    space = address.namespace or DEFAULT_NAMESPACE
    span = mesh_names.at_host(lower, at, name, space, address.old_number)
    return _with_number(text, span, address) if span else None


def _with_number(text: str, span: tuple[int, int, int], address: ChangedAddress) -> tuple[str, str] | None:
    """Return the name at a span with a number in it, and that with the new number; None where that is the same."""
    start, place, end = span
    behind = place + len(str(address.old_number))
    new = f"{text[start:place]}{address.new_number}{text[behind:end]}"
    return (text[start:end], new) if address.old_number != address.new_number else None


def _with_port(text: str, lower: str, start: int, end: int, service: ChangedAddress) -> tuple[str, str] | None:
    """Return SERVICE:PORT, where the port is a number or a name, and the new value."""
    if not lower.startswith(":", end):
        return None
    behind = end + 1
    while behind < len(lower) and lower[behind] in LABEL:
        behind += 1
    port = lower[end + 1 : behind]
    new = {str(service.old_number): str(service.new_number), service.old_name: service.new_name}.get(port)
    return (text[start:behind], f"{text[start:end]}:{new}") if new and new != port else None


def _start_of_pod(lower: str, at: int) -> int:
    """Return where a host starts that has the name of a Pod before that of the Service."""
    start = at
    if lower.startswith(".", at - 1) and at > 1:
        start = at - 1
        while start > 0 and lower[start - 1] in LABEL:
            start -= 1
    return start


def _is_not_requested(lower: str, at: int, end: int) -> bool:
    """Return whether an address is none that is requested: something listens there by itself, or it is an image."""
    start = max(lower.rfind("\n", max(0, at - _LONGEST_LINE), at) + 1, at - _LONGEST_LINE, 0)
    behind = lower.find("\n", end, end + _LONGEST_LINE)
    line = lower[start : behind if behind >= 0 else end + _LONGEST_LINE].rstrip()
    if not line.endswith("{") and not any(map(line.__contains__, (*_LISTENING, *_IMAGES))):
        return False
    import re  # noqa: PLC0415 # few lines have such a word

    before = lower[start:at]
    return any(re.search(form, before) for form in (_LISTENS, _IS_IMAGE)) or re.fullmatch(_SITE, line) is not None


def _namespace_of_api(lower: str, at: int) -> str:
    """Return the namespace in a path of the API server that leads to a Service; empty where there is no such path."""
    if lower.find("services/", max(0, at - _LONGEST_FORM), at) < 0:
        return ""
    import re  # noqa: PLC0415 # few texts have such a path

    found = re.search(_API, lower[max(0, at - _LONGEST_LINE) : at])
    return found[1] if found else ""


def _namespace_before(lower: str, at: int) -> str:
    """Return the namespace in front of a name, as in NAMESPACE/SERVICE; empty where there is none, or it is a path."""
    if not lower.startswith("/", at - 1) or at < 2:  # noqa: PLR2004 # a slash, and a letter before it
        return ""
    start = at - 1
    while start > 0 and lower[start - 1] in LABEL:
        start -= 1
    before = lower[start - 1] if start else " "
    is_path = before in "/.:@\\" and not lower[max(0, start - 13) : start].endswith(_OF_SERVICES)
    return "" if is_path or not before.isascii() else lower[start : at - 1]


def _srv_start(lower: str, at: int) -> int:
    """Return where an SRV name starts that ends in a host at an offset, -1 where there is none."""
    if not lower.startswith(_SRV, at - 5):
        return -1
    start = at - 5
    if start < 1 or lower[start - 1] != ".":
        return -1
    start -= 1
    while start > 0 and lower[start - 1] in LABEL:
        start -= 1
    return start if lower[start] == "_" else -1


def _scheme_before(lower: str, at: int) -> str | None:
    """Return the scheme of the URL whose host starts at an offset; empty without one, None where no host starts there.

    A host comes after `//`, after the user of such an authority, or after what can be no part of a name or path.
    """
    before = lower[at - 1] if at else " "
    if before == "@":
        start = max(lower.rfind(space, max(0, at - 300), at) for space in " \n\t\"'") + 1
        slashes = lower.find("//", start, at)
        return _scheme_ending(lower, slashes) if slashes >= 0 and "/" not in lower[slashes + 2 : at] else None
    if before == "/":
        return _scheme_ending(lower, at - 2) if lower.startswith("//", at - 2) else None
    if before == ":":
        return "" if _is_forwarded(lower, at - 1) else None
    return None if before in LABEL or before in ".\\" or not before.isascii() else ""


def _is_forwarded(lower: str, end: int) -> bool:
    """Return whether a colon stands behind a port that is forwarded, as in `ssh -L 8080:web:80`, or a protocol."""
    start = end
    while start > 0 and lower[start - 1] in LABEL:
        start -= 1
    word, before = lower[start:end], lower[start - 1] if start else " "
    return (word.isdecimal() or word in _FORWARDED) and before not in "./:@\\"


def _scheme_ending(lower: str, slashes: int) -> str:
    end = slashes - 1 if lower.startswith(":", slashes - 1) else slashes
    start = end
    while start > 0 and (lower[start - 1].isalnum() or lower[start - 1] in "+-."):
        start -= 1
    return lower[start:end]
