"""proxy-sidecar render: add the proxy to manifests, in their files."""

from __future__ import annotations

from krm_fn.cli.command import Command, Option
from krm_fn.cli.file_command import DETAILS, DIFF, PATHS, read_manifests, write_manifests
from krm_fn.cli.files.config_map_placement import put_back, set_aside
from krm_fn.cli.files.function_config_file import read_function_config
from krm_fn.function import transform
from krm_fn.result import FunctionError
from krm_fn.summary import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.cli.command import Arguments
    from krm_fn.cli.files.manifests import Manifests
    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.result import Result

CONFIG = Option(
    name="--config",
    placeholder="FN_CONFIG.yaml",
    value="the file that holds the functionConfig",
    is_required=True,
)


def run(arguments: Arguments) -> Outcome:
    """Render the manifests as the functionConfig says."""
    config = read_function_config(arguments.value(CONFIG))
    manifests = read_manifests(arguments)
    name = config.metadata.name
    try:
        return write_manifests(manifests, _rendered(manifests, config), arguments, name)
    except FunctionError as error:
        return Outcome(exit_code=1, results=error.results, name=name)


COMMAND = Command(
    name="render",
    summary="adds the proxy to manifests, in their files",
    options=(CONFIG, DIFF),
    operand=PATHS,
    example="--config fn-config.yaml deploy/",
    details=f"""\
Only the lines concerned change. A second run changes nothing; with another
functionConfig of the same name, it replaces what the earlier run added.

A ConfigMap is added at the end of the workload's file. If that is not possible
(JSON, or no line break at its end), configmap_NAME.yaml is added beside it.

{DETAILS}""",
    run=run,
)


def _rendered(manifests: Manifests, config: ProxySidecar) -> list[Result]:
    earlier = set_aside(manifests, config.metadata.name)
    results = transform(manifests, config)
    put_back(manifests, earlier)
    return results
