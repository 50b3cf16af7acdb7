"""Smart buttons for business documents that messages are about."""

from odoo import fields, models

from ..guard import button


class LogisticsDocumentMixin(models.AbstractModel):
    """Gives a business document its messages and exceptions.

    Override `_get_logistics_message_domain` where a document has more messages
    than those linked to itself (an order has those of its deliveries).
    """

    _name = "logistics.document.mixin"
    _description = "Document with Messages"

    logistics_message_count = fields.Integer(
        compute="_compute_logistics_counts", string="Messages exchanged"
    )
    logistics_exception_count = fields.Integer(
        compute="_compute_logistics_counts", string="Open exceptions"
    )

    def _get_logistics_message_domain(self):
        """Return the domain of the messages about this document."""
        return fields.Domain("res_model", "=", self._name) & fields.Domain(
            "res_id", "in", self.ids
        )

    def _compute_logistics_counts(self):
        messages = self.env["logistics.message"]
        exceptions = self.env["logistics.exception"]
        allowed = messages.has_access("read") and exceptions.has_access("read")
        for record in self:
            if not allowed or not record.ids:
                record.logistics_message_count = 0
                record.logistics_exception_count = 0
                continue
            record.logistics_message_count = messages.search_count(
                record._get_logistics_message_domain()
            )
            record.logistics_exception_count = exceptions.search_count(
                record._get_logistics_exception_domain()
            )

    def _get_logistics_exception_domain(self):
        """Return the domain of the open exceptions about this document."""
        own = fields.Domain("res_model", "=", self._name) & fields.Domain(
            "res_id", "in", self.ids
        )
        messages = self.env["logistics.message"]._search(
            self._get_logistics_message_domain()
        )
        return fields.Domain("state", "in", ("open", "in_progress")) & (
            own | fields.Domain("message_ids_involved", "in", messages)
        )

    @button("read")
    def action_view_logistics_messages(self):
        """Open the timeline of this document."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_core.logistics_message_action"
        )
        return {
            **action,
            "domain": list(self._get_logistics_message_domain()),
            "context": {},
        }

    @button("read")
    def action_view_logistics_exceptions(self):
        """Open the exceptions of this document."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_core.logistics_exception_action"
        )
        return {
            **action,
            "domain": list(self._get_logistics_exception_domain()),
            "context": {},
        }
