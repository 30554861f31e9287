"""proxy-sidecar remove: remove from manifests what render added."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.cli.command import Command, Option
from krm_fn.cli.file_command import DETAILS, DIFF, PATHS, read_manifests, write_manifests
from krm_fn.encrypted import encrypted_problems
from krm_fn.quoting import MANY, listed
from krm_fn.referrers.left_behind.restored import restored_in_vain
from krm_fn.referrers.left_behind.warnings import left_behind
from krm_fn.removal import apply_warnings, owners_in, remove
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.cli.command import Arguments
    from krm_fn.summary import Outcome

NAME = Option(
    name="--name",
    placeholder="NAME",
    value="a ProxySidecar",
    summary="the name of a ProxySidecar to remove; without it, all of them",
    is_repeatable=True,
)


def run(arguments: Arguments) -> Outcome:
    """Remove all ProxySidecars from the manifests, or those that are named."""
    manifests = read_manifests(arguments)
    known = owners_in(manifests.items)
    names = arguments.values(NAME)
    unknown = [_unknown(name, known) for name in names if name not in known]
    results = remove(manifests, [name for name in known if name in names or not names])
    left = [*restored_in_vain(manifests.items, None), *left_behind(manifests.items)]
    warnings = [*left, *apply_warnings(manifests.items)]
    problems = encrypted_problems(manifests.items)
    all_results = [*problems, *unknown, *results, *warnings, *manifests.closed_lists()]
    return write_manifests(manifests, all_results, arguments)


COMMAND = Command(
    name="remove",
    summary="removes from manifests what render added",
    options=(NAME, DIFF),
    operand=PATHS,
    example="deploy/",
    details=f"""\
The manifests' annotations record what to undo: no functionConfig is needed.
Files without other edits become what they were, to the byte.

{DETAILS}""",
    run=run,
)


def _unknown(name: str, known: list[str]) -> Result:
    remedy = f"There are: {listed(known, MANY)}." if known else "No other added anything either."
    message = f'nothing in these files was added by a ProxySidecar "{name}". {remedy}'
    return Result(code=codes.PROXY_SIDECAR_UNKNOWN, message=message)
