"""proxy-sidecar remove: remove from manifests what render added."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.cli.command import Command, Option
from krm_fn.cli.file_command import DETAILS, DIFF, PATHS, read_manifests, write_manifests
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
    warnings = apply_warnings(manifests.items)
    return write_manifests(manifests, [*unknown, *results, *warnings, *manifests.closed_lists()], arguments)


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
    remedy = f"There are: {', '.join(known)}." if known else "No other added anything either."
    message = f'nothing in these files was added by a ProxySidecar "{name}". {remedy}'
    return Result(code=codes.PROXY_SIDECAR_UNKNOWN, message=message)
