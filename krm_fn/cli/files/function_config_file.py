"""Read the functionConfig from a file."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.cli.command import UsageError
from krm_fn.cli.files.documents import documents_of, has_content
from krm_fn.function_config.load import load
from krm_fn.resource_list.item import Item
from krm_fn.result import KIND, FunctionError, Result
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.function_config.generated.values import ProxySidecar


def read_function_config(path: str) -> ProxySidecar:
    """Return the value of the functionConfig in a file.

    A UsageError where there is no such file; a FunctionError with all that is wrong with what is in it.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        message = f"--config: {error.strerror or error}. Name the file that holds the functionConfig."
        raise UsageError(Result(code=codes.CONFIG_ABSENT, message=message, file=path)) from error
    try:
        return load(_document(path, data))
    except FunctionError as error:
        of_file = [result if result.file else result.replace(file=path) for result in error.results]
        raise FunctionError(*of_file) from error


def _document(path: str, data: bytes) -> Any:
    """Return the data of the one document, None where there is none."""
    spans = [document.text for document in documents_of(data) if has_content(data[slice(*document.text)])]
    if len(spans) > 1:
        message = f"must hold one document, the {KIND}, got {len(spans)}. Put it into a file of its own."
        raise FunctionError(Result(code=codes.FUNCTION_CONFIG_NOT_ALONE, message=message, file=path))
    if not spans:
        return None
    item = Item(data, spans[0], path)
    try:
        return item.data
    except YamlError as error:
        message = f"functionConfig {error.problem}{item.place_of(error)}. Correct it."
        raise FunctionError(Result(code=codes.FUNCTION_CONFIG_UNREADABLE, message=message, file=path)) from error
