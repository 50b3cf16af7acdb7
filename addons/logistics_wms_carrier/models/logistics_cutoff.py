"""Cut-offs of routes: in the one time zone of the warehouse."""

from odoo import models


class LogisticsRoute(models.Model):
    _inherit = "logistics.route"

    def _get_cutoff_zone(self):
        warehouse = self._get_cutoff_warehouse()
        return warehouse._get_zone() if warehouse else super()._get_cutoff_zone()
