"""Verdict: what a port of the app is taken to speak, given the evidence."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.record import Record
from krm_fn.traffic.evidence import HINT, PROOF, SOME, STRONG
from krm_fn.traffic.words import BY_TLS, FASTCGI

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from krm_fn.codes import Code
    from krm_fn.engines.engine import Protocol
    from krm_fn.traffic.evidence import Evidence, Side
    from krm_fn.traffic.words import Says

_PLAIN = frozenset(("http", "h2c", "grpc"))
_GRPC = frozenset(("grpc", "grpcs"))
_SIDES: tuple[Side, ...] = ("app", "service", "client")
_MOST = 3
"""How many pieces of evidence a message names."""


class Verdict(Record):
    """What a port speaks."""

    protocols: tuple[Protocol, ...] = ("http",)
    """As in an engine's plan: one, or two of which the second is grpc."""
    tls: bool = False
    by_others: bool = False
    """Whether TLS is not what the app's own manifest says, but what is said of its Services, or by clients."""
    by_http2: bool = False
    """Whether something says HTTP/2 without TLS: clients may speak it, whatever else the app takes."""
    is_http_proven: bool = False
    """Whether it takes HTTP for certain, where it speaks gRPC as well."""
    because: tuple[Evidence, ...] = ()
    """What says so, where it is not plain HTTP; the weightiest first."""
    code: Code | None = None
    """Set where something is wrong or doubtful: an error's where the port cannot be fronted, or a warning's."""
    message: str = ""
    """What a Result says then."""

    @property
    def is_error(self) -> bool:
        """Whether the port cannot be fronted unless the user says what it speaks."""
        return self.code is not None and self.code.severity == "error"


def verdict(number: int, owner: str, evidence: Sequence[Evidence]) -> Verdict:
    """Return what a port of a workload speaks; the owner is the workload as a message names it."""
    if not evidence:
        return _PLAIN_HTTP
    proven = {each.meaning.says for each in evidence if each.weight == PROOF}
    strong = [each for each in evidence if each.weight >= STRONG]
    others = [each for each in strong if each.meaning.says == "other"]
    if "https" in proven and proven & {"http", "grpc"}:
        return _contradicted(number, owner, [each for each in evidence if each.weight == PROOF])
    if others and not proven:
        specific = [each for each in others if each.meaning.what not in ("tcp", "opaque")]
        if len(others) == len(strong) and (specific or not _has_http_clients(evidence)):
            return _no_http(number, owner, others)
        if specific:
            return _contradicted(number, owner, [*specific[:2], *(each for each in strong if each not in others)])
    return _http(number, owner, evidence)


def beside_tls(found: Verdict, number: int, owner: str, index: int) -> Verdict:
    """Return the verdict for a port behind a listener with TLS.

    What Services and clients say of TLS may then be meant of the proxy, and not of the app.
    """
    if not found.by_others:
        return found
    message = (
        f"must be set where spec.listeners[{index}].tls is: whether port {number} of {owner} speaks TLS, or the proxy "
        f"alone, is unclear, for {reasons(found)}. Set upstream.protocol: https if the app speaks TLS, "
        "else http."
    )
    return Verdict(code=codes.PROTOCOL_UNCLEAR, message=message)


def stated(protocol: str, *, tls: bool) -> Verdict:
    """Return the verdict that the user states."""
    known: tuple[Protocol, ...] = ("http", "https", "h2c", "grpc", "fastcgi")
    (stated,) = (each for each in known if each == protocol)
    return Verdict(protocols=(stated,), tls=tls or stated == "https")


_PLAIN_HTTP = Verdict()


def _http(number: int, owner: str, evidence: Sequence[Evidence]) -> Verdict:
    """Return the verdict for a port that may speak HTTP in some form."""
    speaking = [each for each in evidence if each.weight >= STRONG and each.meaning.says != "other"]
    says = {each.meaning.says for each in speaking}
    if not speaking:
        return _hinted(number, owner, evidence)
    tls = _is_tls(speaking)
    first = _first(says, proven={each.meaning.says for each in speaking if each.weight == PROOF}, tls=tls)
    if first == "grpc" and not tls and _has_http_clients(evidence):
        first = "http"
    protocols: tuple[Protocol, ...] = (first,)
    if _GRPC & says and first != "grpc":
        protocols = (first, "grpc")
    if protocols == ("http",):
        return Verdict(by_http2=True) if "h2c" in says else _PLAIN_HTTP
    because = [each for each in speaking if each.meaning.says in BY_TLS or each.meaning.says in ("grpc", "h2c")]
    if tls and says <= {"tls", "other"}:
        message = (
            f"may have to be set: port {number} of {owner} speaks TLS, which is taken for HTTP by TLS, for "
            f"{_listed(speaking)}. Set upstream.protocol: https if that is right."
        )
        found = Verdict(protocols=protocols, tls=tls, because=tuple(because), by_others=True)
        return found.replace(code=codes.MAYBE_SPEAKS, message=message)
    by_others = tls and not any(each.side == "app" and each.meaning.says in BY_TLS for each in speaking)
    proven = any(each.meaning.says in ("http", "https", "h2c") for each in speaking)
    return Verdict(
        protocols=protocols,
        tls=tls,
        by_others=by_others,
        by_http2="h2c" in says,
        is_http_proven=proven,
        because=tuple(because),
    )


