"""Odoo's command line as a file of its own, and a service manager for it.

With workers, Odoo starts its websocket process from the path it was started by,
and ``python -m odoo`` has none that can be started: it then tries again for ever.

Without workers, Odoo starts itself again when a request exceeds its time limit. It
names the program without its folder, and Python then takes the first one on the PATH:
that has to be ours.

With ``--supervised`` as its first argument a server that ended is started again, as a
service manager does: Odoo ends, for one, when it has to replace a worker while
PostgreSQL is away. It imports nothing of ours.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

# One that ends sooner the first time has a fault that another start does not cure.
TRIAL_SECONDS = 10
LONGEST_PAUSE = 10.0


def be_found_again() -> None:
    """Let a program that is named without its folder be this one."""
    folder = os.path.dirname(sys.executable)
    os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", "")])


class Supervisor:
    """Starts the server again until it is asked to end.

    Whoever stops it signals the whole process group, so the server hears it as well.
    """

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.is_ending = False

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note_end)
        pause, is_first = 1.0, True
        while True:
            started = time.monotonic()
            code = subprocess.call(self.command)
            lived = time.monotonic() - started
            if self.is_ending or code == 0 or (is_first and lived < TRIAL_SECONDS):
                return code
            is_first = False
            pause = 1.0 if lived > TRIAL_SECONDS else min(pause * 2, LONGEST_PAUSE)
            print(f"The server ended ({code}); started again", file=sys.stderr)
            self._sleep(pause)
            if self.is_ending:
                return 0

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.is_ending and time.monotonic() < end:
            time.sleep(0.1)

    def _note_end(self, _number: int, _frame: object) -> None:
        self.is_ending = True


if __name__ == "__main__":
    be_found_again()
    if sys.argv[1:2] == ["--supervised"]:
        own = [sys.executable, os.path.abspath(__file__)]
        sys.exit(Supervisor([*own, *sys.argv[2:]]).run())
    from odoo.cli.command import main

    main()
