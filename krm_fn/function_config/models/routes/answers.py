"""Answers of the proxy's own in place of the app's: redirects, fixed ones, refusals; and headers of every answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krm_fn.function_config.formats.types import (
    AnswerStatus,
    AnswerText,
    BlockedPath,
    BlockedStatus,
    HeaderName,
    HeaderValue,
    MediaType,
    Method,
    PartOfUserAgent,
    RedirectStatus,
    RedirectTarget,
)
from krm_fn.function_config.models.base import Model


class Redirect(Model):
    """A response that sends the client elsewhere."""

    to: RedirectTarget
    """Where to: a path, or a URL. $1 to $9 stand for the groups of a regex route, and $1 in a prefix route for what
    stays of the path: as the client sent it, and never as another host."""
    permanent: bool = True
    """Whether clients may remember it: 308, else 307. Either keeps the request's method."""
    status: RedirectStatus | None = Field(default=None, examples=[301])
    """The status, in place of `permanent`. With 301, 302 and 303 clients go on with GET."""
    query: Literal["keep", "drop"] | None = None
    """Whether the request's query is kept, behind one of `to`. Left out: kept, unless `to` has one."""


class FixedAnswer(Model):
    """A response that is always the same. It needs no credentials."""

    status: AnswerStatus = 200
    """The status, none from 300 to 399. An error without a body has the page of `errorPages`, if there is one."""
    body: AnswerText | None = Field(default=None, examples=["User-agent: *\nDisallow: /\n"])
    """The body. Left out: none; for an error, its page or one line. For longer ones use `files`."""
    content_type: MediaType = "text/plain"
    """The body's media type; text is UTF-8."""


class Block(Model):
    """Requests that are refused on every listener, before authentication. Probes are not affected."""

    presets: list[Literal["dotfiles", "backups", "sources"]] = Field(
        default_factory=list, examples=[["dotfiles", "backups"]]
    )
    """Paths that no app means to serve. dotfiles: with a segment that begins with a dot, such as /.git/config and
    /.env, but not /.well-known/. backups: of names that end in .bak, .old, .orig, .save, .sql, .dump, .swp or ~, also
    compressed. sources: in .conf, .dist, .fla, .inc, .ini, .log, .psd or .sh."""
    paths: list[BlockedPath] = Field(default_factory=list, examples=[["/internal/", "*.map"]])
    """More paths, each with all below it, such as /internal/; *.map stands for names that end so. All in any spelling
    and in upper and lower case alike. What is percent-encoded twice, such as /%2569nternal/, is another path, though
    some such spellings are refused as well."""
    user_agents: list[PartOfUserAgent] = Field(default_factory=list, examples=[["BadBot"]])
    """Texts in the User-Agent of clients that are refused, in upper and lower case alike."""
    methods: list[Method] = Field(default_factory=list, examples=[["PROPFIND"]])
    """Methods that are refused on every route. `methods` of a route says those that it allows."""
    status: BlockedStatus = 403
    """The status: 403, or 404, which does not say that there is something."""


class HeaderChanges(Model):
    """Headers that are set, added and removed."""

    set: dict[HeaderName, HeaderValue] = Field(default_factory=dict, examples=[{"X-Frame-Options": "DENY"}])
    """Values by name, which replace others."""
    default: dict[HeaderName, HeaderValue] = Field(default_factory=dict, examples=[{"Cache-Tag": "none"}])
    """Values by name, for headers that are not present."""
    add: dict[HeaderName, HeaderValue] = Field(default_factory=dict, examples=[{"Link": "</a.css>; rel=preload"}])
    """Values by name, added to those that are present."""
    remove: list[HeaderName] = Field(default_factory=list, examples=[["X-Powered-By"]])
    """Names of headers to remove."""


class RouteHeaders(Model):
    """Headers of one route. A header that is named here is as is said here, whatever `spec.headers` says of it."""

    request: HeaderChanges = Field(default_factory=HeaderChanges)
    """Headers of the requests that the app gets."""
    response: HeaderChanges = Field(default_factory=HeaderChanges)
    """Headers of the responses that the client gets, whatever the status, and of pages in place of them. What nginx
    refuses before it looks at the route, by `block` or with 400 or 413, has those of `spec.headers`."""
