"""The question before a person validates what the partner ships."""

from odoo import fields, models

from odoo.addons.logistics_core.guard import button

from ..const import STOCK


class LogisticsValidation(models.TransientModel):
    """One row asks about the deliveries of one press of *Validate*."""

    _name = "logistics.validation"
    _description = "Validate without the Partner"
    _logistics_once_fields = frozenset({"picking_ids"})

    picking_ids = fields.Many2many("stock.picking", string="Deliveries", readonly=True)

    @button("write", STOCK)
    def action_validate(self):
        """Go on with the validation that was interrupted."""
        ids = self.env.context.get("button_validate_picking_ids") or (
            self.picking_ids.ids
        )
        pickings = self.env["stock.picking"].browse(ids)
        # The ids may come from the context, and so from a client.
        pickings.check_access("write")
        return pickings.with_context(skip_logistics_partner=True).button_validate()
