"""Request targets by which clients try to get to a guarded view, and ones that mean no harm.

Each is the raw text between the method and the version of a request line.
"""

from __future__ import annotations

from collections.abc import Iterator

UPWARDS = (
    "..",
    "%2e%2e",
    ".%2E",
    "%2e.",
    "..;",
    "..;a=b",
    "%2e%2e;",
    "..%3b",
    "..%00",
    "..%20",
    "..%09",
    "..#",
    "..?",
    "...",
    "%252e%252e",
    "%25%32%65%25%32%65",
    "%c0%ae%c0%ae",
    "%u002e%u002e",
    "%uff0e%uff0e",
    "%ef%bc%8e%ef%bc%8e",
)
"""Two dots in every spelling that some server may read as the folder above, and some that none should."""
SEPARATORS = ("/", "//", "%2f", "%2F", "\\", "%5c", "%5C", "%252f", "%c0%af", "%u2215", "%ef%bc%8f")
ENDINGS = (
    "/",
    "//",
    ".",
    "./",
    "/.",
    "/..",
    "/./",
    "/%2e",
    "%2e",
    "%20",
    "%20/",
    "%09",
    "%0a",
    "%0d%0a",
    "%00",
    "%00/",
    "%ff",
    ";",
    ";a",
    ";a=b",
    "/;",
    ";/",
    ";a/",
    "%3b",
    ".json",
    ".html",
    "~",
    "%",
    "%2",
    "%zz",
    "?",
    "?a",
    "%3f",
    "#",
    "#a",
    "%23",
    "\\",
    "%5c",
    "%2f",
    "%252f",
    ":",
    "::$DATA",
    "*",
    "%2a",
    "'",
    "%7f",
    "%c2%a0",
    "%e2%80%8b",
    "%ad",
)
"""What a server may cut off a segment, or take for its end."""
LEAF = "page.txt"


def attempts(guarded: str, opened: str) -> list[bytes]:
    """Return targets that some server may read as leading to the guarded path, beside or below the open one."""
    forms = [
        *_plain(guarded),
        *_upwards(guarded, opened),
        *_separated(guarded, opened),
        *_cased(guarded),
        *_ended(guarded, opened),
        *_absolute(guarded, opened),
    ]
    return [form.encode("latin-1") for form in dict.fromkeys(forms)]


def _plain(guarded: str) -> Iterator[str]:
    yield from (guarded, f"{guarded}/", f"{guarded}/{LEAF}", f"{guarded}/a/b", f"{guarded}?a", f"{guarded}/{LEAF}?/..")
    yield from (f"{guarded}/{one}{LEAF}" for one in ("%0a", "x%0A", "%0d%0a", "%00", "%1f", "x%2f", "x%2F"))


def _upwards(guarded: str, opened: str) -> Iterator[str]:
    """Down one of the two, and up again to the other."""
    for up in UPWARDS:
        for separator in SEPARATORS if up in ("..", "%2e%2e", "..;") else ("/", "%2f"):
            yield f"{opened}/{up}{separator}{guarded[1:]}/{LEAF}"
            yield f"{guarded}/{up}{separator}{opened[1:]}/x"
    for up in ("..", "%2e%2e", "..;"):
        yield f"{opened}/x/{up}/{up}{guarded}/{LEAF}"
        yield f"{guarded}/x/{up}/{up}{opened}/x"
    for separator in SEPARATORS:
        yield f"{opened}{separator}..{guarded}/{LEAF}"
        yield f"{opened}{separator}..{separator}{guarded[1:]}{separator}{LEAF}"
        yield f"{guarded}{separator}..{separator}{opened[1:]}{separator}x"
        yield f"{separator}..{guarded}/{LEAF}"
    for cut in ("?", "#", "%3f", "%23", ";", "%00", "%0a", "{", "%7b", "\xff", "|", '"', "^"):
        yield f"{opened}/{cut}/../..{guarded}/{LEAF}"
        yield f"{opened}/{cut}/..%2f..%2f{guarded[1:]}/{LEAF}"
        yield f"{guarded}{cut}/..{opened}/x"
        yield f"/{cut}/..{guarded}/{LEAF}"
        yield f"/{cut}{guarded}/{LEAF}"


