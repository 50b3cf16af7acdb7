"""Receiving: the scheme that is configured on the backend."""

from odoo import models

from ..tools import signatures


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    def _verify_webhook(self, backend, headers, body, now):
        if "webhook" not in self._capabilities:
            return super()._verify_webhook(backend, headers, body, now)
        scheme, keys = backend._get_signature_scheme()
        return signatures.verify(scheme, keys, headers, body, now)

    def _get_event_id(self, backend, headers):
        """Return the partner's identifier of a request, as far as its headers say."""
        scheme, _keys = backend._get_signature_scheme()
        return headers.get(scheme.id_header) if scheme.id_header else None
