"""Milestones come from warehouses and from carriers: each addon takes its own."""

from odoo import models

from ..errors import NotSupported
from ..texts import _lt


class LogisticsHandlerTransportStatus(models.AbstractModel):
    """Extended by the addons that know a version of the canonical message.

    An extension applies the items it knows and passes the others on to `super()`.
    """

    _name = "logistics.handler.transport_status"
    _inherit = "logistics.handler"
    _description = "Handler: Transport Status"

    def _apply(self, items):
        if items:
            _message, canonical = items[0]
            raise NotSupported(
                _lt(
                    "No installed addon handles transport status v%s.",
                    canonical.version,
                ),
                remedy=_lt("Install what handles it, then retry."),
            )
