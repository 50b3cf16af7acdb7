"""What ShipBob bills is fetched, matched and summed, each invoice once."""

from datetime import UTC, datetime, timedelta

from odoo.tests import tagged

from odoo.addons.logistics_core.errors import AuthenticationFailed
from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_wms_shipbob.tests.common import ShipbobCase

from .. import const, post_init_hook

CREDIT = {"type": "Credit", "invoice_type": "Credits"}
STORAGE = {
    "invoice_type": "WarehouseStorage",
    "fee": "Warehousing Fee",
    "reference_type": "FC",
    "reference_id": "10",
    "amount": "42.10",
}


@tagged("post_install", "-at_install")
class TestShipbobBilling(ShipbobCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.USD").active = True
        cls.today = datetime.now(UTC).date()

    def ship(self, count=1):
        """Return deliveries that ShipBob shipped, and that Odoo knows of."""
        pickings = self.env["stock.picking"].union(
            *(self.released((self.mug, 2)) for _number in range(count))
        )
        for picking in pickings:
            self.sandbox.run(picking.logistics_reference)
        self.poll("orders")
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        return pickings

    def fetch(self, cursor=None):
        """Poll once; return the messages that are new."""
        messages, self.cursor = self.poll(const.POLL, cursor)
        return messages

    def get_invoices(self):
        return self.env["logistics.freight.invoice"].search(
            [("backend_id", "=", self.backend.id)]
        )

    def get_charge(self, picking, **values):
        """Return what a bill of the sandbox needs for a charge of a delivery."""
        shipment = self.at_partner(picking)["shipments"][0]["id"]
        about = {"reference_type": "Shipment", "reference_id": str(shipment)}
        return {"invoice_type": "Shipping", "fee": "Shipping", **about, **values}

    def test_an_invoice_that_makes_no_sense_leaves_the_others(self):
        self.ship()
        (told,) = self.sandbox.bill()
        cls, known = type(self.connector), type(self.connector)._iter_all

        def iterate(connector, backend, operation, *args, **kw):
            if operation == "get-invoices":
                yield {"invoice_type": "Shipping", "amount": 5}  # without a number
            yield from known(connector, backend, operation, *args, **kw)

        self.patch(cls, "_iter_all", iterate)
        states = self.fetch().mapped("state")
        self.assertEqual(sorted(states), ["done", "invalid"])
        self.assertEqual(self.get_invoices().number, str(told["invoice_id"]))
        self.assertIn("invoice_id", self.get_exceptions("invalid_message").cause)
        self.assertFalse(self.fetch(), "told once")

    def test_what_was_shipped_is_billed_and_found(self):
        pickings = self.ship(3)
        (told,) = self.sandbox.bill()
        self.assertEqual(self.fetch().mapped("state"), ["done"])
        invoice = self.get_invoices()
        self.assertEqual(
            (invoice.number, invoice.currency_id.name, invoice.date),
            (str(told["invoice_id"]), "USD", self.today),
        )
        self.assertEqual(invoice.total, told["amount"])
        self.assertEqual(invoice.line_ids.picking_id, pickings)
        self.assertEqual(len(invoice.line_ids), 6)
        self.assertEqual(
            set(invoice.line_ids.mapped("category")), {"freight", "fulfillment"}
        )
        self.assertEqual((invoice.state, invoice.total_gap), ("matched", 0))
        self.assertEqual(invoice.unquoted, told["amount"])
        self.assertFalse(invoice._find_problems())

    def test_an_invoice_is_imported_once(self):
        self.ship()
        self.sandbox.bill()
        self.fetch()
        invoice = self.get_invoices()
        self.assertEqual(self.cursor, self.today.isoformat())
        self.assertFalse(self.fetch(self.cursor))
        self.assertFalse(self.fetch())
        self.assertEqual(self.get_invoices(), invoice)
        self.assertEqual(len(invoice.line_ids), 2)

    def test_all_pages_are_read(self):
        self.patch(const, "PAGE_SIZE", 1)
        self.ship(2)
        self.sandbox.bill(charges=[STORAGE])
        self.fetch()
        lines = self.get_invoices().line_ids
        self.assertEqual(len(lines.mapped("external_id")), 5)
        self.assertEqual(len(lines.invoice_id), 2)

    def test_late_transactions_are_waited_for(self):
        self.ship()
        (told,) = self.sandbox.bill(late=1)
        self.assertFalse(self.fetch())
        self.assertFalse(self.fetch(self.cursor))
        self.sandbox.complete_invoice(told["invoice_id"])
        self.assertEqual(len(self.fetch(self.cursor)), 1)
        invoice = self.get_invoices()
        self.assertEqual((invoice.total_gap, len(invoice.line_ids)), (0, 2))

    def test_what_never_comes_is_told_after_three_days(self):
        self.ship()
        day = (self.today - timedelta(days=3)).isoformat()
        (told,) = self.sandbox.bill(late=1, date=day)
        self.assertEqual(len(self.fetch()), 1)
        invoice = self.get_invoices()
        self.assertEqual(invoice.state, "differences")
        self.assertTrue(invoice.total_gap)
        self.assertIn("does not add up", invoice._find_problems().title)
        # When it comes after all, a person decides.
        self.sandbox.complete_invoice(told["invoice_id"])
        changed = self.fetch(self.cursor)
        self.assertEqual(changed.error_kind, "freight_conflict")
        invoice.unlink()
        changed.action_replay()
        process_inbound(changed)
        self.settle()
        self.assertEqual(self.get_invoices().total_gap, 0)

    def test_fees_need_no_delivery(self):
        others = [
            {"invoice_type": "Inbound Fee", "reference_type": "WRO", "amount": 35},
            {"invoice_type": "Return", "reference_type": "Return", "amount": 3},
            {"invoice_type": "AdditionalFee", "fee": "Kitting Fee", "amount": 4},
        ]
        self.sandbox.bill(charges=[STORAGE, *others])
        self.fetch()
        invoices = self.get_invoices()
        self.assertEqual(set(invoices.mapped("state")), {"matched"})
        self.assertEqual(
            {line.category: line.amount for line in invoices.line_ids},
            {"storage": 42.1, "receiving": 35, "return": 3, "other": 4},
        )
        self.assertEqual(set(invoices.line_ids.mapped("outcome")), {"fee"})
        self.assertEqual(sum(invoices.mapped("fees")), 84.1)

    def test_a_receipt_is_not_taken_for_the_shipment_of_its_number(self):
        picking = self.ship()
        wro = {**self.get_charge(picking, amount=35), "reference_type": "WRO"}
        self.sandbox.bill(charges=[{**wro, "invoice_type": "Inbound Fee"}])
        self.fetch()
        (line,) = self.get_invoices().line_ids.filtered(
            lambda x: x.category == "receiving"
        )
        self.assertFalse(line.picking_id)

    def test_a_credit_closes_what_was_billed_twice(self):
        picking = self.ship()
        self.sandbox.bill()
        self.fetch()
        self.sandbox.bill(charges=[self.get_charge(picking, amount="6.70")])
        self.fetch(self.cursor)
        again = self.get_invoices()[0]
        self.assertEqual(again.line_ids.outcome, "twice")
        problem = again._find_problems()
        self.assertTrue(problem)
        self.sandbox.bill(
            charges=[{**self.get_charge(picking, amount="6.70"), **CREDIT}]
        )
        self.fetch(self.cursor)
        credit = self.get_invoices()[0]
        self.assertEqual((credit.total, credit.line_ids.outcome), (-6.7, "credit"))
        self.assertEqual((again.state, problem.state), ("matched", "resolved"))

    def test_another_currency_is_the_invoices(self):
        self.env.ref("base.EUR").active = True
        self.ship()
        self.sandbox.bill(currency="EUR")
        self.fetch()
        self.assertEqual(self.get_invoices().currency_id.name, "EUR")

    def test_two_currencies_on_an_invoice_are_for_a_person(self):
        picking = self.ship()
        charge = self.get_charge(picking, amount=1, currency="EUR")
        self.sandbox.bill(charges=[charge])
        [message] = self.fetch()
        self.assertEqual(message.state, "invalid")
        self.assertIn("EUR, USD", message.error)
        self.assertFalse(self.get_invoices())

    def test_a_shipment_that_is_not_ours_goes_to_finance(self):
        charge = {"invoice_type": "Shipping", "reference_type": "Shipment"}
        self.sandbox.bill(charges=[{**charge, "reference_id": "77", "amount": 9}])
        self.fetch()
        invoice = self.get_invoices()
        self.assertEqual(invoice.line_ids.outcome, "unknown")
        self.assertIn("77", invoice._find_problems().title)

    def test_payments_are_left_out(self):
        self.sandbox.bill(charges=[{"invoice_type": "Payment", "amount": -100}])
        self.assertFalse(self.fetch())
        asked = [item["path"] for item in self.sandbox.requests()["items"]]
        self.assertFalse([path for path in asked if "/transactions" in path])

    def test_a_day_that_lies_ahead_does_not_hide_what_comes(self):
        day = (self.today + timedelta(days=1)).isoformat()
        self.fetch(day)
        self.assertEqual(self.cursor, self.today.isoformat())
        self.sandbox.bill(charges=[STORAGE])
        self.assertEqual(len(self.fetch(self.cursor)), 1)

    def test_a_token_without_the_scope_is_told(self):
        self.sandbox.rules({"action": "status", "status": 403, "path": "/invoices"})
        with self.assertRaises(AuthenticationFailed):
            self.fetch()

    def test_an_invoice_that_cannot_be_fetched_whole_is_not_stored(self):
        self.ship()
        self.sandbox.bill()
        self.sandbox.rules(
            {"action": "status", "status": 500, "path": "/transactions", "times": 1}
        )
        with self.assertRaisesRegex(Exception, "500"):
            self.fetch()
        self.assertFalse(self.get_invoices())
        self.assertEqual(len(self.fetch()), 1)

    def test_backends_that_run_already_get_the_poll(self):
        self.backend.poll_ids.filtered(lambda p: p.operation == const.POLL).unlink()
        draft = self.backend.copy({"name": "Draft"})
        post_init_hook(self.env)
        post_init_hook(self.env)
        poll = self.backend.poll_ids.filtered(lambda p: p.operation == const.POLL)
        self.assertEqual(poll.mapped("name"), ["Invoices"])
        self.assertFalse(draft.poll_ids)

    def test_the_form_shows_where_invoices_are_booked(self):
        self.assertTrue(self.backend.is_billing)
        self.assertFalse(self.backend.can_ship or self.backend.can_read_freight)
