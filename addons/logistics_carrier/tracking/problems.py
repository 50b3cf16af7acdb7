"""What goes wrong with a parcel becomes an exception, and good news closes it."""

from odoo import fields, models

from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.texts import _lt

from ..const import PROBLEMS
from .tools.parcel_problems import get_problem, is_ended

OPEN = ("open", "in_progress")


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    kind = fields.Selection(
        selection_add=PROBLEMS, ondelete={kind: "set other" for kind, _name in PROBLEMS}
    )


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    problem_count = fields.Integer(
        string="Open exceptions", compute="_compute_problem_count"
    )
    problem_text = fields.Char(compute="_compute_problem_count")

    def _compute_problem_count(self):
        groups = dict(
            self.env["logistics.exception"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", "logistics.parcel"),
                    ("res_id", "in", self.ids),
                    ("state", "in", OPEN),
                ],
                ["res_id"],
                ["id:recordset"],
            )
        )
        for parcel in self:
            found = groups.get(parcel.id, self.env["logistics.exception"])
            parcel.problem_count = len(found)
            parcel.problem_text = " ".join(filter(None, found.mapped("cause")))

    @button("read")
    def action_view_problems(self):
        """Open what was reported about this parcel."""
        self.ensure_one()
        found = self.env["logistics.exception"].search(
            [("res_model", "=", "logistics.parcel"), ("res_id", "=", self.id)]
        )
        return found._get_records_action(name=self.env._("Exceptions"))

    def _update_problems(self, moved=None, messages=None):
        """Open, join and resolve the exceptions of these parcels.

        :param moved: those among them that are in another status now
        :param messages: {parcel: the message that reported it}
        """
        late, _not_late = self._update_lateness()
        opened = self._resolve_problems()
        for parcel in self:
            kinds = set()
            if moved and parcel in moved:
                kinds.add(get_problem(parcel.status, parcel.status_reason or None))
            if parcel in late and ("carrier_delay", parcel) not in opened:
                kinds.add("carrier_delay")
            for kind in sorted(filter(None, kinds)):
                parcel._open_problem(kind, (messages or {}).get(parcel))

    def _resolve_problems(self):
        """Resolve what is over; return {(kind, parcel)} of what stays open."""
        fingerprints = {
            _fingerprint(kind, parcel): (kind, parcel)
            for parcel in self
            for kind, _name in PROBLEMS
        }
        found = (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("backend_id", "in", self.backend_id.ids),
                    ("fingerprint", "in", list(fingerprints)),
                    ("state", "in", OPEN),
                ]
            )
        )
        over = found.filtered(lambda x: _is_over(*fingerprints[x.fingerprint]))
        over._resolve(self.env._("The carrier reports better news."))
        return {fingerprints[x.fingerprint] for x in found - over}

    def _open_problem(self, kind, message=None):
        """Open (or join) the exception of a kind, and let the rules react."""
        self.ensure_one()
        number = self.tracking_number or self.name
        exception = self.env["logistics.exception"]._open(
            self.backend_id,
            kind,
            _lt("%(what)s: %(parcel)s", what=dict(PROBLEMS)[kind], parcel=number),
            self._get_cause(kind),
            self._get_remedy(kind),
            message=message,
            record=self,
            fingerprint=_fingerprint(kind, self),
            severity="error"
            if kind in ("carrier_lost", "carrier_damage")
            else "warning",
            blocks=self.picking_id.name or self.shipment_id.name,
        )
        self.env["logistics.carrier.reaction"]._react(self, kind, exception)
        return exception


def _fingerprint(kind, parcel):
    return f"parcel:{parcel.id}:{kind}"


def _is_over(kind, parcel):
    """Return whether a parcel's problem of this kind is over."""
    if kind == "carrier_delay":
        told = get_problem(parcel.status, parcel.status_reason or None)
        return not parcel.is_late and told != kind
    if kind == "carrier_silent":
        return not parcel.is_silent
    return is_ended(kind, parcel.status or None)
