"""Deliveries of a French shop, and a carrier that sells labels."""

import base64
import io
import itertools
from datetime import UTC, datetime
from decimal import Decimal

from PIL import Image

from odoo import fields

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.tests.common import LogisticsCase

from ..canonical import (
    Charge,
    Document,
    Money,
    ParcelLabel,
    TransportConfirmation,
    TransportInstruction,
)
from ..tools import file_reader

ARRIVAL = datetime(2026, 11, 25, 16, tzinfo=UTC)


def make_pdf():
    target = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(target, "PDF")
    return target.getvalue()


class CarrierCase(LogisticsCase):
    """`self.asked` are the canonical messages the carrier got, in order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo wants no process of a test to be left.
        cls.addClassCleanup(file_reader.end)
        cls.company = cls.backend.company_id
        cls.france = cls.env.ref("base.fr")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.warehouse.partner_id = cls.env["res.partner"].create(
            {
                "name": "Shop",
                "is_company": True,
                "street": "1 quai du Port",
                "city": "Marseille",
                "zip": "13002",
                "country_id": cls.france.id,
                "phone": "+33 4 91 00 00 00",
                "vat": "FR23334175221",
            }
        )
        cls.customer = cls.make_customer()
        cls.method = cls.make_method("Parcel", "PARCEL")
        cls.product = cls.make_product("Kettle", weight=1.5)
        cls.label = make_pdf()

    def setUp(self):
        super().setUp()
        self.asked = []
        self.numbers = itertools.count(1)
        self.error = None

    @classmethod
    def make_customer(cls, **values):
        return cls.env["res.partner"].create(
            {
                "name": "Customer",
                "street": "Rue 1",
                "city": "Lyon",
                "zip": "69001",
                "country_id": cls.france.id,
                "phone": "+33 6 00 00 00 00",
                "email": "customer@example.com",
                **values,
            }
        )

    @classmethod
    def make_product(cls, name, **values):
        product = cls.env["product.product"].create(
            {"name": name, "is_storable": True, "list_price": 20, **values}
        )
        cls.env["stock.quant"]._update_available_quantity(
            product, cls.warehouse.lot_stock_id, 1000
        )
        return product

    @classmethod
    def make_method(cls, name, service, **values):
        fee = cls.env["product.product"].create({"name": name, "type": "service"})
        return cls.env["delivery.carrier"].create(
            {
                "name": name,
                "delivery_type": "logistics",
                "product_id": fee.id,
                "logistics_backend_id": cls.backend.id,
                "logistics_service": service,
                **values,
            }
        )

    def make_order(self, *products, customer=None, method=None, quantity=2, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": (customer or self.customer).id,
                "warehouse_id": self.warehouse.id,
                "carrier_id": (method or self.method).id,
                "order_line": [
                    fields.Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product in products or [self.product]
                ],
                **values,
            }
        )

    def make_delivery(self, *products, **values):
        """Return a delivery that is reserved."""
        order = self.make_order(*products, **values)
        order.action_confirm()
        return order.picking_ids

    def pack(self, delivery):
        """Put each line in a package of its own."""
        for line in delivery.move_line_ids:
            line.result_package_id = self.env["stock.package"].create({})

    def validate(self, delivery):
        delivery.move_ids.picked = True
        delivery.button_validate()

    def carry(self, backend=None):
        """Let the carrier answer what is in the outbox."""

        def send(connector, backend, message, canonical):
            self.asked.append(canonical)
            if self.error:
                raise self.error
            if not isinstance(canonical, TransportInstruction):
                return SendResult()
            return SendResult(response=self.confirm(canonical))

        with self.scripted(_send=send):
            self.drain(backend)

    def confirm(self, instruction):
        labels = []
        for parcel in instruction.parcels:
            number = f"TRK{next(self.numbers):04}"
            content = base64.b64encode(self.label).decode()
            document = Document("label", number, "application/pdf", content)
            labels.append(ParcelLabel(parcel.reference, number, number, document))
        return TransportConfirmation(
            reference=instruction.reference,
            shipment_external_id=f"X-{instruction.reference}",
            parcels=tuple(labels),
            total=Money(Decimal("9.40"), self.company.currency_id.name),
            charges=(
                Charge("BASE", "Transport", Decimal("8.00")),
                Charge("FUEL", "Fuel surcharge", Decimal("1.40")),
            ),
            estimated_delivery=ARRIVAL,
        )
