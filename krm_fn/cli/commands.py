"""The subcommands that work on files: render puts a proxy into manifests where they lie, remove takes it out again."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.cli.arguments import UsageError, parse
from krm_fn.cli.files.atomic_write import write_files
from krm_fn.cli.files.config_map_files import with_own_files
from krm_fn.cli.files.config_map_placement import key_of, set_aside, settle
from krm_fn.cli.files.file_change import unified_diff, unlisted
from krm_fn.cli.files.function_config_file import read_function_config
from krm_fn.cli.files.manifest_files import manifest_files
from krm_fn.cli.files.manifests import Manifests
from krm_fn.function import transform
from krm_fn.removal import owners_in, remove
from krm_fn.result import FunctionError, Result
from krm_fn.summary import FileSummary, Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.cli.arguments import Arguments
    from krm_fn.cli.files.file_change import FileChange
    from krm_fn.function_config.generated.values import ProxySidecar


def run_command(arguments: list[str]) -> Outcome:
    """Do what a command line asks for, which begins with the subcommand; return what to write to stdout and stderr."""
    try:
        parsed = parse(arguments)
        if parsed.help:
            from krm_fn.cli.help import COMMAND_HELP  # noqa: PLC0415 # a long text

            return Outcome(exit_code=0, parts=[COMMAND_HELP[parsed.command].encode()])
        return _render(parsed) if parsed.command == "render" else _remove(parsed)
    except FunctionError as error:
        return Outcome(exit_code=2 if isinstance(error, UsageError) else 1, results=error.results)


def _render(arguments: Arguments) -> Outcome:
    config = read_function_config(arguments.config)
    name = config.metadata.name
    manifests = _manifests(arguments)
    try:
        return _written(manifests, _transformed(manifests, config), arguments, name)
    except FunctionError as error:
        return Outcome(exit_code=1, results=error.results, name=name)


def _manifests(arguments: Arguments) -> Manifests:
    manifests = Manifests(with_own_files(manifest_files(arguments.paths)))
    problems = manifests.unreadable()
    if problems:
        raise FunctionError(*problems)
    return manifests


def _transformed(manifests: Manifests, config: ProxySidecar) -> list[Result]:
    aside = set_aside(manifests, config.metadata.name)
    results = transform(manifests, config)
    settle(manifests, aside)
    return results


def _remove(arguments: Arguments) -> Outcome:
    manifests = _manifests(arguments)
    there = owners_in(manifests.items)
    unknown = [_unknown(name, there) for name in arguments.names if name not in there]
    results = remove(manifests, [name for name in there if name in arguments.names or not arguments.names])
    return _written(manifests, [*unknown, *results, *manifests.closed_lists()], arguments)


def _unknown(name: str, there: list[str]) -> Result:
    remedy = f"There are: {', '.join(there)}." if there else "There is nothing of any other either."
    message = f'nothing in these files is of a ProxySidecar "{name}". {remedy}'
    return Result(code=codes.PROXY_SIDECAR_UNKNOWN, message=message)


def _written(manifests: Manifests, results: list[Result], arguments: Arguments, name: str = "") -> Outcome:
    """Write the changed files, or show them; return what there is to report. A FunctionError with all errors."""
    errors = [result for result in results if result.severity == "error"]
    if errors:
        raise FunctionError(*errors)
    changes = manifests.changes()
    results += unlisted(changes)
    if not arguments.diff:
        write_files(changes)
    return Outcome(
        exit_code=0,
        parts=[unified_diff(changes)] if arguments.diff else [],
        results=tuple(results),
        name=name,
        summary=_summary(changes, manifests, is_done=not arguments.diff),
    )


def _summary(changes: list[FileChange], manifests: Manifests, *, is_done: bool) -> FileSummary:
    if not changes:  # a new ConfigMap may be in a file that is there, and was not named
        return FileSummary(is_done=is_done)
    made = {key_of(new.data) for new in manifests.new_items}
    gone = {key_of(item.data) for item in manifests.items.touched() if item.removed}
    return FileSummary(
        is_done=is_done,
        changed=sum(None not in (change.old, change.new) for change in changes),
        created=sum(change.old is None for change in changes),
        deleted=sum(change.new is None for change in changes),
        config_maps_added=len(made - gone),
        config_maps_removed=len(gone - made),
    )
