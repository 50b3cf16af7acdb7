"""What goes wrong on the way is reported once, and closed by better news."""

from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..tracking_common import TrackingCase


@tagged("post_install", "-at_install")
class TestProblems(TrackingCase):
    def setUp(self):
        super().setUp()
        self.shipment = self.make_shipment("T1")
        self.parcel = self.shipment.parcel_ids

    def test_each_trouble_is_an_exception_with_cause_and_remedy(self):
        for hours, (status, reason, kind) in enumerate(
            [
                ("attempted", "recipient_absent", "carrier_attempt"),
                ("exception", "address", "carrier_address"),
                ("exception", "customs", "carrier_customs"),
                ("exception", "damaged", "carrier_damage"),
                ("lost", None, "carrier_lost"),
                ("returning", "refused", "carrier_returned"),
            ]
        ):
            self.tell(self.event("T1", status, hours, reason=reason, description="Oh"))
            self.assertIn(kind, self.get_problems(self.parcel))
            found = self.env["logistics.exception"].search([("kind", "=", kind)])
            self.assertIn("Oh", found.cause)
            self.assertTrue(found.remedy)
            self.assertEqual(found._get_document(), self.parcel)

    def test_one_exception_is_open_for_a_kind(self):
        for hours in range(3):
            self.tell(self.event("T1", "attempted", hours))
        self.assertEqual(self.get_problems(self.parcel), ["carrier_attempt"])
        found = self.env["logistics.exception"].search(
            [("kind", "=", "carrier_attempt")]
        )
        self.assertEqual(found.occurrences, 3)

    def test_good_news_closes_it(self):
        self.tell(self.event("T1", "attempted", 1))
        self.tell(self.event("T1", "in_transit", 2))
        self.assertEqual(self.get_problems(self.parcel), ["carrier_attempt"])
        self.tell(self.event("T1", "delivered", 3))
        self.assertEqual(self.get_problems(self.parcel), [])
        self.assertEqual(
            self.get_problems(self.parcel, "resolved"), ["carrier_attempt"]
        )

    def test_a_damaged_parcel_stays_told_when_it_is_delivered(self):
        self.tell(self.event("T1", "exception", 1, reason="damaged"))
        self.tell(self.event("T1", "delivered", 2))
        self.assertEqual(self.get_problems(self.parcel), ["carrier_damage"])

    def test_trouble_that_was_over_when_it_was_told_is_not_told(self):
        self.tell(self.event("T1", "delivered", 9))
        self.tell(self.event("T1", "attempted", 3))
        self.tell(self.event("T1", "exception", 4), self.event("T1", "in_transit", 5))
        self.assertEqual(self.get_problems(self.parcel), [])

    def test_an_estimate_beyond_the_promise_is_a_delay(self):
        now = fields.Datetime.now()
        self.parcel.promised_delivery = now + timedelta(days=2)
        late = now + timedelta(days=4)
        self.tell(self.event("T1", "in_transit", 1, estimated_delivery=late))
        self.assertTrue(self.parcel.is_late)
        self.assertEqual(self.get_problems(self.parcel), ["carrier_delay"])
        soon = now + timedelta(days=2, hours=1)
        self.tell(self.event("T1", "in_transit", 2, estimated_delivery=soon))
        self.assertFalse(self.parcel.is_late)
        self.assertEqual(self.get_problems(self.parcel), [])

    def test_a_promise_that_passes_without_news_is_a_delay(self):
        self.tell(self.event("T1", "in_transit", 1))
        self.parcel.promised_delivery = fields.Datetime.now() - timedelta(hours=13)
        for _n in range(2):
            self.env["logistics.parcel"]._cron_watch()
        self.assertEqual(self.get_problems(self.parcel), ["carrier_delay"])
        self.tell(self.event("T1", "delivered", 40))
        self.assertEqual(self.get_problems(self.parcel), [])

    def test_what_a_person_closed_is_not_opened_by_the_same_status(self):
        self.tell(self.event("T1", "exception", 1, reason="customs"))
        self.env["logistics.exception"].search(
            [("kind", "=", "carrier_customs")]
        )._resolve("seen to")
        later = self.at(4000)
        self.tell(
            self.event("T1", "exception", 2, reason="customs", estimated_delivery=later)
        )
        self.assertEqual(self.get_problems(self.parcel), [])

    def test_the_shipment_counts_the_exceptions_of_its_parcels(self):
        self.tell(self.event("T1", "lost", 1))
        self.assertEqual(self.shipment.logistics_exception_count, 1)


