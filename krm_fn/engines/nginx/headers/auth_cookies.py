"""The cookies that an auth service sets in its answer about a request: each reaches the client as a line of its own.

nginx has them in one variable, joined by `, ` from 1.23 on: they are divided where a cookie's name follows the comma,
which it never does in a date. Earlier versions have the first alone there. Of another they have the value, by the name
that the functionConfig gives; its attributes are those of the first.
"""

from __future__ import annotations

from krm_fn.engines.nginx.quoting import regex_of
from krm_fn.engines.templates import SafeText
from krm_fn.function_config.listeners import externals_of
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyPlan

SEVERAL_LINES = (1, 23)
"""The first version whose variables hold all the lines of a header."""
MOST = 10
"""The number of cookies that are passed on; more in one answer are dropped."""
_COOKIE = r"[^,]*(?:,(?! [!#$%&'*+.^_`|~0-9A-Za-z-]+=)[^,]*)*"


class NamedCookie(Record):
    """A cookie that has a name in the functionConfig."""

    kept: SafeText
    """The variable that holds its value, without $."""
    value: SafeText
    variable: SafeText
    """The variable that holds its line."""
    first: str
    """The regular expression for answers that set it first."""
    line: SafeText


class AuthCookies(Record):
    """How the cookies of the auth services are passed on."""

    variables: tuple[SafeText, ...]
    """One for each line that a client is sent; an empty one sends none."""
    pattern: str = ""
    """Divides the joined lines."""
    others: tuple[int, ...] = ()
    named: tuple[NamedCookie, ...] = ()


def auth_cookies_of(plan: ProxyPlan) -> AuthCookies:
    """Return how cookies are passed on."""
    externals = [external for each in plan.listeners for _, external in externals_of(each.listener)]
    if plan.version is None or plan.version >= SEVERAL_LINES:
        first, *others = (f"(?<auth_line_{number}>{_COOKIE})" for number in range(1, MOST + 1))
        return AuthCookies(
            variables=tuple(SafeText(f"auth_cookie_{number}") for number in range(1, MOST + 1)),
            pattern="~^" + first + "".join(f"(?:, {each})?" for each in others),
            others=tuple(range(2, MOST + 1)),
        )
    names = dict.fromkeys(name for external in externals for name in external.cookies)
    named = tuple(_named(name, number) for number, name in enumerate(names, start=1))
    return AuthCookies(variables=(SafeText("auth_set_cookie"), *(each.variable for each in named)), named=named)


def _named(name: str, number: int) -> NamedCookie:
    return NamedCookie(
        kept=SafeText(f"auth_value_{number}"),
        value=SafeText(f"$upstream_cookie_{name}"),
        variable=SafeText(f"auth_cookie_{number}"),
        first=f"~^[^;]*;{regex_of(name)}=",
        line=SafeText(f'"{name}=$1$2"'),
    )
