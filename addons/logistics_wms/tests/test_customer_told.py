"""Mail to the customer follows the shipment; it never stops it."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.logistics_wms.models import stock_picking_notify
from odoo.addons.logistics_wms.tests.common import WmsCase

KIND = "customer_not_told"


@tagged("post_install", "-at_install")
class TestCustomerTold(WmsCase):
    def setUp(self):
        super().setUp()
        self.salesperson = self.env["res.users"].create(
            {"name": "Sales", "login": "lh-sales", "email": "sales@example.com"}
        )

    def ship(self, **vals):
        picking = self.release((self.mug, 1), **vals)
        (message,) = self.receive(self.shipment(picking, (self.mug, 1)))
        self.assertEqual(message.state, "done", message.error)
        self.assertEqual(picking.state, "done")
        return picking

    def get_mail(self, picking):
        comment = self.env.ref("mail.mt_comment")
        return picking.message_ids.filtered(lambda m: m.subtype_id == comment)

    def run_job(self, picking):
        """Run it as the job runner does: as the user who shipped it."""
        user = self.backend.integration_user_id
        picking.with_user(user)._job_logistics_notify()

    def watched_jobs(self):
        queue = stock_picking_notify.job_queue
        return patch.object(queue, "enqueue", wraps=queue.enqueue)

    def broken_report(self):
        reports = type(self.env["ir.actions.report"])
        return patch.object(
            reports, "_render_qweb_pdf", side_effect=ValueError("wkhtmltopdf crashed")
        )

    def test_a_report_that_fails_does_not_stop_the_shipment(self):
        with self.broken_report():
            picking = self.ship()
            self.run_job(picking)
        exception = self.get_exceptions(KIND)
        self.assertIn("wkhtmltopdf crashed", exception.cause)
        self.assertIn("The shipment is recorded", exception.remedy)
        self.assertEqual(picking.state, "done")
        exception.action_tell_customer()
        self.assertFalse(self.get_exceptions(KIND))
        self.assertTrue(self.get_mail(picking))

    def test_nothing_is_printed_or_sent_while_the_shipment_is_recorded(self):
        with self.broken_report() as render, self.watched_jobs() as enqueue:
            picking = self.ship()
        render.assert_not_called()
        self.assertFalse(self.get_mail(picking))
        ((records, _text), _options) = enqueue.call_args
        self.assertEqual(records, picking)

    def test_the_mail_comes_from_the_salesperson(self):
        picking = self.ship(user_id=self.salesperson.id)
        self.run_job(picking)
        mail = self.get_mail(picking)
        self.assertEqual(len(mail), 1)
        self.assertIn("sales@example.com", mail.email_from)
        self.assertEqual(mail.notified_partner_ids, self.customer)

    def test_without_a_salesperson_it_comes_from_the_company(self):
        self.env.company.email = "shop@example.com"
        picking = self.ship(user_id=False)
        self.run_job(picking)
        self.assertIn("shop@example.com", self.get_mail(picking).email_from)

    def test_one_customer_that_cannot_be_told_leaves_the_others(self):
        first, second = self.ship(), self.ship()
        pickings = type(self.env["stock.picking"])
        original = pickings.message_post_with_source

        def post(records, *args, **kwargs):
            if records == first:
                raise ValueError("no such template")
            return original(records, *args, **kwargs)

        with patch.object(pickings, "message_post_with_source", post):
            self.run_job(first | second)
        self.assertEqual(self.get_exceptions(KIND)._get_document(), first)
        self.assertTrue(self.get_mail(second))

    def test_no_job_where_odoo_tells_nobody(self):
        self.env.company.stock_move_email_validation = False
        with self.watched_jobs() as enqueue:
            self.ship()
        enqueue.assert_not_called()

    def test_a_person_who_validates_sends_as_odoo_does(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        picking.move_ids.picked = True
        picking.with_context(skip_logistics_partner=True).button_validate()
        self.assertTrue(self.get_mail(picking))
