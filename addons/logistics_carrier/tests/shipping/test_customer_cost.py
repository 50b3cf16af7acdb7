"""Real shipping cost: the order carries what the live label costs, once."""

from odoo import fields
from odoo.tests import tagged

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import Rejected

from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestCustomerCost(CarrierCase):
    """Labels cost 9.40."""

    def real(self, name="Real", **values):
        return self.make_method(name, "REAL", invoice_policy="real", **values)

    def get_charged(self, order):
        lines = order.order_line.filtered("is_delivery")
        return round(sum(line.price_unit * line.product_uom_qty for line in lines), 2)

    def buy(self, delivery):
        delivery.action_logistics_buy()
        self.carry()

    def void(self, delivery):
        live = delivery.logistics_shipment_ids.filtered(lambda s: s.state != "voided")
        live.action_void()
        self.carry()

    def bought(self, **values):
        delivery = self.make_delivery(method=self.real(**values))
        self.buy(delivery)
        return delivery, delivery.sale_id

    def invoice(self, order):
        order.order_line.product_id.write({"invoice_policy": "order"})
        move = order._create_invoices(final=True)
        move.action_post()
        return move

    def test_a_label_is_charged_once(self):
        delivery, order = self.bought()
        self.assertEqual(self.get_charged(order), 9.4)
        delivery._add_delivery_cost_to_so()
        delivery._logistics_update_price()
        self.assertEqual(self.get_charged(order), 9.4)

    def test_the_estimated_line_of_the_order_is_used(self):
        order = self.make_order(method=self.real())
        order.set_delivery_line(order.carrier_id, 8.0)
        order.action_confirm()
        self.buy(order.picking_ids)
        line = order.order_line.filtered("is_delivery")
        self.assertEqual((len(line), line.price_unit, line.name), (1, 9.4, "Real"))

    def test_void_and_buy_again_charges_one_label(self):
        delivery, order = self.bought()
        for _again in range(3):
            self.void(delivery)
            self.assertEqual(self.get_charged(order), 0)
            self.assertEqual(delivery.carrier_price, 0)
            self.buy(delivery)
            self.assertEqual(self.get_charged(order), 9.4)
        self.assertEqual(len(order.order_line.filtered("is_delivery")), 1)

    def test_one_parcel_of_two_voided_leaves_its_rest(self):
        other = self.make_product("Anvil", weight=1.0)
        delivery = self.make_delivery(self.product, other, method=self.real())
        delivery.move_line_ids[1].quantity = 1
        self.pack(delivery)
        self.buy(delivery)
        delivery.logistics_shipment_ids.parcel_ids.sorted("id")[1].action_void()
        self.carry()
        self.assertEqual(self.get_charged(delivery.sale_id), 7.05)

    def test_void_and_cancel_leaves_no_charge(self):
        delivery, order = self.bought(fixed_margin=2.0)
        self.assertEqual(self.get_charged(order), 11.4)
        delivery.action_cancel()
        self.carry()
        self.assertEqual(delivery.logistics_shipment_ids.state, "voided")
        self.assertEqual(self.get_charged(order), 0)
        self.assertEqual(delivery.carrier_price, 0)

    def test_a_refused_void_leaves_the_charge(self):
        delivery, order = self.bought()
        delivery.logistics_shipment_ids.action_void()
        self.error = Rejected("Too late")
        self.carry()
        self.assertEqual(self.get_charged(order), 9.4)

    def test_a_label_whose_void_was_asked_for_early_is_charged_once_refused(self):
        delivery = self.make_delivery(method=self.real())
        delivery.action_logistics_buy()
        shipment = delivery.logistics_shipment_ids
        message = shipment._get_messages("transport_instruction")
        message.state = "in_progress"
        shipment.action_void()
        # Its attempt reached the carrier, which sold the label.
        result = SendResult(response=self.confirm(message._get_canonical()))
        message._set_sent([(message, result)])
        self.error = Rejected("Too late")
        self.carry()
        self.assertEqual(shipment.state, "labelled")
        self.assertEqual(self.get_charged(delivery.sale_id), 9.4)

    def test_each_delivery_of_an_order_has_its_own_line(self):
        delivery, order = self.bought()
        delivery.move_ids.quantity = 1
        delivery.move_ids.picked = True
        delivery.with_context(skip_backorder=True).button_validate()
        backorder = order.picking_ids - delivery
        self.assertEqual(len(backorder), 1)
        self.assertEqual(backorder.carrier_price, 0)
        self.void(delivery)
        self.buy(backorder)
        self.assertEqual(self.get_charged(order), 9.4)
        self.buy(delivery)
        self.assertEqual(self.get_charged(order), 18.8)
        self.void(backorder)
        self.assertEqual(self.get_charged(order), 9.4)
        self.assertEqual(delivery.carrier_price, 9.4)

    def test_another_method_takes_the_place_of_the_first(self):
        delivery, order = self.bought()
        self.void(delivery)
        delivery.carrier_id = other = self.real(name="Other", margin=0.5)
        self.buy(delivery)
        self.assertEqual(self.get_charged(order), 14.1)
        line = order.order_line.filtered("is_delivery")
        self.assertEqual(line.product_id, other.product_id)
        self.void(delivery)
        delivery.carrier_id = self.method
        self.buy(delivery)
        self.assertEqual(self.get_charged(order), 0)

    def test_a_method_that_was_taken_off_is_credited_too(self):
        delivery, order = self.bought()
        self.invoice(order)
        delivery.carrier_id = False
        self.void(delivery)
        self.assertEqual(delivery.logistics_shipment_ids.state, "voided")
        self.assertEqual(self.get_charged(order), 0)

    def test_what_is_free_is_free_of_margins_too(self):
        _delivery, order = self.bought(free_over=True, amount=10, fixed_margin=2.0)
        self.assertEqual(self.get_charged(order), 0)

    def test_the_carriers_currency_is_converted_to_the_orders(self):
        delivery, order = self.bought()
        codes = ["EUR", "USD"]
        codes.remove(order.currency_id.name)
        foreign = self.env.ref(f"base.{codes[0]}")
        foreign.active = True
        foreign.rate_ids.unlink()
        foreign.rate_ids = [fields.Command.create({"name": "2020-01-01", "rate": 2.0})]
        delivery.logistics_shipment_ids.currency_id = foreign
        delivery._logistics_update_price()
        self.assertEqual(self.get_charged(order), 4.7)

    def test_a_price_that_a_person_typed_stays_with_a_note(self):
        delivery, order = self.bought()
        line = order.order_line.filtered("logistics_picking_id")
        line.price_unit = 5
        delivery.logistics_shipment_ids.expected_cost = 12
        delivery._logistics_update_price()
        self.assertEqual(self.get_charged(order), 5)
        body = order.message_ids[0].body.replace("&nbsp;", "\xa0")
        self.assertIn(order.currency_id.format(12.0), body)
        self.assertIn(order.currency_id.format(5.0), body)

    def test_a_cost_that_cannot_be_converted_leaves_the_order_as_it_is(self):
        delivery, order = self.bought()
        foreign = self.env["res.currency"]._find_by_code("NOK")
        foreign.active = False
        foreign.rate_ids.unlink()
        delivery.logistics_shipment_ids.currency_id = foreign
        delivery._logistics_update_price()
        self.assertEqual(self.get_charged(order), 9.4)
        texts = " ".join(delivery.message_ids.mapped("body"))
        self.assertIn("NOK is not active", texts)

    def test_a_return_label_is_not_charged(self):
        delivery, order = self.bought()
        self.validate(delivery)
        delivery.action_logistics_return_label()
        self.carry()
        back = delivery.logistics_shipment_ids.filtered(
            lambda s: s.direction == "return"
        )
        self.assertEqual(back.expected_cost, 9.4)
        self.assertEqual(self.get_charged(order), 9.4)
        back.action_void()
        self.carry()
        self.assertEqual(self.get_charged(order), 9.4)

    def test_labels_bought_together_are_charged_once_each(self):
        method = self.real()
        deliveries = self.make_delivery(method=method) | self.make_delivery(
            method=method
        )
        deliveries._logistics_buy()
        self.carry()
        for delivery in deliveries:
            self.assertEqual(self.get_charged(delivery.sale_id), 9.4)

    def test_what_a_partner_ships_has_no_price_of_ours(self):
        delivery, order = self.bought(fixed_margin=2.0)
        self.void(delivery)
        shipment = delivery.logistics_shipment_ids
        # As logistics_wms_carrier records parcels of a warehouse partner.
        shipment.copy(
            {
                "name": "partner",
                "state": "in_transit",
                "carrier_id": False,
                "picking_id": delivery.id,
                "expected_cost": 0,
            }
        )
        delivery._logistics_update_price()
        self.assertEqual(self.get_charged(order), 0)

    # What is invoiced or locked does not change; a line of its own does.

    def test_an_invoiced_charge_is_credited_after_a_void(self):
        delivery, order = self.bought()
        invoice = self.invoice(order)
        invoiced = order.order_line.filtered("is_delivery")
        self.void(delivery)
        self.assertEqual((invoiced.price_unit, invoiced.name), (9.4, "Real"))
        self.assertEqual(self.get_charged(order), 0)
        bodies = " ".join(order.message_ids.mapped("body"))
        self.assertIn("9.40 is invoiced", bodies.replace("$\xa0", ""))
        self.assertEqual(order.invoice_status, "to invoice")
        credit = self.invoice(order)
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.amount_untaxed, 9.4)
        self.assertNotEqual(invoice, credit)
        self.buy(delivery)
        self.assertEqual(self.get_charged(order), 9.4)
        self.assertEqual(invoiced.price_unit, 9.4)

    def test_a_credit_that_is_not_invoiced_yet_is_taken_back(self):
        delivery, order = self.bought()
        self.invoice(order)
        self.void(delivery)
        self.buy(delivery)
        line = order.order_line.filtered("is_delivery")
        self.assertEqual((len(line), line.price_unit), (1, 9.4))
        self.assertEqual(order.invoice_status, "invoiced")

    def test_a_draft_invoice_counts_until_it_is_cancelled(self):
        delivery, order = self.bought()
        order.order_line.product_id.write({"invoice_policy": "order"})
        draft = order._create_invoices()
        self.void(delivery)
        self.assertEqual(self.get_charged(order), 0)
        self.assertEqual(
            draft.invoice_line_ids.filtered(
                lambda line: line.sale_line_ids.is_delivery
            ).price_unit,
            9.4,
        )

    def test_an_order_that_was_paid_before_it_was_shipped(self):
        order = self.make_order(method=self.real())
        order.set_delivery_line(order.carrier_id, 8.0)
        order.action_confirm()
        self.invoice(order)
        self.buy(order.picking_ids)
        self.assertEqual(self.get_charged(order), 9.4)
        second = self.invoice(order)
        self.assertEqual(second.amount_untaxed, 9.4)

    def test_a_locked_order_carries_the_cost_too(self):
        order = self.make_order(method=self.real())
        order.set_delivery_line(order.carrier_id, 8.0)
        order.action_confirm()
        order.action_lock()
        delivery = order.picking_ids
        self.buy(delivery)
        self.assertEqual(delivery.logistics_shipment_ids.state, "labelled")
        self.assertEqual(self.get_charged(order), 9.4)
        self.void(delivery)
        self.assertEqual(self.get_charged(order), 0)
        self.buy(delivery)
        self.assertEqual(self.get_charged(order), 9.4)
        self.assertTrue(order.locked)

    def test_a_cancelled_order_carries_no_cost(self):
        delivery, order = self.bought()
        order._action_cancel()
        self.carry()
        self.assertEqual(delivery.logistics_shipment_ids.state, "voided")
        self.assertEqual(self.get_charged(order), 0)

    # Lost, and shipped again.

    def lost(self):
        delivery, _order = self.bought()
        self.validate(delivery)
        self.follow(delivery.logistics_shipment_ids, "lost")
        return delivery

    def follow(self, shipment, state):
        shipment.state = state
        shipment.parcel_ids.status = state

    def test_lost_and_shipped_again_is_charged_once(self):
        delivery = self.lost()
        order = delivery.sale_id
        self.assertEqual(self.get_charged(order), 9.4)
        self.buy(delivery)
        second, first = delivery.logistics_shipment_ids.sorted("id", reverse=True)
        self.assertEqual(self.get_charged(order), 9.4)
        self.assertEqual(delivery.carrier_price, 9.4)
        # It turns up after all, and the second label is voided.
        self.follow(first, "in_transit")
        delivery._logistics_update_price()
        self.assertEqual(self.get_charged(order), 9.4)
        second.action_void()
        self.carry()
        self.assertEqual(self.get_charged(order), 9.4)

    def test_a_reshipment_of_its_own_is_free_for_the_customer(self):
        delivery = self.lost()
        draft = delivery.carrier_parcel_ids._prepare_reshipment()
        draft.carrier_id = delivery.carrier_id
        draft.action_confirm()
        again = draft.picking_ids
        self.buy(again)
        self.assertEqual(again.logistics_shipment_ids.state, "labelled")
        self.assertEqual(self.get_charged(draft), 0)
        self.assertEqual(self.get_charged(delivery.sale_id), 9.4)
