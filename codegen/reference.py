"""Writes docs/function-config.md: every field of the functionConfig with its type, default and meaning."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from annotated_types import MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from codegen.engine_facts import all_engines
from codegen.models import default_of, field_paths, nested
from codegen.rule_index import rule_modules
from krm_fn import engines
from krm_fn.engines import path_forms
from krm_fn.engines.engine import Engine, version_text
from krm_fn.engines.headers import ADDRESSES, FAMILIES, PRIVATE_NETWORKS, SINGLE
from krm_fn.function_config.container.fields import CONTAINER, entry_type
from krm_fn.function_config.formats import kubernetes_types
from krm_fn.function_config.formats import types as other_types
from krm_fn.function_config.formats.type_rules import Rule, Text
from krm_fn.function_config.generated.container_fields import TYPES
from krm_fn.function_config.models.base import Override
from krm_fn.function_config.models.spec import ProxySidecar
from krm_fn.quoting import shown
from krm_fn.services import app_protocol
from krm_fn.traffic import app_port, evidence, readiness
from krm_fn.workload import merge

_HEADER = """\
<!-- Generated from the models by `python -m codegen`: do not edit. -->

# The functionConfig

The smallest useful one:

```yaml
apiVersion: krm-fn.dev/v1alpha1
kind: ProxySidecar
metadata:
  name: web-proxy
spec:
  target: {kind: Deployment, name: web}
```

Unknown fields are errors, and so are values of another type: `"8080"` is not a number, `yes` in quotes is not true. All
problems are reported at once. `proxysidecar.schema.json`, beside this page, has the same fields for editors: name it in
the document's first line, `# yaml-language-server: $schema=…`.

