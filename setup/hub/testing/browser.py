"""Debian's Chromium under Playwright, and sessions of Odoo's web client in it."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, closing
from typing import Self

from playwright.sync_api import Browser, Page, Playwright

from hub.failure import SetupFailure
from hub.server.odoo_server import OdooServer

# Chromium as root in a closed network: no sandbox of its own, no calls home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VIEWPORT = {"width": 1440, "height": 900}
# The web client's websocket never idles, so wait for what a person sees.
READY = ".o_main_navbar"
PATIENCE_MS = 60_000


def launch(playwright: Playwright) -> Browser:
    """Headless Chromium; the caller closes it."""
    executable = shutil.which("chromium")
    if not executable:
        raise SetupFailure(
            "Chromium is missing.", "run ./setup/install --browser, which adds it"
        )
    return playwright.chromium.launch(executable_path=executable, args=list(FLAGS))


class BrowserSessions:
    """Pages that share nothing, closed together at the end of a test."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def page(self) -> Page:
        """An empty page with its own cookies."""
        context = self._browser.new_context(viewport=VIEWPORT, locale="en-US")
        self._open.enter_context(closing(context))
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    def login(
        self,
        server: OdooServer,
        login: str | None = None,
        password: str | None = None,
        path: str = "/odoo",
    ) -> Page:
        """A page of the web client, logged in and loaded."""
        page = self.page()
        client = server.client(login, password)
        page.context.add_cookies(
            [
                {"name": name, "value": value, "url": server.base_url}
                for name, value in client.session.cookies.items()
            ]
        )
        page.goto(server.base_url + path, wait_until="domcontentloaded")
        page.wait_for_selector(READY)
        return page
