"""The engine in real processes: lost doorbells, kill -9, two servers."""

from __future__ import annotations

import base64
import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator

import pytest

from odoo.addons.logistics_core.tools import signatures

from hub.server import odoo_server as servers
from hub.server.database import Databases

KEY = b"engine-flow-secret-engine"
# A fact of a type that is not installed ends as `invalid`: that is enough to see
# that the engine took it in hand, and exactly once.
DATA = {"_message_type": "engine_flow", "_version": 1}
PATIENCE = 30


class Inbox:
    """A backend of a running server, its webhook, and what became of its facts."""

    def __init__(self, server: servers.OdooServer, databases: Databases) -> None:
        self.server, self.databases = server, databases
        client = server.client()
        self.backend = client.create(
            "logistics.backend",
            {
                "name": f"Engine flow {time.monotonic_ns()}",
                "webhook_secret": "whsec_" + base64.b64encode(KEY).decode(),
            },
        )[0]
        client.call("logistics.backend", "action_start", [self.backend])
        (row,) = client.read("logistics.backend", [self.backend], ["webhook_token"])
        self.path = f"/logistics/webhook/{row['webhook_token']}"

    def post(self, *ids: str, base_url: str | None = None) -> int:
        """Post facts as one bulk request; return how many are new."""
        facts = [
            {"id": i, "key": f"K{n % 20}", "data": DATA} for n, i in enumerate(ids)
        ]
        body = "\n".join(json.dumps(fact) for fact in facts).encode()
        stamp = str(int(time.time()))
        sign = signatures.sign(signatures.STANDARD_WEBHOOKS, KEY, body, "m", stamp)
        request = urllib.request.Request(
            (base_url or self.server.base_url) + self.path,
            data=body,
            headers={
                "webhook-id": "m",
                "webhook-timestamp": stamp,
                "webhook-signature": sign,
                "Content-Type": "application/x-ndjson",
            },
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return json.load(response)["new"]

    def sql(self, statement: str) -> str:
        return self.databases.sql(statement, self.server.database).strip()

    def count(self, condition: str) -> int:
        where = f"backend_id = {self.backend} and {condition}"
        return int(self.sql(f"select count(*) from logistics_message where {where}"))

    def wait_until_taken(self, count: int, patience: float = PATIENCE) -> float:
        """Wait until so many facts were taken in hand; return the seconds."""
        started = time.monotonic()
        while time.monotonic() - started < patience:
            if self.count("state = 'invalid'") >= count:
                return time.monotonic() - started
            time.sleep(0.1)
        raise AssertionError(
            f"{self.count('state <> $$invalid$$')} facts still wait after {patience} s"
        )


@pytest.fixture
def inbox(odoo_server: servers.OdooServer, databases: Databases) -> Inbox:
    return Inbox(odoo_server, databases)


@pytest.fixture
def second_server(
    odoo_server: servers.OdooServer, databases: Databases
) -> Iterator[servers.OdooServer]:
    name = f"{odoo_server.database}_second"
    server = servers.start(odoo_server.database, databases.connection, name=name)
    yield server
    server.stop()


def test_the_timer_finds_what_a_lost_doorbell_left(inbox: Inbox) -> None:
    inbox.post("first")
    inbox.wait_until_taken(1)
    # As if the process had died between its commit and the doorbell.
    inbox.sql(
        "insert into logistics_message (direction, backend_id, company_id, lane_id,"
        " event, external_id, ordering_key, sequence, state, attempt_count, payload,"
        " create_date) select direction, backend_id, company_id, lane_id, event,"
        " 'lost', 'other key', 0, 'pending', 0, payload, now() at time zone 'utc'"
        f" from logistics_message where backend_id = {inbox.backend}"
    )
    assert inbox.wait_until_taken(2) < 15


def test_two_servers_share_one_database(
    inbox: Inbox, second_server: servers.OdooServer
) -> None:
    for round_ in range(10):
        url = (inbox.server.base_url, second_server.base_url)[round_ % 2]
        ids = [f"{round_}-{n}" for n in range(30)]
        assert inbox.post(*ids, base_url=url) == 30
        assert inbox.post(*ids, base_url=second_server.base_url) == 0
    inbox.wait_until_taken(300)
    assert inbox.count("state = 'invalid' and attempt_count = 1") == 300


def test_a_killed_server_loses_nothing_and_the_other_goes_on(
    inbox: Inbox, second_server: servers.OdooServer
) -> None:
    assert inbox.post(*[f"a{n}" for n in range(20)], base_url=second_server.base_url)
    os.kill(second_server.process.pid, signal.SIGKILL)
    assert inbox.wait_until_taken(20) < 15
    assert inbox.count("attempt_count > 1") == 0
