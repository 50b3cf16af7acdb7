"""What was changed in Odoo and cannot be changed at the partner: said to the user."""

from odoo import models

from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.translation import as_html, recorded, translated

from .. import changes


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_tell_user(self, told, now, names):
        """Say, once, what the partner does not know and cannot be told.

        :param told: the instruction as the partner knows it
        :param now: the instruction as it should be
        :param names: what differs and the partner does not take
        """
        self.ensure_one()
        if not names:
            if self.logistics_not_told:
                self._logistics_know_all()
            return
        backend = self.logistics_backend_id
        text = changes.describe(told, now, names)
        if recorded(backend, text) == self.logistics_not_told:
            return
        self.logistics_not_told = recorded(backend, text)
        cause = _lt(
            "%(partner)s takes no change of this. It works with what it was sent:"
            "\n%(changes)s",
            partner=backend.sudo().name,
            changes=text,
        )
        self._message_log(body=as_html(translated(self.env, cause)))
        self.env["logistics.exception"]._open(
            backend,
            "change_not_told",
            _lt("%s was changed, and the partner does not know", self.name),
            cause,
            _lt(
                "Ask the partner by phone or in its portal, or change the delivery"
                " back. Or cancel it at the partner and send it again. Then resolve"
                " this."
            ),
            record=self,
            fingerprint=f"change:{self.id}",
            severity="warning",
        )

    def _logistics_know_all(self):
        """Nothing is left that the partner should know and does not."""
        self.logistics_not_told = False
        self.env["logistics.exception"]._resolve_fingerprints(
            [f"change:{picking.id}" for picking in self],
            self.env._("The delivery is as the partner has it, or not there any more."),
        )
