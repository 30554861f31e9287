"""The subcommands that work on files: render puts a proxy into manifests where they lie, remove takes it out again."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.cli.arguments import UsageError, parse
from krm_fn.cli.files.atomic_write import write_files
from krm_fn.cli.files.config_map_files import with_own_files
from krm_fn.cli.files.config_map_placement import set_aside, settle
from krm_fn.cli.files.file_change import unified_diff, unlisted
from krm_fn.cli.files.function_config_file import read_function_config
from krm_fn.cli.files.manifest_files import manifest_files
from krm_fn.cli.files.manifests import Manifests
from krm_fn.cli.summary import summary
from krm_fn.function import Outcome, transform
from krm_fn.removal import owners_in, remove
from krm_fn.result import FunctionError, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.cli.arguments import Arguments
    from krm_fn.function_config.generated.values import ProxySidecar


def run_command(arguments: list[str]) -> Outcome:
    """Do what a command line asks for, which begins with the subcommand; return what to write to stdout and stderr."""
    try:
        parsed = parse(arguments)
        if parsed.help:
            from krm_fn.cli.help import COMMAND_HELP  # noqa: PLC0415 # a long text

            return Outcome(parts=[COMMAND_HELP[parsed.command].encode()], exit_code=0, lines=())
        return _render(parsed) if parsed.command == "render" else _remove(parsed)
    except FunctionError as error:
        exit_code = 2 if isinstance(error, UsageError) else 1
        return Outcome(parts=[], exit_code=exit_code, lines=tuple(result.line() for result in error.results))


def _render(arguments: Arguments) -> Outcome:
    config = read_function_config(arguments.config)
    name = config.metadata.name
    manifests = _manifests(arguments)
    try:
        return _written(manifests, _transformed(manifests, config), arguments, name)
    except FunctionError as error:
        return _refused(error, name)


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
    """Write what has become of the files, or show it; return what there is to say."""
    errors = [result for result in results if result.severity == "error"]
    if errors:
        raise FunctionError(*errors)
    changes = manifests.changes()
    results += unlisted(changes)
    if not arguments.diff:
        write_files(changes)
    shown = unified_diff(changes) if arguments.diff else b""
    lines = [result.line(name) for result in results if result.severity != "info"]
    return Outcome(parts=[shown], exit_code=0, lines=(*lines, summary(changes, manifests, arguments)))


def _refused(error: FunctionError, name: str) -> Outcome:
    return Outcome(parts=[], exit_code=1, lines=tuple(result.line(name) for result in error.results))
