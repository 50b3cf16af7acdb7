"""What one run of setup/test executes, and the databases it needs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from hub import paths, progress
from hub.server import configuration, database, postgres, templates
from hub.server.postgres_settings import Connection

from . import leftovers

LAYERS = ("tests/pure", "addons", "tests/sandbox", "tests/contract", "tests/e2e")
WITHOUT_DATABASE = ("tests/pure", "tests/sandbox")
TEMPLATE_VARIABLE = "LOGISTICS_TEST_TEMPLATE"
# Options that choose what pytest runs, so that no folder must run.
_NARROWING = ("-k", "-m", "--lf", "--last-failed", "--collect-only", "--co")


class Plan:
    """Targets and options for pytest, from what the person asked for."""

    def __init__(self, addons: Sequence[str] | None, rest: Sequence[str]) -> None:
        self.addons = addons
        self.rest = list(rest)
        self.template: str | None = None

    @cached_property
    def _paths_given(self) -> list[str]:
        return [
            word
            for word in self.rest
            if not word.startswith("-")
            and (paths.PROJECT / word.split("::")[0]).exists()
        ]

    @cached_property
    def targets(self) -> list[str]:
        """Paths for pytest, relative to the project."""
        if self._paths_given:
            return []
        if self.addons is not None:
            return [*(f"addons/{name}" for name in self.addons), *self._own_files()]
        return [name for name in LAYERS if (paths.PROJECT / name).is_dir()]

    def _own_files(self) -> list[str]:
        """Tests outside the addons that are named after one of them."""
        return sorted(
            str(path.relative_to(paths.PROJECT))
            for layer in LAYERS
            if layer.startswith("tests/")
            for path in (paths.PROJECT / layer).rglob("test_*.py")
            if _get_addon(path) in (self.addons or ())
        )

    @property
    def needs_database(self) -> bool:
        named = self.targets or self._paths_given
        return any(not name.startswith(WITHOUT_DATABASE) for name in named)

    def arguments(self) -> list[str]:
        return [*self._must_run(), *self.targets, *self.rest]

    def environment(self) -> dict[str, str]:
        """What the end to end fixtures read."""
        return {TEMPLATE_VARIABLE: self.template} if self.template else {}

    def _must_run(self) -> list[str]:
        """Each addon and each layer that has tests must run at least one."""
        narrowed = any(
            word.split("=")[0] in _NARROWING or word.startswith("-k")
            for word in self.rest
        )
        if narrowed or self._paths_given:
            return []
        folders = self._tested_addons()
        if self.addons is None:
            folders += [paths.PROJECT / name for name in LAYERS if name != "addons"]
        return [
            f"--must-run={folder}"
            for folder in folders
            if any(folder.rglob("test_*.py")) and not _may_skip(folder)
        ]

    def _tested_addons(self) -> list[Path]:
        return [
            folder
            for folder in paths.addon_folders()
            if self.addons is None or folder.name in self.addons
        ]

    @contextmanager
    def databases(self) -> Iterator[list[str]]:
        """The addon layer's database, dropped afterwards; pytest-odoo's options."""
        if not self.needs_database:
            yield ["-p", "no:odoo", "-p", "hub.testing.without_odoo"]
            return
        connection = postgres.ensure()
        databases = database.Databases(connection)
        leftovers.sweep(databases)
        self.template = templates.suite(databases, self.addons)
        name = f"test_{os.getpid()}"
        progress.say(f"Copying {self.template}")
        databases.copy(self.template, name)
        try:
            yield _odoo_options(connection, name)
        finally:
            databases.drop(name)


def _get_addon(test: Path) -> str | None:
    """The addon that a file of tests is named after: of several the longest name."""
    names = [folder.name for folder in paths.addon_folders()]
    fitting = [name for name in names if f"{test.stem}_".startswith(f"test_{name}_")]
    return max(fitting, key=len, default=None)


def _may_skip(folder: Path) -> bool:
    """Contract tests may skip where a user has no contract files; never in CI."""
    return folder.name == "contract" and not os.environ.get("CI")


def _odoo_options(connection: Connection, name: str) -> list[str]:
    conf = configuration.write(
        paths.state("conf", f"{name}.conf"),
        connection,
        options={
            "db_name": name,
            # No scheduled action interferes with a test.
            "max_cron_threads": 0,
            # This limit would be inherited by the browser, which then dies.
            "limit_memory_hard": 0,
        },
        server_wide="base,web",
        channels="root:0",
    )
    options = [f"--odoo-config={conf}", f"--odoo-database={name}"]
    return [*options, "--odoo-http", "--odoo-log-level=warn"]