@tagged("post_install", "-at_install")
class TestReactions(TrackingCase):
    def setUp(self):
        super().setUp()
        self.template = self.env.ref("logistics_carrier.mail_template_problem")

    def make_rule(self, kind, action, **values):
        return self.env["logistics.carrier.reaction"].create(
            {
                "company_id": self.backend.company_id.id,
                "kind": kind,
                "action": action,
                **values,
            }
        )

    def make_parcel(self, **values):
        picking = self.make_delivery(**values)
        shipment = self.make_shipment("T1", picking_id=picking.id)
        return shipment.parcel_ids

    def get_runs(self, parcel):
        return self.env["logistics.carrier.reaction.run"].search(
            [("parcel_id", "=", parcel.id)]
        )

    def test_the_customer_gets_one_mail_for_a_kind(self):
        self.make_rule("carrier_attempt", "notify", template_id=self.template.id)
        parcel = self.make_parcel()
        for hours, status in enumerate(["attempted", "out_for_delivery", "attempted"]):
            self.tell(self.event("T1", status, hours))
        mails = self.env["mail.mail"].search(
            [("model", "=", "logistics.parcel"), ("res_id", "=", parcel.id)]
        )
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails.recipient_ids, self.customer)
        self.assertIn("T1", mails.body_html)
        self.assertEqual(len(self.get_runs(parcel)), 1)

    def test_a_lost_parcel_prepares_reshipment_and_claim(self):
        self.make_rule("carrier_lost", "reship")
        self.make_rule("carrier_lost", "claim")
        parcel = self.make_parcel()
        order = parcel.picking_id.sale_id
        self.tell(self.event("T1", "lost", 1))
        draft = self.env["sale.order"].search(
            [("partner_id", "=", self.customer.id), ("id", "!=", order.id)]
        )
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.amount_total, 0)
        self.assertEqual(draft.order_line.product_id, order.order_line.product_id)
        self.assertEqual(draft.order_line.product_uom_qty, 2)
        self.assertIn(order.name, draft.origin)
        claim = parcel.claim_ids
        self.assertEqual((claim.state, claim.amount), ("draft", 60))
        claim.action_file()
        self.assertEqual(claim.state, "filed")

    def test_a_person_prepares_them_by_button(self):
        parcel = self.make_parcel()
        worker = new_test_user(
            self.env,
            "worker",
            groups="logistics_core.group_warehouse_user,stock.group_stock_user,"
            "sales_team.group_sale_salesman_all_leads",
        )
        self.tell(self.event("T1", "lost", 1))
        action = parcel.with_user(worker).action_reship()
        self.assertEqual(action["res_model"], "sale.order")
        parcel.with_user(worker).action_claim()
        self.assertEqual(parcel.claim_ids.user_id, worker)

    def test_a_delivery_without_an_order_is_copied(self):
        self.make_rule("carrier_lost", "reship")
        parcel = self.make_parcel(sold=False)
        self.tell(self.event("T1", "lost", 1))
        run = self.get_runs(parcel)
        self.assertEqual(run.res_model, "stock.picking")
        copy = self.env["stock.picking"].browse(run.res_id)
        self.assertEqual(copy.state, "draft")
        self.assertEqual(copy.move_ids.product_uom_qty, 2)

    def test_a_rule_only_concerns_what_it_names(self):
        germany = self.env.ref("base.de")
        self.make_rule("carrier_lost", "claim", country_ids=germany.ids)
        self.make_rule("carrier_damage", "claim")
        self.make_rule("carrier_lost", "claim", backend_ids=self.make_backend().ids)
        parcel = self.make_parcel()
        self.tell(self.event("T1", "lost", 1))
        self.assertFalse(self.get_runs(parcel))

    def test_a_person_gets_the_exception_and_an_activity(self):
        person = self.env.ref("base.user_admin")
        self.make_rule("carrier_customs", "assign", user_id=person.id)
        parcel = self.make_parcel()
        self.tell(self.event("T1", "exception", 1, reason="customs"))
        found = self.env["logistics.exception"].search(
            [("kind", "=", "carrier_customs")]
        )
        self.assertEqual(found.user_id, person)
        self.assertEqual(parcel.activity_ids.user_id, person)

    def test_a_rule_that_fails_does_not_hold_up_the_tracking(self):
        self.make_rule("carrier_lost", "notify", template_id=self.template.id)
        parcel = self.make_parcel()
        self.customer.email = False
        [message] = self.tell(self.event("T1", "lost", 1))
        self.assertEqual((message.state, parcel.status), ("done", "lost"))
        run = self.get_runs(parcel)
        self.assertTrue(run.is_failed)
        self.assertIn("no e-mail", run.result)
