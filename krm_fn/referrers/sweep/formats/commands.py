"""Commands in texts and in lists of arguments: a host and its port as two words, and port forwards of kubectl.

| the words                                | what they reach                                    |
|------------------------------------------|----------------------------------------------------|
| `nc -z web 80`, `replicaof web 80`       | a Service, or Pods by their names                  |
| `wait-for-it web -p 80`                  | likewise                                           |
| `curl -s web.shop.svc/a`, `wget web/a`   | likewise, by the port of HTTP                      |
| `/dev/tcp/web/80`, `connect("web", 80)`  | likewise                                           |
| `kubectl port-forward svc/web 8080:80`   | a Pod, by the port of the Service that is named    |
| `kubectl port-forward deploy/web :3000`  | a Pod, by its own port; also `pod/web-0`           |
| `namespaces/shop/pods/web-0:3000/proxy`  | likewise                                           |
| `10-0-0-7.shop.pod:3000`                 | some Pod of the namespace                          |
"""

from __future__ import annotations

import re

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDS = r"""(?=[ \t]*(?:[\n;|&)<>"'`\],]|\\\n|--|$))"""
_TWO_WORDS = re.compile(rf"""(?<![\w.:/@=-])["']?([A-Za-z][\w.-]*)["']?[ \t]+["']?([0-9]{{1,5}})["']?{_ENDS}""")
_DEVICE = re.compile(r"/dev/tcp/([A-Za-z][\w.-]*)/([0-9]{1,5})(?![\w.])")
_ARGUMENTS = re.compile(r"""\(\s*["']([A-Za-z][\w.-]*)["']\s*,\s*["']?([0-9]{1,5})(?![\w.])""")
_BEGINS = re.compile(r"""[\n;|&(\[{`"']|\b(?:do|then|else|if|while|until|and)\b|(?<=:) |^\s*- """)
"""What a command begins behind."""
_BEFORE = re.compile(
    r"!?\s*(?:(?:timeout|sudo|exec|time|nohup|command|busybox)\s+(?:-\S+\s+|[0-9.]+[smh]?\s+)*)*[\w./-]*[A-Za-z][\w./-]*(?:\s+(?:-\S+|[0-9.]+s?))*\s*"
)
"""A command with its flags, before the host."""
_WAITS = r"""\b(?:wait-for(?:-it)?(?:\.sh)?|nc|telnet)[ \t]+(?:-\S+[ \t]+)*([A-Za-z][\w.-]*)[ \t]+"""
_HOST_FIRST = re.compile(rf"{_WAITS}(?:-p|--port)[ =]([0-9]{{1,5}})(?![\w.])")
_REQUEST = re.compile(r"(?<![\w./-])(?:curl|wget)[ \t]((?:[^\n;|&]|\\\n){1,500})")
_ARGUMENT = re.compile(
    r"""(?:^|(?<=[ \t"']))(?:([A-Za-z][\w.-]*)(?=/[\w./?=-]*(?:["'\s)`]|$))|"""
    r"""([A-Za-z][\w.-]*\.svc[\w.-]*)(?=["'\s)`]|$))"""
)
_AHEAD = re.compile(r"(?:(?:!|until|sudo|exec|time|nohup|command|timeout(?:\s+-\S+)*\s+\S+|\w+=\S+|-)\s+)*|.*\s--\s")
"""What may be before the name of a command."""
_NO_VALUE = re.compile(
    r"-[sfSLkviIqgGN46]+|-[a-zA-Z]*O-|--[\w-]+=\S+|"
    r"--(?:spider|fail|silent|show-error|insecure|location|quiet|verbose|head|include|compressed)"
)
"""Flags of curl and wget behind which comes no value."""
_FORWARD = re.compile(r"\bport-forward\b((?:[^\n;|&]|\\\n)*)")
_NAMESPACE = re.compile(r"(?:^|\s)(?:-n|--namespace)[= ]\s*([a-z0-9-]+)")
_RESOURCE = re.compile(r"(?<![\w./-])(?:([A-Za-z]+)(?:\.[a-z0-9.]+)?/)?([a-z0-9][a-z0-9.-]*)(?![\w./:=-])")
_PORTS = re.compile(r"""(?<![\w.:/=-])(?:[0-9]*:)?([a-z0-9-]+)(?![\w.:/=-])""")
_POD = re.compile(r"(?:namespaces/([a-z0-9-]+))?/pods/(?:https?(?::|%3[aA]))?([a-z0-9.-]+):([0-9]+)(?=/|$|\s|[\"'])")
_ADDRESS = re.compile(r"(?<![\w.-])[0-9]+(?:-[0-9]+){3}\.([a-z0-9-]+)\.pod(?:\.[a-z0-9.-]+)?:([0-9]+)(?![\w.%-])")
_LONGEST = 200
"""Characters before a host that are looked at."""
KINDS = {
    **dict.fromkeys(("svc", "service", "services"), "Service"),
    **dict.fromkeys(("po", "pod", "pods", ""), "Pod"),
    **dict.fromkeys(("deploy", "deployment", "deployments"), "Deployment"),
    **dict.fromkeys(("sts", "statefulset", "statefulsets"), "StatefulSet"),
    **dict.fromkeys(("ds", "daemonset", "daemonsets"), "DaemonSet"),
}
"""The kinds by the names that kubectl takes for them; without one it is a Pod."""


