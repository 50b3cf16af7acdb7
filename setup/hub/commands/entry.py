"""What every command does around its own work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps

from hub.failure import SetupFailure

Command = Callable[[list[str]], int]


def guarded(command: Command) -> Command:
    """Show a SetupFailure as its message and exit code 1, without a traceback."""

    @wraps(command)
    def run(arguments: list[str]) -> int:
        try:
            return command(arguments)
        except SetupFailure as failure:
            print(f"\nStopped: {failure}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nInterrupted", file=sys.stderr)
            return 130

    return run
