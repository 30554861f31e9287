"""Annotations that no row knows, and that seem to name a port that changed: they are reported, and stay.

| the key has            | and the value                                                   |
|------------------------|-----------------------------------------------------------------|
| the word port          | holds the old number or name as a whole word, or in a range     |
| the old number in it   | is whatever                                                     |
| neither                | has the number behind a variable and a colon: ${POD_IP}:3000    |
| neither, on Pods       | has it behind no address, or that for all: 0.0.0.0:3000         |
| neither                | is JSON with the port in a field for a port, and no host beside |
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.ledger.annotations import OWN_DOMAIN
from krm_fn.references.annotations.table import is_known
from krm_fn.referrers.sweep.key_words import host_stem
from krm_fn.yaml_text.paths import mappings_at, shown_path
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.ledger.drafts import Drafts
    from krm_fn.referrers.annotated.places import Place
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.referrers.sweep.covered import Covered
    from krm_fn.result import Result

_ENDS = ("port", "ports")
_OTHER_WORDS = ("export", "import", "transport", "support", "report", "passport", "viewport", "airport", "rapport")
"""Words that end like port, and mean something else."""
_NOT_OURS = frozenset(("outbound", "egress", "outgoing", "app", "application", "container"))
"""Words in a key beside port that say that it is the app's own, or one of others."""
_PROTOCOLS = frozenset(("http", "https", "http2", "h2c", "grpc", "grpcs", "tcp", "udp", "ws", "wss", "tls", "ssl"))
"""Names of ports that are more often words for what is spoken."""
_SPEAKS = frozenset(("protocol", "protocols", "scheme", "schemes", "appprotocol"))
_WRITTEN_BY_TOOLS = ("kubectl.kubernetes.io/", "deployment.kubernetes.io/", "internal.config.kubernetes.io/")
_PART = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
"""What beside a word makes it a part of another, of an address or of a version."""


def unknown(place: Place, resolver: PortResolver, drafts: Drafts, covered: Covered) -> Iterator[Result]:
    """Yield a warning for each annotation of an object that may name a port that changed."""
    olds = _changed(place, resolver, drafts) if place.annotations else {}
    for key, value in place.annotations.items() if olds else ():
        if not isinstance(value, str | int) or isinstance(value, bool) or _is_passed_over(str(key)):
            continue
        words, name = _words(str(key)), _words(str(key).rpartition("/")[2])
        has_port = any(map(_means_port, name)) and _NOT_OURS.isdisjoint(name)
        for old, (new, what) in olds.items():
            in_key = len(old) > 1 and old.isdecimal() and old in words
            may_be_spoken = old in _PROTOCOLS and not _SPEAKS.isdisjoint(name)
            in_value = not may_be_spoken and _holds(str(value), old)
            in_value = in_value and (
                has_port
                or _is_addressed(str(value), old)
                or (place.on in ("Pod", "workload") and _is_at_pod(str(value), old))
                or _is_in_json(str(value), old)
            )
            in_value = in_value or (has_port and _is_in_range(str(value), old))
            if (in_key or in_value) and not is_known(str(key), place.annotations):
                where = "in its key" if in_key and not in_value else "in its value"
                message = (
                    f"is no annotation that this function knows, and has {old} {where}: {what}, and {new} is in "
                    f"its place now. It stays as it is. If it means what clients reach, change it to {new}."
                )
                covered.add_path(place.item, (*place.path, key))
                path = shown_path((*place.path, key))
                yield place.item.result(codes.ANNOTATION_UNKNOWN, path, message, current=old, proposed=new)
                break


def _changed(place: Place, resolver: PortResolver, drafts: Drafts) -> dict[str, tuple[str, str]]:
    """Return the old numbers and names that an annotation may hold, each with the new one and what it was."""
    found: dict[str, tuple[str, str]] = {}
    there: set[str] = set()
    for key in place.services if place.on in ("Service", "Ingress") else ():
        for change in resolver.named(key):
            ports = mappings_at(drafts.data_of(change.service), ("spec", "ports"))
            there |= {str(port.get(field)) for port in ports for field in ("port", "name")}
            for old, new in ((change.old_number, change.new_number), (change.old_name, change.new_name)):
                if old != new and old and new:
                    found.setdefault(str(old), (str(new), f'a port that Service "{change.service_names[0]}" had'))
    for each in place.fronted:
        found.setdefault(str(each.app_number), (str(each.number), "the app's port"))
    return {old: new for old, new in found.items() if old not in there}


def _is_passed_over(key: str) -> bool:
    return key.startswith(_WRITTEN_BY_TOOLS) or OWN_DOMAIN in key


def _words(key: str) -> list[str]:
    """Return the words of a key in lower case, those included that only a capital letter begins."""
    words, word = [], ""
    for before, char in zip(f" {key}", key, strict=False):
        if not char.isalnum() or (char.isupper() and before.islower()) or (word and char.isdigit() != before.isdigit()):
            words.append(word)
            word = ""
        word += char.lower() if char.isalnum() else ""
    return [each for each in (*words, word) if each]


def _means_port(word: str) -> bool:
    return word.endswith(_ENDS) and not word.removesuffix("s").endswith(_OTHER_WORDS)


def _holds(text: str, word: str) -> bool:
    """Return whether a text holds a word, and not only as a part of others."""
    at = text.find(word)
    while at >= 0:
        before, after = text[max(at - 1, 0) : at], text[at + len(word) : at + len(word) + 1]
        if _PART.isdisjoint((before, after)):
            return True
        at = text.find(word, at + 1)
    return False


def _is_addressed(text: str, old: str) -> bool:
    """Return whether a number stands behind a colon and a variable, such as that of a Pod's address."""
    at = text.find(f":{old}") if old.isdecimal() else -1
    while at >= 0:
        end = at + 1 + len(old)
        if at and text[at - 1] in _ENDS_VARIABLE and _PART.isdisjoint(text[end : end + 1]):
            return True
        at = text.find(f":{old}", end)
    return False


def _is_at_pod(text: str, old: str) -> bool:
    """Return whether a number stands behind the address for all of a Pod's own, or behind none: ":3000/metrics"."""
    for word in text.replace(",", " ").split():
        host, colon, rest = word.rpartition("://")[2].partition("/")[0].rpartition(":")
        if colon and rest == old and host.lower() in _OWN_HOSTS:
            return True
    return False


_OWN_HOSTS = frozenset(("", "0.0.0.0", "[::]", "::", "*"))  # noqa: S104 # only read
"""Not the loopback interface: behind that is the app itself, as before."""


def _is_in_range(text: str, old: str) -> bool:
    """Return whether a list of ports has a range with a number in it."""
    for word in text.replace(",", " ").split() if old.isdecimal() else ():
        first, _, last = word.partition("-")
        if first.isdecimal() and last.isdecimal() and number_of(first) <= number_of(old) <= number_of(last):
            return True
    return False


_ENDS_VARIABLE = ")}%"


def _is_in_json(text: str, old: str) -> bool:
    """Return whether a text is JSON with a port in a field whose name says so: not the app's own, nor of a host."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    from krm_fn.references.annotations.json_places import tokens  # noqa: PLC0415 # few values are JSON

    found = tokens(text)
    hosts = {token.path[:-1] for token in found if token.is_key and host_stem(token.path[-1]) is not None}
    for token in found:
        keys = [step for step in token.path if isinstance(step, str)]
        if token.is_key or token.value != old or not keys or token.path[:-1] in hosts:
            continue
        words = [word for key in keys for word in _words(key)]
        if any(map(_means_port, _words(keys[-1]))) and _NOT_OURS.isdisjoint(words):
            return True
    return False
