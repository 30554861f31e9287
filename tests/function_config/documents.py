"""functionConfig documents for tests: the smallest one, and strategies made from the models."""

from __future__ import annotations

import copy
import types
import typing
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from krm_fn.function_config.formats import kubernetes
from krm_fn.function_config.formats import text as texts
from krm_fn.function_config.formats.type_rules import AppPortRule, Between, NumberOf, PlainRule, Rule, Text
from krm_fn.function_config.models.base import OneOf
from krm_fn.function_config.models.pod import Target
from krm_fn.function_config.models.routes.upstreams import OtherUpstream
from krm_fn.function_config.models.spec import ProxySidecar, Spec

Document = dict[str, Any]

_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab é\n", max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2),
    max_leaves=4,
)
_SAMPLES: dict[object, list[str]] = {
    texts.is_name_pattern: ["web", "Deployment", "web-.*", "(a|b)+", "é"],
    texts.is_name_pattern_or_empty: ["", "apps", "x.*"],
    texts.is_label_query: ["app=web", "a in (b, c),!d", "x"],
    texts.is_network: ["10.0.0.0/8", "192.168.7.0/24", "::1", "2001:DB8::/32", "1.2.3.4"],
    texts.is_text: ["", "a\nb", "é\u2028", "<html>"],
    texts.is_line: ["/", "/a b", "/é", "a+"],
    texts.is_header_name: ["X-Tenant", "a"],
    texts.is_header_value: ["DENY", "a b;c", "{$x}"],
    texts.is_header_pattern: ["*", "a*b c?d", "{$x}*"],
    texts.is_redirect_target: ["/new", "https://example.com/a?b#c"],
    texts.is_rewrite_path: ["/", "/new/", "/posts/$1"],
    texts.is_location_start: ["/", "/a/", "https://a.example:8443/b/"],
    texts.is_cookie_domain: ["", "a.example"],
    texts.is_upstream_host: ["client", "upstream", "shop.example.com", "localhost:3000"],
    texts.is_resolver: ["10.96.0.10", "[fd00::a]:53", "kube-dns.kube-system.svc.cluster.local"],
    texts.is_request_path: ["/", "/oauth2/auth", "/a.b/c"],
    texts.is_origin: ["https://ui.example.com", "http://*.example.com:8080", "https://a"],
    texts.is_method: ["GET", "PROPFIND"],
    texts.is_sought_text: ["</head>", 'a $b {c} "d" é'],
    texts.is_answer: ["a", "a\n\tb", "é" * 1000],
    texts.is_script_name: ["index.php", "a-b_1.php"],
    texts.is_script_path: ["/wp-login.php", "/wp-admin/*.php", "/ocs/v1.php/", "/a.b/~c/d*e.php"],
    texts.is_asset_folder: ["/assets/", "/a.b/c-d/"],
    texts.is_blocked_path: ["/internal", "/a/b.c/", "*.map", "*.tar.gz"],
    texts.is_part_of_user_agent: ["a", "Bad Bot/1.0"],
    texts.is_replacement: ["", "<b>$x</b>"],
    texts.is_realm: ["restricted", "a b"],
    texts.is_user_name: ["alice", "a.b-c_d"],
    texts.is_snippet: ["add_header X-A b;", "# é\n\tset $a 1;\n"],
    texts.is_version: ["1.24", "2.8.0"],
    texts.is_cookie_name: ["a", "__Host-x.y"],
    texts.is_cookie_value: ["a", "b{e}$t*"],
    texts.is_parameter_name: ["v", "utm_*", "~-" * 32],
    texts.is_variable_name: ["a", "_s_0"],
    texts.is_query_name: ["a", "X-y.z_1"],
    texts.is_media_type: ["text/css", "image/svg+xml"],
    texts.is_file_pattern: ["*.woff2", "assets/*"],
    texts.is_duration: ["1ms", "999999999d", "60s"],
    texts.is_seconds: ["1s", "7d"],
    texts.is_size: ["0", "16k", "999999999g"],
    texts.is_small_size: ["0", "16k", "1m"],
    kubernetes.is_socket: ["/run/app.sock", "/" + "a" * 106],
    kubernetes.is_proxy_name: ["a", "a" * 50],
    kubernetes.is_label: ["a", "0-9", "a" * 63],
    kubernetes.is_resource_name: ["a", "a.b-c", "a" * 253],
    kubernetes.is_port_name: ["http", "1-a"],
    kubernetes.is_label_key: ["a", "a.b/C_d"],
    kubernetes.is_label_value: ["", "A.b"],
    kubernetes.is_config_map_key: ["a", ".a", "A_b.c"],
    kubernetes.is_image: ["proxy", "localhost:5000/a/b:c@sha256:" + 64 * "0"],
    kubernetes.is_kubernetes_version: ["1.20", "1.34"],
    kubernetes.is_directory: ["/a", "/a/..b/.c"],
    kubernetes.is_byte_quantity: ["0", "1.5Gi", "1k"],
    kubernetes.is_api_group: ["", "apps", "example.com"],
    kubernetes.is_kind: ["Gate", "X509"],
    kubernetes.is_field_path: ["spec", "spec.a[].b-c", "a[][].b"],
    kubernetes.is_base64: ["", "YQ==", "YWJj\n"],
}


