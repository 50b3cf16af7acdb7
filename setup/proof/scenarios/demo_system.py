"""The system a demonstration runs on: database, Odoo, partner sandbox."""

from __future__ import annotations

import sys

from hub import paths, progress
from hub.machine import command, processes
from hub.server import database, odoo_server, postgres, sandbox, templates

from .context import ScenarioContext

DATABASE = "demo"
ODOO, SANDBOX = "demo-odoo", "demo-sandbox"


class DemoSystem:
    """Starts and stops the demonstration; one at a time in a project."""

    def start(self, port: int) -> ScenarioContext:
        """A fresh database with the suite and demo data, and both servers."""
        self._stop_processes()
        databases = database.Databases(postgres.ensure())
        template = templates.suite(databases)
        with progress.step("Creating the database from its template"):
            databases.copy(template, DATABASE)
        with progress.step("Starting the partner sandbox"):
            partner = sandbox.start(name=SANDBOX)
        with progress.step("Starting Odoo with its job runner"):
            odoo = odoo_server.start(
                DATABASE,
                databases.connection,
                name=ODOO,
                port=port,
                supervised=True,
            )
        if not odoo.base_url.endswith(f":{port}"):
            progress.say(f"Port {port} is in use; Odoo took another")
        contracts = sandbox.contracts_folder() is not None
        return ScenarioContext(odoo, odoo.client(), partner, contracts, progress.say)

    def stop(self) -> int:
        """Stop the servers and our PostgreSQL, unless others work with it."""
        with progress.step("Stopping the demo"):
            self._stop_processes()
            postgres.stop_if_idle()
        return 0

    def introduce(self) -> None:
        """Print where to look."""
        odoo = processes.find(ODOO)
        partner = processes.find(SANDBOX)
        if odoo and partner:
            print(
                f"\nOdoo:             {odoo.url}/odoo"
                f"\nLogin, password:  {odoo_server.LOGIN}, {odoo_server.PASSWORD}"
                f"\nPartner sandbox:  {partner.url}"
                f"\nLogs:             {paths.state('log')}"
                "\nStop:             ./setup/demo --stop\n",
                flush=True,
            )

    def report_logs(self) -> None:
        """After a failure: the last lines of both logs, on standard error."""
        for name in (SANDBOX, ODOO):
            log = paths.log_file(name)
            if log.exists():
                print(f"\n{log}:\n{command.tail(log)}", file=sys.stderr)

    def _stop_processes(self) -> None:
        for name in (ODOO, SANDBOX):
            processes.stop(name)