def _separated(guarded: str, opened: str) -> Iterator[str]:
    """Separators that are doubled, encoded or of another kind, and segments that may be nothing."""
    head, _, tail = guarded[1:].rpartition("/")
    folder = f"/{head}" if head else ""
    for separator in (*SEPARATORS, "///", "/\\", "\\/", "/%2f", "%2f%2f"):
        yield f"{separator}{guarded[1:]}/{LEAF}"
        yield f"{separator}{guarded[1:]}"
        yield f"{guarded}{separator}{LEAF}"
        yield f"{folder}{separator}{tail}/{LEAF}"
        yield f"{separator}{opened[1:]}{guarded}/{LEAF}"
        yield f"{separator}x:80{guarded}/{LEAF}"
        yield f"{separator}x{guarded}/{{"
        yield f"{separator}{opened[1:]}{separator}..{guarded}/{LEAF}"
    for nothing in (".", "%2e", ";", ";a=b", "%3b", " ", "%20", "%09", "%00", ".;a", "%2e%3b", "x/.."):
        yield f"/{nothing}{guarded}/{LEAF}"
        yield f"{folder}/{nothing}/{tail}/{LEAF}"
        yield f"{guarded}/{nothing}/{LEAF}"
        yield f"{folder}/{nothing}{tail}/{LEAF}"
    yield guarded[1:] + f"/{LEAF}"


def _cased(guarded: str) -> Iterator[str]:
    """Another case, or letters in disguise."""
    for text in (guarded.upper(), guarded.title(), guarded[:-1] + guarded[-1].upper(), guarded.swapcase()):
        yield from (text, f"{text}/", f"{text}/{LEAF}", f"{text}/{LEAF.upper()}", f"{text};/{LEAF}")
    for place, letter in enumerate(guarded[1:], 1):
        encoded = f"{guarded[:place]}%{ord(letter):02x}{guarded[place + 1 :]}"
        yield f"{encoded}/{LEAF}"
        yield f"{guarded[:place]}%25{ord(letter):02x}{guarded[place + 1 :]}/{LEAF}"
    yield "".join(f"%{ord(letter.upper()):02X}" if letter != "/" else letter for letter in guarded) + f"/{LEAF}"
    for letter, others in {
        "i": ("%c4%b0", "%c4%b1", "%ef%bd%89"),
        "a": ("%ef%bd%81", "%c3%a0"),
        "m": ("%e2%93%9c",),
    }.items():
        yield from (f"{guarded.replace(letter, other)}/{LEAF}" for other in others)


def _ended(guarded: str, opened: str) -> Iterator[str]:
    for ending in ENDINGS:
        yield guarded + ending
        yield f"{guarded}{ending}/{LEAF}"
        yield f"{opened}{ending}{guarded}/{LEAF}"


def _absolute(guarded: str, opened: str) -> Iterator[str]:
    """With a scheme and a host, and what looks as if."""
    paths = (
        f"{guarded}/{LEAF}",
        f"{opened}/..{guarded}/{LEAF}",
        f"{opened}/%2e%2e{guarded}/{LEAF}",
        f"{opened}/..%2f{guarded[1:]}/{LEAF}",
        f"{guarded}/..{opened}/x",
        f"/{opened}{guarded}/{LEAF}",
        f"\\..{guarded}/{LEAF}",
        f"?/..{guarded}/{LEAF}",
        f"#/..{guarded}/{LEAF}",
        f"/#{guarded}/{LEAF}",
    )
    for start in ("http://app.example", f"http:/{opened}", "http://a@b"):
        yield from (start + path for path in paths)
    yield from (f"HTTP://app.example:80{guarded}/{LEAF}", f"https://app.example{guarded}/..{opened}/x")
    yield from (
        f"http:{guarded}/{LEAF}",
        f"http:{guarded[1:]}/{LEAF}",
        f"x:{guarded[1:]}/{LEAF}",
        f"http:///{guarded}/{LEAF}",
        f"x:{guarded}/{LEAF}",
        f"//a@b{guarded}/{LEAF}",
        "*",
    )


HARMLESS = (
    "/other/a%2Fb//c;x=1",
    "/other/a%2fb",
    "/other//",
    "/other/x;jsessionid=1?a=b;c",
    "/other/%E2%82%AC/%20/%2B+,:@!$&'()*=~-_",
    "/other/a..b/...//.hidden/..c/d../x.",
    "/.well-known/acme-challenge/x",
    "/other/%252e%252e/%252fx",
    "/other/x?next=/../admin/;a=%2e%2e%2f&b=//c\\..\\d",
    "/other/%5c%7f",
    "/other/a.b/c.json;v=2",
    "/OTHER/X",
    "/administrators",
    "/api/versions",
    "/pub/a%2Fb//c;x=1",
    "/pub/a;b/C.JSON",
    "/?a=/../",
)
"""Targets that lead to no guarded view, however they are read, and arrive as the bytes that were sent."""
