"""Update the annotations of the rows, each in the form in which it is written; report what cannot follow.

| a row that     | and the annotation names       | then                                               |
|----------------|--------------------------------|----------------------------------------------------|
| follows        | a port that changed            | it names the new one                               |
|                | one that something else needs  | in a list both are named; else it stays, a warning |
| gains          | the app's port                 | it lists the proxy's port, too                     |
| leaves out     | the app's, or the proxy's      | `meshes` reports what changes by that              |
| is reported    | a port that changed            | a warning                                          |
| stays          | a name that the proxy took over | the app's new name, since it means the app        |
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.references.annotations.table import annotations_in, between
from krm_fn.referrers.annotated.places import places
from krm_fn.referrers.refusals import refusal_of_check
from krm_fn.yaml_text.parts import with_parts
from krm_fn.yaml_text.paths import get, mappings_at, shown_path
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krm_fn.codes import Code
    from krm_fn.function_config.generated.values import Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.references.annotations.grammars import Mention
    from krm_fn.references.annotations.table import Annotation
    from krm_fn.referrers.annotated.places import Place
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.referrers.sweep.covered import Covered
    from krm_fn.resource_list.items import Items
    from krm_fn.services.port_changes import FrontedPort
    from krm_fn.yaml_text.node import Path

_EACH_ONCE = ("list", "pairs", "JSON keys")
"""The forms in which each port stands once."""


def follow_annotations(items: Items, resolver: PortResolver, spec: Spec, drafts: Drafts, covered: Covered) -> None:
    """Change the annotations that name ports that changed; report what does not follow. Both are covered then."""
    found = [
        (place, [*annotations_in(place.annotations, place.on)])
        for place in places(items, resolver, spec.referrers, is_staged=spec.cutover == "staged")
    ]
    left_out = [
        mention for _, each in found for one in each if one.row.does == "leaves out" for mention in one.mentions
    ]
    for place, known in found:
        follower = _Follower(place, resolver, spec, drafts)
        for annotation in known:
            covered.add_path(place.item, (*place.path, annotation.key))
            follower.follow(annotation, left_out)
        if place.on != "Namespace":
            from krm_fn.referrers.annotated.unknown import unknown  # noqa: PLC0415 # few have annotations at all

            drafts.report(*unknown(place, resolver, drafts, covered))


class _New(Record):
    """The ports that a mention must name from now on."""

    values: tuple[str, ...]
    """Those that the annotation does not name already; empty where nothing changes."""
    listed: str = ""
    """One that it names already."""
    stays: bool
    """Whether the present one is still needed as well."""
    fronted: tuple[FrontedPort, ...]
    what: str


class _Follower:
    """What follows in one object."""

    def __init__(self, place: Place, resolver: PortResolver, spec: Spec, drafts: Drafts) -> None:
        self._place = place
        self._resolver = resolver
        self._spec = spec
        self._drafts = drafts
        self._from_app = spec.referrers.scrape == "app"
        self._keys: dict[str, str] = {}
        """The new keys of the annotations that got one."""

    def follow(self, annotation: Annotation, left_out: Sequence[Mention]) -> None:
        """Do with an annotation what its row says. Some ports are left out of meshes in all objects."""
        does = annotation.row.does
        if does == "leaves out":
            from krm_fn.referrers.annotated.meshes import of_left_out  # noqa: PLC0415 # few are in a mesh

            self._drafts.report(*of_left_out(self._place, annotation, self._spec, left_out))
        elif does == "gains" and self._place.on == "Namespace":
            from krm_fn.referrers.annotated.meshes import of_namespace  # noqa: PLC0415 # likewise

            self._drafts.report(*of_namespace(self._place, annotation))
        elif does == "stays" or (annotation.row.scrapes and self._from_app and annotation.row.of == "pods"):
            self._mean_app(annotation)
        else:
            self._follow(annotation)

    def _follow(self, annotation: Annotation) -> None:
        found = [(mention, self._new(annotation, mention)) for mention in annotation.mentions]
        for mention, new in found:
            if new.listed and not new.values and not new.stays and annotation.row.does == "follows":
                message = (
                    f"names port {mention.port}, which is now {new.listed}, and names that, too. Remove the first."
                )
                self._warn(annotation, codes.ANNOTATION_KEPT, message, mention, new.replace(values=(new.listed,)))
        news = [(mention, new) for mention, new in found if new.values]
        if not news:
            return
        mention, new = news[0]
        if annotation.row.does == "is reported":
            message = (
                f"names port {mention.port}, which {_changed(new)}. What this one means depends on the cluster, "
                f"and so it stays. Set it to {new.values[0]} where it means that port; else nothing is to be done."
            )
            self._warn(annotation, codes.ANNOTATION_KEPT, message, mention, new)
        elif annotation.row.checks and mention.port.isdecimal() and (refusal := self._refusal(annotation, new)):
            message = f"still checks the app's port {mention.port}, past the proxy: {refusal}"
            self._warn(annotation, codes.CHECK_PASSES_BY, message, mention, new)
        elif annotation.is_in_key:
            self._rename(annotation, mention, new)
        else:
            self._write(annotation, news)

    def _refusal(self, annotation: Annotation, new: _New) -> str:
        """Return why the proxy would refuse a health check, and what to do; empty where it does not."""
        protocol = str(self._place.annotations.get(annotation.key.replace("-port", "-protocol"))).lower()
        return refusal_of_check(self._spec, new.fronted, new.values[0], protocol)

    def _write(self, annotation: Annotation, news: Sequence[tuple[Mention, _New]]) -> None:
        """Write the new ports into the value."""
        gains, separator = annotation.row.does == "gains", between(annotation)
        parts = []
        for mention, new in news:
            stays = gains or new.stays or bool(mention.last)
            if (stays or len(new.values) > 1) and not separator:
                message = (
                    f"also points elsewhere, and cannot follow {new.what}, whose port is now {shown(new.values[0])}. "
                    "Set it by hand, in objects of their own where it is for several."
                )
                self._warn(annotation, codes.REFERENCE_LEADS_ELSEWHERE, message, mention, new)
                continue
            values = [*([annotation.text[mention.start : mention.end]] if stays else ()), *new.values]
            parts.append((mention.start, mention.end, separator.join(values)))
        if not parts:
            return
        edit, path = self._drafts.edit(self._place.item), self._path(annotation)
        code, message = codes.REFERENCE_FOLLOWED, f"follows {news[0][1].what}."
        if gains:
            code, message = codes.REFERENCE_ENTRY_ADDED, "also names the proxy's port, which clients reach now."
        if isinstance(get(edit.data, path), str):
            edit.change_parts(path, parts, code, message)
        else:
            edit.change(path, with_parts(annotation.text, parts), code, message)

    def _rename(self, annotation: Annotation, mention: Mention, new: _New) -> None:
        """Give an annotation the key with the new port; where the old one is still needed, add one with that key."""
        edit, path = self._drafts.edit(self._place.item), self._path(annotation)
        for value in new.values:
            key = with_parts(annotation.key, [(mention.start, mention.end, value)])
            if key in self._place.annotations:
                message = f"is for a port that is now {value}, and {shown(key)} is there already. Remove one of them."
                self._warn(annotation, codes.ANNOTATION_KEPT, message, mention, new)
            elif new.stays or len(new.values) > 1:
                message = (
                    f"also names a port that stays, and so keeps its key. Add {shown(key)} with the same value "
                    f"for {new.what}."
                )
                self._warn(annotation, codes.REFERENCE_LEADS_ELSEWHERE, message, mention, new)
            else:
                message = f"follows {new.what}, with the port in its key."
                self._keys[annotation.key] = key
                edit.rename(path, key, get(edit.data, path), codes.REFERENCE_FOLLOWED, message)

    def _mean_app(self, annotation: Annotation) -> None:
        """Let what means the app name its port as that is called now, where the proxy took over the name."""
        parts = []
        for mention in annotation.mentions:
            named = [each for each in self._reached(mention) if each.takes_over and mention.port == each.name]
            names = {str(each.app_number) if annotation.row.scrapes else each.app_name for each in named}
            if len(names) == 1 and annotation.row.of == "pods" and not annotation.is_in_key:
                parts.append((mention.start, mention.end, names.pop()))
        if parts:
            edit, path = self._drafts.edit(self._place.item), self._path(annotation)
            code = codes.SCRAPES_APP if annotation.row.scrapes else codes.REFERENCE_FOLLOWED
            edit.change_parts(path, parts, code, "still means the app itself, whose port has another name now.")

    def _reached(self, mention: Mention) -> Iterator[FrontedPort]:
        return (each for each in self._place.fronted if each.instead_of(mention.port, name_is_known=True) is not None)

    def _new(self, annotation: Annotation, mention: Mention) -> _New:
        """Return the new ports of a mention, without those that the annotation names already."""
        found = self._of_range(annotation, mention) if mention.last else self._of_port(annotation, mention)
        values = [value for value in dict.fromkeys(found.values) if value != mention.port]
        others = annotation.mentions if annotation.row.grammar.form in _EACH_ONCE else ()
        listed = [value for value in values if any(_names(each, value) for each in others)]
        return found.replace(
            values=tuple(value for value in values if value not in listed), listed=next(iter(listed), "")
        )

    def _of_range(self, annotation: Annotation, mention: Mention) -> _New:
        """Return the new ports of all that changed in a range."""
        place, of_service = self._place, annotation.row.of == "service"
        changes = [change for key in place.services for change in self._resolver.named(key)] if of_service else []
        olds: list[int | str] = [change.old_number for change in changes if change.is_renamed]
        olds += [] if of_service else [each.app_number for each in place.fronted]
        held = [number for number in dict.fromkeys(olds) if isinstance(number, int) and mention.holds(number)]
        each = [self._of_port(annotation, mention.replace(port=str(number), last="")) for number in held]
        return _New(
            values=tuple(value for new in each for value in new.values),
            stays=True,
            fronted=tuple(port for new in each for port in new.fronted),
            what=each[0].what if each else "",
        )

    def _of_port(self, annotation: Annotation, mention: Mention) -> _New:
        place, of = self._place, annotation.row.of
        if place.on in ("Pod", "workload") and of != "service":
            fronted = list(self._reached(mention))
            values = [str(value) for each in fronted if (value := each.instead_of(mention.port)) is not None]
            return _New(values=tuple(values), stays=False, fronted=tuple(fronted), what="the proxy")
        reference = place.reference(annotation, mention)
        target = self._resolver.new_port(reference)
        is_left = of != "service" and not all(map(self._resolver.named, reference.services))
        return _New(
            values=tuple(map(str, target.values)),
            stays=target.stays or is_left or (of == "service" and self._has_still(mention)),
            fronted=target.fronted,
            what=target.what,
        )

    def _has_still(self, mention: Mention) -> bool:
        """Return whether the Service will still have such a port, such as one of UDP with the same number."""
        if self._place.on != "Service":
            return False
        ports = mappings_at(self._drafts.data_of(self._place.item), ("spec", "ports"))
        return any(mention.port in (str(port.get("port")), str(port.get("name"))) for port in ports)

    def _path(self, annotation: Annotation) -> Path:
        """Return where an annotation is now."""
        return (*self._place.path, self._keys.get(annotation.key, annotation.key))

    def _warn(self, annotation: Annotation, code: Code, message: str, mention: Mention, new: _New) -> None:
        path = shown_path(self._path(annotation))
        result = self._place.item.result(code, path, message, current=mention.port, proposed=new.values[0])
        self._drafts.report(result)


def _names(mention: Mention, port: str) -> bool:
    return mention.port == port or (port.isdecimal() and mention.holds(number_of(port)))


def _changed(new: _New) -> str:
    numbers = [each.number for each in new.fronted]
    return f"is the app's; that of the proxy is {numbers[0]}" if numbers else f"is now {new.values[0]}"
