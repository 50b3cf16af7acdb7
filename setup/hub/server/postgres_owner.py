"""The account that runs PostgreSQL, which refuses to run as root."""

from __future__ import annotations

import os
import pwd
from functools import cache
from pathlib import Path

from hub import paths
from hub.failure import SetupFailure
from hub.machine import command

ACCOUNT = "postgres"
# Lets that account walk through folders closed to it (a clone below /root).
_WALK = ("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search")


def folder() -> Path:
    """The private server's folder, owned by the account that runs it."""
    home = paths.state_folder("postgres")
    if os.geteuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        os.chown(home, account.pw_uid, account.pw_gid)
    home.chmod(0o700)
    return home


@cache
def prefix() -> tuple[str, ...]:
    """What to put before a command so that it runs as that account."""
    if os.geteuid() != 0:
        return ()
    plain = ("setpriv", "--reuid", ACCOUNT, "--regid", ACCOUNT, "--clear-groups")
    for candidate in (plain, (*plain, *_WALK)):
        probe = [*candidate, "ls", folder()]
        if command.output(probe, cwd="/") is not None:
            return candidate
    raise SetupFailure(
        f"The account {ACCOUNT} cannot reach {folder()}.",
        "set LOGISTICS_STATE to a folder others may pass through, such as one "
        "below /var/lib, or move the project there",
    )
