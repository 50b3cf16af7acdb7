"""The other side of an integration: one account at one partner."""

import secrets

from odoo import api, fields, models

from ...errors import AuthenticationFailed
from ...fields import Secret
from ...guard import MANAGER, button
from ...texts import _lt
from ...transactions import clear_now_and_after_commit, retrying


class LogisticsBackend(models.Model):
    """One row is one account at one partner, in one company and environment.

    A vendor addon adds its value to `connector` and its own fields; it reaches
    the partner only through `_get_connector()`.
    """

    _name = "logistics.backend"
    _description = "Connection"
    _inherit = ["mail.thread", "mail.activity.mixin", "logistics.secret.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    connector = fields.Selection(
        [("canonical", "Canonical JSON"), ("disconnected", "None (disconnected)")],
        required=True,
        default="canonical",
        help="The vendor's API. “Canonical JSON” is for partners that use the hub's"
        " own message format.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    environment = fields.Selection(
        [("sandbox", "Sandbox"), ("production", "Production")],
        required=True,
        default="sandbox",
        tracking=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("paused", "Paused")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        help="Draft: nothing comes in or goes out. Paused: messages are kept and"
        " wait, nothing is processed or sent.",
    )
    pause_reason = fields.Char(
        string="Reason of the pause", copy=False, readonly=True, tracking=True
    )
    paused_at = fields.Datetime(copy=False, readonly=True)
    last_started_at = fields.Datetime(copy=False, readonly=True)
    base_url = fields.Char(
        string="Base URL",
        tracking=True,
        help="Leave empty for the vendor's own address of the environment.",
    )
    allow_private_network = fields.Boolean(
        string="Private network",
        tracking=True,
        help="The partner is reached at a private or local address. Leave it off"
        " for partners on the internet: it protects your network from being"
        " reached through a wrong or hostile address.",
    )
    timeout = fields.Float(
        string="Timeout (s)",
        digits=(6, 1),
        default=20.0,
        help="Seconds to wait for the partner's answer.",
    )
    auth_token = Secret(string="Bearer token")
    integration_user_id = fields.Many2one(
        "res.users",
        string="Integration user",
        copy=False,
        tracking=True,
        domain="[('share', '=', False)]",
        help="What comes from the partner is applied with this user's rights.",
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
        help="Receives the exceptions and alerts of this connection.",
    )
    can_receive = fields.Boolean(compute="_compute_capabilities")
    can_subscribe = fields.Boolean(compute="_compute_capabilities")
    can_poll = fields.Boolean(compute="_compute_capabilities")
    binding_count = fields.Integer(compute="_compute_counts")
    message_count = fields.Integer(compute="_compute_counts")
    open_exception_count = fields.Integer(
        compute="_compute_counts", string="Open exceptions"
    )

    _company_name = models.Constraint(
        "UNIQUE(company_id, name)", "A connection with this name exists already."
    )
    _positive_timeout = models.Constraint(
        "CHECK(timeout > 0 AND timeout <= 300)",
        "The timeout must be between 1 and 300 seconds.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        clear_now_and_after_commit(self.env)  # the webhook addresses that are known
        backends = super().create(vals_list)
        for backend in backends.filtered(lambda b: not b.integration_user_id).sudo():
            backend.integration_user_id = backend._create_integration_user()
        self.env["logistics.lane"].sudo()._create_missing(backends)
        self.env["logistics.gate"].sudo()._create_missing(backends)
        return backends

    def _create_integration_user(self):
        """Make the service account: no password, the rights of its role only."""
        company = self.company_id
        return (
            self.env["res.users"]
            .sudo()
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": self.env._("Integration %s", self.name),
                    "login": f"logistics-{self.id}-{secrets.token_hex(4)}",
                    "company_id": company.id,
                    "company_ids": [fields.Command.set(company.ids)],
                    "group_ids": [
                        fields.Command.set(
                            self.env.ref("logistics_core.group_service_account").ids
                        )
                    ],
                    "notification_type": "inbox",
                }
            )
        )

    def _compute_counts(self):
        counts = {
            field: dict(
                self.env[model]._read_group(
                    [("backend_id", "in", self.ids), *domain],
                    ["backend_id"],
                    ["__count"],
                )
            )
            for field, model, domain in (
                ("binding_count", "logistics.binding", []),
                ("message_count", "logistics.message", []),
                (
                    "open_exception_count",
                    "logistics.exception",
                    [("state", "in", ("open", "in_progress"))],
                ),
            )
        }
        for backend in self:
            for field, by_backend in counts.items():
                backend[field] = by_backend.get(backend, 0)

    # The only dispatch from a backend to its vendor's code.
    def _get_connector(self):
        """Return the connector model of this backend."""
        self.ensure_one()
        return self.env[f"logistics.connector.{self.connector}"]

    def _has_capability(self, capability):
        """Return whether the vendor's connector declares a capability."""
        return capability in self._get_connector()._capabilities

    @api.depends("connector")
    def _compute_capabilities(self):
        for backend in self:
            has = backend._has_capability if backend.connector else lambda name: False
            backend.can_receive = has("webhook")
            backend.can_subscribe = has("subscribe")
            backend.can_poll = has("poll")

    def _as_integration_user(self):
        """Return this backend as its service account sees it.

        :raises AuthenticationFailed: there is no such user any more
        """
        self.ensure_one()
        user = self.sudo().integration_user_id
        if not user.active:
            raise AuthenticationFailed(
                _lt("The integration user of “%s” is archived.", self.name),
                remedy=_lt(
                    "Unarchive the user, or choose another one on the connection,"
                    " then retry what waits."
                ),
            )
        return self.with_user(user).with_context(
            allowed_company_ids=self.company_id.ids,
            # What it writes is read by the people of the company.
            lang=self.company_id.sudo().partner_id.lang or user.lang,
            tz=user.tz,
            tracking_disable=False,
            # A service account reads no messages: it follows nothing.
            mail_create_nosubscribe=True,
            mail_post_autofollow_author_skip=True,
        )

    @button("write", MANAGER)
    def action_start(self):
        """Put a draft backend to work, with the polls that its connector asks for."""
        self._check_manager()
        drafts = self.filtered(lambda b: b.state == "draft")
        drafts._check_start()
        drafts.sudo().write(
            {"state": "running", "last_started_at": fields.Datetime.now()}
        )
        self._ensure_polls()

    @button("read")
    def action_pause(self):
        """Ask for the reason, then pause."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pause"),
            "res_model": "logistics.pause",
            "view_mode": "form",
            "target": "new",
            "context": {"default_backend_ids": self.ids},
        }

    def _pause(self, reason):
        self._check_manager()
        self.sudo().filtered(lambda b: b.state == "running").write(
            {
                "state": "paused",
                "pause_reason": reason,
                "paused_at": fields.Datetime.now(),
            }
        )

    @button("write", MANAGER)
    def action_resume(self):
        """Let what waited go on, in order and paced."""
        self._check_manager()
        paused = self.sudo().filtered(lambda b: b.state == "paused")
        paused.gate_ids._start_ramp()
        paused.write(
            {
                "state": "running",
                "pause_reason": False,
                "paused_at": False,
                # The partner's silence counts from now.
                "last_started_at": fields.Datetime.now(),
            }
        )
        paused._ring_due()

    def _ring_due(self):
        """Wake the lanes of these backends that have something to do."""
        if not self:
            return
        env, ids = self.env(su=True), self.ids

        def ring():
            lanes = retrying(env["logistics.lane"]._get_due, ids)
            retrying(lanes._ring)

        self.env.cr.postcommit.add(ring)

    def _check_manager(self):
        self.check_access("write")

    @button("write", MANAGER)
    def action_test_connection(self):
        """Ask the partner whether our credentials work; say what it answered."""
        self.ensure_one()
        self._check_manager()
        message, kind = self._test_connection()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "sticky": kind != "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @button("read")
    def action_open_messages(self):
        """Open the messages of this backend."""
        return self._action_open("logistics_core.logistics_message_action")

    @button("read")
    def action_open_exceptions(self):
        """Open the exceptions of this backend."""
        return self._action_open("logistics_core.logistics_exception_action")

    @button("read")
    def action_open_bindings(self):
        """Open the bindings of this backend."""
        return self._action_open("logistics_core.logistics_binding_action")

    def _action_open(self, xml_id):
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        return {
            **action,
            "domain": [("backend_id", "in", self.ids)],
            "context": {"default_backend_id": self[:1].id},
        }
