"""What the commands that change manifests in files have in common: arguments, help, reading and writing."""

from __future__ import annotations

from collections import Counter

from krm_fn.cli.command import Operand, Option
from krm_fn.cli.files.atomic_write import write_files
from krm_fn.cli.files.config_map_files import with_own_files
from krm_fn.cli.files.config_map_placement import key_of
from krm_fn.cli.files.file_change import unified_diff, unlisted
from krm_fn.cli.files.manifest_files import manifest_files
from krm_fn.cli.files.manifests import Manifests
from krm_fn.cli.files.named_files import NamedFiles
from krm_fn.cli.files.staging import leftovers
from krm_fn.result import FunctionError
from krm_fn.summary import FileSummary, Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.cli.command import Arguments
    from krm_fn.cli.files.file_change import FileChange
    from krm_fn.result import Result

PATHS = Operand(placeholder="PATH...", one="a file or folder to work on", many="files and folders")
DIFF = Option(name="--diff", summary="print a unified diff, and write nothing")
DETAILS = """\
PATH is a file or a folder. A folder stands for all *.yaml, *.yml and *.json
files below it, except hidden ones. A file may hold several documents; whatever
is not a manifest stays as it is.

Either all files are written or none. On an error no file is written, the exit
code is 1, and stderr reports each problem, one on a line: where it is, what is
wrong, and a remedy. The exit code is 2 if the command line cannot be followed.
On success the last line on stderr sums up what was done.
"""


def read_manifests(arguments: Arguments, *, with_named: bool = False) -> Manifests:
    """Return the manifests in the files that the paths stand for, and where that matters what kustomizations name.

    A UsageError with all paths that are not there; a FunctionError with all that cannot be read.
    """
    files = with_own_files(manifest_files(arguments.operands))
    manifests = Manifests(files, NamedFiles(files) if with_named else None)
    problems = manifests.unreadable_records()
    if problems:
        raise FunctionError(*problems)
    return manifests


def write_manifests(manifests: Manifests, results: list[Result], arguments: Arguments, name: str = "") -> Outcome:
    """Write the changed files, or show them with --diff; return the outcome. A FunctionError with all errors."""
    errors = [result for result in results if result.severity == "error"]
    if errors:
        raise FunctionError(*errors)
    changes = manifests.changes()
    warnings = list(unlisted(changes))
    is_diff = arguments.has(DIFF)
    warnings += leftovers(manifests.folders(), is_kept=is_diff)
    outcome = Outcome(
        exit_code=0,
        parts=[unified_diff(changes)] if is_diff else [],
        results=(*results, *warnings),
        name=name,
        summary=_summary(changes, manifests, is_done=not is_diff),
    )
    if is_diff:
        return outcome
    try:
        warnings = write_files(changes)  # last, as nothing else can fail once it is done
    except FunctionError as error:
        raise FunctionError(*error.results, *warnings) from error
    return outcome.replace(results=(*outcome.results, *warnings))


def _summary(changes: list[FileChange], manifests: Manifests, *, is_done: bool) -> FileSummary:
    if not changes:  # a new ConfigMap may be in a file that is there, and was not named
        return FileSummary(is_done=is_done)
    made = Counter(key_of(new.data) for new in manifests.new_items)
    gone = Counter(key_of(item.data) for item in manifests.items.touched() if item.removed)
    return FileSummary(
        is_done=is_done,
        changed=sum(None not in (change.old, change.new) for change in changes),
        created=sum(change.old is None for change in changes),
        deleted=sum(change.new is None for change in changes),
        config_maps_added=sum((made - gone).values()),
        config_maps_removed=sum((gone - made).values()),
    )