In the headings, [] stands for each entry of a list. A default of — is none, or explained in the last column. At the
end are [Headers of trusted peers](#headers-of-trusted-peers), which [Paths](#paths) are refused, what is read from the
manifests, [Which port](#which-port) and [What the app speaks](#what-the-app-speaks), how a container is merged,
[Containers](#containers), what a type allows, [Types](#types), and what must hold between fields,
[Between fields](#between-fields).
"""


def reference_page() -> str:
    """Return the page's text: a section for each mapping, in the order of the document."""
    fields = "".join(_sections(ProxySidecar, ""))
    return _HEADER + fields + _headers() + _decisions() + _containers() + _types() + _between() + _engines()


def _sections(model: type[BaseModel], path: str) -> list[str]:
    rows = []
    below = []
    for field in model.model_fields.values():
        place = f"{path}.{field.alias}" if path else str(field.alias)
        rows.append(_row(field, place, model))
        inner, suffix = nested(field.annotation)
        if inner:
            below += _sections(inner, place + suffix)
    title = path or "Top level"
    table = "| field | type | default | meaning |\n|---|---|---|---|\n" + "".join(rows)
    return [f"\n## {title}\n\n{_sentence(model.__doc__)}\n\n{table}", *below]


def _row(field: FieldInfo, place: str, model: type[BaseModel]) -> str:
    meaning = _sentence(field.description)
    inner, suffix = nested(field.annotation)
    if inner:
        meaning = f"{meaning or _sentence(inner.__doc__)} See [{place}{suffix}](#{_slug(place + suffix)})."
    elif issubclass(model, Override):
        meaning = "As the field of a Kubernetes container."
    cells = (f"`{field.alias}`", _type(field.annotation, field.metadata), _default(field), meaning)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split())


def _slug(heading: str) -> str:
    return "".join(char for char in heading.lower() if char.isalnum() or char in "-_")


def _type(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    """Return the type in words."""
    rule = next((rule for rule in metadata if isinstance(rule, Rule)), None)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if rule:
        return rule.short if isinstance(rule, Text) else rule.words
    if origin is typing.Annotated:
        return _type(arguments[0], arguments[1:])
    if origin is list:
        least = ", at least one" if any(isinstance(limit, MinLen) for limit in metadata) else ""
        return f"list{least}: {_type(arguments[0])}"
    if origin is dict:
        return f"map: {_type(arguments[0])} to {_type(arguments[1])}"
    if origin in (typing.Union, types.UnionType):
        return _type(next(part for part in arguments if part is not types.NoneType))
    names = {bool: "true or false", Any: "any value"}
    return " or ".join(f"`{choice}`" for choice in arguments) or names.get(annotation, "mapping")


_DECISIONS = {
    "Paths": path_forms,
    "Which port": app_port,
    "What the app speaks": evidence,
    "What readiness requests": readiness,
    "appProtocol of Services": app_protocol,
}
"""The modules that decide by a path, or from what the manifests say: their docstrings are these sections."""


def _decisions() -> str:
    """Return the sections of what is decided by a path, or from what the manifests say."""
    return "".join(
        f"\n## {title}\n\n{inspect.cleandoc(module.__doc__ or '')}\n" for title, module in _DECISIONS.items()
    )


def _headers() -> str:
    """Return the section of the headers that only trusted peers may send."""
    families = "".join(
        f"- `{family}*`: nginx knows {', '.join(f'`{family}{end}`' for end in ends)}\n"
        for family, ends in FAMILIES.items()
    )
    others = "".join(f"- {', '.join(f'`{name}`' for name in names)}\n" for names in (SINGLE, ADDRESSES))
    networks = ", ".join(f"`{network}`" for network in PRIVATE_NETWORKS)
    return f"\n## Headers of trusted peers\n\n{_TRUSTED.format(networks=networks)}\n{families}{others}"


_TRUSTED = """\
These headers say who the client is, or what was requested of a proxy in front. The app gets them from the peers under
`spec.realIP.trustedProxies` alone; of others they are removed, also on their way to an auth service. Left out, these
networks are trusted: {networks}. Those headers that a listener's `auth` or `tls.clients` sets are the proxy's own on
every listener: nobody can send them. What `headers.request` sets replaces them; `default` and `add` there go by what is
left. nginx can only remove headers whose whole name is known; Caddy removes all that begin as in the list.

Behind a service mesh every request comes from the mesh's proxy in the Pod, by the loopback interface or the Pod's own
address, and so is trusted by default, whoever sent it. Let the gateway of the mesh remove these headers, or write
`trustedProxies: []`.

Whoever sent it, a header is removed whose name has other characters than letters, digits and hyphens, such as
`X_Remote_User`: many apps cannot tell it from `X-Remote-User`. `X-HTTP-Method-Override` and its like are passed on:
they say nothing of the client, and the app decides whether it follows them.
"""


def _containers() -> str:
    """Return the section of what is merged into a container, and of the lists that are merged by fields."""
    text = inspect.cleandoc(merge.__doc__ or "")
    keys = {field: entry_type(kind)[0] for field, kind in TYPES[CONTAINER].items()}
    rows = "".join(f"- `{field}`: by `{'` and `'.join(names)}`\n" for field, names in keys.items() if names)
    return f"\n## Containers\n\n{text}\n\nThe lists that are merged:\n\n{rows}"


def _types() -> str:
    """Return the section that describes each type by its name."""
    rules = [
        rule
        for rule in (*vars(kubernetes_types).values(), *vars(other_types).values())
        if typing.get_origin(rule) is typing.Annotated
    ]
    texts = {part.short: part.words for rule in rules for part in rule.__metadata__ if isinstance(part, Text)}
    return "\n## Types\n\n" + "".join(f"- **{name}**{texts[name].removeprefix(name)}\n" for name in sorted(texts))


def _between() -> str:
    """Return the section of the rules between fields: the paragraphs of their modules' docstrings."""
    rows = [row for rule in rule_modules().values() for row in inspect.cleandoc(rule.__doc__ or "").split("\n\n")]
    return "\n## Between fields\n\n" + "".join(f"- {_sentence(row)}\n" for row in rows)


def _engines() -> str:
    """Return the section of the engines' facts, and of the fields that one of them does not support."""
    found = all_engines()
    facts = "".join(_engine_row(name, [fact(engine) for engine in found.values()]) for name, fact in _FACTS.items())
    unsupported = {field for engine in found.values() for field in engine.unsupported}
    fields = [field for field in field_paths(ProxySidecar) if field in unsupported]
    support = "".join(
        _engine_row(f"`{field}`", [_support(engine, field) for engine in found.values()]) for field in fields
    )
    return (
        "\n## Engines\n\n"
        + _engine_row("", list(found))
        + "|---" * (len(found) + 1)
        + f"|\n{facts}\nEvery field works with every engine, except these:\n\n"
        + _engine_row("field", list(found))
        + "|---" * (len(found) + 1)
        + f"|\n{support}"
    )


def _engine_row(name: str, cells: list[str]) -> str:
    return f"| {' | '.join([name, *cells])} |\n"


def _support(engine: Engine, field: str) -> str:
    return f"refused: {engine.unsupported[field]}" if field in engine.unsupported else "yes"


def _bytes(longest: int | None) -> str:
    return f"{longest} bytes" if longest else "any that the field allows"


_FACTS: dict[str, Callable[[Engine], str]] = {
    "what it is": lambda engine: _sentence(import_module(f"{engines.__name__}.{engine.name}").__doc__),
    "default image": lambda engine: f"`{engine.default_image}`",
    "oldest version": lambda engine: version_text(engine.oldest),
    "user and group": lambda engine: str(engine.user_id),
    "memory": lambda engine: "requests {}, limit {}".format(*engine.memory),
    "a request's line and headers": lambda engine: engine.request_headers,
    "headers of the app's responses": lambda engine: engine.response_headers,
    "time for a request's body": lambda engine: engine.slow_bodies,
    "key of the configuration": lambda engine: f"`{engine.config_key}`",
    "regular expressions": lambda engine: engine.regex_dialect,
    "longest path of a route": lambda engine: _bytes(engine.longest_path),
    "longest regular expression": lambda engine: _bytes(engine.longest_regex),
    "longest other text, or list that is sent as one": lambda engine: (
        _bytes(engine.longest_text)
        + "".join(f", `{char}` counts as {length}" for char, length in engine.lengths.items())
    ),
    "users of `auth.basic`": lambda engine: (
        "each a key of the Secret" if engine.users_are_keys else "in a file under one key of the Secret"
    ),
    "an app's own 401 beside `signIn`, with `errorPages.ofApp`": lambda engine: (
        "refused: it would send the client to sign in" if engine.app_errors_sign_in else "gets its page"
    ),
    "statuses of `errorPages`": lambda engine: (
        "all" + (f" but {', '.join(map(str, engine.not_answered))}" if engine.not_answered else "")
    ),
}
"""What is shown of each engine."""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = default_of(field)
    if (
        value in (None, [], {})
        or isinstance(value, BaseModel)
        or (isinstance(value, list) and nested(field.annotation)[0])
    ):
        return "—"
    return ", ".join(f"`{entry}`" for entry in value) if isinstance(value, list) else f"`{shown(value).strip(chr(34))}`"
