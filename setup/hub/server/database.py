"""Databases and their file stores: make, copy, rename, drop."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from hub import paths
from hub.failure import SetupFailure
from hub.machine import command

from . import postgres
from .postgres_settings import Connection


class Databases:
    """Work on whole databases of one server, through psql."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Rows as text, columns parted by '|'."""
        found = command.output(
            [
                postgres.psql(),
                "-XAtq",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                database,
                "-c",
                statement,
            ],
            env=self.connection.environment(),
        )
        if found is None:
            raise SetupFailure(
                f"PostgreSQL refused: {statement}",
                "see that nothing else uses the database, then run this again",
            )
        return found.strip()

    def names(self) -> list[str]:
        query = "select datname from pg_database where not datistemplate order by 1"
        return self.sql(query).split()

    def exists(self, name: str) -> bool:
        return _checked(name) in self.names()

    def copy(self, template: str, name: str) -> None:
        """A new database with the template's rows and file store."""
        self.drop(name)
        self.sql(f'create database "{name}" template "{_checked(template)}"')
        source = filestore(template)
        if source.is_dir():
            # Files of a store never change once written, so links are enough.
            shutil.copytree(source, filestore(name), copy_function=os.link)

    def rename(self, old: str, new: str) -> None:
        self.drop(new)
        self.sql(f'alter database "{_checked(old)}" rename to "{_checked(new)}"')
        if filestore(old).is_dir():
            filestore(old).rename(filestore(new))

    def drop(self, name: str) -> None:
        """Drop even while sessions are open; absent is fine."""
        self.sql(f'drop database if exists "{_checked(name)}" with (force)')
        shutil.rmtree(filestore(name), ignore_errors=True)


def filestore(name: str) -> Path:
    return paths.state("data", "filestore", name)


def _checked(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9_][a-z0-9_-]{0,62}", name):
        raise SetupFailure(
            f"{name!r} is no database name.",
            "use lower-case letters, digits, '-' and '_'",
        )
    return name
