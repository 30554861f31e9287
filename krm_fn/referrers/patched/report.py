"""Report what kustomize does after this run that does not fit any more: patches, replacements, generators."""

from __future__ import annotations

from krm_fn.referrers.patched.generators import report_generators
from krm_fn.referrers.patched.moved import moved_of
from krm_fn.referrers.patched.patches import Patches
from krm_fn.referrers.patched.replacements import report_replacements
from krm_fn.referrers.patched.selecting import Selecting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.copies.part import Part
    from krm_fn.function_config.generated.values import Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.referrers.resolve import PortResolver


def report_patched(part: Part, resolver: PortResolver, spec: Spec, drafts: Drafts) -> None:
    """Report what each patch of a changed object is, and each place that names what moved. Nothing is changed."""
    if not resolver.fronted:
        return
    moved = moved_of(resolver.changes, resolver.fronted)
    known = part.patching.all if part.patching else None
    selecting = Selecting(part.items, known)
    patches = Patches(moved, selecting, drafts)
    for item in part.patches:
        patches.add_item(item)
    for each in part.patching.those if part.patching and known else ():
        for patch in known.patches_of(each) if known else ():
            patches.add(patch)
    drafts.report(*patches.results(resolver, spec))
    for each in part.patching.those if part.patching else ():
        drafts.report(*report_replacements(each, moved, selecting, known, drafts))
    if part.patching:
        drafts.report(*report_generators(part.patching, resolver, spec, drafts))
