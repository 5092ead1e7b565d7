"""The program pbsduck, which the wheel may bring."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Sequence
from pathlib import Path


def find_program() -> Path:
    """The program pbsduck: PBSDUCK_PROGRAM, or what came with this package, or what is on the PATH."""
    own = os.environ.get("PBSDUCK_PROGRAM")
    if own:
        return Path(own)
    users = sysconfig.get_path("scripts", f"{os.name}_user")
    for folder in (sysconfig.get_path("scripts"), users):
        program = Path(folder, "pbsduck")
        if os.access(program, os.X_OK):
            return program
    found = shutil.which("pbsduck")
    if not found:
        raise FileNotFoundError(
            "the program pbsduck is neither in this environment nor on the PATH: install a wheel that brings it, "
                                "or say where it is by PBSDUCK_PROGRAM")
    return Path(found)


def run(words: Sequence[str]) -> str:
    """What the program says to these words. ValueError is what it has against them."""
    done = subprocess.run([find_program(), *words], capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        why = done.stderr.partition("\nSee pbsduck")[0].strip()
        raise ValueError(why.removeprefix("pbsduck: ") or f"pbsduck ended with {done.returncode}")
    return done.stdout
