"""Fixtures of the layers that work with real processes and contract files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, sync_playwright

from hub.server import database, odoo_command, postgres, sandbox
from hub.server import odoo_server as servers
from hub.testing import browser as chromium
from hub.testing import plan

RUN = f"e2e_{os.getpid()}"

# How long an example takes depends on the machine's load, not on the code.
settings.register_profile(
    "hub", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("hub")


@pytest.fixture(scope="session")
def contracts_dir() -> Path:
    """The vendors' contract files; absent on a user's machine, never in CI."""
    folder = sandbox.contracts_folder()
    if folder is None:
        text = "no contract files: set CONTRACTS_DIR to their folder"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    return folder


@pytest.fixture(scope="session")
def databases() -> database.Databases:
    """The PostgreSQL server, for whole databases and plain SQL."""
    return database.Databases(postgres.ensure())


@pytest.fixture(scope="session")
def partner_sandbox() -> Iterator[sandbox.Sandbox]:
    """The partner sandbox, a real process: ``.url``, ``.info``."""
    running = sandbox.start(name=f"{RUN}_sandbox")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def running_odoo(databases: database.Databases) -> Iterator[servers.OdooServer]:
    """The server behind ``odoo_server``, started once."""
    template = os.environ.get(plan.TEMPLATE_VARIABLE)
    if not template:
        pytest.fail("end to end tests are run by ./setup/test")
    databases.copy(template, RUN)
    running = servers.start(RUN, databases.connection, name=f"{RUN}_odoo")
    yield running
    running.stop()
    databases.drop(RUN)


@pytest.fixture
def odoo_server(
    running_odoo: servers.OdooServer, request: pytest.FixtureRequest
) -> Iterator[servers.OdooServer]:
    """A real Odoo with its job runner: ``.base_url``, ``.database``, ``.client()``.

    What the server logs as a warning or error during a test fails that test,
    unless the test says ``@pytest.mark.expect_log("pattern")``.
    """
    start = running_odoo.log.stat().st_size
    yield running_odoo
    with running_odoo.log.open("rb") as log:
        log.seek(start)
        text = log.read().decode(errors="replace")
    expected = [mark.args[0] for mark in request.node.iter_markers("expect_log")]
    unexpected = [
        line
        for line in odoo_command.complaints(text)
        if not any(re.search(pattern, line) for pattern in expected)
    ]
    assert not unexpected, "in the server's log:\n" + "\n".join(unexpected[:10])


@pytest.fixture(scope="session")
def chromium_process() -> Iterator[Browser]:
    """Headless Chromium from Debian, started once."""
    with sync_playwright() as playwright, chromium.launch(playwright) as browser:
        yield browser


@pytest.fixture
def browser(chromium_process: Browser) -> Iterator[chromium.BrowserSessions]:
    """Opens pages: ``browser.login(odoo_server)`` gives a Playwright ``Page``."""
    with chromium.BrowserSessions(chromium_process) as sessions:
        yield sessions


@pytest.fixture
def page(browser: chromium.BrowserSessions, odoo_server: servers.OdooServer) -> Page:
    """A page of the web client, logged in as the administrator."""
    return browser.login(odoo_server)
