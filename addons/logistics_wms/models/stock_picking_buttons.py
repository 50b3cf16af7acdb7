"""What a person does with a delivery at the warehouse partner."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.guard import WAREHOUSE, button

from ..const import INSTRUCTION


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_can_rerelease = fields.Boolean(compute="_compute_logistics_can_rerelease")

    logistics_has_partner = fields.Boolean(
        compute="_compute_logistics_has_partner",
        help="A route sends deliveries like this one to a warehouse partner, or one"
        " has it.",
    )

    def _compute_logistics_has_partner(self):
        open_ones = self._origin.sudo().filtered(
            lambda p: (
                p.picking_type_code == "outgoing" and p.state not in ("done", "cancel")
            )
        )
        routes = self.env["logistics.route"].sudo()
        routed = self.browse().union(
            *routes._find_routes(open_ones, INSTRUCTION).values()
        )
        for picking in self:
            known = picking.logistics_reference or picking.logistics_state
            picking.logistics_has_partner = bool(known) or (
                picking._origin.id in routed.ids
            )

    def _compute_logistics_can_rerelease(self):
        for picking in self:
            ready = picking.state == "assigned" and picking.picking_type_code
            picking.logistics_can_rerelease = (
                ready == "outgoing"
                and bool(picking.logistics_reference)
                and not picking._logistics_find_obstacle()
            )

    @button("write", WAREHOUSE)
    def action_logistics_release(self):
        """Release by hand what is ready, or again what ended at the partner."""
        self._logistics_check_user()
        self._logistics_check_release()
        deliveries = self._logistics_settle_env()
        again = deliveries.filtered(lambda p: p._logistics_replay_instruction())
        routed = (deliveries - again)._logistics_match_or_raise()
        for backend, pickings in routed.items():
            pickings._logistics_clear_release()
            pickings._logistics_release(backend)
        return True

    def _logistics_check_user(self):
        self.check_access("write")
        if not self.env.user.has_group("logistics_core.group_warehouse_user"):
            raise UserError(
                self.env._("Only warehouse users of the Logistics Hub may do this.")
            )

    def _logistics_check_release(self):
        for picking in self:
            obstacle = picking._logistics_find_obstacle()
            if obstacle:
                raise UserError(obstacle)

    def _logistics_find_obstacle(self):
        """Return why this delivery cannot be released now, or None."""
        self.ensure_one()
        if self.state != "assigned":
            return self.env._(
                "%s is not ready: its stock is not reserved, or it is done or"
                " cancelled.",
                self.name,
            )
        message = self._logistics_get_messages(INSTRUCTION)[-1:]
        stuck = message.state in ("dead", "invalid")
        if self._logistics_is_with_partner() and not stuck:
            return self.env._("%s is at the warehouse already.", self.name)
        return None

    def _logistics_replay_instruction(self):
        """Send again, under its old key, what never became an order there."""
        message = self._logistics_get_messages(INSTRUCTION)[-1:]
        if not message or message.state not in ("dead", "invalid"):
            return False
        if message._is_unsent():
            self._logistics_rewrite_instruction(message)
        self._logistics_set_state("to_release")
        message.action_replay()
        return True

    def _logistics_match_or_raise(self):
        """Return {backend: deliveries}; raise UserError when one has no partner."""
        routed = {}
        found = self.env["logistics.route"]._find_routes(self, INSTRUCTION)
        for route, pickings in found.items():
            backend = route.backend_id.with_env(self.env)
            pickings.sudo().logistics_route_id = route
            routed[backend] = routed.get(backend, self.browse()) | pickings
        left = self - self.browse().union(*routed.values())
        if left:
            raise UserError(
                self.env._(
                    "No route sends %s to a warehouse. Add one under Logistics Hub,"
                    " Configuration, Routes.",
                    ", ".join(left.mapped("name")),
                )
            )
        return routed

    def _logistics_clear_release(self):
        """Take leave of an earlier release that ended, or never left Odoo."""
        self.sudo().write(
            {
                "logistics_reference": False,
                "logistics_state": False,
                "logistics_prior_state": False,
                "logistics_hold_reason": False,
                "logistics_hold_since": False,
                "logistics_cancel_reason": False,
                "logistics_not_told": False,
                "printed": False,
            }
        )

    @button("write", WAREHOUSE)
    def action_logistics_hold(self):
        """Keep deliveries back that the partner does not have yet."""
        self._logistics_check_user()
        deliveries = self._logistics_settle_env()
        for picking in deliveries.filtered("logistics_reference"):
            if not picking._logistics_withdraw():
                raise UserError(
                    self.env._(
                        "The partner has %s already. Ask for its cancellation instead.",
                        picking.name,
                    )
                )
        deliveries._logistics_clear_release()
        deliveries._logistics_hold(self.env._("Put on hold by %s", self.env.user.name))
        return True

    @button("write", WAREHOUSE)
    def action_logistics_release_hold(self):
        """End the hold; what is ready is released."""
        self._logistics_check_user()
        deliveries = self._logistics_settle_env()
        held = deliveries.filtered(
            lambda p: p.logistics_state == "held" and not p.logistics_reference
        )
        held._logistics_clear_release()
        held._logistics_touch()
        return True

    @button("write", WAREHOUSE)
    def action_logistics_cancel(self):
        """Ask the partner not to ship; its answer decides."""
        self._logistics_check_user()
        return self.action_cancel()
