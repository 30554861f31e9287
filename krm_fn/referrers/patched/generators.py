"""Report what names a moved port where kustomize makes ConfigMaps and Secrets, and elsewhere in a kustomization."""

from __future__ import annotations

from krm_fn.copies.kustomizations import GENERATORS, is_path, keys_and_paths
from krm_fn.record import Record
from krm_fn.referrers.patched.imagined import would_follow
from krm_fn.referrers.resolve import PortResolver
from krm_fn.yaml_text.paths import list_at, mappings_at, shown_path, text_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from krm_fn.copies.kustomizations import Kustomization, Kustomizations, Patching
    from krm_fn.function_config.generated.values import Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.result import Result

_APART = frozenset(
    (
        *GENERATORS,
        *("patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "vars"),
        *("resources", "bases", "components", "crds", "configurations", "openapi", "images", "labels", "commonLabels"),
    )
)
"""The fields of a kustomization that are read by themselves, or name no port."""


class _Made(Record):
    """An object that stands for what is made, and where each of its values comes from."""

    data: dict[str, Any]
    places: dict[str, tuple[str, str]]
    """By the paths in it: file, and place in that."""
    file: str


def report_generators(patching: Patching, resolver: PortResolver, spec: Spec, drafts: Drafts) -> Iterator[Result]:
    """Yield the warnings for what names a port that moved, also by the name that a kustomization gives the Service."""
    spaces = {change.namespace for change in resolver.changes}
    by_affixes: dict[tuple[str, str], list[_Made]] = {}
    for one in patching.those:
        affixes = text_in(one.data, "namePrefix"), text_in(one.data, "nameSuffix")
        by_affixes.setdefault(affixes, []).extend(_made_by(one, patching.all, spaces))
    for (prefix, suffix), made in by_affixes.items():
        own = _with_names(resolver, prefix, suffix, drafts) if prefix or suffix else resolver
        for position, result in would_follow([each.data for each in made], own, spec, drafts) if made else ():
            each = made[position]
            file, path = each.places.get(result.path, (each.file, result.path))
            yield result.replace(ref=None, file=file, path=path)


def _with_names(resolver: PortResolver, prefix: str, suffix: str, drafts: Drafts) -> PortResolver:
    """Return the same changes, of Services that have another name as well."""
    changes = [
        change.replace(service_names=(*change.service_names, f"{prefix}{change.service_names[0]}{suffix}"))
        for change in resolver.changes
    ]
    return PortResolver(changes, resolver.fronted, resolver.bystanders, drafts)


def _made_by(one: Kustomization, known: Kustomizations, spaces: Collection[str]) -> Iterator[_Made]:
    for field in GENERATORS:
        for index, entry in enumerate(mappings_at(one.data, (field,))):
            values = {key: (text, *place) for key, text, *place in _values(entry, one, known, f"{field}[{index}]")}
            if values:
                metadata = _metadata(entry, one, spaces)
                data = {key: text for key, (text, *_) in values.items()}
                yield _Made(
                    data={"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data},
                    places={shown_path(("data", key)): (file, path) for key, (_, file, path) in values.items()},
                    file=one.file,
                )
    rest = {key: value for key, value in one.data.items() if key not in _APART}
    if any(isinstance(value, dict | list) for value in rest.values()):
        kind = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
        yield _Made(data={**rest, **kind, "metadata": _metadata({}, one, spaces)}, places={}, file=one.file)


def _metadata(entry: dict[str, Any], one: Kustomization, spaces: Collection[str]) -> dict[str, Any]:
    """Return the metadata of what is made. A namespace that kustomize gives all objects is none before."""
    namespace = text_in(entry, "namespace") or text_in(one.data, "namespace")
    return {"name": "made", **({"namespace": namespace} if namespace in spaces else {})}


def _values(
    entry: dict[str, Any], one: Kustomization, known: Kustomizations, where: str
) -> Iterator[tuple[str, str, str, str]]:
    """Yield the keys and values that a generator makes, each with the file and the place in that it comes from."""
    for position, literal in enumerate(list_at(entry, ("literals",))):
        key, equals, value = str(literal).partition("=")
        if equals:
            yield key, _unquoted(value), one.file, f"{where}.literals[{position}]"
    envs = [*list_at(entry, ("envs",)), entry.get("env")]
    for path in filter(is_path, envs):
        for file, text in known.texts_at(one.path_of(str(path))):
            for line in map(str.strip, text.splitlines()):
                key, equals, value = line.partition("=")
                if equals and not line.startswith("#"):
                    yield key, _unquoted(value), file, key
    for key, path in keys_and_paths(entry):
        for file, text in known.texts_at(one.path_of(path)):
            yield key, text, file, ""


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if is_quoted else value
