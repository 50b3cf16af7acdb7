"""What of a delivery a warehouse's connector can change."""

from odoo import models

from .. import changes
from ..const import CHANGE


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    # What an outgoing change may carry, of `logistics_wms.changes.LABELS`. The user is
    # told of everything else that changes after the delivery was sent.
    _changeable = frozenset({"ship_to", "lines"})

    def _get_changeable(self, told):
        """Return the names of what can be changed after it was sent.

        :param told: the OutboundInstruction as the partner knows it
        """
        return self._changeable if CHANGE in self._capabilities else frozenset()


class LogisticsConnectorCanonical(models.AbstractModel):
    _inherit = "logistics.connector.canonical"

    def _get_changeable(self, told):
        return changes.EVERYTHING
