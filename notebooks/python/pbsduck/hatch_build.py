"""Builds the wheel: of Python alone, or with the program of one platform in it.

PBSDUCK_BINARY is the program that the wheel shall bring, PBSDUCK_PLATFORM the tag of the platforms on which it runs
(linux_x86_64), PBSDUCK_VERSION the version, as git describe or a tag says it. make wheel sets all three."""

from __future__ import annotations

import os
import re
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # only the version is asked for
    BuildHookInterface = object


def version() -> str:
    """The version as Python writes it: v1.2.3 is 1.2.3, v1.2.3-4-gabcdef0 is 1.2.3.post4+gabcdef0, a commit alone
    0+gabcdef0."""
    said = os.environ.get("PBSDUCK_VERSION", "")
    tagged = re.fullmatch(r"v?(\d+(?:\.\d+)*)((?:a|b|rc)\d+)?(?:-(\d+)-(g[0-9a-f]+))?(-dirty)?", said)
    commit = re.fullmatch(r"([0-9a-f]{7,40})(-dirty)?", said)
    if commit and not (tagged and "." in tagged[1]):
        return f"0+g{commit[1]}" + (".dirty" if commit[2] else "")
    if not tagged:
        return "0+unknown"
    local = ".".join(filter(None, [tagged[4], tagged[5] and "dirty"]))
    return tagged[1] + (tagged[2] or "") + (f".post{tagged[3]}" if tagged[3] else "") + (f"+{local}" if local else "")


class Program(BuildHookInterface):  # type: ignore[misc, type-arg, unused-ignore]
    """Puts the program among the scripts, which pip installs on the path."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        binary = os.environ.get("PBSDUCK_BINARY")
        if not binary:
            return
        if not os.access(binary, os.X_OK):
            raise SystemExit(f"PBSDUCK_BINARY={binary} is no program: make build makes bin/pbsduck")
        build_data["shared_scripts"][binary] = "pbsduck"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{os.environ.get('PBSDUCK_PLATFORM', 'linux_x86_64')}"
