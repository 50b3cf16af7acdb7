"""The partner's progress reports: forward only, late ones change nothing."""

from odoo import models

from odoo.addons.logistics_core.texts import _lt

from ..const import RANK
from ..errors import DeliveryCancelled


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_apply_status(self, status, at=None, reason=None):
        """Note what the partner says of this delivery.

        :param at: when it happened there (naive, UTC), if the partner says so
        :return: whether it was news
        :raises DeliveryCancelled: progress of a delivery that was cancelled
        """
        self.ensure_one()
        if self.logistics_state == "shipped":
            return False
        if self.state == "cancel" or self.logistics_state == "cancelled":
            return self._logistics_status_of_cancelled(status)
        if self._logistics_is_late(at):
            return False
        self.logistics_reported_at = at or self.logistics_reported_at
        if status in RANK:
            return self._logistics_advance(status, at)
        if status == "held":
            return self._logistics_status_held(at, reason)
        if status == "rejected":
            return self._logistics_status_rejected(at, reason)
        return self._logistics_status_cancelled(at, reason)

    def _logistics_is_late(self, at):
        """Return whether a report is older than one that was applied.

        Only the partner's own times are compared: clocks differ, and what has
        no time of its own is taken as it comes.
        """
        since = self.logistics_reported_at
        return bool(at and since and at < since)

    def _logistics_status_of_cancelled(self, status):
        if status not in RANK:
            if self.logistics_state == "cancel_requested":
                self._logistics_cancel_confirmed()
                return True
            return False
        raise DeliveryCancelled(
            _lt(
                "The partner reports “%(status)s” for %(delivery)s, which is"
                " cancelled.",
                status=status,
                delivery=self.name,
            )
        )

    def _logistics_advance(self, status, at):
        """Move forward to a state of progress."""
        state = self.logistics_state
        paused = state in ("held", "cancel_requested")
        known = self.logistics_prior_state if paused else state
        rank = RANK.get(known, 0)
        if state == "cancel_requested":
            # The answer to the cancellation decides, but progress is kept.
            if RANK[status] > rank:
                self.logistics_prior_state = status
            return RANK[status] > rank
        forward = RANK[status] >= rank if paused else RANK[status] > rank
        if not forward:
            return False
        self._logistics_set_state(status, at)
        self.env["logistics.exception"]._resolve_fingerprints(
            [f"{kind}:{self.id}" for kind in ("held", "rejected")],
            self.env._("The partner continues."),
        )
        return True

    def _logistics_status_held(self, at, reason):
        if self.logistics_state in ("cancel_requested", "rejected"):
            return False
        self._logistics_hold(reason or self.env._("On hold at the warehouse"), at)
        self._logistics_report(
            "partner_hold",
            "held",
            self.env._("%s is held by the warehouse", self.name),
            reason,
            self.env._(
                "Ask the partner what it waits for. This closes automatically when"
                " the partner continues."
            ),
        )
        return True

    def _logistics_status_rejected(self, at, reason):
        self._logistics_set_state("rejected", at, logistics_hold_reason=reason)
        self._logistics_report(
            "rejected",
            "rejected",
            self.env._("%s was rejected by the warehouse", self.name),
            reason,
            self.env._(
                "Fix what the partner names, then send the delivery again, or"
                " cancel it."
            ),
        )
        return True

    def _logistics_status_cancelled(self, at, reason):
        if self.logistics_state == "cancel_requested":
            self._logistics_cancel_confirmed(at)
            return True
        self._logistics_set_state("cancelled", at, logistics_hold_reason=reason)
        self._logistics_report(
            "partner_cancelled",
            "cancelled",
            self.env._("%s was cancelled by the warehouse", self.name),
            reason,
            self.env._(
                "Ask the partner why. Send the delivery again, or cancel it in Odoo"
                " too."
            ),
        )
        return True

    def _logistics_report(self, kind, mark, title, reason, remedy):
        self.env["logistics.exception"]._open(
            self.logistics_backend_id,
            kind,
            title,
            reason or _lt("The partner gave no reason."),
            remedy,
            record=self,
            fingerprint=f"{mark}:{self.id}",
            severity="warning" if kind == "partner_hold" else "error",
        )
