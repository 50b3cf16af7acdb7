"""Run Odoo's command line in the project's environment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from hub import paths
from hub.failure import SetupFailure
from hub.machine import command


def arguments(conf: Path, given: list[str]) -> list[str]:
    """Odoo's arguments with our configuration after the subcommand, if any."""
    own = [] if {"-c", "--config"} & set(given) else ["-c", str(conf)]
    if given and not given[0].startswith("-"):
        return [given[0], *own, *given[1:]]
    return [*own, *given]


def install(conf: Path, database: str, modules: Iterable[str], *, log: Path) -> None:
    """Install modules with demo data; a warning about it is a failure."""
    log.unlink(missing_ok=True)
    names = ",".join(modules)
    given = ["-d", database, "-i", names, "--with-demo", "--stop-after-init"]
    given += ["--no-http", "--log-level=warn", "--load=base,web"]
    command.run(
        [paths.venv_python(), "-m", "odoo", *arguments(conf, given)],
        log=log,
        problem=f"Odoo could not install {names}.",
        remedy="fix what the lines above name",
    )
    if bad := complaints(log.read_text()):
        shown = "\n".join(f"    {line}" for line in bad[:20])
        raise SetupFailure(
            f"Installing {names} made Odoo complain:\n{shown}",
            f"fix these; warnings count as failures (log: {log})",
        )


def complaints(text: str) -> list[str]:
    """Warnings and errors in an Odoo log that are not known to be harmless.

    A record goes on over the lines behind it, so a query is judged with its error.
    """
    return [
        record.rstrip()
        for record in _RECORD.split(text)
        if _BAD.match(record) and not any(known.search(record) for known in HARMLESS)
    ]


_RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} )", re.MULTILINE)
_BAD = re.compile(r"\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ")
HARMLESS = (
    # Odoo stores options of addons in odoo.conf as they are, and says so at each start.
    re.compile(r"unknown option 'logistics_secret_key' in the config file"),
    # Two tabs of Odoo's chat met; Odoo logs it, then retries. Never about our tables.
    re.compile(
        r"odoo\.sql_db: bad query: (?:(?!logistics_).)*could not serialize access",
        re.DOTALL,
    ),
)
