"""An account at a partner may have orders of others: which facts are about ours?"""

from odoo import models


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    def _get_own_channel(self, backend):
        """Return the partner's identifier of the channel that our orders belong to.

        None: the account has no channels, all its orders are ours.
        """
        return

    def _is_elsewhere(self, backend, reference, channel=None):
        """Return whether a fact is about an order of another channel.

        Where it does not name its channel, an order is ours when Odoo wrote a message
        with its reference.

        :param reference: of the order, as the partner names it, if it does
        :param channel: the partner's identifier of its channel, if the fact names it
        """
        own = self._get_own_channel(backend)
        if not own:
            return False
        if channel:
            return channel != own
        return not reference or not self._was_written(backend, reference)

    def _was_written(self, backend, reference):
        """Return whether this partner was, or is to be, told of a reference."""
        messages = self.env["logistics.message"].sudo()
        return bool(
            messages.search_count(
                [
                    ("backend_id", "=", backend.id),
                    ("direction", "=", "out"),
                    ("ordering_key", "=", reference),
                ],
                limit=1,
            )
        )