class TwoWords(Record):
    """A host, and a port behind it."""

    start: int
    """Where the host is in the text."""
    at: int
    """Where the port is."""
    host: str
    port: str
    text: str
    """Both, as they are written."""


class Forward(Record):
    """A port of a Service or of Pods that a command or a path names with its kind."""

    at: int
    """Where the port is in the text."""
    kind: str
    name: str
    """Empty where a Pod is named by its address."""
    namespace: str
    """Empty where none is named."""
    port: str


def two_words(text: str) -> Iterator[TwoWords]:
    """Yield each host with a port behind it: at the end of a command, in a name that bash opens, or as arguments."""
    for found in _TWO_WORDS.finditer(text):
        before = text[max(0, found.start() - _LONGEST) : found.start()]
        if text.rfind("#", max(0, text.rfind("\n", 0, found.start())), found.start()) >= 0:
            continue
        start = max((each.end() for each in _BEGINS.finditer(before)), default=0)
        if _BEFORE.fullmatch(before[start:].lstrip()):
            yield _words(found)
    yield from map(_words, _HOST_FIRST.finditer(text) if " -p" in text or "--port" in text else ())
    for form, sign in ((_DEVICE, "/dev/tcp/"), (_ARGUMENTS, "(")):
        yield from map(_words, form.finditer(text) if sign in text else ())


def requests(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each host that curl or wget requests by no scheme: where it is, where the command is, and the host."""
    for command in _REQUEST.finditer(text) if "curl" in text or "wget" in text else ():
        earlier = text[max(0, command.start() - _LONGEST) : command.start()]
        begin = max((each.end() for each in _BEGINS.finditer(earlier)), default=0)
        is_command = _AHEAD.fullmatch(f"{earlier[begin:].strip()} ".lstrip())
        for found in _ARGUMENT.finditer(command[1]) if is_command else ():
            before = command[1][: found.start()].rstrip("\"' \t").rpartition(" ")[2]
            if not before.startswith("-") or before == "-" or _NO_VALUE.fullmatch(before):
                yield command.start(1) + found.start(), command.start(), found[1] or found[2]


def _words(found: re.Match[str]) -> TwoWords:
    text = found.string[found.start(1) : found.end(2)]
    return TwoWords(start=found.start(1), at=found.start(2), host=found[1], port=found[2], text=text)


def forwards(text: str) -> Iterator[Forward]:
    """Yield each port that kubectl forwards, and each of a Pod in a path of the API server."""
    for found in _FORWARD.finditer(text) if "port-forward" in text else ():
        words = found[1]
        space = _NAMESPACE.search(words) or _NAMESPACE.search(text[max(0, found.start() - _LONGEST) : found.start()])
        bare = _NAMESPACE.sub(lambda each: " " * len(each[0]), words)
        resource = next((each for each in _RESOURCE.finditer(bare) if (each[1] or "").lower() in KINDS), None)
        for port in _PORTS.finditer(bare, resource.end()) if resource else ():
            yield Forward(
                at=found.start(1) + port.start(1),
                kind=KINDS[(resource[1] or "").lower()] if resource else "",
                name=resource[2] if resource else "",
                namespace=space[1] if space else "",
                port=port[1],
            )
    for found in _POD.finditer(text) if "/pods/" in text else ():
        yield Forward(at=found.start(3), kind="Pod", name=found[2], namespace=found[1] or "", port=found[3])
    for found in _ADDRESS.finditer(text) if ".pod" in text else ():
        yield Forward(at=found.start(2), kind="Pod", name="", namespace=found[1], port=found[2])


def owners_of(pod: str) -> Iterator[tuple[str, str]]:
    """Yield the kinds and names of the workloads that may have a Pod of a name."""
    name, _, last = pod.rpartition("-")
    yield ("Pod", pod)
    yield ("StatefulSet" if last.isdecimal() else "DaemonSet", name)
    yield ("Deployment", name.rpartition("-")[0])
