"""proxy-sidecar render: add the proxy to manifests, in their files."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.cli.command import Command, Option, UsageError
from krm_fn.cli.file_command import DETAILS, DIFF, PATHS, read_manifests, write_manifests
from krm_fn.cli.files.config_map_placement import put_back, set_aside
from krm_fn.cli.files.function_config_file import read_function_config
from krm_fn.config_maps.unrecorded import unrecorded
from krm_fn.function import transform
from krm_fn.quoting import shown
from krm_fn.resource_list.identity import ref_of
from krm_fn.result import FunctionError, ResourceRef, Result
from krm_fn.summary import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.cli.command import Arguments
    from krm_fn.cli.files.manifests import Manifests
    from krm_fn.function_config.generated.values import ProxySidecar

CONFIG = Option(
    name="--config",
    placeholder="FN_CONFIG.yaml",
    value="the file that holds the functionConfig",
    is_required=True,
)
STAGE = Option(
    name="--stage",
    placeholder="STAGE",
    value="workload or services",
    summary="workload, or after the rollout services",
)
_CUTOVERS = {"workload": "staged", "services": "service"}
"""What spec.cutover is in each stage."""


def run(arguments: Arguments) -> Outcome:
    """Render the manifests as the functionConfig says."""
    config = _of_stage(read_function_config(arguments.value(CONFIG)), arguments.value(STAGE))
    manifests = read_manifests(arguments, with_named=True)
    name = config.metadata.name
    if config.spec.record == "none" and not arguments.has(DIFF):
        return Outcome(exit_code=1, results=(_without_record(config),), name=name)
    try:
        results = _rendered(manifests, config)
        if arguments.value(STAGE) == "services":
            results += _changed_pods(manifests, results)
        return write_manifests(manifests, results, arguments, name)
    except FunctionError as error:
        return Outcome(exit_code=1, results=error.results, name=name)


COMMAND = Command(
    name="render",
    summary="adds the proxy to manifests, in their files",
    options=(CONFIG, STAGE, DIFF),
    operand=PATHS,
    example="--config fn-config.yaml deploy/",
    details=f"""\
Only the lines concerned change. A second run changes nothing; with another
functionConfig of the same name, it replaces what the earlier run added.

With --stage workload the Services, and all that follows them, still route to
the app: no request is lost while new Pods replace the running ones. When that
is complete, --stage services changes the Services, and no Pod.

With spec.record: none no file is written over, since nothing would say what
it was: only --diff is done.

A ConfigMap is added at the end of the workload's file. If that is not possible
(JSON, or no line break at its end), configmap_NAME.yaml is added beside it.

{DETAILS}""",
    run=run,
)


def _of_stage(config: ProxySidecar, stage: str) -> ProxySidecar:
    """Return the functionConfig for a stage, which counts more than its own `cutover`."""
    if not stage:
        return config
    if stage not in _CUTOVERS:
        message = f"{STAGE.name} must be followed by {STAGE.value}, got {shown(stage)}."
        raise UsageError(Result(code=codes.OPTION_VALUE_UNKNOWN, message=message))
    return config.replace(spec=config.spec.replace(cutover=_CUTOVERS[stage]))


def _without_record(config: ProxySidecar) -> Result:
    message = (
        "must be annotation where files are written over, got none: nothing would say what they were. Leave it out; or "
        f"let kustomize build render the files, which leaves them as they are. {DIFF.name} shows what it would make."
    )
    ref = ResourceRef(api_version=config.api_version, kind=config.kind, name=config.metadata.name)
    return Result(code=codes.RECORD_NEEDED, ref=ref, path="spec.record", message=message, proposed_value="annotation")


def _rendered(manifests: Manifests, config: ProxySidecar) -> list[Result]:
    problems = unrecorded(manifests.items, [config.metadata.name])  # by the ConfigMaps, too, that are set aside next
    if problems:
        raise FunctionError(*problems)
    earlier = set_aside(manifests, config)
    results = transform(manifests, config)
    put_back(manifests, earlier)
    return results


def _changed_pods(manifests: Manifests, results: list[Result]) -> list[Result]:
    """Return an error for each workload that a run for the Services alone would change."""
    changed = {ref_of(item.data) for item in manifests.items.touched() if item.is_changed}
    return [
        Result(code=codes.STAGE_CHANGES_PODS, ref=result.ref, file=result.file, message=_NOT_YET)
        for result in results
        if result.code is codes.SIDECAR_INJECTED and result.ref in changed
    ]


_NOT_YET = (
    "must be as --stage workload makes it before the Services change, got another state. Render with --stage workload, "
    "apply that, and wait for the rollout first."
)
