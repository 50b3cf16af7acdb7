"""The machinery of this layer: a real server, its job runner, a real browser."""

from __future__ import annotations

from playwright.sync_api import Page


def test_the_web_client_opens_for_the_administrator(page: Page) -> None:
    assert page.title()
