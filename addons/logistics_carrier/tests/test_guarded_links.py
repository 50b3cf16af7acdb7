"""What a client must not reach through links, contexts and buttons of carriers."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .freight_common import FreightCase

HUB = "logistics_core.group_"


@tagged("post_install", "-at_install")
class TestGuardedLinks(FreightCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.stock = new_test_user(cls.env, "gl_stock", "stock.group_stock_user")
        cls.stranger = new_test_user(
            cls.env,
            "gl_stranger",
            f"stock.group_stock_manager,{HUB}administrator",
            company_id=cls.other.id,
            company_ids=[(6, 0, cls.other.ids)],
        )
        cls.warehouse_user = new_test_user(
            cls.env, "gl_warehouse", f"{HUB}warehouse_user,stock.group_stock_user"
        )
        cls.support = new_test_user(cls.env, "gl_support", f"{HUB}integration_support")
        cls.finance = new_test_user(
            cls.env, "gl_finance", "account.group_account_invoice"
        )
        cls.portal = new_test_user(cls.env, "gl_portal", "base.group_portal")

    def refused(self, call, *args):
        with self.assertRaises(AccessError):
            call(*args)

    def test_no_file_of_others_becomes_a_label(self):
        secret = self.env["ir.attachment"].create({"name": "Payroll", "raw": b"x"})
        parcel = self.ship().parcel_ids
        label = parcel.label_id
        self.refused(parcel.with_user(self.support).write, {"label_id": secret.id})
        self.assertEqual(parcel.label_id, label)

    def test_what_the_carrier_said_of_a_shipment_is_not_written(self):
        shipment = self.ship().with_user(self.support)
        for vals in (
            {"backend_id": self.make_backend().id},
            {"state": "draft"},
            {"expected_cost": 1},
            {"external_id": "x"},
            {"parcel_ids": [(1, shipment.parcel_ids.id, {"tracking_number": "x"})]},
        ):
            self.refused(shipment.write, vals)

    def test_a_document_goes_with_no_shipment_of_the_context(self):
        shipment, delivery = self.ship(), self.make_delivery()
        documents = self.env["logistics.customs.document"].with_user(
            self.warehouse_user
        )
        vals = {"picking_id": delivery.id, "file": "eA==", "file_name": "x.pdf"}
        document = documents.with_context(
            default_shipment_id=shipment.id, default_state="sent"
        ).create(vals)
        self.assertFalse(document.shipment_id)
        self.assertEqual(document.state, "draft")
        self.refused(documents.create, {**vals, "shipment_id": shipment.id})

    def test_a_document_hangs_on_no_delivery_of_another_company(self):
        delivery = self.make_delivery()
        documents = self.env["logistics.customs.document"].with_user(self.stranger)
        vals = {"file": "eA==", "file_name": "x.pdf"}
        self.refused(documents.create, {**vals, "picking_id": delivery.id})
        self.refused(
            documents.with_context(default_picking_id=delivery.id).create, vals
        )

    def test_an_approved_invoice_stays(self):
        invoice = self.bill("F1", *self.fair(self.ship())).with_user(self.finance)
        invoice.action_approve()
        with self.assertRaises(UserError):
            invoice.with_context(_force_unlink=True).unlink()
        self.assertTrue(invoice.exists())

    def test_another_company_retries_no_batch(self):
        self.error = None
        deliveries = self.make_delivery() | self.make_delivery()
        deliveries.action_logistics_buy_many()
        batch = self.env["logistics.label.batch"].search([], limit=1)
        before = self.env["logistics.message"].search_count([])
        for method in ("action_retry", "action_print", "action_view_shipments"):
            self.refused(getattr(batch.with_user(self.stranger), method))
        self.assertEqual(self.env["logistics.message"].search_count([]), before)

    def test_another_company_buys_and_voids_nothing(self):
        delivery = self.make_delivery()
        shipment = self.ship()
        theirs = self.stranger
        self.refused(delivery.with_user(theirs).action_logistics_buy)
        self.refused(delivery.with_user(theirs).send_to_shipper)
        self.refused(shipment.picking_id.with_user(theirs).cancel_shipment)
        self.refused(shipment.with_user(theirs).action_void)
        self.refused(shipment.parcel_ids.with_user(theirs).action_open_label)
        self.assertEqual(shipment.state, "labelled")
        self.assertFalse(delivery.logistics_shipment_ids)

    def test_a_customer_makes_no_call_to_a_carrier(self):
        calls = []
        partner = self.portal.partner_id
        partner.write(
            {
                "street": "Rue 1",
                "city": "Lyon",
                "zip": "69001",
                "country_id": self.france.id,
            }
        )
        capable = patch.object(
            type(self.env["logistics.connector.canonical"]),
            "_capabilities",
            frozenset({"check_address"}),
        )
        with capable, self.scripted(_check_address=lambda *a: calls.append(a)):
            self.refused(partner.with_user(self.portal).action_logistics_check_address)
        self.assertFalse(calls)

    def test_a_claim_moves_by_its_buttons(self):
        parcel = self.ship().parcel_ids
        parcel.with_user(self.warehouse_user).action_claim()
        claim = parcel.claim_ids.with_user(self.warehouse_user)
        self.refused(claim.write, {"state": "accepted"})
        claim.action_file()
        self.assertTrue(claim.filed_on)
        self.refused(claim.write, {"parcel_id": self.ship().parcel_ids.id})
        claim.write({"carrier_reference": "C1", "parcel_id": parcel.id})
        claim.with_user(self.warehouse_user).action_accept()
        self.assertEqual(claim.state, "accepted")

    def test_a_booked_pickup_stays_with_its_carrier(self):
        pickup = (
            self.env["logistics.pickup"]
            .with_user(self.warehouse_user)
            .with_context(default_state="booked", default_external_id="X")
            .create({"backend_id": self.backend.id, "parcel_count": 1})
        )
        self.assertEqual((pickup.state, pickup.external_id), ("draft", False))
        second = self.make_backend()
        pickup.backend_id = second
        pickup.sudo().state = "booked"
        self.refused(pickup.write, {"backend_id": self.backend.id})
        for vals in ({"state": "draft"}, {"external_id": "Y"}, {"cost": 1}):
            self.refused(pickup.write, vals)

    def test_a_manifest_is_made_by_the_close_of_the_day(self):
        manifests = self.env["logistics.manifest"].with_user(self.warehouse_user)
        vals = {
            "name": "M",
            "backend_id": self.backend.id,
            "warehouse_id": self.warehouse.id,
            "date": "2026-11-30",
        }
        self.refused(manifests.create, vals)
        made = manifests.sudo().create(vals).with_user(self.warehouse_user)
        secret = self.env["ir.attachment"].create({"name": "Payroll", "raw": b"x"})
        for values in (
            {"state": "failed"},
            {"external_id": "x"},
            {"attachment_ids": [(4, secret.id)]},
            {"shipment_ids": [(4, self.ship().id)]},
        ):
            self.refused(made.write, values)

    def test_people_of_the_warehouse_still_do_their_work(self):
        """From order to label and backorder without being superuser."""
        delivery = self.make_delivery(quantity=3).with_user(self.stock)
        delivery.move_ids.quantity = 2
        delivery.move_ids.picked = True
        delivery.with_context(skip_backorder=True).button_validate()
        self.assertEqual(delivery.state, "done")
        self.carry()
        shipment = delivery.sudo().logistics_shipment_ids
        self.assertEqual(shipment.state, "labelled")
        self.assertTrue(delivery.backorder_ids)
        shipment.with_user(self.stock).action_print_labels()
        shipment.with_user(self.warehouse_user).action_print_labels()
        shipment.with_user(self.warehouse_user).action_void()
        self.assertEqual(shipment.state, "void_requested")
