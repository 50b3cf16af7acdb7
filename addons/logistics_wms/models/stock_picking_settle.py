"""At the end of a transaction, what the partner knows is brought up to date.

Odoo makes a delivery ready in many ways (confirmation, reservation, a smaller demand, a
merge of moves, a shipping policy), often in several writes. So the moves only note
which deliveries they touched; once, before the commit and in the same transaction,
those are compared as one recordset with what the partner has.
"""

import logging

from odoo import models

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.transactions import is_transaction_error

from ..const import CLOSED_STATES

_logger = logging.getLogger(__name__)
TOUCHED = "logistics_wms.touched"
# Of a done delivery: the partner shipped it, or knows that it need not.
SETTLED_STATES = ("shipped", "cancelled", "cancel_requested")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_touch(self):
        """Have these deliveries settled before the transaction ends."""
        if not self.ids:
            return
        hooks = self.env.cr.precommit
        touched = hooks.data.setdefault(TOUCHED, set())
        if not touched:
            hooks.add(self._logistics_settle_env().browse()._logistics_settle_touched)
        touched.update(self.ids)

    def _logistics_settle_env(self):
        # Who may change the document may cause its message: the rights of the
        # person, and a context with defaults, do not matter here.
        context = {k: v for k, v in self.env.context.items() if k in ("lang", "tz")}
        return self.with_env(self.env(su=True, context=context))

    def _logistics_settle_touched(self):
        touched = self.env.cr.precommit.data.pop(TOUCHED, ())
        self.browse(sorted(touched)).exists()._logistics_settle()

    def _logistics_settle(self):
        """Release what became ready, send the partner what changed."""
        outgoing = self.filtered(lambda p: p.picking_type_code == "outgoing")
        # A connection that was deleted without a good-bye leaves nobody to tell.
        orphans = outgoing.filtered("logistics_reference").filtered(
            lambda p: not p.logistics_backend_id
        )
        orphans._logistics_clear_release()
        outgoing -= orphans
        done = outgoing.filtered(lambda p: p.state == "done")
        for picking in done.filtered(
            lambda p: p.logistics_state not in (*SETTLED_STATES, False)
        ):
            picking._logistics_guard(picking._logistics_settle_done)
        deliveries = outgoing - done
        released = deliveries.filtered("logistics_reference")
        for picking in released:
            picking._logistics_guard(picking._logistics_settle_released)
        for backend, pickings in (
            (deliveries - released)._logistics_get_releasable().items()
        ):
            # One savepoint for the batch; only if it fails, one for each.
            if pickings._logistics_try(backend):
                continue
            for picking in pickings:
                picking._logistics_guard(
                    lambda p=picking, b=backend: p._logistics_release(b)
                )

    def _logistics_settle_done(self):
        """Settle what was validated, but not by a shipment of the partner."""
        if self.logistics_reference:
            self._logistics_settle_by_hand()
        else:
            self._logistics_clear_release()

    def _logistics_settle_released(self):
        if self.state == "cancel" or not self.move_ids:
            if self.logistics_state not in (*CLOSED_STATES, "cancel_requested"):
                self._logistics_withdraw_gone()
            return
        if self.logistics_state in ("to_release", "held") and (
            self._logistics_is_short()
        ):
            reason = self.env._("The stock of %s is not reserved any more.", self.name)
            if self._logistics_withdraw(reason):
                self._logistics_take_back(reason)
                return
        self._logistics_tell_change()

    def _logistics_try(self, backend):
        """Release as one batch; return whether that went well."""
        try:
            with self.env.cr.savepoint():
                self._logistics_release(backend)
        except Exception as error:  # the batch is the boundary
            if is_transaction_error(error):
                raise
            _logger.info("releasing %s one by one", self.ids, exc_info=True)
            return False
        return True

    def _logistics_guard(self, do):
        """Run `do`; its failure must not undo the sale, so it is reported instead."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                do()
        except Exception as error:  # one delivery is the boundary
            if is_transaction_error(error):
                raise
            if not isinstance(error, LogisticsError):
                _logger.exception("delivery %s cannot be settled", self.id)
            self._logistics_open_release_exception(error)
