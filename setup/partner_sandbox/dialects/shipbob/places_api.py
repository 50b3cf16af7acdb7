"""Operations on what a merchant's account has: channels, methods, centres."""

from __future__ import annotations

from typing import Any

from ...core.message import Answer, Request
from .api import Group, Routes, cursor_page, flag, page
from .const import CENTERS, CHANNEL

_ADDRESS = ("address1", "address2", "city", "country", "email", "phone_number", "state")


class Places(Group):
    """``get-channels``, ``get-shipping-methods``, ``get-locations`` and centres."""

    def routes(self) -> Routes:
        """Read-only operations."""
        return [
            ("GET", "/channel", self.channels),
            ("GET", "/shipping-method", self.methods),
            ("GET", "/fulfillment-center", self.centers),
            ("GET", "/location", self.locations),
        ]

    def channels(self, request: Request, _: dict[str, str]) -> Answer:
        """``get-channels``: the one channel, with read and write scopes."""
        return Answer.of(cursor_page(request, [CHANNEL], "RecordsPerPage", ends=False))

    def methods(self, request: Request, _: dict[str, str]) -> Answer:
        """``get-shipping-methods``: unknown ones of orders were added as Standard."""
        made = [
            {
                "id": number + 1,
                "name": name,
                "active": True,
                "default": number < 4,
                "service_level": {"id": min(number, 3) + 1, "name": name},
            }
            for number, name in enumerate(self.books.methods)
        ]
        return Answer.of(page(request, made))

    def centers(self, _: Request, __: dict[str, str]) -> Answer:
        """``get-fulfillment-centers``."""
        return Answer.of(list(CENTERS))

    def locations(self, request: Request, _: dict[str, str]) -> Answer:
        """``get-locations``."""
        open_for = flag(request, "ReceivingEnabled")
        granted = flag(request, "AccessGranted")
        shown = CENTERS if open_for is not False and granted is not False else ()
        return Answer.of([_location(c) for c in shown])


def _location(center: dict[str, Any]) -> dict[str, Any]:
    address = {k: center[k] for k in (*_ADDRESS, "name", "zip_code")}
    return {
        "id": center["id"],
        "name": center["name"],
        "abbreviation": f"{center['city'][:3].upper()}1",
        "access_granted": True,
        "attributes": [],
        "is_active": True,
        "is_receiving_enabled": True,
        "is_shipping_enabled": True,
        "region": {"id": center["id"] // 10, "name": center["country"]},
        "services": [
            {"service_type": kind, "enabled": True, "address": address}
            for kind in ("Receiving", "Returns")
        ],
        "timezone": center["timezone"],
    }
