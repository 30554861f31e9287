"""How what refers to the app follows: kinds of your own, kinds to leave alone, and the choices there are."""

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
    """Where the Service's name stands, alone or with its namespace as in web.shop or web.shop.svc.cluster.local."""
    port: FieldPath = Field(examples=["spec.backends[].port"])
    """Where the Service's port stands, by number or name: in the same list entry as the Service's name, or below it."""
    namespace: FieldPath | None = Field(default=None, examples=["spec.backends[].namespace"])
    """Where the Service's namespace stands. Left out, or where it is not set: that of the object."""


class Referrers(Model):
    """What refers to the app's Service and Pods, and follows."""

    kinds: list[ReferrerKind] = Field(default_factory=list)
    """Kinds of your own, beside those that are known."""
    ignore: list[KindName] = Field(default_factory=list, examples=[["NetworkPolicy"]])
    """Kinds to leave alone: what of them no longer fits is not even told. With Service, none leads to the proxy."""
    scrape: Literal["proxy", "app"] = "proxy"
    """Where ServiceMonitors, PodMonitors and prometheus.io/port annotations that led to the app's port lead:
    through the proxy, or straight to the app."""
    app_port: Literal["open", "closed"] = "open"
    """Whether network policies that admit the app's port go on admitting it beside the proxy's."""
