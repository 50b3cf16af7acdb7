"""What a person reads about a parcel's problem: its cause and the next action."""

from odoo import models

from ..const import PROBLEMS, REASONS


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    def _get_cause(self, kind):
        """Return what happened, with the carrier's words, reason and dates."""
        reasons = dict(REASONS)
        parts = []
        if kind == "carrier_silent":
            parts.append(
                self.env._(
                    "The carrier has reported nothing about it since %s.",
                    self._show_date(self._get_heard_at()),
                )
            )
        elif kind == "carrier_delay" and self.promised_delivery:
            parts.append(
                self.env._(
                    "Promised for %(promise)s, now expected %(estimate)s.",
                    promise=self._show_date(self.promised_delivery),
                    estimate=self._show_date(self.estimated_delivery)
                    if self.estimated_delivery
                    else self.env._("at an unknown time"),
                )
            )
        if self.status_text:
            parts.append(
                self.env._(
                    "%(carrier)s: %(text)s",
                    carrier=self.backend_id.name,
                    text=self.status_text,
                )
            )
        if self.status_reason:
            parts.append(self.env._("Reason: %s.", reasons[self.status_reason]))
        sentences = (part if part.endswith(".") else f"{part}." for part in parts)
        return " ".join(sentences) or dict(PROBLEMS)[kind]

    def _get_status_label(self):
        """Return its status in the reader's language, for e-mails."""
        labels = dict(self._fields["status"]._description_selection(self.env))
        reasons = dict(self._fields["status_reason"]._description_selection(self.env))
        if self.is_late and self.status not in ("exception", "attempted"):
            return self.env._("Delayed")
        return reasons.get(self.status_reason) or labels.get(self.status, "")

    def _show_date(self, moment):
        return self.shipment_id.warehouse_id._show_moment(moment)

    def _get_remedy(self, kind):
        """Return the next action of a person."""
        if kind == "carrier_silent" and self.status in (False, "created"):
            return self.env._(
                "Look whether the parcel is still in the warehouse. If it was never"
                " handed over, void its label; otherwise ask the carrier to trace it."
            )
        return {
            "carrier_delay": self.env._(
                "Inform the customer of the new date. Ask the carrier when it comes"
                " if it is urgent."
            ),
            "carrier_attempt": self.env._(
                "Ask the customer to arrange another delivery with the carrier, or to"
                " collect the parcel in time."
            ),
            "carrier_damage": self.env._(
                "Ask the customer for photos, file a claim with the carrier in time"
                " and decide on a re-shipment."
            ),
            "carrier_address": self.env._(
                "Get the right address from the customer and give it to the carrier"
                " before the parcel comes back."
            ),
            "carrier_customs": self.env._(
                "Ask the carrier which paper or payment is missing and send it;"
                " inform the customer when duties are to be paid."
            ),
            "carrier_lost": self.env._(
                "File a claim with the carrier and ship again, or refund the customer."
            ),
            "carrier_returned": self.env._(
                "Expect the parcel in the warehouse, ask the customer why, and decide"
                " on a re-shipment or refund."
            ),
            "carrier_silent": self.env._(
                "Ask the carrier to trace the parcel. “Track now” asks it again."
            ),
        }.get(kind) or self.env._("Look at the parcel's events and ask the carrier.")
