"""What a warehouse's connector may add to the contract of the core."""

from odoo import models

from odoo.addons.logistics_core.texts import _lt


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    # Which parts of an instruction the partner reads: what is not named here stays
    # in Odoo, and its screens say so.
    _reads = frozenset(
        {"priority", "notes", "lots", "gift_message", "customer_reference", "dates"}
    )

    def _get_reads(self, backend, route):
        """Return the parts of an instruction that the partner reads.

        :param route: that sends it, or none
        """
        return self._reads

    def _find_orders(self, backend, references):
        """Return the PartnerOrders that the partner has under these references."""
        raise self._not_supported(backend, _lt("find orders"))
