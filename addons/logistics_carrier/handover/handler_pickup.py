"""Pickups: what the carrier answered."""

from datetime import UTC, datetime

from odoo import fields, models

from odoo.addons.logistics_core.errors import NoLongerWanted
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import moments
from odoo.addons.logistics_core.translation import as_html, translated


class LogisticsHandlerTransportPickup(models.AbstractModel):
    _name = "logistics.handler.transport_pickup"
    _inherit = "logistics.handler"
    _description = "Handler: Pickup"

    def _sent(self, message, canonical, result):
        pickup, answer = self._get_document(message), result.response
        if canonical.action == "cancel":
            pickup.write({"state": "cancelled", "error": False})
            return
        key = (answer and answer.external_id) or result.external_id
        keys = list((answer and answer.external_ids) or filter(None, [key]))
        vals = {"state": "booked", "error": False}
        if key:
            vals.update(external_id=key, external_ids=keys)
        if answer and answer.total:
            currency = self.env["res.currency"]._find_by_code(answer.total.currency)
            vals.update(currency_id=currency.id, cost=float(answer.total.amount))
        pickup.write(vals)
        if len(keys) > 1:
            names = ", ".join(keys)
            pickup.message_post(
                body=self.env._("The carrier booked several visits: %s.", names)
            )
        comes = answer and answer.ready_local
        if comes and not _is_same_moment(comes, canonical.ready_local):
            pickup.message_post(body=self.env._("The carrier comes from %s.", comes))

    def _check_wanted(self, message, canonical):
        """Nobody comes on a day that is over."""
        self._check_document(message)
        closes = moments.from_local(canonical.close_local)
        now = fields.Datetime.now().replace(tzinfo=closes.tzinfo and UTC)
        if canonical.action != "cancel" and closes <= now:
            raise NoLongerWanted(
                _lt("The pickup was not sent in time: it closed at %s.", closes),
                remedy=_lt("Choose another day, then book it again."),
            )

    def _withdrawn(self, message, canonical, error):
        pickup = message._get_document()
        if pickup:
            state = "failed" if canonical.action == "book" else "booked"
            pickup.write({"state": state, "error": translated(self.env, error)})
            summary = self.env._("The pickup was not sent")
            self._schedule_activity(pickup, error, summary)

    def _refused(self, message, canonical, error):
        pickup = message._get_document()
        if not pickup:
            return
        text = translated(self.env, error)
        if self._is_unclear(message, error):
            # What may be booked stays requested until a person or the carrier says.
            pickup.error = self.env._(
                "It is not known whether the carrier has it: %s", text
            )
            summary = self.env._("Ask the carrier whether it has this pickup")
        else:
            # A refused change or cancellation leaves the booking as it was.
            state = "failed" if canonical.action == "book" else "booked"
            pickup.write({"state": state, "error": text})
            summary = pickup._describe_refused(canonical.action)
        self._schedule_activity(pickup, error, summary)

    def _schedule_activity(self, pickup, error, summary):
        pickup.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=summary,
            note=as_html(translated(self.env, error)),
            date_deadline=fields.Date.context_today(pickup),
            user_id=(pickup.create_uid or self.env.user).id,
        )


def _is_same_moment(told, asked):
    try:
        return datetime.fromisoformat(told) == datetime.fromisoformat(asked)
    except (ValueError, TypeError):  # a time without its zone, or no time at all
        return told[:16] == asked[:16]
