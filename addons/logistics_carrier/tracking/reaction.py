"""What is done automatically when something goes wrong with a parcel."""

import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.logistics_core.transactions import is_transaction_error
from odoo.addons.logistics_core.translation import as_html, recorded

from ..const import PROBLEMS

_logger = logging.getLogger(__name__)
ACTIONS = [
    ("notify", "Inform the customer by e-mail"),
    ("reship", "Prepare a re-shipment"),
    ("claim", "Prepare a claim"),
    ("assign", "Assign to a person"),
]


class LogisticsCarrierReaction(models.Model):
    """One row is one rule: on this problem of such parcels, do that once."""

    _name = "logistics.carrier.reaction"
    _description = "Carrier Reaction"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(PROBLEMS, string="On", required=True)
    action = fields.Selection(ACTIONS, string="Do", required=True)
    backend_ids = fields.Many2many(
        "logistics.backend", string="Carriers", help="Empty: all."
    )
    carrier_ids = fields.Many2many(
        "delivery.carrier", string="Shipping methods", help="Empty: all."
    )
    country_ids = fields.Many2many(
        "res.country", string="Destinations", help="Empty: all."
    )
    template_id = fields.Many2one(
        "mail.template",
        string="E-mail",
        domain="[('model', '=', 'logistics.parcel')]",
    )
    user_id = fields.Many2one(
        "res.users", string="Person", domain="[('share', '=', False)]"
    )
    run_count = fields.Integer(string="Done", compute="_compute_run_count")

    @api.depends("kind", "action")
    def _compute_name(self):
        kinds, actions = dict(PROBLEMS), dict(ACTIONS)
        for rule in self:
            if rule.kind and rule.action:
                rule.name = f"{kinds[rule.kind]}: {actions[rule.action]}"

    def _compute_run_count(self):
        counts = dict(
            self.env["logistics.carrier.reaction.run"]._read_group(
                [("reaction_id", "in", self.ids)], ["reaction_id"], ["__count"]
            )
        )
        for rule in self:
            rule.run_count = counts.get(rule, 0)

    @api.constrains("action", "template_id", "user_id")
    def _check_complete(self):
        for rule in self:
            if rule.action == "notify" and not rule.template_id:
                raise ValidationError(
                    self.env._("Choose the e-mail that the customer gets.")
                )
            if rule.action == "assign" and not rule.user_id:
                raise ValidationError(self.env._("Choose the person."))

    def _fits(self, parcel):
        """Return whether the rule concerns this parcel."""
        shipment = parcel.shipment_id
        return (
            (not self.backend_ids or parcel.backend_id in self.backend_ids)
            and (not self.carrier_ids or shipment.carrier_id in self.carrier_ids)
            and (not self.country_ids or shipment.country_id in self.country_ids)
        )

    @api.model
    def _react(self, parcel, kind, exception):
        """Run the rules that fit, each once per parcel and kind."""
        rules = self.search(
            [("company_id", "=", parcel.company_id.id), ("kind", "=", kind)]
        ).filtered(lambda rule: rule._fits(parcel))
        if not rules:
            return
        runs = self.env["logistics.carrier.reaction.run"]
        done = runs.search([("parcel_id", "=", parcel.id), ("kind", "=", kind)])
        for rule in rules - done.reaction_id:
            runs.create(
                {
                    "reaction_id": rule.id,
                    "parcel_id": parcel.id,
                    "kind": kind,
                    **rule._try(parcel, kind, exception),
                }
            )

    def _try(self, parcel, kind, exception):
        """Do it; a failure never holds up the tracking. Return values of the run."""
        try:
            with self.env.cr.savepoint():
                record, text = getattr(self, f"_do_{self.action}")(
                    parcel, kind, exception
                )
                self.env.flush_all()
        except Exception as error:  # the rule is the boundary
            if is_transaction_error(error):
                raise
            if not isinstance(error, UserError):
                _logger.exception("reaction rule %s", self.id)
            text = recorded(exception.backend_id, error, 500)
            exception.message_post(
                body=self.env._(
                    "“%(rule)s” failed: %(error)s", rule=self.name, error=text
                )
            )
            return {"is_failed": True, "result": text}
        link = record._get_html_link() if record else Markup("")
        parcel.message_post(body=Markup("%s %s") % (text, link))
        return {
            "result": text,
            "res_model": record._name if record else False,
            "res_id": record.id if record else False,
        }

    def _do_notify(self, parcel, kind, exception):
        partner = parcel.shipment_id.partner_id
        if not partner.email:
            raise UserError(
                self.env._("%s has no e-mail address.", partner.display_name)
            )
        self.template_id.send_mail(
            parcel.id, email_layout_xmlid="mail.mail_notification_light"
        )
        return None, self.env._(
            "The customer was informed by e-mail: %s.", partner.email
        )

    def _do_reship(self, parcel, kind, exception):
        return parcel._prepare_reshipment(), self.env._("A re-shipment is prepared:")

    def _do_claim(self, parcel, kind, exception):
        claim = self.env["logistics.claim"].create(
            {
                **parcel._prepare_claim(kind),
                "description": exception.cause,
                "user_id": (self.user_id or exception.sudo().user_id).id,
            }
        )
        return claim, self.env._("A claim is prepared:")

    def _do_assign(self, parcel, kind, exception):
        exception.sudo().user_id = self.user_id
        parcel.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=exception.title,
            note=as_html(exception.remedy),
            user_id=self.user_id.id,
        )
        return None, self.env._("Assigned to %s.", self.user_id.name)


class LogisticsCarrierReactionRun(models.Model):
    """One row says that a rule was run for a parcel and a kind of problem."""

    _name = "logistics.carrier.reaction.run"
    _description = "Carrier Reaction, Run"
    _order = "id desc"
    _rec_name = "reaction_id"

    reaction_id = fields.Many2one(
        "logistics.carrier.reaction", required=True, ondelete="cascade", readonly=True
    )
    parcel_id = fields.Many2one(
        "logistics.parcel", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = fields.Many2one(related="parcel_id.company_id", store=True)
    kind = fields.Selection(PROBLEMS, required=True, readonly=True)
    result = fields.Char(readonly=True)
    is_failed = fields.Boolean(string="Failed", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True
    )

    _once = models.Constraint(
        "UNIQUE(reaction_id, parcel_id, kind)", "This rule was run for it already."
    )
