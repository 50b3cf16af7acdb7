"""Entry of the files in setup/: install, then run the command in our environment."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from . import installation, paths, progress
from .failure import SetupFailure

NEEDS_BROWSER = ("test",)


def start(arguments: list[str]) -> int:
    progress.begin()
    command, *rest = arguments
    if not {"-h", "--help"} & set(rest):
        try:
            installation.ensure(browser=command in NEEDS_BROWSER or "--browser" in rest)
        except SetupFailure as failure:
            print(f"\nsetup/{command} stopped: {failure}", file=sys.stderr)
            return 1
    if command == "install":
        progress.say(f"Ready: {paths.venv_python()}")
        return 0
    return _become(command, rest)


def _become(command: str, arguments: list[str]) -> NoReturn:
    interpreter = paths.venv_python()
    python = str(interpreter) if interpreter.exists() else sys.executable
    os.execv(python, [python, "-m", f"hub.commands.{command}", *arguments])


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
