"""Fuzz one target: python fuzz/one.py TARGET [libFuzzer's arguments]; `fuzz/run.py` gives them."""

from __future__ import annotations

import shlex
import sys
import warnings
from pathlib import Path

import atheris

# What is pure Python among the libraries is followed too; native code gives no coverage.
FOLLOWED = ["bpoaudit", "promises", "olefile", "asn1crypto", "email", "yaml"]

NAME = sys.argv.pop(1)
# `-merge=1` runs the program again, in a shell, by what stands here.
sys.argv[0] = shlex.join([sys.executable, str(Path(__file__).resolve()), NAME])

with atheris.instrument_imports(include=FOLLOWED):
    from targets import TARGETS

    TARGETS[NAME].run(b" ")  # what is imported when first needed is followed too


def main() -> None:
    """Run until libFuzzer's time is over or a promise is broken."""
    warnings.simplefilter("ignore")
    atheris.Setup(sys.argv, TARGETS[NAME].run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
