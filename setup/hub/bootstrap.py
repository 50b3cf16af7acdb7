"""Entry of the files in setup/: install, then run the command in our environment."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path
from typing import NoReturn

from hub.failure import SetupFailure
from hub.install import installation

from . import paths, progress

NEEDS_BROWSER = ("test",)
# With one of these nothing is installed first.
ASKS_NOTHING = {"-h", "--help", "--stop"}


def start(arguments: list[str]) -> int:
    progress.begin()
    command, *rest = arguments
    if not paths.venv_python().exists() and ASKS_NOTHING & set(rest):
        print(_description(command))
        return 0
    if not ASKS_NOTHING & set(rest):
        try:
            installation.ensure(browser=command in NEEDS_BROWSER or "--browser" in rest)
        except SetupFailure as failure:
            print(f"\nsetup/{command} stopped: {failure}", file=sys.stderr)
            return 1
    if command == "install":
        progress.say(f"Ready: {paths.venv_python()}")
        return 0
    return _become(command, rest)


def _description(command: str) -> str:
    """The command's own words, read without importing it: nothing is installed."""
    path = Path(__file__).with_name("commands") / f"{command}.py"
    if not path.exists():
        return __doc__ or ""
    return ast.get_docstring(ast.parse(path.read_text())) or ""


def _become(command: str, arguments: list[str]) -> NoReturn:
    python = str(paths.venv_python())
    os.execv(python, [python, "-m", f"hub.commands.{command}", *arguments])


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
