"""Run Odoo's command line in the project's environment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from . import command, paths
from .failure import SetupFailure

_BAD_LINE = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) (?P<rest>.*)$")


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
        remedy="mend what the lines above name",
    )
    if bad := complaints(log.read_text()):
        shown = "\n".join(f"    {line}" for line in bad[:20])
        raise SetupFailure(
            f"Installing {names} made Odoo complain:\n{shown}",
            f"mend these; warnings count as failures (log: {log})",
        )


def complaints(text: str) -> list[str]:
    """Warnings and errors in an Odoo log that are not known to be harmless."""
    return [line for line in text.splitlines() if _is_bad(line)]


def _is_bad(line: str) -> bool:
    return bool(_BAD_LINE.match(line)) and not any(text in line for text in HARMLESS)


# Odoo stores options of addons in odoo.conf as they are, and says so at each start.
HARMLESS = ("unknown option 'logistics_secret_key' in the config file",)
