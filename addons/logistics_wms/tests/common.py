"""A small world: a warehouse that a partner runs, products, customers."""

import itertools
import json
from datetime import UTC, datetime
from decimal import Decimal
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase

from odoo.addons.logistics_core.envelope import Envelope, SendResult
from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_wms.canonical import (
    LotQuantity,
    OutboundNotification,
    Parcel,
    ShippedLine,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class WmsCase(TransactionCase):
    """Messages pass through the engine's own steps, without its transactions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = itertools.count(1)
        # What most companies switch on, and what Odoo does for new warehouses.
        cls.env.company.stock_move_email_validation = True
        cls.warehouse = cls.env["stock.warehouse"].create(
            {"name": "Partner's warehouse", "code": "LHP"}
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.warehouse.out_type_id.write(
            {"auto_batch": True, "batch_group_by_partner": True}
        )
        cls.backend = cls.env["logistics.backend"].create(
            {
                "name": "WMS test partner",
                "base_url": "https://wms.example.com",
                "state": "running",
                "wms_default_carrier_service": "STD",
            }
        )
        cls.route = cls.env["logistics.route"].create(
            {
                "name": "Deliveries",
                "sequence": 1,
                "res_model": "stock.picking",
                "type_id": cls.env["logistics.message.type"]
                ._get("outbound_instruction")
                .id,
                "backend_id": cls.backend.id,
                "warehouse_id": cls.warehouse.id,
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Ada Lovelace",
                "street": "12 St James's Square",
                "city": "London",
                "zip": "SW1Y 4JH",
                "country_id": cls.env.ref("base.uk").id,
                "email": "ada@example.com",
            }
        )
        cls.mug = cls.make_product("MUG")
        cls.tea = cls.make_product("TEA")

    @classmethod
    def make_product(cls, sku, stock=100, **vals):
        product = cls.env["product.product"].create(
            {
                "name": f"Product {sku}",
                "default_code": sku,
                "type": "consu",
                "is_storable": True,
                "invoice_policy": "delivery",
                "list_price": 10,
                "taxes_id": [Command.clear()],
                **vals,
            }
        )
        if stock and product.tracking == "none" and product.is_storable:
            cls.add_stock(product, stock)
        return product

    @classmethod
    def make_lot(cls, product, name, quantity=1, **vals):
        lot = cls.env["stock.lot"].create(
            {"name": name, "product_id": product.id, **vals}
        )
        if quantity:
            cls.add_stock(product, quantity, lot=lot)
        return lot

    @classmethod
    def add_stock(cls, product, quantity, lot=None, location=None):
        cls.env["stock.quant"]._update_available_quantity(
            product, location or cls.stock, quantity, lot_id=lot
        )

    def make_order(self, *lines, confirm=True, **vals):
        """Return an order of (product, quantity[, unit]) lines."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            **({"product_uom_id": unit[0].id} if unit else {}),
                        }
                    )
                    for product, quantity, *unit in lines
                ],
                **vals,
            }
        )
        if confirm:
            order.action_confirm()
            self.settle()
        return order

    def settle(self):
        """Do what a commit does before it commits."""
        self.env.cr.flush()

    def get_messages(self, record=None, code=None):
        domain = [("backend_id", "=", self.backend.id), ("direction", "=", "out")]
        if record:
            domain += [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        if code:
            domain.append(("type_id.code", "=", code))
        return self.env["logistics.message"].search(domain, order="id")

    def release(self, *lines, external_id=None, **vals):
        """Return the delivery of a confirmed order that the partner accepted."""
        picking = self.make_order(*lines, **vals).picking_ids
        self.send(self.get_messages(picking), external_id=external_id)
        return picking

    def send(self, message, answer=None, external_id=None):
        """Send one outgoing message; return what the connector got.

        :param answer: a LogisticsError, or a SendResult
        """
        connector = type(self.env["logistics.connector.canonical"])
        got = []

        def fake_send(_self, _backend, _message, canonical):
            got.append(canonical)
            if isinstance(answer, LogisticsError):
                raise answer
            return answer or SendResult(external_id or f"ORD-{next(self.numbers)}")

        message.ensure_one()
        message.write(
            {"state": "in_progress", "attempt_count": message.attempt_count + 1}
        )
        with patch.object(connector, "_send", fake_send):
            try:
                result = message._send_or_look_up()
            except LogisticsError as error:
                message._set_refused(error)
            else:
                message._set_sent([(message, result)])
        self.settle()
        return got[0] if got else None

    def receive(self, *canonicals, key=None):
        """Take in facts as the inbox does, apply them; return the messages."""
        envelopes = [
            Envelope(
                external_id=key or f"evt-{next(self.numbers)}",
                event=canonical.message_type,
                ordering_key=getattr(canonical, "reference", "stock"),
                payload=json.dumps(canonical.to_dict()),
            )
            for canonical in canonicals
        ]
        messages, _duplicates = self.env["logistics.message"]._receive(
            self.backend, envelopes
        )
        messages = messages.sorted("id")
        process_inbound(messages)
        self.settle()
        messages.invalidate_recordset()
        return messages

    def shipment(self, picking, *lines, parcels=None, **vals):
        """Return a notification; lines are (product or SKU, quantity[, lots])."""
        values = {
            "reference": picking.logistics_reference,
            "status": "shipped",
            "shipment_external_id": f"SHP-{next(self.numbers)}",
            "remaining": "open",
            "occurred_at": NOON,
            **vals,
        }
        number = next(self.numbers)
        values["parcels"] = parcels or (
            Parcel(
                lines=tuple(self.line(*line) for line in lines),
                tracking_number=f"TRK{number}",
                tracking_url=f"https://track.example.com/{number}",
                carrier="DHL",
            ),
        )
        return OutboundNotification(**values)

    @staticmethod
    def line(product, quantity, lots=(), uom="EA", **vals):
        sku = product if isinstance(product, str) else product.default_code
        return ShippedLine(
            sku=sku,
            quantity=Decimal(str(quantity)),
            uom=uom,
            lots=tuple(
                LotQuantity(Decimal(str(amount)), name, *rest)
                for name, amount, *rest in lots
            ),
            **vals,
        )

    def status(self, picking, status, **vals):
        return OutboundNotification(
            reference=picking.logistics_reference, status=status, **vals
        )

    def get_exceptions(self, kind=None, **vals):
        domain = [
            ("backend_id", "=", self.backend.id),
            ("state", "in", ("open", "in_progress")),
        ]
        if kind:
            domain.append(("kind", "=", kind))
        return self.env["logistics.exception"].search(domain)

    def assert_invalid(self, message, kind, *, done=()):
        """The message is parked with its exception; nothing was half-applied."""
        self.assertIn(message.state, ("invalid", "dead"))
        self.assertEqual(message.error_kind, kind)
        self.assertTrue(self.get_exceptions(kind))
        for picking in done:
            self.assertNotEqual(picking.state, "done")
            self.assertFalse(picking.move_line_ids.result_package_id)

    def get_quantity(self, product, location=None, lot=None):
        domain = [
            ("product_id", "=", product.id),
            ("location_id", "child_of", (location or self.stock).id),
        ]
        if lot:
            domain.append(("lot_id", "=", lot.id))
        return sum(self.env["stock.quant"].search(domain).mapped("quantity"))
