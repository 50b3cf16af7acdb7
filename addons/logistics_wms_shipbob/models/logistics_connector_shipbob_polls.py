"""ShipBob on the wire: what is fetched by schedule."""

from datetime import UTC, datetime, timedelta

from odoo import models

from odoo.addons.logistics_core.envelope import Envelope
from odoo.addons.logistics_core.tools.facts import dump

from .. import const, translator

FIRST_POLL = timedelta(days=1)
OVERLAP = timedelta(minutes=5)
LARGEST_REPORT = 5000


class LogisticsConnectorShipbob(models.AbstractModel):
    _inherit = "logistics.connector.shipbob"

    def _poll_orders(self, backend, poll):
        """Yield the shipments of orders updated since the newest update seen.

        An overlap covers updates that become visible late: what is the same
        has the same id and is dropped by the inbox.
        """
        now = datetime.now(UTC)
        seen = poll.cursor or (now - FIRST_POLL).isoformat()
        since = (datetime.fromisoformat(seen) - OVERLAP).isoformat()
        for order in self._iter_numbered(
            backend,
            "get-orders",
            "Page",
            {"Limit": const.PAGE_SIZE},
            params={"LastUpdateStartDate": since},
            headers=self._get_channel(backend),
        ):
            if not order.get("reference_id"):
                continue  # ours always have one
            yield from translator.poll_envelopes(order)
            seen = max(seen, translator.updated_at(order) or seen)
        # A time of the partner that lies ahead must not hide what comes before.
        poll.next_cursor = min(seen, now.isoformat())

    def _poll_inventory(self, backend, poll):
        """Yield the stock with its lots: of our fulfillment center, or of all."""
        taken_at = datetime.now(UTC).isoformat()
        location = backend.shipbob_location_id
        params = {"PageSize": str(const.PAGE_SIZE)}
        if location:
            params["LocationId"] = str(location)
        name = "get-all-inventory-levels"
        by_place = f"{name}-grouped-by-fulfillment-center" if location else name
        items = list(self._iter_all(backend, by_place, params=params))
        lots = self._iter_all(backend, f"{name}-grouped-by-lot", params=params)
        lots = {item.get("inventory_id"): item for item in lots}
        for start in range(0, len(items), LARGEST_REPORT):
            part = items[start : start + LARGEST_REPORT]
            data = {
                "taken_at": taken_at,
                "location": str(location) if location else None,
                "complete": len(part) == len(items),
                "items": part,
                "lots": [
                    lots[key] for i in part if (key := i.get("inventory_id")) in lots
                ],
            }
            key = f"inventory:{location or 'all'}"
            external_id = f"{key}:{taken_at}:{start}"
            yield Envelope(external_id, const.POLLED_INVENTORY, key, dump(data))
