"""A shipment is where its parcels are."""

from odoo import fields, models

from ..const import FINAL_STATUSES

# Its label decides in the other states, not its parcels.
FOLLOWING = ("labelled", "manifested", "in_transit", "delivered", "returned", "lost")


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _update_from_parcels(self):
        """Derive state and dates from the parcels."""
        # Of two parcels delivered at the same moment each transaction sees one.
        self.filtered(lambda s: len(s.parcel_ids) > 1)._touch()
        for shipment in self.filtered(lambda s: s.state in FOLLOWING):
            parcels = shipment.parcel_ids.filtered(lambda p: p.status != "cancelled")
            estimates = list(filter(None, parcels.mapped("estimated_delivery")))
            state = _get_state(parcels.mapped("status")) or shipment.state
            vals = {
                "state": state,
                "estimated_delivery": max(estimates, default=False)
                or shipment.estimated_delivery,
                "delivered_at": state == "delivered"
                and max(filter(None, parcels.mapped("delivered_at")), default=False),
            }
            vals = {name: v for name, v in vals.items() if shipment[name] != v}
            if vals:
                shipment.write(vals)

    def _get_logistics_exception_domain(self):
        """Return the domain of its own exceptions and those of its parcels."""
        domain = super()._get_logistics_exception_domain()
        parcels = [("res_model", "=", "logistics.parcel")]
        return domain | (
            fields.Domain(parcels)
            & fields.Domain("res_id", "in", self.parcel_ids.ids)
            & fields.Domain("state", "in", ("open", "in_progress"))
        )


def _get_state(statuses):
    """Return the state of a shipment with parcels in these statuses, or None.

    Not all at their end: on the way. At the end, the worst of them.
    """
    if not any(status and status != "created" for status in statuses):
        return None
    if not all(status in FINAL_STATUSES for status in statuses):
        return "in_transit"
    return next(
        state for state in ("lost", "returned", "delivered") if state in statuses
    )
