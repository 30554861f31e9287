"""Report what names a moved port where kustomize makes ConfigMaps and Secrets, and elsewhere in a kustomization."""

from __future__ import annotations

from posixpath import basename

from krm_fn.copies.kustomizations import is_path
from krm_fn.record import Record
from krm_fn.referrers.patched.imagined import would_follow
from krm_fn.yaml_text.paths import list_at, mappings_at, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.copies.kustomizations import Kustomization, Kustomizations, Patching
    from krm_fn.function_config.generated.values import Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.result import Result

_GENERATORS = ("configMapGenerator", "secretGenerator")
_APART = frozenset(
    (
        *_GENERATORS,
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
    """Yield the warnings for what names a port that moved."""
    made = [each for one in patching.those for each in _made_by(one, patching.all)]
    for position, result in would_follow([each.data for each in made], resolver, spec, drafts) if made else ():
        each = made[position]
        file, path = each.places.get(result.path, (each.file, result.path))
        yield result.replace(ref=None, file=file, path=path)


def _made_by(one: Kustomization, known: Kustomizations) -> Iterator[_Made]:
    for field in _GENERATORS:
        for index, entry in enumerate(mappings_at(one.data, (field,))):
            values = {key: (text, *place) for key, text, *place in _values(entry, one, known, f"{field}[{index}]")}
            if values:
                yield _Made(
                    data=_object("v1", "ConfigMap", one, {"data": {key: text for key, (text, *_) in values.items()}}),
                    places={shown_path(("data", key)): (file, path) for key, (_, file, path) in values.items()},
                    file=one.file,
                )
    rest = {key: value for key, value in one.data.items() if key not in _APART}
    if any(isinstance(value, dict | list) for value in rest.values()):
        yield _Made(
            data={**rest, **_object("kustomize.config.k8s.io/v1beta1", "Kustomization", one, {})},
            places={},
            file=one.file,
        )


def _object(version: str, kind: str, one: Kustomization, data: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": "made", **({"namespace": one.data["namespace"]} if _has_namespace(one) else {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **data}


def _has_namespace(one: Kustomization) -> bool:
    return is_path(one.data.get("namespace"))


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
    for named in filter(is_path, list_at(entry, ("files",))):
        key, equals, path = str(named).partition("=")
        for file, text in known.texts_at(one.path_of(path if equals else key)):
            yield key if equals else basename(key), text, file, ""


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if is_quoted else value
