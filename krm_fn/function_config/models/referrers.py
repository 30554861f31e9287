"""How references to the app are updated: kinds of your own, kinds to leave alone, and the choices there are."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krm_fn.function_config.formats.kubernetes_types import ApiGroup, FieldPath, KindName
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
    """References to the app's Service and Pods, which are updated."""

    kinds: list[ReferrerKind] = Field(default_factory=list)
    """Kinds of your own, beside those that are known."""
    ignore: list[KindName] = Field(default_factory=list, examples=[["NetworkPolicy"]])
    """Kinds to leave alone: not even a warning is reported about them. With Service, none routes to the proxy."""
    scrape: Literal["proxy", "app"] = "proxy"
    """What ServiceMonitors, PodMonitors and prometheus.io/port annotations that named the app's port scrape: the app
    through the proxy, or directly."""
    app_port: Literal["open", "closed"] = "open"
    """Whether network policies that admit the app's port still admit it beside the proxy's."""
