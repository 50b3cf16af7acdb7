"""Odoo's question before an uninstallation says what becomes of connections."""

from odoo import api, fields, models


class BaseModuleUninstall(models.TransientModel):
    _inherit = "base.module.uninstall"

    logistics_effects = fields.Text(
        string="Connections of the Logistics Hub", compute="_compute_logistics_effects"
    )

    @api.depends("module_ids")
    def _compute_logistics_effects(self):
        for wizard in self:
            wizard.logistics_effects = wizard._get_logistics_backends()._describe_end()

    def _get_logistics_backends(self):
        """Return the connections whose connector goes with these addons."""
        backends = self.env["logistics.backend"].sudo().with_context(active_test=False)
        names = set(self._get_modules().mapped("name"))
        if "logistics_core" in names:
            return backends.browse()  # Odoo lists it: everything of the hub is deleted
        sources = backends._fields["connector"]._selection_modules(backends)
        gone = [value for value, modules in sources.items() if modules <= names]
        return backends.search([("connector", "in", gone)])
