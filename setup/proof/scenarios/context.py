"""What a scenario is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hub.server.odoo_client import OdooClient
from hub.server.odoo_server import OdooServer
from hub.server.sandbox import Sandbox


@dataclass(frozen=True)
class ScenarioContext:
    """A fresh database behind a running Odoo, and the partner on the other side.

    ``contracts`` is False where the vendors' contract files are absent, so that
    the number of contract violations is unknown.
    """

    odoo: OdooServer
    client: OdooClient
    sandbox: Sandbox
    contracts: bool
    say: Callable[[str], None]
