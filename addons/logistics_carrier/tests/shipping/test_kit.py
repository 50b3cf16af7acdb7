"""What carriers' connectors share when a shipment is found again."""

from datetime import date
from decimal import Decimal

from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import Rejected, RemoteUnavailable

from ...canonical import (
    Document,
    Money,
    ParcelContent,
    ParcelLabel,
    Party,
    ProofOfDelivery,
    Rate,
    TransportConfirmation,
    TransportInstruction,
    TransportProof,
)
from ..carrier_common import CarrierCase

SHOP = Party(Address("Shop", "1 quai du Port", "Marseille", "FR"))
PRICE = Money(Decimal("9.40"), "EUR")
LABEL = Document("label", "L", "application/pdf", "JVBERi0=")
INSTRUCTION = TransportInstruction(
    "OUT/1", "PARCEL", SHOP, SHOP, (ParcelContent("P1", Decimal(1)),), date(2026, 3, 2)
)


def confirm(label=LABEL):
    parcel = ParcelLabel("P1", "N1", "K1", label)
    return TransportConfirmation("OUT/1", "S1", (parcel,))


class TestKit(CarrierCase):
    def setUp(self):
        super().setUp()
        self.connector = self.backend._get_connector()
        self.voided = []

    def find(self, confirmation, **declared):
        """Return the result of a lookup that found this."""
        methods = {
            "_get_rates": lambda connector, backend, request: [
                Rate("PARCEL", "Parcel", PRICE)
            ],
            # A function, so that the connector comes first as for the others.
            "_send_lost": lambda *arguments: self.void(*arguments),
            "_senders": {"transport_void": "_send_lost"},
            **declared,
        }
        with self.scripted(**methods):
            return self.connector._get_found(self.backend, INSTRUCTION, confirmation)

    def void(self, connector, backend, message, void):
        self.voided.append(void)
        return SendResult(void.shipment_external_id)

    def test_a_shipment_found_again_has_the_price_of_now(self):
        found = self.find(confirm())
        self.assertEqual((found.external_id, found.response.total), ("S1", PRICE))
        self.assertIn("already", found.note)

    def test_without_an_answer_about_prices_it_is_found_all_the_same(self):
        def refuse(connector, backend, request):
            raise Rejected("no prices")

        found = self.find(confirm(), _get_rates=refuse)
        self.assertIsNone(found.response.total)

    def test_a_label_that_is_given_once_and_lost_is_bought_again(self):
        self.assertIsNone(self.find(confirm(None), _gives_label_once=True))
        (void,) = self.voided
        self.assertEqual(
            (void.shipment_external_id, void.tracking_numbers), ("S1", ("N1",))
        )

    def test_a_label_that_is_not_lost_is_not_cancelled(self):
        self.assertTrue(self.find(confirm(), _gives_label_once=True))
        self.assertTrue(self.find(confirm(None)))
        self.assertFalse(self.voided)

    def test_what_cannot_be_cancelled_is_not_bought_twice(self):
        def refuse(connector, backend, message, void):
            raise Rejected("too late")

        with self.assertRaisesRegex(Rejected, "too late"):
            self.find(confirm(None), _gives_label_once=True, _send_lost=refuse)

    def test_a_proof_without_documents_is_asked_for_later(self):
        proof = TransportProof("OUT/1", "N1")
        for found in (None, ProofOfDelivery("N1")):
            with self.assertRaises(RemoteUnavailable) as caught:
                self.connector._get_proof(proof, found)
            self.assertGreater(caught.exception.retry_after, 60)
        found = ProofOfDelivery("N1", (LABEL,))
        self.assertEqual(self.connector._get_proof(proof, found).external_id, "N1")

    def test_a_fixed_list_of_services_and_a_page_need_no_code(self):
        with self.scripted(_services={"A": "Alpha"}, _tracking_url="https://t/{}"):
            self.assertEqual(self.connector._get_services(self.backend), {"A": "Alpha"})
            url = self.connector._get_tracking_url(self.backend, "N 1/2")
        self.assertEqual(url, "https://t/N%201%2F2")
