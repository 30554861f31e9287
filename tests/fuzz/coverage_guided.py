"""The same laws under atheris, which keeps inputs that reach new code: python -m tests.fuzz.coverage_guided FOLDER.

atheris is no requirement of the tests: `pip install atheris` where it has a wheel for this Python. FOLDER holds the
inputs that it keeps; further arguments are libFuzzer's, such as -max_total_time=600.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from random import Random
from typing import Any


def main() -> None:
    """Fuzz until it is interrupted, or a law is broken."""
    atheris: Any = importlib.import_module("atheris")  # optional, and without types
    with atheris.instrument_imports(include=["krm_fn"]):
        function = importlib.import_module("krm_fn.function")
    from tests.fuzz.inputs import made  # noqa: PLC0415 # they import what must be instrumented first
    from tests.fuzz.laws import holds  # noqa: PLC0415 # likewise
    from tests.fuzz.text_mutations import mutated_text  # noqa: PLC0415 # likewise

    def raised(error: Exception) -> None:
        raise error

    def mutated(data: bytes, largest: int, seed: int) -> bytes:
        random = Random(seed)
        text = data.decode(errors="replace")
        if not text or random.random() < 0.02:
            return made(seed, 0).stdin()[:largest]
        return mutated_text(random, text).encode(errors="replace")[:largest]

    def check(data: bytes) -> None:
        holds(bytes(data))

    vars(function)["fault"] = raised
    for folder in (Path(each) for each in sys.argv[1:2] if not each.startswith("-")):
        folder.mkdir(exist_ok=True)
        for number in range(0 if any(folder.iterdir()) else 200):
            (folder / f"seed-{number}").write_bytes(made(0, number).stdin())
    atheris.Setup([*sys.argv, "-max_len=20000", "-timeout=60"], check, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
