"""How references to the app are updated: kinds of your own, kinds to ignore, and choices."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krm_fn.function_config.formats.types import ApiGroup, FieldPath, KindName
from krm_fn.function_config.models.base import Model


class ReferrerKind(Model):
    """A kind of your own that refers to a Service's port."""

    group: ApiGroup
    """API group such as example.com; empty for the core group."""
    kind: KindName
    """Kind such as Gate."""
    service: FieldPath = Field(examples=["spec.backends[].service"])
    """Path of the Service's name, alone or with its namespace as in web.shop or web.shop.svc.cluster.local."""
    port: FieldPath = Field(examples=["spec.backends[].port"])
    """Path of the Service's port, a number or name: in the same list entry as the Service's name, or below it."""
    namespace: FieldPath | None = Field(default=None, examples=["spec.backends[].namespace"])
    """Path of the Service's namespace. Left out, or where it is not set: that of the object."""


class Referrers(Model):
    """How references to the app's Services and Pods are updated."""

    kinds: list[ReferrerKind] = Field(default_factory=list)
    """Kinds of your own, beside those that are known."""
    ignore: list[KindName] = Field(default_factory=list, examples=[["NetworkPolicy"]])
    """Kinds to ignore: they are neither updated nor warned of. With Service, no Service routes to the proxy."""
    scrape: Literal["proxy", "app"] = "proxy"
    """Where ServiceMonitors, PodMonitors and prometheus.io/port annotations that pointed to the app's port point:
    to the proxy, or directly to the app."""
    app_port: Literal["open", "closed"] = "open"
    """Whether network policies that allow the app's port still allow it beside the proxy's."""
