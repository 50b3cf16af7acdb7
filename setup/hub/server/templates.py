"""Template databases in two levels, so that an edit costs seconds, not minutes.

Level 1 is Odoo with everything the suite depends on and demo data. Level 2 is a
copy of it with addons of this repository. Each is named after a hash of what went
in, and gets its final name only when it is complete.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hub import addon_files, paths, progress, stamps
from hub.install import odoo_origin
from hub.machine import lock

from . import configuration, odoo_command, postgres_settings
from .database import Databases

PREFIX = "template_"
DEPENDENCIES = (
    "queue_job",
    "account",
    "sale_management",
    "sale_stock",
    "purchase_stock",
    "stock_delivery",
    "stock_picking_batch",
    "product_expiry",
)
QUIET = Path(__file__).with_name("quiet.sql")
KEEP_BASES, KEEP_SUITES = 2, 10


def base(databases: Databases) -> str:
    """Name of the level 1 template; takes about two minutes when it is new."""
    requirements = (paths.PROJECT / "requirements.txt").read_text()
    pins = [line for line in requirements.splitlines() if "queue_job" in line]
    identity = odoo_origin.chosen().identity
    inputs = [identity, *pins, *DEPENDENCIES, QUIET.read_bytes()]
    if postgres_settings.given():
        # Other clones may use that server; each has the file stores of its own.
        inputs.append(str(paths.state()))
    name = f"{PREFIX}base_{stamps.digest(inputs)}"
    with lock.held("template-base"):
        if not databases.exists(name):
            with progress.step("Creating the template database (about 2 minutes)"):
                _build(databases, name, None, DEPENDENCIES)
            _forget_old(databases, f"{PREFIX}base_", KEEP_BASES)
    return name


def suite(databases: Databases, addons: Iterable[str] | None = None) -> str:
    """Name of the level 2 template with the named addons, or with all of ours."""
    names = addon_files.closure(addons)
    below = base(databases)
    if not names:
        return below
    digest = stamps.digest([below, *names, addon_files.digest(names)])
    name = f"{PREFIX}suite_{digest}"
    with lock.held("template-suite"):
        if not databases.exists(name):
            with progress.step(f"Installing {', '.join(names)}"):
                _build(databases, name, below, names)
            _forget_old(databases, f"{PREFIX}suite_", KEEP_SUITES)
    return name


def _build(
    databases: Databases, name: str, below: str | None, modules: Iterable[str]
) -> None:
    building = f"{name}_building"
    databases.drop(building)
    if below:
        databases.copy(below, building)
    conf = configuration.write(
        paths.state("conf", "template.conf"), databases.connection
    )
    odoo_command.install(conf, building, modules, log=paths.log_file(name))
    if not below:
        databases.sql(QUIET.read_text(), building)
    databases.rename(building, name)


def _forget_old(databases: Databases, prefix: str, keep: int) -> None:
    """Keep the newest few; each takes about 60 MB."""
    query = (
        f"select datname from pg_database where datname like '{prefix}%' "
        "order by oid desc"
    )
    for name in databases.sql(query).split()[keep:]:
        databases.drop(name)
