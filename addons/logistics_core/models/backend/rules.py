"""What may change on a backend, by whom, and what must not any more."""

from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...guard import ADMINISTRATOR
from ...transactions import clear_now_and_after_commit
from .leaving import DISCONNECTED

# With these a person could send the credentials, or the rights of another user,
# wherever they like.
ADMINISTRATORS_ONLY = {"integration_user_id", "allow_private_network"}
WITH_CREDENTIALS = {"base_url", "connector", "environment"}


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    _logistics_group_fields = dict.fromkeys(ADMINISTRATORS_ONLY, ADMINISTRATOR)

    def write(self, vals):
        if vals.get("active") is False:
            self._check_no_dependents()
        ending = self.env.su and vals.get("connector") == DISCONNECTED
        if ending:
            # The vendor's addon is being uninstalled.
            self.filtered(lambda b: b.connector != DISCONNECTED)._disconnect(
                self.env._("Its connector was uninstalled.")
            )
        if not vals.keys().isdisjoint(self._get_door_fields()):
            clear_now_and_after_commit(self.env)
        changed = {
            name
            for name in ADMINISTRATORS_ONLY | WITH_CREDENTIALS
            if name in vals
            and any(
                b._fields[name].convert_to_write(b[name], b) != vals[name] for b in self
            )
        }
        self._check_administrator(changed & ADMINISTRATORS_ONLY)
        if changed & WITH_CREDENTIALS and self._has_secrets():
            self._check_administrator(changed)
        moved = self.filtered(lambda b: b.company_id.id != vals.get("company_id"))
        if "company_id" not in vals:
            moved = self.browse()
        if moved or ("connector" in changed and not ending):
            self._check_unused(moved or self)
        for backend in moved:
            backend._move_integration_user(vals["company_id"])
        return super().write(vals)

    def _check_administrator(self, names):
        if not names or self.env.su:
            return
        if not self.env.user.has_group("logistics_core.group_administrator"):
            labels = ", ".join(
                sorted(
                    self._fields[name]._description_string(self.env) for name in names
                )
            )
            raise AccessError(
                self.env._(
                    "%s: only an administrator of the Logistics Hub changes this, for"
                    " credentials and rights depend on it.",
                    labels,
                )
            )

    def _check_unused(self, backends):
        """Messages keep the company and the language they came with."""
        used = backends.filtered("message_count")
        if used:
            raise UserError(
                self.env._(
                    "%s has messages: its company and its connector stay. Create a"
                    " new connection, and archive this one.",
                    used[0].name,
                )
            )

    def _move_integration_user(self, company_id):
        """A service account of our own works in its backend's company."""
        user = self.sudo().integration_user_id
        if user.has_group("logistics_core.group_service_account"):
            user.write(
                {
                    "company_ids": [fields.Command.set([company_id])],
                    "company_id": company_id,
                }
            )

    @api.constrains("connector")
    def _check_routes(self):
        """Another connector must be able to send what the routes send."""
        self.env["logistics.route"].sudo().search(
            [("backend_id", "in", self.ids)]
        )._check_taken()

    @api.constrains("base_url")
    def _check_base_url(self):
        for backend in self.filtered("base_url"):
            try:
                parts = urlsplit(backend.base_url)
                fine = parts.scheme in ("http", "https") and parts.hostname
                port = parts.port  # raises when it is no number
            except ValueError:
                fine = port = None
            if not fine or parts.username or parts.query or parts.fragment or port == 0:
                raise ValidationError(
                    self.env._(
                        "The base URL must look like https://api.example.com/v1,"
                        " without user name and parameters."
                    )
                )

    @api.constrains("integration_user_id", "company_id")
    def _check_integration_user(self):
        for backend in self.sudo():
            user = backend.integration_user_id
            if user and backend.company_id not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "The integration user %(user)s has no access to %(company)s.",
                        user=user.name,
                        company=backend.company_id.name,
                    )
                )

    def copy_data(self, default=None):
        """A copy has a name, an address, credentials and a user of its own."""
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            backends = self.with_context(active_test=False).search(
                [("company_id", "in", self.company_id.ids)]
            )
            taken = set(backends.mapped("name"))
            for vals in vals_list:
                vals["name"] = self._get_free_name(vals["name"], taken)
                taken.add(vals["name"])
        return vals_list

    def _get_free_name(self, name, taken):
        candidate = self.env._("%s (copy)", name)
        number = 2
        while candidate in taken:
            candidate = self.env._(
                "%(name)s (copy %(number)s)", name=name, number=number
            )
            number += 1
        return candidate

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_no_dependents()
        for backend in self:
            if backend.sudo().message_count:
                raise UserError(
                    self.env._(
                        "“%(name)s” has %(count)s messages, which are its history."
                        " Archive it instead.",
                        name=backend.name,
                        count=backend.sudo().message_count,
                    )
                )

    def unlink(self):
        """Delete with the lanes; a service account of our own is archived."""
        clear_now_and_after_commit(self.env)
        users = self.sudo().integration_user_id.filtered(
            lambda u: u.has_group("logistics_core.group_service_account")
        )
        if self._logistics_is_uninstall():
            # The vendor's addon goes, and its backends with all they hold.
            self.env["logistics.message"].sudo().search(
                [("backend_id", "in", self.ids)]
            ).unlink()
        result = super().unlink()
        others = (
            self.sudo()
            .with_context(active_test=False)
            .search([("integration_user_id", "in", users.ids)])
        )
        (users - others.integration_user_id).write({"active": False})
        self.env.registry.clear_cache()
        return result
