"""`python -m codegen` rebuilds the generated files that are stale; with --check it only names them and exits 1."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from codegen.targets import stale, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild or check; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, name what is stale, exit 1 if any is")
    check = parser.parse_args(arguments).check
    code = 0
    for path in stale():
        if check:
            code = 1
        else:
            write(path)
        sys.stdout.write(f"{path}: {'stale' if check else 'written'}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
