"""Limits: how many requests are admitted, counted by what, and how fast responses are sent."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krm_fn.function_config.formats.types import Burst, CookieName, HeaderName, Network, RequestsPerSecond, SmallSize
from krm_fn.function_config.models.base import Model, OneOf


class RateLimitKey(OneOf):
    """What requests are counted by, one of the three; the client's address where a request lacks it."""

    header: HeaderName | None = Field(default=None, examples=["X-API-Key"])
    """A header's value, without a word such as Bearer before it; the last 128 characters of it. With a comma or another
    blank, as in several lines, the client's address counts. Of headers of trusted peers, only theirs count."""
    cookie: CookieName | None = None
    """A cookie's value; the last 128 characters of it. Where it is there twice, or any cookie has quotes, commas or
    blanks, so that apps could read another value, the client's address counts."""
    of: Literal["user", "all"] | None = None
    """user: the name that a client of `auth.basic` gives, also with a wrong password. all: all requests together."""


class RateLimit(Model):
    """How many requests a client may send. More are answered 429, before anything authenticates them."""

    per_second: RequestsPerSecond = Field(examples=[10])
    """Requests a second, evenly spread: 10 means one in each tenth of a second."""
    burst: Burst = 0
    """How many more may arrive at once."""
    key: RateLimitKey | None = Field(default=None, examples=[{"header": "X-API-Key"}])
    """What to count by. Left out: the client's address. Whoever chooses a header or a cookie at will has as many
    limits: let the app refuse those that it does not know, and limit addresses on the listener. 1 MiB holds some
    thousand values; the least recently used are forgotten."""
    exempt: list[Network] = Field(default_factory=list, examples=[["10.0.0.0/8"]])
    """Clients whose requests are not counted, by their address, as `spec.realIP` says it."""


class Bandwidth(Model):
    """How fast each response is sent, of which a client may request several at once."""

    rate: SmallSize = Field(examples=["1m"])
    """Bytes a second, such as 512k. The app's response is buffered in memory for that, so that events of a stream come
    late. No limit holds for gRPC, upgraded connections, and where the app sends X-Accel-Buffering or
    X-Accel-Limit-Rate."""
    after: SmallSize = "0"
    """How much of it is sent without a limit before that."""
