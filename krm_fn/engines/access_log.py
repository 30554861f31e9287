"""Credentials that no log may hold: regular expressions that find them in URLs, for PCRE and RE2 alike.

What is between two characters is bounded, so that no URL takes long to search.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.function_config.generated.values import Spec

REDACTED = "REDACTED"
"""What is logged in place of a credential."""

ANYWHERE = (
    "token|secret|passw(or)?d|passphrase|passcode|pwd|credential|signature|assertion|verifier|jwt|saml|csrf|xsrf|"
    "session[-_]?id|sessid|"
    "(access|account|api|auth|consumer|encryption|pass|private|shared|signing|subscription|user)[-_]?key|"
    "(2fa|access|auth|authorization|backup|login|mfa|otp|recovery|security|sms|verification)[-_]?code"
).replace("(", "(?:")
"""Words that make a parameter a credential wherever they stand in its name."""
LAST = (
    *("auth", "bearer", "cred", "creds", "dbpass", "hmac", "oauth", "otp", "pass", "pin", "psw", "pw", "sid", "sig"),
    *("totp", "userpass"),
)
"""Words that make a parameter a credential where they are its name, or end it after `-`, `_` or `.`."""
NAMES = ("authorization", "code", "key", "nonce", "relaystate", "session", "state", "ticket")
"""Names of parameters that are credentials."""

_PERCENT = "%(?:25){0,8}"
"""Begins an escape, which may itself be escaped."""
_VALUE = f"""(?:(?:[\\[\\]+\\s]|%)[^=&;]{{0,99}})?(?:[="']|{_PERCENT}(?:3d|2[27]))"""
"""What stands between a parameter's name and its value: `=`, perhaps after an index; or quotes, as in JSON."""
_NEEDLESS = f"%(?:25){{9}}|{_PERCENT}(?:2[de]|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])|%u[0-9a-f]{{4}}"
"""Escapes of what needs none, such as letters, or of escapes of escapes: a name may hide behind them."""
_WITH_USER = f"(?:/|{_PERCENT}2f){{2}}[^/&;]{{0,128}}(?:@|{_PERCENT}40)"
"""A URL with a user and a password, which need not have a scheme."""
_LONGEST = 600

_PART = "[a-z0-9_.-]{0,64}"
PATH_NAMES = f"(?:{_PART}(?:{ANYWHERE}){_PART}|(?:{_PART}[_.-])?(?:{'|'.join(LAST)})|{'|'.join(NAMES)})"
"""The names of parameters of a path, such as that of `;jsessionid=`: the value ends before the next `/` or `;`."""


def secret_queries(spec: Spec) -> Iterator[str]:
    """Yield the regular expressions of the queries that hold a credential, from the first character after the `?`."""
    if not spec.access_log.query:
        yield ".*"
        return
    yield f".*(?:{ANYWHERE}){_PART}{_VALUE}"
    yield f".*(?:{_NEEDLESS}|{_WITH_USER})"
    yield _with_names(LAST, "[^a-z0-9=%]")
    names: list[str] = list(NAMES)
    for name in spec.access_log.hide_query:
        names.append("".join(char if char.isalnum() or char == "_" else f"\\{char}" for char in name))
        if sum(map(len, names)) > _LONGEST:
            yield _with_names(names)
            names = []
    if names:
        yield _with_names(names)


def _with_names(names: Iterable[str], before: str = "[^a-z0-9_=%-]") -> str:
    return f"(?:.*(?:{before}|{_PERCENT}[0-9a-f]{{2}}))?(?:{'|'.join(names)}){_VALUE}"
