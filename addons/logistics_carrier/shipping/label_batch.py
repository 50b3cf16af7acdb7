"""Buying the labels of many deliveries at once, with a result for each."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.translation import translated

from ..const import STOCK
from .shipment import LIVE_STATES

DONE_STATES = tuple(
    state for state in LIVE_STATES if state not in ("requested", "void_requested")
)


class LogisticsLabelBatch(models.Model):
    """One row is one wave of deliveries whose labels were asked for together."""

    _name = "logistics.label.batch"
    _description = "Label Batch"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Started by",
        readonly=True,
        default=lambda self: self.env.user,
    )
    line_ids = fields.One2many(
        "logistics.label.batch.line", "batch_id", string="Deliveries", readonly=True
    )
    total_count = fields.Integer(string="All", compute="_compute_progress")
    done_count = fields.Integer(string="Labelled", compute="_compute_progress")
    problem_count = fields.Integer(string="Problems", compute="_compute_progress")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress", help="Percent.")

    @api.depends("line_ids.result")
    def _compute_progress(self):
        for batch in self:
            results = batch.line_ids.mapped("result")
            batch.total_count = total = len(results)
            batch.done_count = results.count("done")
            batch.problem_count = results.count("problem")
            batch.waiting_count = results.count("waiting")
            batch.progress = 100 * (total - batch.waiting_count) / (total or 1)

    @api.model
    def _start(self, pickings):
        """Ask for the labels of these deliveries; return the batches, by company."""
        batches = self.browse()
        for company, deliveries in pickings.grouped("company_id").items():
            batch = self.sudo().create(
                {"name": self._get_name(deliveries), "company_id": company.id}
            )
            batch.line_ids.create(
                [{"batch_id": batch.id, "picking_id": p.id} for p in deliveries]
            )
            batch._buy()
            batches |= batch
        return batches.with_env(self.env)

    def _get_name(self, pickings):
        wave = (
            pickings.batch_id if "batch_id" in pickings._fields else pickings.browse()
        )
        if len(wave) == 1:
            return wave.name
        warehouse = pickings.picking_type_id.warehouse_id[:1]
        return self.env._(
            "%(count)s deliveries of %(time)s",
            count=len(pickings),
            time=warehouse._show_moment(fields.Datetime.now()),
        )

    def _buy(self):
        """Ask for what has no label yet; note what is missing where."""
        lines = self.line_ids
        earlier = lines.picking_id.logistics_shipment_ids
        open_lines = lines.filtered(lambda line: line.result != "done")
        retried = open_lines._retry_failed()
        left = open_lines - retried
        shipments, problems = left.picking_id._logistics_buy()
        by_picking = {shipment.picking_id: shipment for shipment in shipments}
        for line in left:
            picking = line.picking_id
            found = by_picking.get(picking)
            texts = problems.get(picking)
            line.write(
                {
                    "shipment_id": found.id if found else line.shipment_id.id,
                    "problem": "\n".join(texts) if texts else False,
                }
            )
        new = lines.picking_id.logistics_shipment_ids - earlier
        self.env["logistics.carrier.batch"]._gather(new, self)

    def _check_user(self):
        self.env["stock.picking"]._logistics_check_buyer()

    @button("read", STOCK)
    def action_retry(self):
        """Ask again for what failed, with what was corrected since."""
        self._check_user()
        self.sudo()._buy()
        return True

    @button("read", STOCK)
    def action_print(self):
        """Download all labels of this batch in one file."""
        self.ensure_one()
        return self.line_ids.shipment_id.action_print_labels()

    @button("read")
    def action_view_shipments(self):
        """Open the shipments of this batch."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_carrier.logistics_shipment_action"
        )
        domain = [("id", "in", self.line_ids.shipment_id.ids)]
        return {**action, "domain": domain, "context": {}}

    @button("read")
    def action_refresh(self):
        """Show how far it is."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class LogisticsLabelBatchLine(models.Model):
    """One row is one delivery of a label batch and its result."""

    _name = "logistics.label.batch.line"
    _description = "Delivery of a Label Batch"
    # What was bought with what.
    _logistics_engine_fields = frozenset({"batch_id", "picking_id", "shipment_id"})
    _order = "batch_id desc, id"
    _rec_name = "picking_id"

    batch_id = fields.Many2one(
        "logistics.label.batch", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="batch_id.company_id", store=True)
    picking_id = fields.Many2one(
        "stock.picking", string="Delivery", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="picking_id.partner_id")
    carrier_id = fields.Many2one(related="picking_id.carrier_id")
    shipment_id = fields.Many2one("logistics.shipment", ondelete="set null")
    tracking_numbers = fields.Char(related="shipment_id.tracking_numbers")
    problem = fields.Text(readonly=True)
    result = fields.Selection(
        [("waiting", "Waiting"), ("done", "Labelled"), ("problem", "Problem")],
        compute="_compute_result",
    )
    message = fields.Text(compute="_compute_result", string="What is wrong")

    @api.depends("shipment_id.state", "shipment_id.error", "problem")
    def _compute_result(self):
        for line in self:
            state = line.shipment_id.state
            if state in DONE_STATES:
                line.result, line.message = "done", False
            elif line.problem or state in ("failed", "voided"):
                line.result = "problem"
                line.message = (
                    line.problem or line.shipment_id.error or line._get_plain_reason()
                )
            else:
                line.result, line.message = "waiting", False

    def _get_plain_reason(self):
        """Return why there is no label where nobody noted a reason."""
        if self.shipment_id.state == "voided":
            return self.env._("Its label was voided. Open the delivery to buy another.")
        return self.env._("The carrier gave no label. Open the delivery and try again.")

    def _retry_failed(self):
        """Ask again for refused labels; return the lines where that was done."""
        retried = self.browse()
        for line in self.filtered(lambda x: x.shipment_id.state == "failed"):
            try:
                line.shipment_id._retry()
                line.problem = False
            except LogisticsError as error:
                line.problem = translated(self.env, error)
            retried |= line
        return retried

    @button("read")
    def action_open_delivery(self):
        """Open the delivery to fix what is missing."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "res_id": self.picking_id.id,
            "view_mode": "form",
        }


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @button("write", STOCK)
    def action_logistics_buy_many(self):
        """Buy the labels of a selection of deliveries; open their results."""
        self._logistics_check_buyer()
        ours = self.filtered(
            lambda p: (
                p._logistics_is_ours()
                and p.picking_type_code == "outgoing"
                and p.state in ("assigned", "done")
            )
        )
        if not ours:
            raise UserError(
                self.env._(
                    "None of these deliveries is ready and has a shipping method of the"
                    " Logistics Hub."
                )
            )
        batches = self.env["logistics.label.batch"]._start(ours)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_carrier.logistics_label_batch_action"
        )
        if len(batches) == 1:
            return {**action, "views": [(False, "form")], "res_id": batches.id}
        return {**action, "domain": [("id", "in", batches.ids)]}

    @button("read", STOCK)
    def action_logistics_print_labels(self):
        """Download the labels of a selection of deliveries in one file."""
        shipments = self.logistics_shipment_ids.filtered(
            lambda s: s.state in LIVE_STATES
        )
        return shipments.action_print_labels()
