"""The fields that you set of a container are merged over the defaults, as Kubernetes merges them.

A mapping is merged by its keys, and null removes one of ours. A list that is named below is merged by the fields there:
an entry of yours that has them as one of ours has changes that, another one is added; null adds none, and removes none.
Any other list is replaced.

Of fields that exclude each other yours takes the place of ours: a probe's or hook's handler of another kind, a
variable's `valueFrom` where ours has a `value`. A handler of the same kind is merged:
`readinessProbe: {httpGet: {path: /mine}}` keeps our port.

A default that contradicts a field of yours gives way:

| you set                               | and not                  | then                                 |
|---------------------------------------|--------------------------|--------------------------------------|
| a request above our limit             | that limit               | the limit is that request            |
| a limit below our request             | that request             | the request is that limit            |
| privileged, the capability SYS_ADMIN  | allowPrivilegeEscalation | allowPrivilegeEscalation is left out |
| runAsUser: 0                          | runAsNonRoot             | runAsNonRoot is left out             |

The same holds for a container that you wrote into the Pod under the sidecar's name, whose fields win. What comes of it
must be what Kubernetes accepts, by its own rules: names and types of fields, choices, ranges, names, quantities, what
must not be together, what is missing, and volumes and ports of the node beside the rest of the Pod.
"""

from __future__ import annotations

from krm_fn.function_config.container.fields import ALTERNATIVES, CONTAINER, entry_type, key_of, type_of
from krm_fn.function_config.container.quantities import parts_of
from krm_fn.yaml_text.paths import list_at, mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.yaml_text.node import Path

_RAISING = ("SYS_ADMIN", "CAP_SYS_ADMIN")
"""The capability with which a container can always raise its privileges."""


def merge(default: Any, override: Any, kind: str = CONTAINER) -> Any:
    """Return an override merged over a default: maps by key, lists by Kubernetes' merge keys.

    null removes a key, but no such list. Of fields that exclude each other, such as the handlers of a probe, the
    override's takes the default's place.
    """
    if isinstance(override, dict):
        default = default if isinstance(default, dict) else {}
        alternatives = ALTERNATIVES.get(kind, ())
        chosen = [field for field in alternatives if override.get(field) is not None]
        merged = {
            key: value for key, value in default.items() if not chosen or key in chosen or key not in alternatives
        }
        for key, value in override.items():
            merged[key] = merge(merged.get(key), value, type_of(kind, key))
        return {key: value for key, value in merged.items() if value is not None}
    keys, entry = entry_type(kind)
    if keys and isinstance(default, list) and isinstance(override, list | None):
        return _merge_entries(default, override or [], keys, entry)
    return override


def completed(
    defaults: dict[str, Any], override: dict[str, Any], written: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the defaults of a container with an override merged over them; what contradicts a user gives way.

    A container that the user wrote under the same name counts as a user's too, and is not in what is returned.
    """
    user = merge(override, written) if written else override
    fitting = {
        **defaults,
        "resources": _resources(defaults, user),
        "securityContext": _security_context(defaults, user),
    }
    merged: dict[str, Any] = merge(fitting, override)
    return merged


def missing_fields(
    existing: dict[str, Any], desired: dict[str, Any], path: Path = (), kind: str = CONTAINER
) -> Iterator[tuple[Path, Any]]:
    """Yield what the desired container has and the existing one lacks, with its path; -1 means a list's end.

    Lists are compared by Kubernetes' merge keys. Of fields that exclude each other the existing one stays.
    A field that is set to null is not missing.
    """
    alternatives = ALTERNATIVES.get(kind, ())
    has_one = any(existing.get(field) is not None for field in alternatives)
    for field, value in desired.items():
        below = type_of(kind, field)
        keys, entry_kind = entry_type(below)
        if field not in existing:
            if not (has_one and field in alternatives):
                yield (*path, field), value
        elif isinstance(value, dict) and isinstance(existing[field], dict):
            yield from missing_fields(existing[field], value, (*path, field), below)
        elif keys and isinstance(value, list) and isinstance(existing[field], list):
            known = [key_of(entry, keys) for entry in existing[field]]
            for entry in value:
                key = key_of(entry, keys)
                if key not in known:
                    yield (*path, field, -1), entry
                    continue
                index = known.index(key)
                rest = {name: each for name, each in entry.items() if name not in keys}
                yield from missing_fields(existing[field][index], rest, (*path, field, index), entry_kind)


def _resources(defaults: dict[str, Any], user: dict[str, Any]) -> dict[str, dict[str, Any]]:
    fields = ("requests", "limits")
    requests, limits = (dict(mapping_at(defaults, ("resources", field))) for field in fields)
    requested, limited = (mapping_at(user, ("resources", field)) for field in fields)
    for name, value in requested.items():
        if name not in limited and _is_more(value, limits.get(name)):
            limits[name] = value
    for name, value in limited.items():
        if name not in requested and _is_more(requests.get(name), value):
            requests[name] = value
    return {"requests": requests, "limits": limits}


def _is_more(quantity: Any, other: Any) -> bool:
    more, less = parts_of(quantity), parts_of(other)
    return more is not None and less is not None and more > less


def _security_context(defaults: dict[str, Any], user: dict[str, Any]) -> dict[str, Any]:
    chosen = mapping_at(user, ("securityContext",))
    raises = chosen.get("privileged") is True or any(
        name in _RAISING for name in list_at(chosen, ("capabilities", "add"))
    )
    out = {"allowPrivilegeEscalation": raises, "runAsNonRoot": chosen.get("runAsUser") == 0}
    return {field: value for field, value in defaults["securityContext"].items() if not out.get(field)}


def _merge_entries(default: list[Any], override: list[Any], keys: tuple[str, ...], kind: str) -> list[Any]:
    known = [key_of(entry, keys) for entry in default]
    new = [key_of(entry, keys) for entry in override]
    merged = [
        merge(entry, override[new.index(key)], kind) if key in new else entry
        for entry, key in zip(default, known, strict=True)
    ]
    rest = [
        entry
        for at, (entry, key) in enumerate(zip(override, new, strict=True))
        if key not in known or new.index(key) != at
    ]
    return merged + rest
