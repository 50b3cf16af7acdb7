"""A warehouse's connection ends: its deliveries become ordinary ones."""

from odoo import models

from ..const import INSTRUCTION


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    def _get_open_deliveries(self):
        return (
            self.env["stock.picking"]
            .sudo()
            .search(
                [
                    ("logistics_backend_id", "in", self.ids),
                    ("state", "not in", ("done", "cancel")),
                ]
            )
        )

    def _get_dependents(self):
        deliveries = self._get_open_deliveries()
        at_partner = deliveries._logistics_get_at_partner()
        texts = super()._get_dependents()
        if at_partner:
            texts.append(
                self.env._(
                    "%s deliveries are at the partner, which may still ship them. They"
                    " become ordinary deliveries. Cancel them at the partner first, or"
                    " agree on them by phone.",
                    len(at_partner),
                )
            )
        if deliveries - at_partner:
            texts.append(
                self.env._(
                    "%s deliveries wait to be sent to it. They become ordinary"
                    " deliveries.",
                    len(deliveries - at_partner),
                )
            )
        return texts

    def _end_documents(self, text):
        self._get_open_deliveries()._logistics_leave_partner(text)
        return super()._end_documents(text)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_leave_partner(self, text):
        """Their partner's connection has ended: they are ordinary deliveries again.

        What the partner may still ship is kept back from other partners until a
        person says so.
        """
        at_partner = self._logistics_get_at_partner()
        partners = {p: p.logistics_backend_id.sudo().name for p in at_partner}
        self._message_log_batch(dict.fromkeys(self.ids, text))
        self._logistics_clear_release()
        self.logistics_backend_id = False
        self.sale_id.filtered("logistics_cancel_requested").write(
            {"logistics_cancel_requested": False}
        )
        routed = self.env["logistics.route"]._match(at_partner, INSTRUCTION)
        for picking in self.browse().union(*routed.values()):
            picking._logistics_hold(
                self.env._(
                    "%s may still ship it: its connection ended while it had the"
                    " delivery. Press Resume once that is settled.",
                    partners[picking],
                )
            )