def _has_http_clients(evidence: Iterable[Evidence]) -> bool:
    """Return whether a client sends HTTP to the port, for all that is known of it."""
    return any(each.weight == SOME for each in evidence)


def _first(says: set[Says], proven: set[Says], *, tls: bool) -> Protocol:
    """Return how requests that are not gRPC are sent; grpc where there are none."""
    if not says - _GRPC:
        return "grpc"
    if tls:
        return "https" if says - _GRPC - {"http", "h2c", "tls"} or "grpc" not in says else "grpc"
    return "h2c" if "h2c" in says and "http" not in proven else "http" if says & {"http", "h2c"} else "grpc"


def _is_tls(speaking: Iterable[Evidence]) -> bool:
    """Return whether the port speaks TLS: proof says so, or the side nearest to the app that says either."""
    speaking = list(speaking)
    proven = {each.meaning.says for each in speaking if each.weight == PROOF}
    if proven:
        return bool(proven & BY_TLS)
    for side in _SIDES:
        says = {each.meaning.says for each in speaking if each.side == side}
        if says & (BY_TLS | _PLAIN):
            return not says & _PLAIN or ("grpcs" in says and not says & {"http", "h2c"})
    return False


def _hinted(number: int, owner: str, evidence: Sequence[Evidence]) -> Verdict:
    """Return the verdict where nothing but hints speaks against HTTP: a warning, unless its clients speak HTTP."""
    hints = [each for each in evidence if each.weight == HINT]
    if any(each.weight == SOME for each in evidence):
        hints = [each for each in hints if each.meaning.says == "other" and "UDP" in each.meaning.what]
    if any(each.meaning.says == "tls" for each in hints):  # TLS on TCP, QUIC on UDP
        hints = [each for each in hints if each.meaning.says == "tls"]
    hints = [each for each in hints if each.meaning.says == hints[0].meaning.says]
    if not hints:
        return _PLAIN_HTTP
    says = hints[0].meaning.says
    code = codes.MAYBE_NO_HTTP if says == "other" else codes.MAYBE_SPEAKS
    what = {"tls": "TLS", "grpc": "gRPC"}.get(says, "another protocol than HTTP")
    word = {"tls": "https", "grpc": "grpc"}.get(says, "")
    remedy = (
        f"Set upstream.protocol: {word} if it does, else http."
        if word
        else "Set upstream.protocol: http if it speaks HTTP after all; else leave this port alone."
    )
    message = (
        f"may have to be set: port {number} of {owner} is requested by HTTP, and may speak {what}, for "
        f"{_listed(hints)}. {remedy}"
    )
    return Verdict(code=code, message=message)


def _no_http(number: int, owner: str, others: Sequence[Evidence]) -> Verdict:
    if all(each.meaning.what in FASTCGI for each in others):
        message = (
            f"must be set: port {number} of {owner} speaks FastCGI, for {_listed(others)}. Set upstream.protocol: "
            "fastcgi, with upstream.fastcgi for the scripts that may run; http if it speaks that; or choose another "
            "port by upstream.port."
        )
        return Verdict(code=codes.NO_HTTP, message=message)
    message = (
        f"must be set: port {number} of {owner} speaks no HTTP, for {_listed(others)}. Set upstream.protocol: http if "
        "it does, or choose another port by upstream.port."
    )
    return Verdict(code=codes.NO_HTTP, message=message)


def _contradicted(number: int, owner: str, evidence: Sequence[Evidence]) -> Verdict:
    message = (
        f"must be set: what port {number} of {owner} speaks is unclear, for {_listed(evidence)}. Set "
        "upstream.protocol to http, https, h2c, grpc or fastcgi, or choose another port by upstream.port."
    )
    return Verdict(code=codes.PROTOCOL_UNCLEAR, message=message)


def _listed(evidence: Sequence[Evidence]) -> str:
    """Return the evidence as a message names it: the first three, and how many there are beside."""
    texts = list(dict.fromkeys(f"{each.text} ({each.meaning.what})" for each in evidence))
    more = len(texts) - _MOST
    return "; ".join(texts[:_MOST]) + (f"; and {more} more" if more > 0 else "")


def reasons(found: Verdict) -> str:
    """Return why a port is taken to speak what it does, for a message."""
    return _listed(found.because)
