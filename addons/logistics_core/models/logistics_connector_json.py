"""JSON over REST: one call, and lists that link to their next page."""

from odoo import models

from ..errors import RemoteUnavailable
from .logistics_connector_http import parse_json

MAX_PAGES = 10000


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    def _call_json(self, backend, operation, method, path, **kw):
        """Send one request and return the parsed answer; see `_request`."""
        response = self._request(backend, method, path, operation=operation, **kw)
        return parse_json(response)

    def _iter_items(self, backend, operation, path, params):
        """Yield the `items` of a list whose pages name their `next` page's link.

        A page that fails raises; what was yielded before stays valid.
        """
        for _number in range(MAX_PAGES):
            page = self._call_json(backend, operation, "GET", path, params=params)
            yield from page.get("items") or ()
            path, params = page.get("next"), None
            if not path:
                return
        raise RemoteUnavailable(
            self.env._("The partner's list %s does not end.", operation)
        )
