"""The start checklist: what a connection needs before it goes live."""

from odoo import fields, models
from odoo.exceptions import UserError

from ...guard import MANAGER, button
from ...start import Step


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    can_choose = fields.Boolean(compute="_compute_can_choose")
    start_open_count = fields.Integer(
        string="Open steps", compute="_compute_start_open_count"
    )

    def _compute_can_choose(self):
        for backend in self:
            backend.can_choose = bool(backend.connector) and backend._has_capability(
                "choices"
            )

    def _compute_start_open_count(self):
        for backend in self:
            # Of one at work the checklist is looked at when it is opened.
            is_draft = backend.state == "draft" and backend._origin
            steps = backend._get_start_steps() if is_draft else []
            backend.start_open_count = sum(not step.is_done for step in steps)

    def _get_start_steps(self):
        """Return the steps of the checklist, in order; addons add their own.

        :return: list of Step
        """
        self.ensure_one()
        steps = [self._get_step_connection()]
        if self.can_receive:
            steps.append(self._get_step_https())
        if self.can_subscribe:
            steps.append(self._get_step_webhooks())
        if self.can_choose:
            steps.append(self._get_step_choices())
        return [*steps, self._get_step_maps(), self._get_step_users()]

    def _get_step_connection(self):
        success, failure = self.last_success_at, self.last_failure_at
        return Step(
            "connection",
            self.env._("Connection"),
            self.env._("Wrong credentials or a wrong address stop every message."),
            bool(success and (not failure or failure < success)),
            detail=self.last_failure if failure else "",
            action="action_test_connection",
            button=self.env._("Test connection"),
        )

    def _get_step_https(self):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url", "")
        return Step(
            "https",
            self.env._("Public https address"),
            self.env._("Partners send their events to https addresses only."),
            base.startswith("https://"),
            detail=base,
            action="action_open_base_url",
            button=self.env._("Open the setting"),
        )

    def _get_step_webhooks(self):
        return Step(
            "webhooks",
            self.env._("Webhooks"),
            self.env._("Without them shipments are known when the next poll runs."),
            bool(self.sudo().webhook_subscription),
            action="action_subscribe_webhooks",
            button=self.env._("Subscribe"),
        )

    def _get_step_choices(self):
        offered = self.env["logistics.choice"].sudo()
        count = offered.search_count([("backend_id", "=", self.id)])
        return Step(
            "choices",
            self.env._("The partner's lists"),
            self.env._("What is typed by hand may not exist at the partner."),
            bool(count),
            loses_goods=True,
            detail=self.env._("%s offers fetched", count) if count else "",
            action="action_fetch_choices",
            button=self.env._("Fetch lists"),
        )

    def _get_step_maps(self):
        maps = self.env["logistics.value.map"].sudo()
        drafts = maps.search_count(
            [("backend_id", "=", self.id), ("state", "=", "draft")]
        )
        return Step(
            "value_maps",
            self.env._("Value maps"),
            self.env._("A code without an approved value map stops its message."),
            not drafts,
            detail=self.env._("%s to approve", drafts) if drafts else "",
            action="action_open_value_maps",
            button=self.env._("Open value maps"),
        )

    def _get_step_users(self):
        support = self.env.ref("logistics_core.group_integration_support")
        owner, user = self.owner_id, self.sudo().integration_user_id
        gaps = []
        if not owner or support not in owner.sudo().all_group_ids:
            gaps.append(self.env._("the responsible has no role of the hub"))
        if not user.active:
            gaps.append(self.env._("the integration user is archived"))
        return Step(
            "users",
            self.env._("People"),
            self.env._("Somebody must see the exceptions and be allowed to act."),
            not gaps,
            detail=", ".join(gaps),
            action="action_open_users",
            button=self.env._("Open users"),
        )

    def _check_start(self):
        """Refuse the start while a step is open that loses goods."""
        for backend in self:
            open_steps = [
                step for step in backend._get_start_steps() if step.state == "blocking"
            ]
            if open_steps:
                raise UserError(
                    self.env._(
                        "“%(name)s” cannot start yet:\n%(steps)s\nOpen the start"
                        " checklist.",
                        name=backend.name,
                        steps="\n".join(
                            f"- {step.name}: {step.detail or step.why}"
                            for step in open_steps
                        ),
                    )
                )

    @button("read", MANAGER)
    def action_open_start(self):
        """Open the checklist of this connection."""
        self.ensure_one()
        checklist = self.env["logistics.start"].sudo()._make(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start checklist"),
            "res_model": "logistics.start",
            "view_mode": "form",
            "res_id": checklist.id,
        }

    @button("write", MANAGER)
    def action_fetch_choices(self):
        """Ask the partner what it offers: channels, warehouses, services."""
        self.ensure_one()
        found = []

        def fetch(backend):
            found.extend(backend._get_connector()._fetch_choices(backend))

        self._ask_partner(fetch)
        self.env["logistics.choice"]._replace(self, found)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("%s offers fetched", len(found)),
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @button("read", MANAGER)
    def action_open_value_maps(self):
        """Open the value maps of this connection."""
        return self._action_open("logistics_core.logistics_value_map_action")

    @button("read", MANAGER)
    def action_open_base_url(self):
        """Open the setting with Odoo's own address."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Odoo's address"),
            "res_model": "ir.config_parameter",
            "view_mode": "list,form",
            "domain": [("key", "in", ("web.base.url", "web.base.url.freeze"))],
        }

    @button("read", MANAGER)
    def action_open_users(self):
        """Open the users with a role of the hub."""
        group = self.env.ref("logistics_core.group_warehouse_user")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Users of the Logistics Hub"),
            "res_model": "res.users",
            "view_mode": "list,form",
            "domain": [("all_group_ids", "in", group.ids)],
        }
