"""Each file under golden/function-config-errors is a mistake, its full message, and the corrected twin that loads.

A case is fields of the spec, or a whole document under the key `document`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from krm_fn import codes
from krm_fn.function_config.load import load
from krm_fn.result import FunctionError
from tests.function_config.documents import document
from tests.golden import GOLDEN, check

PACKAGE = Path(__file__).parents[2] / "krm_fn" / "function_config"
CASES = sorted((GOLDEN / "function-config-errors").glob("*.txt"))
REFUSED, ACCEPTED = "\n----- is refused:\n", "\n----- is accepted:\n"


def data_of(case: str) -> Any:
    fields = yaml.safe_load(case)
    return fields["document"] if "document" in fields else document(fields)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_mistake_is_explained_and_its_twin_loads(path: Path) -> None:
    case, _, rest = path.read_text("utf-8").partition(REFUSED)
    _, _, twin = rest.partition(ACCEPTED)
    with pytest.raises(FunctionError) as error:
        load(data_of(case))
    check(path, f"{case}{REFUSED}{error.value}\n{ACCEPTED}{twin}")
    load(data_of(twin))


def test_there_are_cases() -> None:
    assert len(CASES) > 30


def test_each_code_has_a_case() -> None:
    source = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))  # not of what a rendering finds
    used = {name: code for name, code in vars(codes).items() if re.search(rf"\bcodes\.{name}\b", source)}
    numbers = {code.number for code in used.values() if isinstance(code, codes.Code)}
    shown = "".join(path.read_text("utf-8") for path in CASES)
    assert {number for number in numbers if number.startswith("PS1") and f"[error] {number} " not in shown} == set()
