"""The database of a run: the suite and the chaos addon, in the chaos cluster."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from hub import paths, progress, stamps
from hub.failure import SetupFailure
from hub.server import configuration, database, odoo_command, postgres, templates
from hub.server.database import Databases

from .cluster import Cluster

ADDON = "logistics_chaos"
ADDONS = Path(__file__).with_name("addons")
PREFIX = "chaos_template_"
# Thousands of small statements need no flush each; the copy made of it is flushed.
UNHURRIED = {"PGOPTIONS": "-c synchronous_commit=off"}


def addons_path() -> str:
    return f"{configuration.addons_path()},{ADDONS}"


def ensure(cluster: Cluster) -> str:
    """Name of the template in the cluster; it is made when an addon changed."""
    source = Databases(postgres.ensure())
    suite = templates.suite(source)
    own = stamps.files_digest(_files(), ADDONS)
    name = PREFIX + stamps.digest([suite, own])
    target = Databases(cluster.connection)
    if not target.exists(name):
        for old in target.names():
            if old.startswith(PREFIX):
                target.drop(old)
        with progress.step("Building the chaos program's template database"):
            _build(source, suite, target, name)
    return name


def _files() -> list[Path]:
    return [
        path
        for path in sorted((ADDONS / ADDON).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]


def _build(source: Databases, suite: str, target: Databases, name: str) -> None:
    building, copy = f"{name}_building", f"chaos_copy_{os.getpid()}"
    target.drop(building)
    target.sql(f'create database "{building}"')
    # A copy is dumped, so that nobody waits for the template meanwhile.
    source.copy(suite, copy)
    try:
        _pour(source, copy, target, building)
    finally:
        source.drop(copy)
    files = database.filestore(suite)
    if files.is_dir():
        shutil.copytree(files, database.filestore(building), copy_function=os.link)
    conf = configuration.write(
        paths.state("conf", "chaos-template.conf"),
        target.connection,
        options={"addons_path": addons_path()},
    )
    odoo_command.install(conf, building, [ADDON], log=paths.log_file("chaos-template"))
    target.rename(building, name)


def _pour(source: Databases, copy: str, target: Databases, building: str) -> None:
    """Dump on the one server, restore on the other."""
    dump = paths.state_folder("chaos") / "template.dump"
    steps = (
        (source, "pg_dump", ["-Fc", "-Z0", "--no-owner", "-f", dump, copy]),
        (target, "pg_restore", ["--no-owner", "-d", building, dump]),
    )
    try:
        for databases, name, arguments in steps:
            done = subprocess.run(
                [str(postgres.program(name)), *(str(a) for a in arguments)],
                env={**os.environ, **databases.connection.environment(), **UNHURRIED},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise SetupFailure(f"{name} failed:\n{done.stderr}", "read the lines")
    finally:
        dump.unlink(missing_ok=True)
