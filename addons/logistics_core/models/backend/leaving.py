"""A connection ends: its history stays, and its documents become ordinary ones."""

import secrets

from odoo import fields, models
from odoo.exceptions import UserError

from ...guard import MANAGER, button
from ...transactions import clear_now_and_after_commit
from ...translation import translated
from ..message.states import OPEN_STATES

DISCONNECTED = "disconnected"

END_MESSAGES = """
UPDATE logistics_message
   SET state = 'cancelled', note = coalesce(note, %s),
       outcome_unknown = outcome_unknown OR state = 'in_progress',
       write_date = now() AT TIME ZONE 'utc'
 WHERE backend_id = ANY(%s) AND state = ANY(%s)
"""


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    @button("read", MANAGER)
    def action_disconnect(self):
        """Say what will happen, then end the connection."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Disconnect"),
            "res_model": "logistics.disconnect",
            "view_mode": "form",
            "target": "new",
            "context": {"default_backend_ids": self.ids},
        }

    def _disconnect(self, reason):
        """End these connections.

        :param reason: shown on what ends with them
        """
        backends = self.sudo()
        for backend in backends:
            text = self.env._(
                "The connection “%(name)s” was ended. %(reason)s",
                name=backend.name,
                reason=reason,
            )
            backend._end_settings()
            backend._end_documents(text)
            backend._end_messages(text)
            backend.message_post(body=text)
        backends._end_users()

    def _is_ended(self):
        """Return whether nothing can be asked of this partner any more."""
        return not self or self.connector == DISCONNECTED or not self.active

    def _end_settings(self):
        """Nothing comes in or goes out any more; credentials are forgotten."""
        inactive = self.with_context(active_test=False)
        for model in ("logistics.route", "logistics.poll"):
            rows = inactive.env[model].search([("backend_id", "=", self.id)])
            rows.active = False
        holds = self.env["logistics.hold"].search(
            [("backend_id", "=", self.id), ("ended_at", "=", False)]
        )
        holds.write({"ended_at": fields.Datetime.now()})
        self.env["logistics.secret"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        ).unlink()
        clear_now_and_after_commit(self.env)
        self.write(
            {
                "state": "draft",
                "pause_reason": False,
                "paused_at": False,
                "webhook_token": secrets.token_urlsafe(24),
                "webhook_subscription": False,
            }
        )

    def _end_documents(self, text):
        """Make documents that are at the partner ordinary ones (flow addons)."""

    def _end_messages(self, text):
        """What was not finished never will be; all stays readable."""
        self.env.flush_all()
        self.env.cr.execute(END_MESSAGES, [text, self.ids, list(OPEN_STATES)])
        self.env["logistics.message"].invalidate_model()
        self.env["logistics.exception"].search(
            [("backend_id", "=", self.id), ("state", "in", ("open", "in_progress"))]
        )._resolve(text)

    def _end_users(self):
        """Archive the connections, and service accounts that serve no other one."""
        self.write({"active": False})
        users = self.integration_user_id.filtered(
            lambda u: u.has_group("logistics_core.group_service_account")
        )
        serving = self.search([("integration_user_id", "in", users.ids)])
        (users - serving.integration_user_id).active = False

    # What a person is told before.

    def _get_dependents(self):
        """Return texts: what relies on this connection now (flow addons)."""
        return []

    def _get_end_effects(self):
        """Return texts: what will happen when this connection ends."""
        waiting = self.env["logistics.message"].search_count(
            [("backend_id", "=", self.id), ("state", "in", OPEN_STATES)]
        )
        effects = [
            self.env._(
                "Messages, exceptions, bindings and documents stay readable under the"
                " archived connection."
            ),
            self.env._(
                "Its credentials are deleted, its address for webhooks stops, its"
                " routes and polls are archived. If the partner sends webhooks, press"
                " Unsubscribe first."
            ),
        ]
        if waiting:
            effects.append(self.env._("%s messages that wait are cancelled.", waiting))
        return effects

    def _describe_end(self):
        """Return what will happen, a line each, for the question before it."""
        texts = []
        for backend in self.sudo():
            effects = [*backend._get_end_effects(), *backend._get_dependents()]
            lines = "\n".join(f"• {translated(self.env, e)}" for e in effects)
            texts.append(f"{backend.name}\n{lines}")
        return "\n\n".join(texts)

    def _check_no_dependents(self):
        for backend in self.sudo().filtered("active"):
            dependents = backend._get_dependents()
            if dependents:
                raise UserError(
                    self.env._(
                        "“%(name)s” is in use:\n%(dependents)s\nPress Disconnect on the"
                        " connection: it ends it properly.",
                        name=backend.name,
                        dependents="\n".join(f"• {text}" for text in dependents),
                    )
                )
