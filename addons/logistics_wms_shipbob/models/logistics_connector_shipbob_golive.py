"""ShipBob on the wire: what it offers, and the orders it has from before."""

from odoo import models

from odoo.addons.logistics_core.start import Choice

from .. import const
from ..tools.existing import to_partner_order

REFERENCES = 50  # of a request; they are in its address


class LogisticsConnectorShipbob(models.AbstractModel):
    _inherit = "logistics.connector.shipbob"

    def _fetch_choices(self, backend):
        """Return channels we may write to, centers, shipping methods and units."""
        return [
            *(
                Choice(const.CHANNEL, str(channel["id"]), _name(channel))
                for channel in self._iter_all(backend, "get-channels")
                if const.WRITE_SCOPE in (channel.get("scopes") or ())
            ),
            *(
                Choice(const.CENTER, str(center["id"]), _name(center))
                for center in self._call(backend, "get-fulfillment-centers")
            ),
            *self._fetch_methods(backend),
            *(Choice("uom", unit, unit) for unit in const.UNITS),
        ]

    def _fetch_methods(self, backend):
        """Yield the active shipping methods; orders name them."""
        for method in self._iter_numbered(
            backend, "get-shipping-methods", "Page", {"Limit": const.PAGE_SIZE}
        ):
            name = method.get("name")
            if name and method.get("active"):
                level = (method.get("service_level") or {}).get("name")
                known = level and level != name
                yield Choice(
                    "carrier_service", name, f"{name} ({level})" if known else name
                )

    def _find_orders(self, backend, references):
        """Return the orders of our channel under these references."""
        # A comma parts references in the request: such a one is none of ShipBob's.
        wanted = [name for name in references if "," not in name]
        found = []
        for start in range(0, len(wanted), REFERENCES):
            chunk = wanted[start : start + REFERENCES]
            orders = self._iter_numbered(
                backend,
                "get-orders",
                "Page",
                {"Limit": const.PAGE_SIZE},
                params={"ReferenceIds": ",".join(chunk)},
                headers=self._get_channel(backend),
            )
            found += [
                to_partner_order(order)
                for order in orders
                if order.get("reference_id") in chunk
            ]
        return found


def _name(item):
    """Return how a person recognises a channel or a center."""
    return f"{item.get('name') or '-'} ({item['id']})"