def document(spec: Document | None = None) -> Document:
    """Return the smallest document, with these fields of the spec."""
    return {
        "apiVersion": "krm-fn.dev/v1alpha1",
        "kind": "ProxySidecar",
        "metadata": {"name": "web-proxy"},
        "spec": {"target": {"kind": "Deployment", "name": "web"}, **(spec or {})},
    }


def valid_documents() -> st.SearchStrategy[Document]:
    """Return documents each of whose fields is valid by itself."""
    return _model(ProxySidecar)


def _model(model: type[BaseModel]) -> st.SearchStrategy[Document]:
    required = {str(field.alias): _field(field) for field in model.model_fields.values() if field.is_required()}
    optional = {str(field.alias): _field(field) for field in model.model_fields.values() if not field.is_required()}
    if model is Spec:  # what `spec.remove` leaves out
        required["target"] = _model(Target)
        optional.pop("targets")  # one of the two
    if issubclass(model, OneOf):
        choices = model.alternatives or tuple(sorted(optional))
        rest = {key: optional[key] for key in optional if key not in choices}
        return st.sampled_from(choices).flatmap(
            lambda name: st.fixed_dictionaries(
                {name: optional[name].filter(lambda value: value is not None)}, optional=rest
            )
        )
    if model is OtherUpstream:  # one of those that say where it is
        place = st.sampled_from(("port", "service", "socket"))
        settings = st.fixed_dictionaries({}, optional={name: optional[name] for name in ("protocol", "tls")})
        return place.flatmap(
            lambda name: st.builds(
                lambda value, rest: {name: value, **rest},
                optional[name].filter(lambda each: each is not None),
                settings,
            )
        )
    if model is Target:  # one of those that select
        required["kind"] = optional["kind"].filter(lambda value: value is not None)
    return st.fixed_dictionaries(required, optional={key: optional[key] for key in optional if key not in required})


def _field(field: FieldInfo) -> st.SearchStrategy[Any]:
    return st.deferred(lambda: _values(field.annotation, field.metadata))


def _values(annotation: Any, metadata: typing.Sequence[Any] = ()) -> st.SearchStrategy[Any]:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    rule = next((rule for rule in metadata if isinstance(rule, Rule)), None)
    by_origin: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
        typing.Annotated: lambda: _values(arguments[0], arguments[1:]),
        typing.Literal: lambda: st.sampled_from(arguments),
        list: lambda: st.lists(_values(arguments[0]), min_size=1, max_size=2),
        dict: lambda: st.dictionaries(_values(arguments[0]), _values(arguments[1]), max_size=2),
        typing.Union: lambda: st.none() | _values(arguments[0]),
        types.UnionType: lambda: st.none() | _values(arguments[0]),
    }
    if rule:
        return by_rule(rule)
    if origin in by_origin:
        return by_origin[origin]()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _model(annotation)
    return st.booleans() if annotation is bool else _PLAIN


def by_rule(rule: Any) -> st.SearchStrategy[Any]:
    """Return values that the rule allows."""
    if isinstance(rule, Text):
        return st.sampled_from(_SAMPLES[rule.holds])
    if isinstance(rule, NumberOf):
        return st.sampled_from(rule.numbers)
    if isinstance(rule, Between):
        return st.sampled_from([rule.low, rule.high])
    if isinstance(rule, AppPortRule):
        return st.sampled_from([1, 65535]) | by_rule(rule.name)
    assert isinstance(rule, PlainRule)
    return st.dictionaries(st.text("ab", max_size=2), _PLAIN, max_size=2)


@st.composite
def mutated_documents(draw: st.DrawFn) -> Any:
    """Return valid documents with something added, changed or removed anywhere."""
    root = {"document": copy.deepcopy(draw(valid_documents()))}
    for _ in range(draw(st.integers(1, 3))):
        holders = list(_holders(root))
        holder, key = draw(st.sampled_from(holders))
        odd = copy.deepcopy(draw(_ODD))
        action = draw(st.sampled_from(["replace", "delete", "add", "as text"]))
        if action == "replace" or holder is root:
            holder[key] = odd
        elif action == "as text":
            holder[key] = str(holder[key])
        elif action == "delete":
            del holder[key]
        elif isinstance(holder, list):
            holder.append(odd)
        else:
            holder[draw(st.sampled_from(["prot", "names", "port", "[key]", 1, True, None, 2.5, "a\nb"]))] = odd
    return root["document"]


_ODD = st.sampled_from(
    [None, True, "", "x", 0, 80, 8080, 1.5, 80.0, "8080", "yes", [], {}, [1], {"a": 1}, b"x", {1: {2}}]
)


def _holders(data: Any) -> typing.Iterator[tuple[Any, Any]]:
    for key, value in list(data.items()) if isinstance(data, dict) else list(enumerate(data)):
        yield data, key
        if isinstance(value, (dict, list)):
            yield from _holders(value)
