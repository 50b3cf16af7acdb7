"""Invoices of the carrier of `CarrierCase`."""

import json
from datetime import date
from decimal import Decimal

from odoo.addons.logistics_core.envelope import Envelope

from ..canonical import FreightCharge, FreightInvoice
from .carrier_common import CarrierCase


class FreightCase(CarrierCase):
    """A label costs 8.00 BASE and 1.40 FUEL, as `confirm` says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.write(
            {"freight_tolerance_percent": 2, "freight_tolerance_amount": 0.5}
        )
        cls.currency = cls.company.currency_id

    def ship(self, **values):
        """Return a shipment whose label is bought."""
        delivery = self.make_delivery(**values)
        delivery.action_logistics_buy()
        self.carry()
        return delivery.logistics_shipment_ids

    def charge(self, shipment, code="BASE", amount="8.00", **values):
        number = values.pop("number", None)
        if number is None:
            number = shipment.parcel_ids[:1].tracking_number
        return FreightCharge(number, code, code.title(), Decimal(amount), **values)

    def fair(self, shipment):
        """Return the charges that were quoted with the label."""
        return [self.charge(shipment), self.charge(shipment, "FUEL", "1.40")]

    def invoice(self, number, *charges, **values):
        lines = tuple(charges)
        total = sum((c.amount + c.tax for c in lines), Decimal(0))
        return FreightInvoice(
            **{
                "number": number,
                "invoice_date": date(2026, 11, 30),
                "currency": self.currency.name,
                "total": total,
                "lines": lines,
                **values,
            }
        )

    def bill(self, number, *charges, key=None, **values):
        """Let an invoice come in; return it as it is after the comparison."""
        canonical = self.invoice(number, *charges, **values)
        self.messages = self.receive(
            Envelope(
                external_id=key or f"I-{number}",
                event="freight_invoice",
                ordering_key=number,
                payload=json.dumps(canonical.to_dict()),
            )
        )
        self.drain()
        return self.find(number)

    def find(self, number):
        return self.env["logistics.freight.invoice"].search(
            [("backend_id", "=", self.backend.id), ("number", "=", number)]
        )

    def problems(self, invoice):
        return invoice._find_problems()
