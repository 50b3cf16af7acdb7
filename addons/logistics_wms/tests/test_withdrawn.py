"""A withdrawal before the send: never of what may have arrived, never in silence."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_core.errors import NoLongerWanted, PermanentError
from odoo.addons.logistics_wms.tests.common import WmsCase


@tagged("post_install", "-at_install")
class TestWithdrawn(WmsCase):
    def test_a_withdrawal_that_cannot_be_recorded_is_an_exception(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        handler = type(self.env["logistics.handler.outbound_instruction"])
        reason = NoLongerWanted("Not wanted.")
        with patch.object(handler, "_withdrawn", side_effect=UserError("No room")):
            message._set_refused(reason)
        self.assertEqual((message.state, message.note), ("cancelled", "Not wanted."))
        self.assertIn("No room", self.get_exceptions().cause)

    def test_what_may_have_arrived_is_not_withdrawn_while_it_is_prepared(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        message.outcome_unknown = True
        handler = type(self.env["logistics.handler.outbound_instruction"])
        reason = NoLongerWanted("Not wanted.")
        with patch.object(handler, "_prepare_send", side_effect=reason):
            with self.assertRaisesRegex(PermanentError, "may have reached"):
                message._ask_partner()
            message.outcome_unknown = False
            with self.assertRaisesRegex(NoLongerWanted, "Not wanted"):
                message._ask_partner()
