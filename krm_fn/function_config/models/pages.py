"""Pages of the proxy's own: in place of errors, and while the app is under maintenance."""

from __future__ import annotations

from pydantic import Field

from krm_fn.function_config.formats.kubernetes_types import ConfigMapKey, ResourceName
from krm_fn.function_config.formats.types import ErrorStatus, Network, Seconds
from krm_fn.function_config.models.base import Model


class Page(Model):
    """A page: a file of a ConfigMap."""

    config_map: ResourceName
    """A ConfigMap under `spec.files`, or one among the items."""
    key: ConfigMapKey = Field(examples=["50x.html"])
    """Its key."""


class ErrorPage(Model):
    """A page in place of the proxy's own answer to some errors. The status stays."""

    statuses: list[ErrorStatus] = Field(min_length=1, examples=[[502, 503, 504]])
    """The statuses. Not every engine can answer with each: see [Engines](#engines)."""
    page: Page = Field(examples=[{"configMap": "web-files", "key": "50x.html"}])
    """The page."""


class ErrorPages(Model):
    """Pages of your own in place of errors."""

    pages: list[ErrorPage] = Field(default_factory=list)
    """Which pages in place of which statuses."""
    of_app: bool = False
    """Also in place of the app's own answers with these statuses, whose headers are discarded too."""


class Maintenance(Model):
    """Answers 503 in place of the app. Probes are not affected."""

    enabled: bool = True
    """Whether it is on: false keeps the other fields for later."""
    page: Page | None = None
    """The page. Left out: one line of text."""
    retry_after: Seconds | None = None
    """When clients may send the request again, in seconds (Retry-After)."""
    allow: list[Network] = Field(default_factory=list)
    """Clients that reach the app nevertheless. Who the client is, `spec.realIP` says."""
